"""``srbench report``: one HTML page over the measured tables, with a leaderboard, images and trainings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from srbench.catalog import load_catalog
from srbench.cli.options import data_option, datasets_option, json_option, many, scales_option
from srbench.cli.output import echo_json
from srbench.cli.progress.training import announcer
from srbench.cli.writing.output_files import writable_outputs
from srbench.errors import UsageError
from srbench.records.store import Store
from srbench.settings import setting
from srbench.storage.atomic import write_atomically
from srbench.storage.roots import data_roots
from srbench.training.storage.names import CURVE, training_folders

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from srbench.catalog import Catalog
    from srbench.registry import Plugin
    from srbench.report.explanations import Explanations
    from srbench.report.images.encode import ImageFolder
    from srbench.report.tables import ReportedTable

PAGE = "index.html"


@dataclass(frozen=True)
class ImageWish:
    """Images that the page is to show."""

    datasets: tuple[str, ...]
    scales: tuple[float, ...]
    """Scales; empty: all that were measured."""
    most: int
    """Largest number of images of a dataset."""
    folders: tuple[Path, ...]
    """Folders that ``--save-images`` wrote."""
    make: bool
    """Whether SR images that no folder holds are made by running the networks."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@many("--plugin", "plugin_names", help="Only these papers.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), default=None, help="The page.  [default: report.html]"
)
@click.option(
    "--site",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="Folder for the page and full-size images beside it, in place of one file.",
)
@datasets_option("Show images of these datasets: HR, LR and SR of all methods measured on them.")
@scales_option("Scales of these images; all that were measured by default.")
@click.option("--most-images", type=click.IntRange(min=1), default=5, show_default=True, help="Images of each dataset.")
@click.option(
    "--images",
    "folders",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    multiple=True,
    help="Folder that --save-images wrote. Repeatable.",
)
@click.option("--make-images", is_flag=True, help="Make the SR images that no --images folder holds.")
@click.option(
    "--explained",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    help="Document of srbench explain --json, shown with the number that it explains. Repeatable.",
)
@data_option
@json_option
def report(
    folder: Path | None,
    plugin_names: tuple[str, ...],
    out: Path | None,
    site: Path | None,
    datasets: tuple[str, ...],
    scales: tuple[float, ...],
    most_images: int,
    folders: tuple[Path, ...],
    make_images: bool,
    explained: tuple[Path, ...],
    data: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Write a page over all measured tables of FOLDER (default: results) that opens in any browser, without a network.

    It shows what was reproduced and what differs, each number with what it rests on, a leaderboard over all papers,
    learning curves, and images if --datasets names some.

    \b
      srbench report
      srbench report --datasets Set5 --scales 4 --make-images
      srbench report --site page --datasets Set14 --images sr-images
    """
    if out and site:
        raise UsageError("--out and --site: a page in one file, or a folder with images beside it; choose one of them")
    if (scales or folders or make_images) and not datasets:
        raise UsageError("--scales, --images and --make-images choose images of datasets; name some with --datasets")
    from srbench.report.explanations import Explanations

    folder = folder or setting("out")
    _check_results(folder)
    catalog = load_catalog()
    papers = _papers(catalog, plugin_names)
    page = site / PAGE if site else out or Path("report.html")
    with writable_outputs([("--site" if site else "--out", page)], {"--site": site}):
        wish = ImageWish(datasets, scales, most_images, folders, make_images)
        document = _write(
            page, site, catalog, papers, folder, data_roots(data), wish, Explanations(explained), quiet=as_json
        )
    if as_json:
        echo_json(document)
        return
    beside = f", {document['images']} images beside it" if site else ""
    click.echo(
        f"written: {page} ({document['bytes'] / 1e6:.1f} MB{beside}): "
        f"{document['measured']} measured numbers of {document['tables']} tables"
    )


def _write(
    page: Path,
    site: Path | None,
    catalog: Catalog,
    papers: list[Plugin],
    folder: Path,
    roots: Sequence[Path],
    wish: ImageWish,
    explanations: Explanations,
    *,
    quiet: bool,
) -> dict[str, Any]:
    """Write the page, and return what it holds in numbers."""
    from srbench import __version__
    from srbench.report.images.encode import ImageFolder
    from srbench.report.page import ReportContent, render_page
    from srbench.report.ranks.leaderboard import boards
    from srbench.report.ranks.rank_tables import rank_tables
    from srbench.report.tables import reported_tables
    from srbench.report.trainings import trainings

    tables = reported_tables(catalog, papers, Store(folder), roots, lambda words: click.echo(words, err=True))
    images = ImageFolder(site)
    scenes = _scenes(tables, catalog, roots, wish, images, announcer(quiet=quiet)) if wish.datasets else []
    content = ReportContent(
        tables,
        boards(catalog, folder),
        rank_tables(tables),
        scenes,
        trainings(folder, images),
        explanations,
        __version__,
        site is not None,
    )
    write_atomically(page, render_page(content, catalog))
    for path in explanations.unused:
        click.echo(f"--explained {path}: explains no measured number of these tables as it stands", err=True)
    measured = sum(len(table.result.measured) for table in tables)
    return {
        "page": str(page),
        "bytes": page.stat().st_size,
        "images": len(images.written),
        "measured": measured,
        "tables": len(tables),
    }


def _check_results(folder: Path) -> None:
    if not folder.is_dir():
        raise UsageError(f"{folder}: not a folder; name the output folder of srbench run")
    trained = any((path / CURVE).exists() for path in training_folders(folder))
    if not trained and not any(Store(folder).records.glob("??/*.json")):
        raise UsageError(
            f"{folder}: holds no measured numbers and no trainings; name the output folder of srbench run or train"
        )


def _papers(catalog: Catalog, names: Sequence[str]) -> list[Plugin]:
    if names:
        return [catalog.plugin(name) for name in names]
    return [plugin for plugin in catalog.plugins.values() if plugin.tables]


def _scenes(
    tables: Sequence[ReportedTable],
    catalog: Catalog,
    roots: Sequence[Path],
    wish: ImageWish,
    images: ImageFolder,
    on_image: Callable[[str], None],
) -> list[dict[str, Any]]:
    from srbench.bench.resolve.resolver import Resolver
    from srbench.errors import Unavailable
    from srbench.report.images.encode import PAGE_WINDOW
    from srbench.report.images.scenes import make_scenes, measured_on, scene_groups

    groups = scene_groups(tables, catalog, roots, wish.datasets, wish.scales, wish.most)
    datasets_with_numbers = {group.dataset.name for group in groups}
    if lost := [
        name
        for name in wish.datasets
        if (catalog.datasets.get(name).name if name in catalog.datasets else name) not in datasets_with_numbers
    ]:
        where = "there at these scales" if wish.scales else "there"
        raise UsageError(
            f"--datasets {','.join(lost)}: none of these tables has a measured number of images {where}; "
            f"choose from {', '.join(sorted(measured_on(tables))) or 'none'}"
        )
    missing = [(shown, image) for group in groups for shown, image in group.missing(wish.folders)]
    absent = {shown.label for group in groups for shown in group.methods if not shown.available}
    if absent and wish.make:
        click.echo(f"not made, as their weights are not at hand: {'; '.join(sorted(absent))}", err=True)
    if missing and not wish.make:
        names = sorted({shown.label for shown, _ in missing})
        raise UsageError(
            f"{len(missing)} SR images of {', '.join(names)} are in no --images folder; add --make-images to make them"
        )
    if missing:
        seconds = sum(shown.seconds for shown, _ in missing)
        on_image(f"making {len(missing)} SR images, about {max(1, round(seconds))} s as their records tell")
    try:
        lpips = Resolver(catalog, roots).metric(catalog.metrics.get("lpips"))
    except Unavailable as reason:
        click.echo(f"crops have no LPIPS: {reason}", err=True)
        lpips = None
    pictures = sum(group.pictures(wish.folders) for group in groups)
    window = images.window(pictures)
    if window < PAGE_WINDOW:
        click.echo(
            f"{pictures} images: parts of {window} x {window} pixels fit the page; --site DIR shows whole ones",
            err=True,
        )
    return [
        images.scene(scene) for group in groups for scene in make_scenes(group, wish.folders, window, lpips, on_image)
    ]
