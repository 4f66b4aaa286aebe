"""Images that a user wants on the page: which scenes there are, what is missing, and how large a part of each fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench.bench.resolve.resolver import Resolver
from srbench.errors import Unavailable, UsageError
from srbench.report.images.encode import PAGE_WINDOW
from srbench.report.images.scenes import make_scenes, measured_on, scene_groups

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Any

    from srbench.catalog import Catalog
    from srbench.report.images.encode import PageImages
    from srbench.report.images.scenes import SceneGroup
    from srbench.report.tables import ReportedTable


@dataclass(frozen=True)
class ImageRequest:
    """Images that the page is to show."""

    datasets: tuple[str, ...]
    """Names of datasets, at least one."""
    scales: tuple[float, ...]
    """Scales; empty: all that were measured."""
    most: int
    """Largest number of images of a dataset."""
    folders: tuple[Path, ...]
    """Folders that ``--save-images`` wrote."""
    make: bool
    """True if networks are run for the SR images that no folder in `folders` has."""


def requested_scenes(
    request: ImageRequest,
    tables: Sequence[ReportedTable],
    catalog: Catalog,
    roots: Sequence[Path],
    images: PageImages,
    on_progress: Callable[[str], None],
    on_remark: Callable[[str], None],
) -> list[dict[str, Any]]:
    """Return the scenes that the page shows, as plain data, with an address for each image.

    Args:
        request: The images to show.
        tables: The tables of the report.
        catalog: The catalog.
        roots: Folders with data and weights.
        images: The place of the images.
        on_progress: Called with what is about to be made, and after each SR image with its name.
        on_remark: Called with what a reader misses on the page, and why.

    Raises:
        UsageError: if the tables have no number of a dataset, or if SR images are in no folder and may not be made.
        UnknownName: if a dataset is not known.
        DataError: if a dataset is not found.
    """
    groups = _groups(request, tables, catalog, roots)
    absent = {shown.label for group in groups for shown in group.methods if not shown.available}
    if absent and request.make:
        on_remark(f"not made, as their weights are not at hand: {'; '.join(sorted(absent))}")
    missing = [(shown, image) for group in groups for shown, image in group.missing(request.folders)]
    if missing and not request.make:
        names = sorted({shown.label for shown, _ in missing})
        raise UsageError(
            f"{len(missing)} SR images of {', '.join(names)} are in no --images folder; add --make-images to make them"
        )
    if missing:
        seconds = sum(shown.seconds for shown, _ in missing)
        on_progress(f"making {len(missing)} SR images, about {max(1, round(seconds))} s as their records tell")
    try:
        lpips = Resolver(catalog, roots).metric(catalog.metrics.get("lpips"))
    except Unavailable as reason:
        on_remark(f"crops have no LPIPS: {reason}")
        lpips = None
    pictures = sum(group.pictures(request.folders) for group in groups)
    window = images.window(pictures)
    if window < PAGE_WINDOW:
        on_remark(f"{pictures} images: parts of {window} x {window} pixels fit the page; --site DIR shows whole ones")
    return [
        images.scene(scene)
        for group in groups
        for scene in make_scenes(group, request.folders, window, lpips, on_progress)
    ]


def _groups(
    request: ImageRequest, tables: Sequence[ReportedTable], catalog: Catalog, roots: Sequence[Path]
) -> list[SceneGroup]:
    """Return the images to show with their methods; every dataset of the request is among them."""
    groups = scene_groups(tables, catalog, roots, request.datasets, request.scales, request.most)
    datasets_with_numbers = {group.dataset.name for group in groups}
    if lost := [
        name
        for name in request.datasets
        if (catalog.datasets.get(name).name if name in catalog.datasets else name) not in datasets_with_numbers
    ]:
        where = "there at these scales" if request.scales else "there"
        raise UsageError(
            f"--datasets {','.join(lost)}: none of these tables has a measured number of images {where}; "
            f"choose from {', '.join(sorted(measured_on(tables))) or 'none'}"
        )
    return groups
