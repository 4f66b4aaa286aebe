"""``srbench report``: one HTML page over the measured tables, with a leaderboard, images and trainings."""

from __future__ import annotations

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
    from collections.abc import Sequence
    from typing import Any

    from srbench.catalog import Catalog
    from srbench.registry import Plugin
    from srbench.report.images.encode import PageImages
    from srbench.report.page import ReportContent

PAGE = "index.html"


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
    folder = folder or setting("out")
    _check_results(folder)
    from srbench import __version__
    from srbench.report.explanations import Explanations
    from srbench.report.images.encode import PageImages
    from srbench.report.page import ReportContent
    from srbench.report.ranks.leaderboard import boards
    from srbench.report.ranks.rank_tables import rank_tables
    from srbench.report.tables import reported_tables
    from srbench.report.trainings import trainings

    catalog = load_catalog()
    papers = _papers(catalog, plugin_names)
    page = site / PAGE if site else out or Path("report.html")
    with writable_outputs([("--site" if site else "--out", page)], {"--site": site}):
        explanations, images, roots = Explanations(explained), PageImages(site), data_roots(data)
        tables = reported_tables(catalog, papers, Store(folder), roots, _tell)
        scenes = []
        if datasets:
            from srbench.report.images.request import ImageRequest, requested_scenes

            request = ImageRequest(datasets, scales, most_images, folders, make_images)
            scenes = requested_scenes(request, tables, catalog, roots, images, announcer(quiet=as_json), _tell)
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
        document = _write(page, content, catalog, images)
    if as_json:
        echo_json(document)
        return
    beside = f", {document['images']} images beside it" if site else ""
    click.echo(
        f"written: {page} ({document['bytes'] / 1e6:.1f} MB{beside}): "
        f"{document['measured']} measured numbers of {document['tables']} tables"
    )


def _write(page: Path, content: ReportContent, catalog: Catalog, images: PageImages) -> dict[str, Any]:
    """Write the page, and return what it holds in numbers."""
    from srbench.report.page import render_page

    write_atomically(page, render_page(content, catalog))
    for path in content.explanations.unused:
        _tell(f"--explained {path}: explains no measured number of these tables as it stands")
    return {
        "page": str(page),
        "bytes": page.stat().st_size,
        "images": len(images.written),
        "measured": sum(len(table.result.measured) for table in content.tables),
        "tables": len(content.tables),
    }


def _tell(words: str) -> None:
    click.echo(words, err=True)


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
