"""``srbench search``: architectures chosen, trained and ranked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from srbench.catalog import load_catalog
from srbench.cli.execution import executor_of
from srbench.cli.options import data_option, device_option, jobs_option, json_option
from srbench.cli.output import echo_json, echo_table
from srbench.cli.progress.searching import search_progress
from srbench.errors import UsageError
from srbench.specs.recipe import PROFILES
from srbench.storage.roots import data_roots

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench.catalog import Catalog
    from srbench.search.search import Candidate, SearchOutcome
    from srbench.specs.search_space import SearchSpace


@click.command()
@click.option("--plugin", "plugin_name", default="", help="The plugin that has the space; unset: whichever has it.")
@click.option("--space", "space_name", required=True, help="The search space (of gpnas-ensemble: drn, rcan, ...).")
@click.option("--budget", type=click.IntRange(min=1), default=12, show_default=True, help="Architectures to train.")
@click.option(
    "--profile",
    type=click.Choice(PROFILES),
    default="quick",
    show_default=True,
    help="Budget of each training: demo, quick (<= 10 min, CPU), short (<= 20 min, GPU), paper.",
)
@click.option("--strategy", default="", help="Who chooses: gp, ei, random, ...  [default: the space's first]")
@click.option(
    "--batch",
    type=click.IntRange(min=1),
    default=2,
    show_default=True,
    help="Trained before the next are chosen; --jobs of them at a time.",
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the choice and of trainings."
)
@click.option("--max-params", type=click.FloatRange(min=0, min_open=True), default=None, help="Most parameters.")
@click.option(
    "--max-mult-adds",
    type=click.FloatRange(min=0, min_open=True),
    default=None,
    help="Most mult-adds, 1280 x 720, in 10^9.",
)
@click.option(
    "--max-latency",
    type=click.FloatRange(min=0, min_open=True),
    default=None,
    help="Most milliseconds, 1280 x 720, measured.",
)
@device_option
@jobs_option
@data_option
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("results"), show_default=True, help="Output folder."
)
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
    """Search a space of architectures: train some, and predict which of all is best.

    The report lies in OUT/<plugin>/search-SPACE-STRATEGY-PROFILE-SEED.{md,csv,png}. A search that was stopped goes on
    where it was with the same command; a larger --budget goes on too.

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

    name, build = space.strategy(strategy)
    mult_adds = None if max_mult_adds is None else 1e9 * max_mult_adds
    pick_device(device)
    candidates = _candidates(
        catalog, space, profile, seed, data_roots(data), out, device, Limits(max_params, mult_adds)
    )
    settings = {"space": space.name, "strategy": name, "profile": profile, "seed": seed, "batch": batch}
    settings |= {"max_params": max_params, "max_mult_adds": mult_adds, "max_latency": max_latency}
    chooser = load(build)([space.encode(one.architecture) for one in candidates], budget, seed)
    if dry_run:
        return _dry_run(space, candidates, chooser.ask(min(batch, budget)), settings, as_json=as_json)
    store = Store(out)
    store.prepare()
    identity = {**settings, "trainings": [one.evaluation.job.key for one in candidates]}
    if max_latency is not None:
        identity["device"] = device

    def fast_enough(one: Candidate) -> bool:
        return max_latency is None or latency(catalog, one.cost, one.label, device, store) <= max_latency

    with search_progress(budget, quiet=as_json) as events:
        outcome = Search(
            candidates,
            chooser,
            budget,
            batch,
            Journal.open(out / owner, space.name, identity),
            store,
            executor_of(catalog, jobs),
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
        raise UsageError(f"search space {name!r} is one of plugin {owner}, not of {plugin}")
    return space, owner


def _candidates(
    catalog: Catalog,
    space: SearchSpace,
    profile: str,
    seed: int,
    roots: tuple[Path, ...],
    out: Path,
    device: str,
    limits: Any,
) -> list[Candidate]:
    """The architectures within the limits on parameters and mult-adds."""
    from srbench.search.costs import Cost
    from srbench.search.evaluation import Evaluation, training_of
    from srbench.search.search import Candidate

    found = []
    for architecture in space.architectures:
        job = training_of(catalog, space, architecture, profile, seed)
        cost, label = Cost(job), space.label(architecture)
        if cost.within(limits):
            evaluation = Evaluation(f"{space.name} {label}", job, roots, out, device)
            found.append(Candidate(architecture, label, cost, evaluation))
    if not found:
        raise UsageError(
            f"none of the {len(space.architectures)} architectures of {space.name} is within the limits: raise "
            "--max-params or --max-mult-adds"
        )
    return found


def _dry_run(
    space: SearchSpace, candidates: Sequence[Candidate], first: Sequence[int], settings: Any, *, as_json: bool
) -> int:
    labels = [candidates[one].label for one in first]
    if as_json:
        echo_json({"search": settings, "architectures": len(candidates), "first": labels})
        return 0
    click.echo(f"{space.name}: {len(candidates)} of {len(space.architectures)} architectures within the limits")
    click.echo("trained first:")
    for one in labels:
        click.echo(f"  {one}")
    return 0


def _print(report: Any, paths: Sequence[Path]) -> None:
    from srbench.search.report_files import HEADERS, row

    echo_table([row(line) for line in report.lines], HEADERS)
    for sentence in filter(None, (report.said, report.foresight)):
        click.echo(sentence)
    click.echo(f"written: {', '.join(map(str, paths))}")


def _exit_code(outcome: SearchOutcome) -> int:
    """1 where an evaluation failed or nothing has a value; an architecture that diverged is a finding."""
    failed = [one for one in outcome.evaluated if one.record.status == "failed"]
    for one in failed:
        click.echo(f"error: {one.candidate.label}: {one.record.error}", err=True)
    return 1 if failed or outcome.best is None else 0
