"""Checkpoints without a model: the network is found by an opener that a plugin brings."""

from __future__ import annotations

from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from srbench.errors import PluginError, SrbenchError, UsageError, WeightsError, one_line
from srbench.inference.method import ResolvedMethod
from srbench.loading import load
from srbench.specs.model import ModelSpec
from srbench.specs.opener import OpenedCheckpoint
from srbench.storage.file_hashes import file_hash

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from srbench.catalog import Catalog
    from srbench.specs.opener import CheckpointOpenerSpec

DISTRIBUTIONS = {".onnx": "srbench-onnx"}
"""Distributions of srbench that open a kind of file; any other kind is `SPANDREL`'s."""
SPANDREL = "srbench-spandrel"


def is_checkpoint(catalog: Catalog, path: Path) -> bool:
    """Return whether an opener of the catalog takes files with the suffix of `path`; the file need not exist."""
    return not path.is_dir() and bool(_openers(catalog, path))


def open_checkpoint(
    catalog: Catalog, path: Path, arguments: Mapping[str, Any], ensemble: tuple[str, ...] = ()
) -> ResolvedMethod:
    """Return the method that runs the checkpoint `path` with the network that an opener finds in it.

    Args:
        catalog: The catalog, whose openers are asked one after the other.
        path: The checkpoint.
        arguments: The user's arguments of the network.
        ensemble: Wrappers around the network, innermost first.

    Raises:
        WeightsError: if no opener is installed for such a file, if its library is missing, or if none finds a network.
        UsageError: if the only opener of such files does not take the user's arguments.
    """
    reasons = []
    for opener in _openers(catalog, path):
        try:
            return _method(opener, path, arguments, ensemble)
        except SrbenchError as reason:
            reasons.append(reason)
    if len(reasons) == 1:
        raise reasons[0]
    if reasons:
        raise WeightsError(f"{path}: no plugin opens it: {'; '.join(map(str, reasons))}")
    suffix = path.suffix.lower()
    raise WeightsError(
        f"{path}: no installed plugin finds the network of a {suffix or 'nameless kind of'} file; name its model with "
        f"--method, or install {DISTRIBUTIONS.get(suffix, SPANDREL)}"
    )


def _openers(catalog: Catalog, path: Path) -> list[CheckpointOpenerSpec]:
    return [opener for opener in catalog.openers if path.name.lower().endswith(opener.suffixes)]


def _method(
    opener: CheckpointOpenerSpec, path: Path, arguments: Mapping[str, Any], ensemble: tuple[str, ...]
) -> ResolvedMethod:
    library = library_version(opener, str(path))
    opened = _opened(opener, path, arguments)
    files = {file.name: file_hash(file) for file in opened.files}
    kwargs = {**opened.arguments, **({"library": library} if library else {}), **({"files": files} if files else {})}
    model = ModelSpec(
        opened.network,
        opened.build,
        scales=(float(opened.scale),),
        kwargs=kwargs,
        joint=True,
        channels="y" if opened.channels == 1 else "rgb",
        version=opener.version,
        plugin=opener.plugin,
        summary=opener.summary,
    )
    return ResolvedMethod(
        path.stem,
        model,
        weights=path,
        weights_sha256=file_hash(path),
        source="released",
        ensemble=ensemble,
        opened=opened,
    )


def library_version(opener: CheckpointOpenerSpec, subject: str) -> str:
    """Return ``name version`` of the opener's library; empty if it has none.

    Args:
        opener: The opener.
        subject: File or list that needs the library, for the error message.

    Raises:
        WeightsError: if the library is not installed.
    """
    if not opener.library:
        return ""
    for name in opener.library:
        with suppress(PackageNotFoundError):
            return f"{name} {version(name)}"
    raise WeightsError(
        f"{subject}: plugin {opener.plugin} needs {opener.library[0]}, which is not installed; "
        f"pip install '{opener.install or opener.library[0]}'"
    )


def known_networks(opener: CheckpointOpenerSpec) -> dict[str, str]:
    """Return the summaries of the networks that an opener knows, by name; empty if it takes any network.

    Raises:
        WeightsError: if its library is not installed.
        PluginError: if its code does not work.
    """
    if not opener.networks:
        return {}
    library_version(opener, f"networks of {opener.name}")
    try:
        return dict(load(opener.networks)())
    except Exception as error:  # a broken library may raise anything
        raise PluginError(f"networks of {opener.name}: not known ({one_line(error)[:200]})") from error


def _opened(opener: CheckpointOpenerSpec, path: Path, arguments: Mapping[str, Any]) -> OpenedCheckpoint:
    """Return the network that an opener finds in a checkpoint.

    Raises:
        UsageError: if the opener does not take the user's arguments.
        WeightsError: if it cannot open the file.
    """
    try:
        opened = load(opener.open)(path, **arguments)
    except SrbenchError:
        raise
    except TypeError as error:
        if arguments and "argument" in str(error):
            raise UsageError(f"--model-arg: {opener.name} does not take {', '.join(arguments)} ({error})") from error
        raise WeightsError(f"{path}: {opener.name} cannot open it ({one_line(error)})") from error
    except Exception as error:  # a library may raise anything about a file that it does not know
        raise WeightsError(f"{path}: {opener.name} cannot open it ({one_line(error)[:200]})") from error
    if not isinstance(opened, OpenedCheckpoint):
        raise WeightsError(f"{path}: {opener.open} returned a {type(opened).__name__}, not an OpenedCheckpoint")
    return opened
