"""Openers of checkpoints, with which a plugin offers to find the network of a file by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from srbench.loading import load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True)
class CheckpointOpenerSpec:
    """A way to run a checkpoint without naming its network: a library finds it in the file."""

    name: str
    suffixes: tuple[str, ...]
    """Ends of the names of files that it opens, in lower case: ``(".pth", ".pt")``."""
    open: str
    """``"module:attribute"``, called as ``open(path, **arguments)`` with the user's arguments (``--model-arg``); it
    returns an `OpenedCheckpoint`, and raises `srbench.WeightsError` where the file is not for super-resolution or its
    network is not found."""
    library: tuple[str, ...] = ()
    """Names of distributions of which one does the work, such as ``onnxruntime`` or ``onnxruntime-gpu``. The version of
    the first that is installed is part of the keys of records; where none is, the opener is not called."""
    install: str = ""
    """Requirement for ``pip install`` where `library` is missing; empty: the first of `library`."""
    networks: str = ""
    """``"module:attribute"``, called without arguments; it returns the known networks as a mapping of name to summary,
    for ``srbench list models --plugin``. Empty: it takes a network of any kind."""
    version: int = 1
    """Version, raised whenever the output changes; part of the keys of records."""
    summary: str = ""
    plugin: str = ""
    """Name of the registering plugin; set by the catalog."""


@dataclass(frozen=True)
class OpenedCheckpoint:
    """A checkpoint whose network is known: plain data, from which any process builds it."""

    network: str
    """Name of the architecture, or of the file's format where that is all that is known."""
    scale: float
    build: str
    """``"module:attribute"``, called as ``build(path, **arguments)``; it returns a ``torch.nn.Module`` with its weights
    loaded, which is called as ``module(lr, scale)`` in the way of a `srbench.ModelSpec`, and pads where it must.

    A module whose attribute ``runs_in`` is the name of another library has no costs that PyTorch could count; its
    parameters are counted if it has an attribute ``parameter_count``. An attribute ``remarks``, texts, is added to the
    warnings of records.
    """
    arguments: Mapping[str, Any] = field(default_factory=dict)
    """Arguments of `build`: plain data, which is part of the keys of records."""
    tiling: Literal["yes", "discouraged", "no"] = "yes"
    """Whether an image may be cut into tiles. ``discouraged``: only if asked for, or if memory is short; ``no``: never,
    as the network does so by itself or looks at the whole image."""
    channels: int = 3
    """Channels that the network takes and returns: 3 for RGB, 1 for luma (``y`` of `ModelSpec.channels`), beside which
    srbench enlarges the chroma."""
    dtype: str = "float32"
    """Type of the numbers that the file holds."""
    files: tuple[Path, ...] = ()
    """Further files that belong to the checkpoint; their hashes are part of the keys of records."""
    licence: str = ""
    """Licence that the file states; empty: none."""
    remarks: tuple[str, ...] = ()
    """Remarks for readers of its numbers."""

    def module(self, path: Path) -> Any:
        """Return the network of the file `path`, with its weights."""
        return load(self.build)(path, **self.arguments)
