"""Discriminators, and the turns in which they are trained. Plain values; nothing here imports numpy or torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Player = Literal["network", "adversary"]
AdversarialLoss = Literal["bce", "relativistic"]


@dataclass(frozen=True)
class Turn:
    """A turn of adversarial training: which networks are updated, and for how long."""

    players: tuple[Player, ...]
    """Networks that are updated: ``network`` (the generator), ``adversary`` (the discriminator), or both."""
    length: float
    """Duration, in `unit`."""
    unit: Literal["step", "epoch", "share"] = "step"
    """Unit of `length`. ``share`` is a share of the phase's steps, which a cut budget keeps. An epoch is one pass over
    as many patches as there are training images."""


@dataclass(frozen=True)
class Adversary:
    """A discriminator trained together with the network.

    `build` returns a module that maps (B, 3, H, W) RGB in [0, 1] to logits, or to a list of logits whose losses are
    added up (a multi-scale discriminator).
    """

    name: str
    """Name that identifies the discriminator within its plugin."""
    build: str
    """``"module:attribute"``, called with `kwargs`."""
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    loss: AdversarialLoss = "bce"
    """Adversarial loss. ``bce``: the non-saturating form of Goodfellow et al. 2014; ``relativistic``: relativistic
    average, as in ESRGAN."""
    weight: float = 1.0
    learning_rate: float | None = None
    """Learning rate of the discriminator; None: that of the network."""
    turns: tuple[Turn, ...] = ()
    """Turns that are repeated in order; empty: both networks are updated in every step."""
    version: int = 1
    """Version, raised whenever the output changes; part of the keys of trainings."""
