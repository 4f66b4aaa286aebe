"""``srbench doctor``: report the state of the installation and the data it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from srbench.catalog import Catalog, load_catalog
from srbench.cli.options import data_option, json_option, out_option
from srbench.cli.output import echo_json, echo_text
from srbench.cli.process.pager import paged
from srbench.escape import visible
from srbench.storage.roots import data_roots

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.specs.weights import WeightsSpec


@click.command()
@click.option(
    "--measurable",
    is_flag=True,
    help="Count the printed numbers of all papers instead: measured, measurable here, with what is missing, or never.",
)
@data_option
@out_option("Folder with measured tables, for --measurable.")
@json_option
def doctor(measurable: bool, data: tuple[Path, ...], out: Path, as_json: bool) -> int:
    """Print versions, devices, data found and broken plugins.

    The exit code is 1 if a plugin is broken.
    """
    catalog = load_catalog()
    roots = data_roots(data)
    if measurable:
        from srbench.bench.measurable import printed_numbers
        from srbench.cli.measurable import print_measurable

        numbers = printed_numbers(catalog, roots, out)
        with paged():
            print_measurable(numbers, catalog, as_json=as_json)
        return _code(catalog)
    report: dict[str, Any] = {
        "versions": _versions(),
        "devices": _devices(),
        "data roots": {str(root): "found" if root.is_dir() else "not there" for root in roots},
        "datasets": _datasets(catalog, roots),
        "weights": _weights(catalog, roots),
        "plugins": {
            plugin.name: "ok" if plugin.ok else f"failed: {'; '.join(plugin.problems) or plugin.error}"
            for plugin in catalog.plugins.values()
        },
    }
    if as_json:
        echo_json(report)
    else:
        with paged():
            for title, lines in report.items():
                click.echo(title)
                for name, value in lines.items():
                    echo_text(visible(f"  {name}: {value}"))
    return _code(catalog)


def _code(catalog: Catalog) -> int:
    return 0 if all(plugin.ok for plugin in catalog.plugins.values()) else 1


def _versions() -> dict[str, str]:
    from srbench.provenance import versions

    return versions()


def _devices() -> dict[str, str]:
    import torch

    from srbench.device import device_name, device_words

    gpus = [f"cuda:{index}" for index in range(torch.cuda.device_count())]
    return {device: device_words(device_name(device)).partition(": ")[2] for device in ("cpu", *gpus)}


def _datasets(catalog: Catalog, roots: tuple[Path, ...]) -> dict[str, str]:
    from srbench.data.datasets.finder import DatasetFinder
    from srbench.errors import SrbenchError

    finder = DatasetFinder(roots, catalog.datasets)
    states = {}
    for spec in catalog.datasets:
        try:
            dataset = finder.find(spec)
        except SrbenchError as error:
            states[spec.name] = f"unusable: {error}"
            continue
        states[spec.name] = f"{len(dataset.images)} images in {dataset.root}" if dataset else "not found"
    return states


def _weights(catalog: Catalog, roots: tuple[Path, ...]) -> dict[str, str]:
    from srbench.errors import SrbenchError
    from srbench.weights.files import find_weights

    def found(spec: WeightsSpec) -> str:
        try:
            return str(find_weights(spec, roots) or "not found")
        except SrbenchError as error:
            return f"unusable: {error}"

    return {spec.name: found(spec) for spec in catalog.weights}
