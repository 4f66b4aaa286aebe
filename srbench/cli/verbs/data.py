"""``srbench data``: list, fetch, verify and locate datasets, weights and SR images."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import click

from srbench.bench.planning.name_lists import choose
from srbench.catalog import Catalog, load_catalog
from srbench.cli.options import data_option, json_option
from srbench.cli.output import echo_json, echo_table
from srbench.cli.process.pager import paged
from srbench.data.datasets.finder import DatasetFinder
from srbench.data.integrity.verify import BAD, Finding, check_weights, verify_dataset
from srbench.data.sr_images.folders import FOLDER, sr_folders
from srbench.data.sr_images.verify import overall, verify_sr_images
from srbench.errors import DataError, PluginError, UnknownName, WeightsError
from srbench.specs.dataset import DerivedDatasetSpec
from srbench.specs.images import ImagesSpec
from srbench.specs.weights import WeightsSpec
from srbench.storage.file_hashes import fresh_hashes
from srbench.storage.roots import cache_dir, data_roots
from srbench.weights.files import find_weights, require_weights

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from srbench.specs.dataset import DatasetSpec

    Known = DatasetSpec | WeightsSpec | ImagesSpec


@dataclass(frozen=True)
class InventoryLine:
    """State of one dataset, weights file or set of SR images on this machine."""

    name: str
    kind: str
    state: str
    detail: str
    images: int | None
    expected: int | None
    scales: tuple[float, ...]
    path: str

    @property
    def row(self) -> tuple[str, ...]:
        """The line of the table, in the order of `HEADERS`."""
        images = "" if self.images is None else f"{self.images}" + (f"/{self.expected}" if self.expected else "")
        return self.name, self.kind, images, " ".join(f"x{scale:g}" for scale in self.scales), self.state, self.path


HEADERS = ("name", "kind", "images", "scales", "state", "where")


@click.group()
def data() -> None:
    """List, get, verify and locate datasets, weights and SR images.

    They are searched in --data, SRBENCH_DATA and the cache: datasets as DIR/NAME or DIR/data/NAME, weights under
    DIR/weights, SR images that authors published as DIR/images/METHOD/DATASET/X4.
    """


@data.command("list")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@data_option
@json_option
def list_(names: tuple[str, ...], data: tuple[Path, ...], *, as_json: bool) -> None:
    """List known datasets, weights and SR images, or those that have one of the NAMEs (patterns: 'Set*').

    The list tells whether they are found, where, and whether they are complete.
    """
    catalog, roots = load_catalog(), data_roots(data)
    specs = _all_specs(catalog)
    if names:
        wanted = set(choose("dataset or weights", names, {spec.name for spec in specs}))
        specs = [spec for spec in specs if spec.name in wanted]
    _echo([_inventory(catalog, spec, roots, thorough=False) for spec in specs], as_json=as_json)


@data.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@data_option
@json_option
@click.pass_context
def get(ctx: click.Context, names: tuple[str, ...], data: tuple[Path, ...], *, as_json: bool) -> None:
    """Fetch datasets and weights into the cache unless they are found already, and verify them.

    SR images have to be downloaded by hand: the authors' page and the folder to put them into are printed.
    """
    from srbench.data.fetch.get import by_hand, get_dataset, get_weights

    catalog, roots = load_catalog(), data_roots(data)
    progress = sys.stderr.isatty() and not as_json
    entries = []
    for spec in [_named(catalog, name) for name in names]:
        if isinstance(spec, WeightsSpec):
            if find_weights(spec, roots) is None:
                get_weights(spec, cache_dir(), progress=progress)
        elif isinstance(spec, ImagesSpec):
            if not sr_folders(spec, roots):
                raise DataError(f"{spec.name}: can't be downloaded by a program; {by_hand(spec, cache_dir())}")
            click.echo(f"{spec.name}: for other sets, {by_hand(spec, cache_dir())}", err=True)
        else:
            for missing in _datasets_to_get(catalog, spec, roots):
                get_dataset(missing, cache_dir(), progress=progress)
        with fresh_hashes():
            entries.append(_inventory(catalog, spec, roots, thorough=True))
    _echo(entries, as_json=as_json)
    ctx.exit(_code(entries))


@data.command()
@click.argument("names", nargs=-1, metavar="[NAME...]")
@data_option
@json_option
@click.pass_context
def verify(ctx: click.Context, names: tuple[str, ...], data: tuple[Path, ...], *, as_json: bool) -> None:
    """Read every pixel of datasets and SR images and every byte of weights: of those named, or else of all found.

    Nothing is taken from the cache of hashes, which is made anew for what is read. The exit code is 1 if something is
    damaged, incomplete, missing or has unexpected content.
    """
    catalog, roots = load_catalog(), data_roots(data)
    specs = [_named(catalog, name) for name in names] or _all_specs(catalog)
    with fresh_hashes():
        entries = [_inventory(catalog, spec, roots, thorough=True) for spec in specs]
    if not names:
        entries = [entry for entry in entries if entry.state != "missing"]
    _echo(entries, as_json=as_json)
    ctx.exit(_code(entries))


@data.command()
@click.argument("name")
@data_option
@json_option
def path(name: str, data: tuple[Path, ...], *, as_json: bool) -> None:
    """Print the folder of a dataset (all folders of a derived one) or SR images, or the file of weights."""
    catalog, roots = load_catalog(), data_roots(data)
    spec = _named(catalog, name)
    if isinstance(spec, WeightsSpec):
        weights = require_weights(spec, roots)
        folders: tuple[Path, ...] = (weights,)
        document = {"path": str(weights)}
    elif isinstance(spec, ImagesSpec):
        folders = tuple(folder.path for folder in sr_folders(spec, roots))
        if not folders:
            raise DataError(
                f"{spec.name}: not found in {', '.join(map(str, roots))}; see: srbench data get {spec.name}"
            )
        document = {"path": str(folders[0])}
    else:
        dataset = DatasetFinder(roots, catalog.datasets).require(spec)
        folders, document = dataset.folders, {"path": str(dataset.root)}
        if dataset.derivation_text:
            document |= {"made": dataset.derivation_text}
    if as_json:
        echo_json({"name": spec.name, **document})
    else:
        click.echo("\n".join(map(str, folders)))


def _datasets_to_get(catalog: Catalog, spec: DatasetSpec, roots: Iterable[Path]) -> Iterable[DatasetSpec]:
    """Yield the datasets to fetch for `spec`: itself, or its sources, as far as they are not found or incomplete."""
    if isinstance(spec, DerivedDatasetSpec):
        for name in spec.sources:
            yield from _datasets_to_get(catalog, catalog.datasets.get(name), roots)
    elif (found := DatasetFinder(roots, catalog.datasets).find(spec)) is None or found.incomplete:
        yield spec


def _all_specs(catalog: Catalog) -> list[Known]:
    return [*catalog.datasets, *catalog.weights, *catalog.images]


def _named(catalog: Catalog, name: str) -> Known:
    if name in catalog.datasets:
        return catalog.datasets.get(name)
    if name in catalog.weights:
        return catalog.weights.get(name)
    if name in catalog.images:
        return catalog.images.get(name)
    raise UnknownName("dataset or weights", name, [spec.name for spec in _all_specs(catalog)])


def _inventory(catalog: Catalog, spec: Known, roots: Iterable[Path], *, thorough: bool) -> InventoryLine:
    if isinstance(spec, WeightsSpec):
        try:
            file = find_weights(spec, roots)
        except WeightsError as error:
            return InventoryLine(spec.name, "weights", "damaged", str(error), None, None, (), "")
        finding = check_weights(spec, file) if file else Finding("missing", f"srbench data get {spec.name}")
        return InventoryLine(spec.name, "weights", finding.state, finding.detail, None, None, (), str(file or ""))
    finder = DatasetFinder(roots, catalog.datasets)
    if isinstance(spec, ImagesSpec):
        return _images_inventory(spec, roots, finder, thorough=thorough)
    try:
        dataset = finder.find(spec)
    except (DataError, PluginError) as error:
        return InventoryLine(spec.name, "dataset", "damaged", str(error), None, spec.images, (), "")
    if dataset is None:
        missing = " ".join(finder.missing(spec))
        return InventoryLine(spec.name, "dataset", "missing", f"srbench data get {missing}", None, spec.images, (), "")
    finding = verify_dataset(dataset, thorough=thorough)
    count = len(dataset.images)
    root = ", ".join(str(folder) for folder in dataset.folders)
    return InventoryLine(spec.name, "dataset", finding.state, finding.detail, count, spec.images, dataset.scales, root)


def _images_inventory(
    spec: ImagesSpec, roots: Iterable[Path], finder: DatasetFinder, *, thorough: bool
) -> InventoryLine:
    found = verify_sr_images(spec, roots, finder, thorough=thorough)
    finding = overall(found)
    detail = finding.detail or f"srbench data get {spec.name}"
    images = sum(folder.images for folder in found) if found else None
    scales = tuple(sorted({folder.folder.scale for folder in found if folder.folder.scale}))
    where = ", ".join(str(folder.folder.path) for folder in found)
    return InventoryLine(spec.name, FOLDER, finding.state, detail, images, None, scales, where)


def _echo(entries: list[InventoryLine], *, as_json: bool) -> None:
    if as_json:
        echo_json([asdict(entry) for entry in entries])
        return
    with paged():
        echo_table([entry.row for entry in entries], HEADERS)
    for entry in entries:
        if entry.state in BAD - {"missing"}:
            click.echo(f"{entry.name}: {entry.detail}", err=True)


def _code(entries: Iterable[InventoryLine]) -> int:
    return int(any(entry.state in BAD for entry in entries))
