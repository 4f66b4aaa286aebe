"""Costs of a run: time by earlier runs, and the downloads for what it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.bench.duration import Duration, time_to_measure, time_to_train
from srbench.bench.tasks.plan_tasks import measure_tasks, train_tasks
from srbench.cli.lacks import lack_urls
from srbench.data.fetch.size import remote_sizes
from srbench.terminal.counted import counted
from srbench.terminal.duration import duration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from srbench.bench.planning.plan import Plan
    from srbench.catalog import Catalog
    from srbench.records.store import Store

SIZES = ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB"))


def time_lines(plans: Sequence[Plan], store: Store) -> list[str]:
    """Return what is to be trained and measured, each with the time that it takes by the records of earlier runs."""
    lines = []
    trainings = [task.job for task in train_tasks(plans, store.root)]
    if trainings:
        named = ", ".join(f"{job.stem} ({job.phase.budget.steps} steps)" for job in trainings)
        count = f"{len(trainings)} trainings, " if len(trainings) > 1 else ""
        time = _time(time_to_train(plans, store.root), "finished training")
        lines.append(f"to train: {count}{time}: {named}" if count else f"to train: {named}; {time}")
    if passes := len(measure_tasks(plans, store.root)):
        count = counted(passes, "pass", "passes")
        lines.append(f"to measure: {count} over a dataset or a model; {_time(time_to_measure(plans, store), 'record')}")
    return lines


def download_lines(
    plans: Sequence[Plan],
    catalog: Catalog,
    sizes_of: Callable[[Iterable[str]], Mapping[str, int]] = remote_sizes,
) -> list[str]:
    """Return what can be downloaded for the missing cells, with the sizes that the servers tell; and what by hand.

    Args:
        plans: The plans.
        catalog: The catalog, with the addresses.
        sizes_of: Function that asks for the sizes of files.
    """
    lacks = dict.fromkeys(lack for plan in plans for slot in plan.slots for lack in slot.lacks)
    urls: dict[str, tuple[str, ...]] = {}
    by_hand: dict[str, None] = {}
    for lack in lacks:
        if lack.kind not in {"data", "weights", "images"}:
            continue
        if found := lack_urls(lack, catalog):
            urls[lack.source] = found
        else:
            by_hand[lack.source] = None
    sizes = sizes_of(url for of_name in urls.values() for url in of_name)
    lines = []
    if urls:
        each = ", ".join(f"{name} ({_size(of_name, sizes)})" for name, of_name in urls.items())
        # sets that lie in one archive share its download
        every = {url for of_name in urls.values() for url in of_name}
        total = f"; {_size(every, sizes)} in all" if len(urls) > 1 and every <= sizes.keys() else ""
        lines.append(f"to download: {each}{total}: srbench data get {' '.join(urls)}")
    if by_hand:
        lines.append(f"by hand: {', '.join(by_hand)} (srbench data get NAME says where)")
    return lines


def _size(urls: Iterable[str], sizes: Mapping[str, int]) -> str:
    known = [sizes.get(url) for url in urls]
    total = sum(size for size in known if size)
    if None in known:
        return "size unknown"
    factor, unit = next(((factor, unit) for factor, unit in SIZES if total >= factor), (1, "B"))
    return f"{total / factor:.3g} {unit}"


def _time(time: Duration, of_what: str) -> str:
    if not time.known:
        return f"no {of_what} tells how long"
    rest = f", and {time.unknown} of unknown time" if time.unknown else ""
    return f"about {duration(time.seconds)} by the {of_what}s there are{rest}"
