"""Where checkpoint files are, and whether they are the right ones."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from srbench.errors import WeightsError
from srbench.storage.file_hashes import file_hash

if TYPE_CHECKING:
    from collections.abc import Iterable

    from srbench.specs.weights import WeightsSpec


def find_weights(spec: WeightsSpec, roots: Iterable[Path]) -> Path | None:
    """The file of `spec`: inside its plugin, else by name anywhere under ``weights/`` of `roots`; None where it isn't.

    Where several files have that name, the one with the right SHA-256 goes first.
    """
    if spec.resource:
        return _inside_package(spec)
    names = (spec.filename, *spec.copies)
    folders = [root / "weights" for root in roots]
    found = [path for name in names for folder in folders for path in sorted(folder.rglob(name)) if path.is_file()]
    if len(found) > 1:
        found.sort(key=lambda path: file_hash(path) != spec.known(path.name))
    return found[0] if found else None


def verify_weights(spec: WeightsSpec, path: Path) -> str:
    """The SHA-256 of `path`; raises `WeightsError` where it isn't that of `spec`. Cached by size and time of change."""
    found = file_hash(path)
    expected = spec.known(path.name)
    if expected and found != expected:
        raise WeightsError(
            f"{path}: not the file of {spec.name!r}: SHA-256 is {found}, expected {expected}; "
            "it is damaged or another version: remove it and get it again"
        )
    return found


def require_weights(spec: WeightsSpec, roots: Iterable[Path]) -> Path:
    """The verified file of `spec`; raises `WeightsError` that says where it was searched and how to get it."""
    roots = tuple(roots)
    path = find_weights(spec, roots)
    if path is None:
        searched = ", ".join(str(root / "weights") for root in roots)
        how = f"srbench data get {spec.name}" if spec.downloadable else f"from {spec.url}, by hand"
        raise WeightsError(f"{spec.name}: {spec.filename} not found in {searched}; get it: {how}")
    verify_weights(spec, path)
    return path


def _inside_package(spec: WeightsSpec) -> Path:
    package, _, inside = spec.resource.partition(":")
    path = Path(str(resources.files(package).joinpath(inside)))
    if not path.is_file():
        raise WeightsError(f"{spec.name}: {spec.resource} is missing from the installed package; install it again")
    return path
