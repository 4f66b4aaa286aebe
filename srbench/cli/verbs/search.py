"""``srbench search``: choose, train and rank the architectures of a search space."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

import click

from srbench.catalog import load_catalog
from srbench.cli.execution import executor_of
from srbench.cli.options import SEED, NumberRange, data_option, device_option, jobs_option, json_option, out_option
from srbench.cli.output import echo_json, echo_table, echo_text
from srbench.cli.progress.searching import search_progress
from srbench.errors import UsageError
from srbench.specs.recipe import PROFILES
from srbench.storage.roots import data_roots

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from srbench.catalog import Catalog
    from srbench.search.costs import Cost, Limits
    from srbench.search.search import Candidate, SearchOutcome
    from srbench.specs.search_space import SearchSpace


@click.command()
@click.option("--plugin", "plugin_name", default="", help="The plugin of the space; unset: any.")
@click.option("--space", "space_name", required=True, help="The search space (of gpnas-ensemble: drn, rcan, ...).")
@click.option(
    "--budget", type=click.IntRange(min=1), default=12, show_default=True, help="Number of architectures to train."
)
@click.option(
    "--profile",
    type=click.Choice(PROFILES),
    default="quick",
    show_default=True,
    help="Budget of each training: demo, quick (minutes on a CPU), short (meant for 20 min of a GPU), paper.",
)
@click.option(
    "--strategy", default="", help="Strategy of the choice: gp, ei, random, ...  [default: the space's first]"
)
@click.option(
    "--batch",
    type=click.IntRange(min=1),
    default=2,
    show_default=True,
    help="Number of architectures trained before the next are chosen; --jobs of them at a time.",
)
@click.option(
    "--seed",
    type=SEED,
    default=0,
    show_default=True,
    help="Seed of the choice and of the trainings.",
)
@click.option(
    "--max-params",
    type=NumberRange(min=0, min_open=True),
    default=None,
    help="Largest allowed number of parameters.",
)
@click.option(
    "--max-mult-adds",
    type=NumberRange(min=0, min_open=True),
    default=None,
    help="Largest allowed number of mult-adds, in 10^9, at 1280 x 720.",
)
@click.option(
    "--max-latency",
    type=NumberRange(min=0, min_open=True),
    default=None,
    help="Largest allowed measured latency, in milliseconds, at 1280 x 720.",
)
@device_option
@jobs_option
@data_option
@out_option("Output folder.")
@click.option("--dry-run", is_flag=True, help="Print the space and what would be trained first, and stop.")
@json_option
def search(
    plugin_name: str,
    space_name: str,
    budget: int,
    profile: str,
    strategy: str,
    batch: int,
    seed: int,
    max_params: float | None,
    max_mult_adds: float | None,
    max_latency: float | None,
    device: str,
    jobs: int,
    data: tuple[Path, ...],
    out: Path,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Search a space of architectures: train some of them, and predict which of all is best.

    The report is written to OUT/<plugin>/search-SPACE-STRATEGY-PROFILE-seedN.{md,csv,png}. The same command continues
    an interrupted search; with a larger --budget it also extends a finished one.

    \b
      srbench search --plugin gpnas-ensemble --space drn --budget 12 --profile quick
      srbench search --space drn --profile demo --strategy random --max-params 100000 --dry-run
    """
    catalog = load_catalog()
    space, owner = _space(catalog, plugin_name, space_name)
    from srbench.device import pick_device
    from srbench.loading import load
    from srbench.records.store import Store
    from srbench.search.costs import Limits, latency
    from srbench.search.journal import Journal
    from srbench.search.report import make_report
    from srbench.search.report_files import write_report
    from srbench.search.search import Search

    # a library of the strategies warns at its import, and users can do nothing about it
    warnings.filterwarnings("ignore", message=r"`torch\.jit\.script` is deprecated")
    name, build = space.strategy(strategy)
    mult_adds = None if max_mult_adds is None else 1e9 * max_mult_adds
    pick_device(device)
    candidates = _candidates(
        catalog, space, profile, seed, data_roots(data), out, device, Limits(max_params, mult_adds)
    )
    settings = {"space": space.name, "strategy": name, "profile": profile, "seed": seed, "batch": batch}
    settings |= {"max_params": max_params, "max_mult_adds": mult_adds, "max_latency": max_latency}
    chooser = load(build)([space.encode(candidate.architecture) for candidate in candidates], budget, seed)
    if dry_run:
        return _dry_run(space, candidates, chooser.ask(min(batch, budget)), settings, as_json=as_json)
    store = Store(out)
    store.prepare()
    identity = {**settings, "trainings": [candidate.evaluation.job.key for candidate in candidates]}
    if max_latency is not None:
        identity["device"] = device

    def fast_enough(candidate: Candidate) -> bool:
        cost = candidate.cost
        if max_latency is None or not cost.can_be_built:
            return True
        measured = latency(catalog, cost, candidate.label, device, store)
        return measured is not None and measured <= max_latency

    with search_progress(budget, quiet=as_json) as events:
        outcome = Search(
            candidates,
            chooser,
            budget,
            batch,
            Journal.open(out / owner, space.name, identity),
            store,
            executor_of(catalog, jobs, out),
            events,
            catalog.cell_finished,
            fast_enough,
        ).run()
    report = make_report(outcome, {**settings, "budget": budget, "architectures": len(candidates)})
    paths = write_report(report, out / owner)
    if as_json:
        echo_json(report.as_object())
    else:
        _print(report, paths)
    return _exit_code(outcome)


def _space(catalog: Catalog, plugin: str, name: str) -> tuple[SearchSpace, str]:
    if plugin:
        catalog.plugin(plugin)
    space, owner = catalog.searches.get(name), catalog.searches.owner(name).name
    if plugin and owner != plugin:
        raise UsageError(f"search space {name!r} belongs to plugin {owner}, not to {plugin}; leave out --plugin")
    return space, owner


def _candidates(
    catalog: Catalog,
    space: SearchSpace,
    profile: str,
    seed: int,
    roots: tuple[Path, ...],
    out: Path,
    device: str,
    limits: Limits,
) -> list[Candidate]:
    """Return the architectures of `space` within the limits on parameters and mult-adds.

    Args:
        catalog: Registered recipes and models.
        space: The search space.
        profile: Budget of each training.
        seed: Seed of each training.
        roots: Folders where data and weights are searched.
        out: Output folder of the trainings.
        device: Device to train on.
        limits: The limits.

    Raises:
        UsageError: if no architecture is within the limits.
    """
    from srbench.search.costs import Cost
    from srbench.search.evaluation import Evaluation, training_of
    from srbench.search.search import Candidate

    candidates, costs = [], []
    for architecture in space.architectures:
        job = training_of(catalog, space, architecture, profile, seed)
        cost, label = Cost(job), space.label(architecture)
        costs.append(cost)
        if cost.within(limits):
            evaluation = Evaluation(f"{space.name} {label}", job, roots, out, device)
            candidates.append(Candidate(architecture, label, cost, evaluation))
    if not candidates:
        raise UsageError(
            f"none of the {len(space.architectures)} architectures of {space.name} is within the limits; the smallest "
            f"values are {_smallest(costs, limits)}"
        )
    return candidates


def _smallest(costs: Sequence[Cost], limits: Limits) -> str:
    """Return the smallest values of the costs that are limited: ``--max-params 8861``."""
    words = []
    if limits.params is not None:
        words.append(f"--max-params {min(cost.params for cost in costs):.0f}")
    if limits.mult_adds is not None:
        smallest = min(cost.mult_adds for cost in costs) / 1e9
        words.append(f"--max-mult-adds {math.ceil(1e3 * smallest) / 1e3:g}")
    return " and ".join(words)


def _dry_run(
    space: SearchSpace, candidates: Sequence[Candidate], first: Sequence[int], settings: Any, *, as_json: bool
) -> int:
    labels = [candidates[index].label for index in first]
    if as_json:
        echo_json({"search": settings, "architectures": len(candidates), "first": labels})
        return 0
    click.echo(f"{space.name}: {len(candidates)} of {len(space.architectures)} architectures within the limits")
    click.echo("trained first:")
    for label in labels:
        click.echo(f"  {label}")
    return 0


def _print(report: Any, paths: Sequence[Path]) -> None:
    from srbench.search.report_files import HEADERS, row

    echo_table([row(line) for line in report.lines], HEADERS)
    for sentence in filter(None, (report.summary, report.foresight)):
        echo_text(sentence)
    echo_text(f"written: {', '.join(map(str, paths))}")


def _exit_code(outcome: SearchOutcome) -> int:
    """Return 1 if an evaluation failed or no architecture has a value, else 0; a diverged training is not a failure."""
    failed = [evaluated for evaluated in outcome.evaluated if evaluated.record.status == "failed"]
    for evaluated in failed:
        click.echo(f"error: {evaluated.candidate.label}: {evaluated.record.error}", err=True)
    return 1 if failed or outcome.best is None else 0
