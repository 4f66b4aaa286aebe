"""Kinds of tensors that are no weights of a network as they are, and the casts of those that are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.weights.candidates import BOOKKEEPING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor


def unusable(state: Mapping[str, Tensor]) -> str:
    """Return the fault of the first tensor that no network can take, and what to do; empty if there is none."""
    return next((f"{key} is {kind}" for key, tensor in state.items() if (kind := _kind(tensor))), "")


def wrong_kind(state: Mapping[str, Tensor], network: Mapping[str, Tensor]) -> str:
    """Return the first tensor of whole numbers where the network has fractions, or the reverse; empty if there is none.

    Args:
        state: State dict, under its own key names.
        network: Tensors of the network; where it has none of a name, it has fractions.
    """
    for key, tensor in state.items():
        ours = network.get(key)
        fractions = ours is None or ours.is_floating_point()
        if tensor.is_floating_point() != fractions and not BOOKKEEPING.fullmatch(key):
            expected = _name(ours) if ours is not None else "fractions"
            return (
                f"{key} is {_name(tensor)} where the network has {expected}: quantised or truncated weights; save the "
                "network as it was trained, or dequantise it first"
            )
    return ""


def mostly_whole(state: Mapping[str, Tensor]) -> str:
    """Return the refusal of a state dict most of whose tensors are whole numbers; empty for any other."""
    whole = {
        key: tensor
        for key, tensor in state.items()
        if not tensor.is_floating_point() and not BOOKKEEPING.fullmatch(key)
    }
    return wrong_kind(whole, {}) if 2 * len(whole) > len(state) else ""


def cast(state: Mapping[str, Tensor], network: Mapping[str, Tensor]) -> str:
    """Return the remark on fractions of another precision than the network's; empty if all have the network's.

    Args:
        state: State dict, under its own key names.
        network: Tensors of the network.
    """
    ours = {_name(tensor) for tensor in network.values() if tensor.is_floating_point()}
    theirs = {_name(tensor) for tensor in state.values() if tensor.is_floating_point()} - ours
    return f"{' and '.join(sorted(theirs))} cast to {' and '.join(sorted(ours))}" if theirs and ours else ""


def in_float32(tensor: Tensor) -> Tensor:
    """Return fractions as float32, in which converters compute; other tensors as they are."""
    return tensor.float() if tensor.is_floating_point() else tensor


def not_finite(state: Mapping[str, Tensor]) -> str:
    """Return the remark on tensors with NaN or infinite values; empty if there are none."""
    bad = [key for key, tensor in state.items() if tensor.is_floating_point() and not bool(tensor.isfinite().all())]
    return f"NaN or infinite values in {len(bad)} of {len(state)} tensors, the first is {bad[0]}" if bad else ""


def _kind(tensor: Tensor) -> str:
    import torch

    kinds = (
        (tensor.is_meta, "a meta tensor, a shape without values; save the network after its weights are loaded"),
        (tensor.is_nested, "a nested tensor; save dense tensors"),
        (tensor.layout != torch.strided, "a sparse tensor; save dense tensors: tensor.to_dense()"),
        (tensor.is_quantized, "a quantised tensor; save the network before it is quantised, or tensor.dequantize()"),
        (tensor.is_complex(), "a complex tensor, which no layer has; save real weights"),
        (
            tensor.is_floating_point() and tensor.element_size() == 1,
            "a float8 tensor, without the factors that belong to it; save the network in float16 or finer",
        ),
    )
    return next(
        (f"{text[: text.index(';')]} ({_name(tensor)}){text[text.index(';') :]}" for is_so, text in kinds if is_so), ""
    )


def _name(tensor: Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")
