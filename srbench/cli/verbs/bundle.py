"""``srbench bundle``: export trained weights as a small file for a plugin to ship, with a card of measured values."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from srbench.bench.one_off import measure_methods, plan_methods
from srbench.bench.planning.options import Options
from srbench.bench.planning.selection import Selection
from srbench.bench.resolve.ad_hoc_methods import AdHocMethods
from srbench.catalog import Catalog, load_catalog
from srbench.cli.execution import executor_of
from srbench.cli.exit_code import exit_code, report_failures
from srbench.cli.options import (
    data_option,
    datasets_option,
    device_option,
    json_option,
    metrics_option,
    protocol_option,
    scales_option,
)
from srbench.cli.output import echo_json
from srbench.cli.progress.measuring import progress_for
from srbench.cli.writing.output_files import check_output_file
from srbench.errors import DataError, UsageError
from srbench.hub.address import HubAddress
from srbench.hub.push import README, Repository
from srbench.inference.method import ResolvedMethod
from srbench.storage.atomic import output_folder
from srbench.storage.roots import data_roots

if TYPE_CHECKING:
    from srbench.bench.results.table_result import Result
    from srbench.training.storage.card import TrainingCard


@click.command("bundle")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
@datasets_option("Datasets to measure on: names, folders and patterns.", required=True)
@scales_option(required=True)
@metrics_option
@protocol_option
@device_option
@data_option
@click.option(
    "--push",
    "repo",
    metavar="ORG/REPO",
    default="",
    help="Push the pair to this repository on the Hugging Face Hub too, which is created if there is none.",
)
@click.option("--private", is_flag=True, help="Create that repository as a private one.")
@click.option("--dry-run", is_flag=True, help="Say what would be written and pushed; measure, write and send nothing.")
@json_option
def bundle(
    folder: Path,
    target: Path,
    datasets: tuple[str, ...],
    scales: tuple[float, ...],
    metrics: tuple[str, ...],
    protocol: str,
    device: str,
    data: tuple[Path, ...],
    repo: str,
    private: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Write the weights trained in FOLDER to TARGET (.safetensors, float16), and their card beside it.

    The card holds the recipe, the data, both budgets, and the values measured with TARGET itself. A plugin registers
    the pair with srbench.bundled_method. Metrics default to psnr,ssim.

    \b
      srbench bundle results/training/NAME weights/pcarn-m-l1.safetensors --datasets Set5,Set14 --scales 4
      srbench bundle results/training/NAME pcarn-m-l1.safetensors --datasets Set5 --scales 4 --push me/pcarn --dry-run
    """
    if target.suffix != ".safetensors":
        raise UsageError(f"{target}: not a .safetensors file; choose a name that ends with .safetensors")
    check_output_file("TARGET", target)
    check_output_file("TARGET", target.with_suffix(".json"))
    if private and not repo:
        raise UsageError("--private: is about the repository of --push; name one")
    repository = Repository.look(repo) if repo else None
    from srbench.training.storage.checkpoint import write_json
    from srbench.training.storage.export import write_half

    catalog = load_catalog()
    # an existing pair is replaced only after the measurement
    with output_folder(target.parent), TemporaryDirectory(dir=target.parent) as scratch:
        file = Path(scratch) / target.name
        card = write_half(folder, file)
        if dry_run:
            _print_dry_run(target, file.stat().st_size, repository, private=private, as_json=as_json)
            return 0
        method = _method(catalog, card, file)
        selection = Selection((), datasets, scales, metrics or ("psnr", "ssim"))
        result = _measure(catalog, method, selection, protocol or "standard", device, data, quiet=as_json)
        measured = [_card_entry(entry) for entry in result.as_objects() if entry["measured"] is not None]
        if not measured:
            raise DataError("; ".join(dict.fromkeys(entry.remarks for entry in result.entries)))
        file.replace(target)
    size = target.stat().st_size
    shipped = {"file": target.name, "sha256": method.weights_sha256, "bytes": size, "measured": measured}
    document = {**shipped, "trained": card.document}
    write_json(target.with_suffix(".json"), document)
    pushed = {"pushed": _push(repository, target, document, private=private)} if repository else {}
    if as_json:
        echo_json({"weights": str(target), "card": str(target.with_suffix(".json")), **document, **pushed})
    else:
        click.echo(f"written: {target} ({size} bytes), {target.with_suffix('.json')}")
        for entry in measured:
            click.echo(f"{entry['dataset']} x{entry['scale']:g} {entry['metric']}: {entry['value']:.4f}")
        for address in pushed.values():
            click.echo(f"pushed: {address}")
    report_failures(result)
    return exit_code([result])


def _print_dry_run(target: Path, size: int, repository: Repository | None, *, private: bool, as_json: bool) -> None:
    """Print what would be written and pushed."""
    card = target.with_suffix(".json")
    names = [target.name, card.name]
    document: dict[str, Any] = {"would_write": [str(target), str(card)], "bytes": size}
    lines = [f"would measure, and write: {target} ({size} bytes), {card}"]
    if repository:
        names += [] if repository.has_readme else [README]
        state = "there already" if repository.exists else f"new, {'private' if private else 'public'}"
        document["would_push"] = {"to": f"hf://{repository.name}", "files": names, "new": not repository.exists}
        lines.append(f"would push: {', '.join(names)} to hf://{repository.name} ({state})")
    if as_json:
        echo_json(document)
    else:
        click.echo("\n".join(lines))


def _push(repository: Repository, target: Path, document: dict[str, Any], *, private: bool) -> str:
    """Push weights, card and, where there is none, a page; return the address of the weights in that commit."""
    from srbench.cli.writing.model_card import model_card

    card = target.with_suffix(".json")
    files: dict[str, Path | bytes] = {target.name: target, card.name: card}
    if not repository.has_readme:
        files[README] = model_card(document, repository.name).encode()
    commit = repository.push(files, f"{target.name}, by srbench bundle", private=private)
    return str(HubAddress(repository.name, target.name, commit))


def _method(catalog: Catalog, card: TrainingCard, target: Path) -> ResolvedMethod:
    from srbench.storage.file_hashes import file_hash

    model = catalog.models.get(card.model)
    return ResolvedMethod(target.stem, model, weights=target, weights_sha256=file_hash(target), source="bundled")


def _measure(
    catalog: Catalog,
    method: ResolvedMethod,
    selection: Selection,
    protocol: str,
    device: str,
    data: tuple[Path, ...],
    *,
    quiet: bool,
) -> Result:
    options = Options(protocol=protocol, device=device)
    plan = plan_methods(AdHocMethods.of(catalog, [method]), method.name, selection, options, data_roots(data))
    with progress_for(plan.jobs, quiet=quiet) as events:
        return measure_methods(plan, executor_of(catalog, 1), events)


def _card_entry(entry: dict[str, Any]) -> dict[str, Any]:
    names = ("dataset", "scale", "metric", "protocol", "n_images")
    return {**{name: entry[name] for name in names}, "value": entry["measured"]}
