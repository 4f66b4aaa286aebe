"""Finding checkpoint files, and verifying them by SHA-256."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from srbench.errors import WeightsError
from srbench.storage.canonical_hash import canonical_hash
from srbench.storage.file_hashes import file_hash

if TYPE_CHECKING:
    from collections.abc import Iterable

    from srbench.specs.weights import WeightsSpec


def find_weights(spec: WeightsSpec, roots: Iterable[Path]) -> Path | None:
    """Return the file of `spec`: inside its plugin, else by name anywhere under ``weights/`` of `roots`; else None.

    If several files have that name, one with the right SHA-256 is preferred.

    Raises:
        WeightsError: if a file that ships inside a plugin is missing.
    """
    if spec.resource:
        return _inside_package(spec)
    names = (spec.filename, *spec.copies)
    folders = [root / "weights" for root in roots]
    paths = [path for name in names for folder in folders for path in sorted(folder.rglob(name)) if path.is_file()]
    if len(paths) > 1:
        paths.sort(key=lambda path: not file_hash(path).startswith(spec.known(path.name) or "none"))
    return paths[0] if paths else None


def verify_weights(spec: WeightsSpec, path: Path) -> str:
    """Return the SHA-256 of `path`, cached while its size and modification time stay the same.

    That of weights in several files (``spec.parts``) is the SHA-256 of the hashes of all.

    Raises:
        WeightsError: if it is not that of `spec`, or a file beside it is missing or another one.
    """
    own = _verified(spec, path, spec.known(path.name))
    if not spec.parts or path.name != spec.filename:
        return own
    parts = {name: _verified(spec, path.with_name(name), sha256) for name, sha256 in spec.parts.items()}
    return canonical_hash({path.name: own, **parts})


def published_hash(spec: WeightsSpec) -> str:
    """Return the hash that `verify_weights` gives the published file or files of `spec`; empty if it is not known."""
    if not spec.parts or not spec.sha256:
        return spec.sha256
    return canonical_hash({spec.filename: spec.sha256, **spec.parts})


def _verified(spec: WeightsSpec, path: Path, expected: str) -> str:
    """Return the SHA-256 of `path`.

    Raises:
        WeightsError: if it is missing, or its SHA-256 is not `expected`.
    """
    if not path.is_file():
        raise WeightsError(f"{path}: a file of {spec.name!r} is missing; get it as well: srbench data get {spec.name}")
    actual = file_hash(path)
    if not actual.startswith(expected):
        start = "" if len(expected) == len(actual) else ", of which only the start is published"
        raise WeightsError(
            f"{path}: not the file of {spec.name!r}: SHA-256 is {actual}, expected {expected}{start}; "
            "it is damaged or another version; remove it and get it again"
        )
    return actual


def require_weights(spec: WeightsSpec, roots: Iterable[Path]) -> Path:
    """Return the verified file of `spec`.

    Raises:
        WeightsError: if it is missing or another file; the message says where it was searched and how to get it.
    """
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
    try:
        path = Path(str(resources.files(package).joinpath(inside)))
    except (ImportError, TypeError, ValueError) as error:
        raise WeightsError(f"{spec.name}: package {package} of {spec.resource} is not found ({error})") from error
    if not path.is_file():
        raise WeightsError(f"{spec.name}: {spec.resource} is missing from the installed package; install it again")
    return path
