"""Variants of a protocol with one or two changes, by which papers differ in how they measure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING, Any, get_args

from srbench.specs.protocol import Protocol, ResizeMode

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

LR_MODES: tuple[ResizeMode, ...] = get_args(ResizeMode)


@dataclass(frozen=True)
class Choice:
    """One option for one part of a protocol, such as RGB for the colour."""

    label: str
    fields: Mapping[str, Any]
    """Fields of `Protocol` that the option sets, with their values."""

    def chosen(self, protocol: Protocol) -> bool:
        """Return whether `protocol` uses this option."""
        return all(getattr(protocol, field) == value for field, value in self.fields.items())


PARTS: tuple[tuple[Choice, ...], ...] = (
    tuple(Choice(f"LR by {mode}", {"lr": mode}) for mode in LR_MODES),
    (Choice("SR rounded", {"quantise": "round"}), Choice("SR truncated", {"quantise": "truncate"})),
    (
        Choice("Y not rounded", {"colour": "y", "round_y": False}),
        Choice("Y rounded", {"colour": "y", "round_y": True}),
        Choice("full-range Y", {"colour": "y-full"}),
        Choice("RGB", {"colour": "rgb"}),
    ),
    (
        Choice("no border", {"crop_scale": 0.0, "crop_extra": 0}),
        Choice("border = scale", {"crop_scale": 1.0, "crop_extra": 0}),
        Choice("border = scale + 6", {"crop_scale": 1.0, "crop_extra": 6}),
    ),
    (Choice("mean over images", {"aggregate": "mean"}), Choice("pooled MSE", {"aggregate": "pooled"})),
)
"""Options in use by papers, by part of the protocol; a protocol uses at most one option of each part."""


@dataclass(frozen=True)
class Variant:
    """A protocol, and the changes that lead to it from the base protocol."""

    changes: tuple[Choice, ...]
    protocol: Protocol

    @property
    def label(self) -> str:
        """Labels of the changes, ``SR rounded, no border``; ``as it is`` without a change."""
        return ", ".join(change.label for change in self.changes) or "as it is"


def variants(base: Protocol, lr_modes: Collection[str] = LR_MODES, *, pooled: bool, pairs: bool) -> list[Variant]:
    """Return `base`, then every single change of it, then (with `pairs`) every two changes of different parts.

    Args:
        base: The protocol to change.
        lr_modes: Modes that LR may be changed to.
        pooled: Whether the aggregation may be changed (to or from the pooled MSE).
        pairs: Whether to add two changes at a time.
    """
    parts = [
        [choice for choice in part if not choice.chosen(base) and _allowed(choice, base, lr_modes, pooled=pooled)]
        for part in PARTS
    ]
    changes: list[tuple[Choice, ...]] = [(), *((choice,) for part in parts for choice in part)]
    if pairs:
        changes += [pair for one, other in combinations(parts, 2) for pair in product(one, other)]
    return [Variant(choices, _changed(base, choices)) for choices in changes]


def describe(protocol: Protocol) -> str:
    """Describe a protocol: ``LR by matlab-uint8, SR rounded, Y not rounded, border = scale, mean over images``."""
    grey = ["grey levels taken as Y"] if protocol.grey == "keep" else []
    return ", ".join([*(_described(part, protocol) for part in PARTS), *grey])


def _described(part: tuple[Choice, ...], protocol: Protocol) -> str:
    """Return the label of the option that a protocol uses for a part; its fields if it uses none of them."""
    settings = (f"{field} = {getattr(protocol, field)}" for field in part[0].fields)
    return next((choice.label for choice in part if choice.chosen(protocol)), ", ".join(settings))


def _allowed(choice: Choice, base: Protocol, lr_modes: Collection[str], *, pooled: bool) -> bool:
    if base.luma_lr and "colour" in choice.fields:  # only the luma is restored, so there is no colour to measure
        return False
    return choice.fields.get("lr") in {None, *lr_modes} and (pooled or "aggregate" not in choice.fields)


def _changed(base: Protocol, changes: tuple[Choice, ...]) -> Protocol:
    fields = {field: value for change in changes for field, value in change.fields.items()}
    return base.but(**fields) if fields else base
