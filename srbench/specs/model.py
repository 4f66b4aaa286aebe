"""Network architectures, as a plugin declares them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from srbench.errors import UsageError
from srbench.loading import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True)
class Component:
    """A part of a network, passed as an argument of another network (`ModelSpec.kwargs`).

    Its name and version identify it in the keys of records, so its code may move.
    """

    name: str
    build: str
    """``"module:attribute"``, called with the arguments that the enclosing network passes on."""
    version: int = 1
    """Version, raised whenever the output changes."""

    def identity(self) -> dict[str, Any]:
        """Return the data that identifies the component in keys."""
        return {"component": self.name, "version": self.version}

    def __call__(self, **kwargs: Any) -> Any:
        """Build the component; errors are those of `srbench.loading.load` and of the component itself."""
        return load(self.build)(**kwargs)


Channels = Literal["rgb", "y", "y-full"]
"""Channels that a network takes and returns: RGB; luma as in MATLAB's ``rgb2ycbcr``, [16, 235] / 255; or luma as in
JPEG, [0, 1]."""


@dataclass(frozen=True)
class KeyLayout:
    """A layout in which checkpoints of a network are published, other than the network's own key names.

    Any file in it loads into the network, whatever its name: the authors' file, or one that was fine-tuned from it.
    """

    name: str
    """Code base that writes it, ``nmhkahn/CARN-pytorch``, as records and messages name it."""
    convert: str
    """``"module:attribute"`` of a function that maps a state dict in this layout to the network's key names, without
    prefixes and counters; it raises `srbench.WeightsError` for any other."""


@dataclass(frozen=True)
class ModelSpec:
    """A network architecture: a ``torch.nn.Module`` with ``forward(lr, scale)``.

    `lr` is (B, 3, h, w) float32 RGB in [0, 1]; the result is (B, 3, round(h * scale), round(w * scale)) or a
    `srbench.Prediction`; of a list or tuple, the last is taken, and of a dict what is under ``sr`` or ``out``. `scale`
    is passed to a second parameter that is required, and to one that is named ``scale``.
    """

    name: str
    build: str
    """``"module:attribute"``, called as ``build(**kwargs)`` if `joint`, else as ``build(scale=scale, **kwargs)``."""
    scales: tuple[float, ...] | None = None
    """Scales that the network can be built for; None: any real scale >= 1."""
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    """Arguments of `build`: plain data, or a `Component` for code."""
    joint: bool = False
    """Whether one set of weights serves all of `scales`."""
    grey: Literal["expand", "keep"] = "expand"
    """Treatment of grey images: expanded to three equal channels, or (for plain interpolation) kept as one where the
    protocol keeps them, and by ``srbench upscale``."""
    channels: Channels = "rgb"
    """Channels that the network takes and returns. With ``y`` and ``y-full``, `lr` is (B, 1, h, w) luma, and srbench
    interpolates chroma."""
    receptive_radius: int | None = None
    """Radius of the receptive field in LR pixels, by which tiles must overlap for tiled output to equal untiled output;
    None: unknown or global, so that tiling is an approximation, which the record mentions."""
    version: int = 1
    """Version, raised whenever the output changes; part of the keys of records."""
    equal_size: bool = False
    """Whether the network is for LR images of HR's size: ``forward(lr, scale)`` returns (B, 3, h, w) at every
    `scale`."""
    features: str = ""
    """Dotted name of the submodule whose first argument is the network's features, (B, C, h, w) at LR or HR size, on
    which a second branch can be built; empty: none."""
    resize_aware: bool = False
    """Whether `build` also gets ``resize=protocol.lr``, so that an interpolation can use the same imresize that made
    the LR image."""
    layouts: tuple[KeyLayout, ...] = ()
    """Layouts of checkpoints that the network is known in; they are tried on files that its own key names don't fit."""
    paper: str = ""
    summary: str = ""
    plugin: str = ""
    """Name of the registering plugin; set by the catalog."""


def scales_text(scales: Iterable[float]) -> str:
    """Return scales for people: ``x2, x3, x2.5``."""
    return ", ".join(f"x{scale:g}" for scale in scales)


def parse_scale(text: str) -> float:
    """Return the scale that `text` denotes: ``4``, ``x4`` or ``2.5``.

    Raises:
        UsageError: if it is not a finite number of at least 1.
    """
    try:
        scale = float(text.strip().lower().lstrip("x×"))
    except ValueError:
        raise UsageError(f"scale {text!r} is not a number; write 4, x4 or 2.5") from None
    if not math.isfinite(scale):
        raise UsageError(f"scale {text} is not a finite number; write 4, x4 or 2.5")
    if scale < 1:
        raise UsageError(f"scale {text} is below 1: super-resolution enlarges")
    return scale
