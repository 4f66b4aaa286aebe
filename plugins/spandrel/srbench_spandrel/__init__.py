"""Checkpoints whose network spandrel finds: ESRGAN, SwinIR, HAT, ...; spandrel is an extra of srbench-spandrel."""

from __future__ import annotations

from srbench import CheckpointOpenerSpec, hookimpl

OPENER = CheckpointOpenerSpec(
    "spandrel",
    suffixes=(".pth", ".pt", ".ckpt", ".safetensors"),
    open="srbench_spandrel.opener:open_checkpoint",
    library=("spandrel",),
    install="srbench-spandrel[spandrel]",
    networks="srbench_spandrel.opener:networks",
    summary="network and scale found by spandrel",
)


@hookimpl
def srbench_checkpoint_openers() -> list[CheckpointOpenerSpec]:
    """Return the opener of checkpoints of PyTorch."""
    return [OPENER]
