"""A network architecture, as a plugin declares it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from srbench.loading import load

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Component:
    """A part that a network is built from, for the arguments of another network (`ModelSpec.kwargs`).

    Its name and version identify it in the keys of records, so that its code may move.
    """

    name: str
    build: str
    """``"module:attribute"``, called with the arguments that the network around it passes on."""
    version: int = 1
    """Raised whenever its output changes."""

    def identity(self) -> dict[str, Any]:
        """Return what identifies it in keys."""
        return {"component": self.name, "version": self.version}

    def __call__(self, **kwargs: Any) -> Any:
        """Build the part. Raises as `srbench.loading.load`, and what the part itself raises."""
        return load(self.build)(**kwargs)


@dataclass(frozen=True)
class ModelSpec:
    """A network architecture: a ``torch.nn.Module`` with ``forward(lr, scale)``.

    `lr` is (B, 3, h, w) float32 RGB in [0, 1]; the result is (B, 3, round(h * scale), round(w * scale)) or a
    `srbench.Prediction`.
    """

    name: str
    build: str
    """``"module:attribute"``, called as ``build(**kwargs)`` where `joint`, else as ``build(scale=scale, **kwargs)``."""
    scales: tuple[float, ...] | None = None
    """The scales it can be built for; None: any real scale >= 1."""
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    joint: bool = False
    """One set of weights serves all of `scales`."""
    grey: Literal["expand", "keep"] = "expand"
    """What a grey image becomes: three equal channels, or (for plain interpolation) one."""
    receptive_radius: int | None = None
    """LR pixels that a tile must overlap so that tiled equals untiled (the receptive field's radius); None: unknown
    or global, and tiling is then an approximation that the record mentions."""
    version: int = 1
    """Raised whenever its output changes; part of a record's key."""
    equal_size: bool = False
    """It is for LR images of HR's size: ``forward(lr, scale)`` gives (B, 3, h, w), whatever `scale` is."""
    features: str = ""
    """Dotted name of the submodule whose first argument is the network's features, (B, C, h, w) at LR or at HR size:
    what a second branch can be built on. Empty: it exposes none."""
    resize_aware: bool = False
    """`build` also gets ``resize=protocol.lr``: an interpolation inverts with the imresize that made the LR image."""
    paper: str = ""
    summary: str = ""
    plugin: str = ""
    """Name of the registering plugin; set by the catalog."""
