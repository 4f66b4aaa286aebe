"""``srbench report``: one HTML page over the measured tables, with a leaderboard, images and trainings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from srbench.catalog import load_catalog
from srbench.cli.options import data_option, datasets_option, many, scales_option
from srbench.errors import UsageError
from srbench.records.store import Store
from srbench.settings import setting
from srbench.storage.atomic import write_atomically
from srbench.storage.roots import data_roots

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from srbench.catalog import Catalog
    from srbench.registry import Plugin
    from srbench.report.images.encode import ImageFolder
    from srbench.report.tables import ReportedTable

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
    from srbench import __version__
    from srbench.report.images.encode import ImageFolder
    from srbench.report.ladders import Ladders
    from srbench.report.page import ReportContent, render_page
    from srbench.report.ranks.leaderboard import boards
    from srbench.report.ranks.rank_tables import rank_tables
    from srbench.report.tables import reported_tables
    from srbench.report.trainings import trainings

    folder = folder or setting("out")
    if not folder.is_dir():
        raise UsageError(f"{folder}: not a folder; name the output folder of srbench run")
    catalog, store, roots = load_catalog(), Store(folder), data_roots(data)
    tables = reported_tables(
        catalog, _papers(catalog, plugin_names), store, roots, lambda words: click.echo(words, err=True)
    )
    images = ImageFolder(site)
    scenes = (
        _scenes(tables, catalog, roots, datasets, scales, most_images, folders, images, make=make_images)
        if datasets
        else []
    )
    ladders = Ladders(explained)
    content = ReportContent(
        tables,
        boards(catalog, folder),
        rank_tables(tables),
        scenes,
        trainings(folder, images),
        ladders,
        __version__,
        site is not None,
    )
    page = site / PAGE if site else out or Path("report.html")
    write_atomically(page, render_page(content, catalog))
    for path in ladders.unused:
        click.echo(f"--explained {path}: explains no measured number of these tables as it stands", err=True)
    measured = sum(len(table.result.measured) for table in tables)
    size = page.stat().st_size / 1e6
    beside = f", {len(images.written)} images beside it" if site else ""
    click.echo(f"written: {page} ({size:.1f} MB{beside}): {measured} measured numbers of {len(tables)} tables")


def _papers(catalog: Catalog, names: Sequence[str]) -> list[Plugin]:
    if names:
        return [catalog.plugin(name) for name in names]
    return [plugin for plugin in catalog.plugins.values() if plugin.tables]


def _scenes(
    tables: Sequence[ReportedTable],
    catalog: Catalog,
    roots: Sequence[Path],
    datasets: Sequence[str],
    scales: Sequence[float],
    most: int,
    folders: Sequence[Path],
    images: ImageFolder,
    *,
    make: bool,
) -> list[dict[str, Any]]:
    from srbench.bench.resolve.resolver import Resolver
    from srbench.errors import Unavailable
    from srbench.report.images.encode import PAGE_WINDOW
    from srbench.report.images.scenes import make_scenes, measured_on, wanted_images

    wanted = wanted_images(tables, catalog, roots, datasets, scales, most)
    found = {place.dataset.name for place in wanted}
    if lost := [
        name
        for name in datasets
        if (catalog.datasets.get(name).name if name in catalog.datasets else name) not in found
    ]:
        raise UsageError(
            f"--datasets {','.join(lost)}: none of these tables has a measured number of images there"
            f"{' at these scales' if scales else ''}; choose from {', '.join(sorted(measured_on(tables))) or 'none'}"
        )
    missing = [(place, shown, image) for place in wanted for shown, image in place.missing(folders)]
    absent = {shown.label for place in wanted for shown in place.shown if not shown.at_hand}
    if absent and make:
        click.echo(f"not made, as their weights are not at hand: {'; '.join(sorted(absent))}", err=True)
    if missing and not make:
        names = sorted({shown.label for _, shown, _ in missing})
        raise UsageError(
            f"{len(missing)} SR images of {', '.join(names)} are in no --images folder; add --make-images to make them"
        )
    if missing:
        seconds = sum(shown.seconds for _, shown, _ in missing)
        click.echo(f"making {len(missing)} SR images, about {max(1, round(seconds))} s as their records tell", err=True)
    try:
        lpips = Resolver(catalog, roots).metric(catalog.metrics.get("lpips"))
    except Unavailable as reason:
        click.echo(f"crops have no LPIPS: {reason}", err=True)
        lpips = None
    pictures = sum(len(place.images) * (len(place.shown) + 1) for place in wanted)
    window = images.window(pictures)
    if window < PAGE_WINDOW:
        click.echo(
            f"{pictures} images: parts of {window} x {window} pixels fit the page; --site DIR shows whole ones",
            err=True,
        )
    return [
        images.scene(scene)
        for place in wanted
        for scene in make_scenes(place, folders, window, lpips, lambda words: click.echo(words, err=True))
    ]
