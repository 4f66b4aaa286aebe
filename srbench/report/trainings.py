"""Learning curves of the trainings under an output folder, and the samples that they kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srbench.errors import DataError, SrbenchError, Unavailable
from srbench.imaging.image_io import read_image
from srbench.imaging.window import detailed_window
from srbench.report.images.crops import finite, whole_psnr
from srbench.report.images.encode import PageImages
from srbench.training.monitoring.curve import read_training_curve
from srbench.training.monitoring.samples import SampleFiles, sample_files
from srbench.training.storage.card import TrainingCard
from srbench.training.storage.names import CARD, CURVE, training_folders

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MOST_POINTS = 400
"""Largest number of points of a curve on the page; a longer one is thinned out evenly."""
PAGE_SIDE = 128
"""Largest side of a sample in the page, in pixels of HR; beside it they are shown as they were kept."""
PAGE_STEPS = 5
"""Largest number of validations of which the page holds a sample: the first, the last, and some between."""
PAGE_TRAININGS = 20
"""Largest number of trainings whose samples the page holds: those that ended last."""


def trainings(root: Path, images: PageImages | None = None) -> list[dict[str, Any]]:
    """Return the learning curve of each training in ``<root>/training``, as plain data, by name of its folder.

    If a curve is damaged, only the reason stands in its place; the other trainings are not affected.

    Args:
        root: Output folder.
        images: Place for the samples; None: the page. A folder beside the page gets all samples, the page
            `PAGE_STEPS` samples of one image.
    """
    folders = [folder for folder in training_folders(root) if (folder / CURVE).exists()]
    images = images or PageImages()
    newest = sorted(folders, key=lambda folder: (folder / CURVE).stat().st_mtime)[-PAGE_TRAININGS:]
    listed = []
    for folder in folders:
        document = _training(folder)
        kept = sample_files(folder)
        if images.folder or folder in newest:
            shown = kept if images.folder else kept[:1]
            document["samples"] = [_sample(files, f"training-{folder.name}", images) for files in shown]
        if len(document.get("samples", ())) < len(kept):
            document["more"] = str(folder / "samples")
        listed.append({key: value for key, value in document.items() if value not in ([], None)})
    return listed


def _training(folder: Path) -> dict[str, Any]:
    """Return the learning curve of a training as plain data, with its best PSNR and warnings once it is finished."""
    document: dict[str, Any] = {"name": folder.name, "series": {}, "steps": []}
    try:
        rows = thinned(read_training_curve(folder, ["step"], "a training"))
        document["steps"] = [int(row["step"]) for row in rows]
        names = [name for name in rows[0] if name != "step"]
        document["series"] = {name: [finite(float(row[name])) if row[name] else None for row in rows] for name in names}
    except Unavailable:
        pass  # no report yet
    except DataError as error:
        return {"name": folder.name, "problem": str(error)}
    except ValueError as error:
        return {"name": folder.name, "problem": f"{folder / CURVE}: not a learning curve ({type(error).__name__})"}
    try:
        card = TrainingCard.read(folder / CARD)
        document["best"] = card.best_psnr
        document["warnings"] = card.warnings
        document["finished"] = True
    except SrbenchError:
        document["finished"] = False
    return document


def thinned(rows: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Return about `MOST_POINTS` reports, evenly spread, and all others that have a validation PSNR."""
    interval = -(-len(rows) // MOST_POINTS) or 1
    last = len(rows) - 1
    return [row for index, row in enumerate(rows) if index % interval == 0 or row.get("psnr") or index == last]


def _sample(files: SampleFiles, name: str, images: PageImages) -> dict[str, Any]:
    """Return the samples of an image as plain data; if one cannot be read, the reason stands in their place."""
    try:
        hr = read_image(files.hr)
        part = detailed_window(hr, max(hr.shape) if images.folder else PAGE_SIDE)
        shown = files.steps if images.folder else _spread(files.steps, PAGE_STEPS)
        hr = hr[part.slices]
        steps = []
        for step, path in shown:
            sr = read_image(path)[part.slices]
            whole = finite(whole_psnr(sr, hr)) if sr.shape == hr.shape else None
            steps.append(
                {"step": step, "src": images.address(sr, f"{name}-{files.hr.parent.name}-{step}"), "psnr": whole}
            )
        address = images.address(hr, f"{name}-{files.hr.parent.name}-HR")
    except SrbenchError as error:
        return {"image": files.image, "problem": str(error)}
    return {
        "image": files.image,
        "hr": address,
        "width": hr.shape[1],
        "height": hr.shape[0],
        "steps": steps,
        "left": len(files.steps) - len(steps),
    }


def _spread(steps: Sequence[tuple[int, Path]], most: int) -> list[tuple[int, Path]]:
    """Return at most `most` steps: the first, the last, and some evenly between."""
    if len(steps) <= most:
        return list(steps)
    return [steps[round(number * (len(steps) - 1) / (most - 1))] for number in range(most)]
