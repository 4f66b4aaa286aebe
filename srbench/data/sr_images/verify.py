"""Verification of SR images on disk: paired with their dataset if that is found, and compared with known copies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench.data.integrity.verify import Finding
from srbench.data.sr_images.folders import sr_folders
from srbench.errors import SrbenchError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from srbench.data.datasets.finder import DatasetFinder
    from srbench.data.sr_images.folders import SrFolder
    from srbench.specs.images import ImagesSpec


@dataclass(frozen=True)
class SrFolderFinding:
    """Result of verifying one folder of SR images."""

    folder: SrFolder
    images: int
    """Number of image files in the folder."""
    finding: Finding

    @property
    def label(self) -> str:
        """Dataset and scale, for people: ``Set5 x4``."""
        scale = self.folder.scale
        return self.folder.dataset + ("" if scale is None else f" x{scale:g}")


def verify_sr_images(
    spec: ImagesSpec, roots: Iterable[Path], finder: DatasetFinder, *, thorough: bool = True
) -> list[SrFolderFinding]:
    """Return the state of each folder of `spec`.

    Args:
        spec: The SR images.
        roots: Folders to search.
        finder: Finder of the datasets that the images belong to.
        thorough: Whether images without a known fingerprint are read too.
    """
    return [
        SrFolderFinding(folder, len(folder.images), _verify(spec, folder, finder, thorough=thorough))
        for folder in sr_folders(spec, roots)
    ]


def overall(findings: Sequence[SrFolderFinding]) -> Finding:
    """Return the worst state of all folders, with the folders that have it; ``missing`` if there are none."""
    severity = ("missing", "ok", "readable", "incomplete", "damaged", "differs")
    worst = max((folder.finding.state for folder in findings), key=severity.index, default=None)
    if worst is None:
        return Finding("missing")
    details = [f"{folder.label}: {folder.finding.detail}" for folder in findings if folder.finding.state == worst]
    return Finding(worst, "; ".join(details))


def _verify(spec: ImagesSpec, folder: SrFolder, finder: DatasetFinder, *, thorough: bool) -> Finding:
    from srbench.data.sr_images.image_set import fingerprint, open_sr_images  # imports NumPy

    try:
        dataset = finder.find(folder.dataset)
    except SrbenchError as error:
        return _verify_alone(spec, folder, finder, f"its dataset can't be used: {error}", thorough=thorough)
    if dataset is None:
        return _verify_alone(spec, folder, finder, "its dataset is not found", thorough=thorough)
    if folder.scale is None:
        return Finding("readable", "files of several scales in one folder, which no fingerprint is known of")
    known = spec.fingerprints.get((dataset.name, folder.scale))
    try:
        images = open_sr_images(spec, folder, dataset, folder.scale)
        actual = fingerprint(images.files) if known or thorough else ""
    except SrbenchError as error:
        return Finding("incomplete" if isinstance(error, Unavailable) else "damaged", str(error))
    if not known:
        return Finding("readable", "no fingerprint is known")
    return Finding("ok", "fingerprint") if actual == known else Finding("differs", "other pixels than the known copy")


def _verify_alone(spec: ImagesSpec, folder: SrFolder, finder: DatasetFinder, reason: str, *, thorough: bool) -> Finding:
    """Compare images with the known copy without their dataset, by the names of their files.

    Args:
        spec: The SR images.
        folder: Folder of these images.
        finder: Finder that knows the names of datasets.
        reason: Reason why there is no dataset to pair them with.
        thorough: Whether images without a known fingerprint are read too.
    """
    from srbench.data.sr_images.image_set import fingerprint, sr_names

    registry, name = finder.registry, folder.dataset
    if registry is not None and name in registry:
        name = registry.get(name).name
    scale = folder.scale
    known = spec.fingerprints.get((name, scale), "") if scale is not None else ""
    if not known and not thorough:
        return Finding("readable", f"{reason}, so nothing was compared")
    try:
        if scale is None:
            fingerprint({file.name: file for file in folder.images})
            return Finding("readable", f"{reason}, so nothing was compared")
        names = sr_names(folder, spec, scale)
        actual = fingerprint({names.shortest(file.stem): file for file in folder.images})
    except SrbenchError as error:
        return Finding("damaged", str(error))
    if not known:
        return Finding("readable", f"{reason}, so nothing was compared")
    if actual == known:
        return Finding("ok", "fingerprint")
    return Finding("differs", f"other pixels or names than the known copy ({reason})")
