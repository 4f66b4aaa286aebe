"""Buffers that are missing from a checkpoint, and follow from the network's configuration.

Window attention keeps index tables and masks as buffers. They are no weights: the network's constructor computes them.
Some authors leave them out of the files that they publish, and spandrel then neither recognises nor loads the file.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
from torch.nn.modules.module import register_module_buffer_registration_hook

from srbench import UsageError, WeightsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from torch import Tensor, nn

LEARNED = ("running_mean", "running_var", "num_batches_tracked")
"""Buffers of normalisation layers, which training computes and no configuration could replace."""
BIAS_TABLE, INDEX = "relative_position_bias_table", "relative_position_index"
OVERLAPPING = "overlap_attn"
DAT_BLOCK = "layers.0.blocks.0.attn"
DAT_SPLITS = {
    (18,): (8, 32),
    (6, 6, 6, 6, 6, 6): (8, 32),
}
"""Windows of DAT's released networks (height, width) by the number of blocks per group: DAT-light, and DAT (Chen et al.
2023, ICCV, Sec. 4.1). DAT-S and DAT-2 differ in their windows alone, so that these must be named."""
DAT_EXPANSION = {(18,): 2, (6, 6, 6, 6, 6, 6): 4}
"""Expansion of the feed-forward layers of the networks in `DAT_SPLITS`."""


@contextmanager
def computed_buffers(filled: list[str]) -> Iterator[None]:
    """Keep the buffers that constructors compute, where the state dict that is loaded in this context lacks them.

    Args:
        filled: Receives the names of the buffers that were kept.
    """

    def on_buffer(module: nn.Module, name: str, buffer: Tensor | None) -> None:
        if name in LEARNED or buffer is None:
            return

        def fill(owner: nn.Module, state: dict[str, Any], prefix: str, *_: object) -> None:
            kept = owner._buffers.get(name)  # noqa: SLF001 - `buffers()` has no names of this module's alone
            if kept is not None and prefix + name not in state and name not in owner._non_persistent_buffers_set:  # noqa: SLF001
                state[prefix + name] = kept
                filled.append(prefix + name)

        module.register_load_state_dict_pre_hook(fill)  # type: ignore[no-untyped-call]

    handle = register_module_buffer_registration_hook(on_buffer)
    try:
        yield
    finally:
        handle.remove()


def with_indices(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return `state` with the tables of relative positions that networks like SwinIR are recognised by.

    A bias table of (2 w - 1)^2 positions belongs to windows of w x w pixels (Swin Transformer: Liu et al. 2021, ICCV).
    """
    added = {}
    for key, table in _bias_tables(state).items():
        index = f"{key.removesuffix(BIAS_TABLE)}{INDEX}"
        if index not in state and (window := _window(table)):
            added[index] = relative_positions(window)
    return {**state, **added}


def with_shared_indices(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return `state` with the tables of relative positions that all layers of HAT or ATD share.

    HAT's overlapping attention has a table for windows of w x w pixels that look at windows of v x v, of (w + v - 1)^2
    positions (Chen et al. 2023, CVPR).
    """
    tables = _bias_tables(state)
    plain = [table for key, table in tables.items() if OVERLAPPING not in key]
    overlapping = [table for key, table in tables.items() if OVERLAPPING in key]
    if not plain or not (window := _window(plain[0])):
        return dict(state)
    added = {f"{INDEX}_SA": relative_positions(window)}
    if overlapping:
        wider = round(overlapping[0].shape[0] ** 0.5) - window + 1
        added[f"{INDEX}_OCA"] = overlapping_positions(window, wider)
    return {**added, **state}


def relative_positions(window: int) -> Tensor:
    """Return the index into the bias table of each two pixels of a window, (window^2, window^2)."""
    return _indices(_pixels(window)[:, :, None] - _pixels(window)[:, None, :] + window - 1, 2 * window - 1)


def overlapping_positions(window: int, wider: int) -> Tensor:
    """Return the index into the bias table of each pixel of a window with each pixel of the wider window around it.

    As in HAT's code, negative indices count from the last entry of the table.

    Args:
        window: Side of the window.
        wider: Side of the wider window.

    Returns:
        (window^2, wider^2).
    """
    steps = _pixels(wider)[:, None, :] - _pixels(window)[:, :, None]
    return _indices(steps + window - wider + 1, window + wider - 1)


def _pixels(window: int) -> Tensor:
    """Return the rows and columns of a window's pixels, (2, window^2)."""
    return torch.stack(torch.meshgrid(*[torch.arange(window)] * 2, indexing="ij")).flatten(1)


def _indices(steps: Tensor, length: int) -> Tensor:
    """Return indices into a table of `length` columns, of steps (2, n, m) down and to the right."""
    return steps[0] * length + steps[1]


def _bias_tables(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the tables of biases by relative position, by key."""
    return {key: table for key, table in state.items() if key.endswith(f".{BIAS_TABLE}")}


def _window(table: Tensor) -> int:
    """Return the side of the windows that a bias table belongs to; 0 if it fits no square window."""
    window = (round(table.shape[0] ** 0.5) + 1) // 2
    return window if (2 * window - 1) ** 2 == table.shape[0] else 0


def is_stripped_dat(state: Mapping[str, Tensor]) -> bool:
    """Return whether `state` is the state dict of a DAT without its buffers."""
    attention = f"{DAT_BLOCK}.attns.0"
    return (
        f"{attention}.pos.pos_proj.weight" in state
        and f"{DAT_BLOCK}.spatial_interaction.0.weight" in state
        and f"{attention}.rpe_biases" not in state
    )


def with_dat_windows(state: Mapping[str, Tensor], split_size: tuple[int, int] | None) -> dict[str, Tensor]:
    """Return the state dict of a DAT with the one buffer that spandrel reads the size of its windows from.

    Args:
        state: State dict without buffers.
        split_size: Height and width of the windows; None: those of the released network with this configuration.

    Raises:
        WeightsError: if `split_size` is None and the configuration is not that of a single released network.
        UsageError: if `split_size` is not a pair of positive whole numbers.
    """
    blocks = _blocks(state)
    expansion = state["layers.0.blocks.0.ffn.fc1.weight"].shape[0] / state["conv_first.weight"].shape[0]
    if split_size is None and expansion == DAT_EXPANSION.get(blocks):
        split_size = DAT_SPLITS[blocks]
    if split_size is None:
        raise WeightsError(
            f"a DAT whose buffers are stripped, with {', '.join(map(str, blocks))} blocks and expansion {expansion:g}: "
            "the size of its windows is not in the file; name it with --model-arg split_size=8,16 (DAT-S) or "
            "split_size=8,32 (DAT-2)"
        )
    sizes = split_size if isinstance(split_size, tuple) else ()
    if len(sizes) != 2 or not all(isinstance(side, int) and side > 0 for side in sizes):
        raise UsageError(f"--model-arg split_size={split_size}: write the height and width of a window, e.g. 8,32")
    ranges = [torch.arange(1 - side, side) for side in sizes]
    biases = torch.stack(torch.meshgrid(*ranges, indexing="ij")).flatten(1).transpose(0, 1).contiguous().float()
    return {**state, f"{DAT_BLOCK}.attns.0.rpe_biases": biases}


def _blocks(state: Mapping[str, Tensor]) -> tuple[int, ...]:
    """Return the number of blocks of each group of a DAT."""
    numbers: dict[int, int] = {}
    for key in state:
        parts = key.split(".")
        if parts[0] == "layers" and parts[2] == "blocks":
            numbers[int(parts[1])] = max(numbers.get(int(parts[1]), 0), int(parts[3]) + 1)
    return tuple(numbers[group] for group in sorted(numbers))
