"""Description of a checkpoint for srbench, and refusal of networks that are not for super-resolution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from srbench import OpenedCheckpoint, UsageError, WeightsError

if TYPE_CHECKING:
    from pathlib import Path

    from srbench_spandrel.detection import Found

TILING: dict[str, Literal["yes", "discouraged", "no"]] = {
    "SUPPORTED": "yes",
    "DISCOURAGED": "discouraged",
    "INTERNAL": "no",
}
"""Values of `OpenedCheckpoint.tiling` by spandrel's hint."""
OTHER_TASKS = {
    "FaceSR": "restores aligned faces of one size",
    "Inpainting": "fills holes that a mask marks",
    "Restoration": "restores an image at its own size (denoising, deblurring, JPEG artefacts, ...)",
}
"""Tasks of networks that are not for super-resolution, in words, by spandrel's purpose."""
DTYPES = ("float32", "float16", "bfloat16")
"""Types that a network can be asked to compute in, the usual one first."""


def networks() -> dict[str, str]:
    """Return the architectures that the installed spandrel knows: their names, with spandrel's version, by id."""
    import spandrel

    known = [support.architecture for support in spandrel.MAIN_REGISTRY]
    return {
        architecture.id: f"{architecture.name}, as spandrel {spandrel.__version__} has it"
        for architecture in sorted(known, key=lambda architecture: architecture.id.casefold())
    }


def open_checkpoint(path: Path, *, dtype: str = DTYPES[0], split_size: Any = None) -> OpenedCheckpoint:
    """Return the description of the network that spandrel finds in the file `path`.

    Args:
        path: The checkpoint.
        dtype: Type that the network computes in: float32, float16 or bfloat16.
        split_size: Height and width of the windows of a DAT whose buffers are stripped.

    Raises:
        WeightsError: if the file is damaged, if spandrel knows no such network, or if it is not for super-resolution.
        UsageError: if the network cannot compute in `dtype`.
    """
    from srbench_spandrel.detection import find

    found = find(path, split_size)
    _check_task(path, found)
    _check_dtype(path, found, dtype)
    descriptor = found.descriptor
    arguments: dict[str, Any] = {}
    if dtype != DTYPES[0]:
        arguments["dtype"] = dtype
    if split_size is not None:
        arguments["split_size"] = split_size
    return OpenedCheckpoint(
        descriptor.architecture.name,
        float(descriptor.scale),
        "srbench_spandrel.network:build",
        arguments,
        tiling=TILING[descriptor.tiling.name],
        channels=descriptor.input_channels,
        dtype=found.stored,
        remarks=_remarks(found, dtype),
    )


def _check_task(path: Path, found: Found) -> None:
    """Check that the network is for super-resolution of RGB or luma."""
    descriptor = found.descriptor
    name, channels = descriptor.architecture.name, (descriptor.input_channels, descriptor.output_channels)
    if descriptor.purpose != "SR" or descriptor.scale < 2:
        task = OTHER_TASKS.get(descriptor.purpose, OTHER_TASKS["Restoration"])
        raise WeightsError(
            f"{path}: not for super-resolution: its network, {name}, {task}; choose a checkpoint that enlarges"
        )
    if channels not in {(1, 1), (3, 3)}:
        raise WeightsError(
            f"{path}: its network, {name}, takes {channels[0]} channels and returns {channels[1]}; srbench measures "
            "networks for RGB (3) or luma (1)"
        )


def _check_dtype(path: Path, found: Found, dtype: str) -> None:
    """Check that the network can compute in `dtype`."""
    if dtype not in DTYPES:
        raise UsageError(f"--model-arg dtype={dtype}: unknown type; choose from {', '.join(DTYPES)}")
    allowed = {"float16": found.descriptor.supports_half, "bfloat16": found.descriptor.supports_bfloat16}
    if not allowed.get(dtype, True):
        raise UsageError(
            f"--model-arg dtype={dtype}: {found.descriptor.architecture.name} of {path} cannot compute in "
            "it, says spandrel; leave it out"
        )


def _remarks(found: Found, dtype: str) -> tuple[str, ...]:
    """Return the sentences about the network that belong beside its numbers."""
    import spandrel

    descriptor = found.descriptor
    tags = f" ({', '.join(descriptor.tags)})" if descriptor.tags else ""
    remarks = [f"network found by spandrel {spandrel.__version__}: {descriptor.architecture.name}{tags}"]
    if found.stored != dtype:
        remarks.append(f"weights stored in {found.stored}, computed in {dtype}")
    elif dtype != DTYPES[0]:
        remarks.append(f"computed in {dtype}")
    if found.filled:
        remarks.append(f"{len(found.filled)} buffers that the file lacks follow from its configuration")
    if descriptor.input_channels == 1:
        remarks.append("its one channel is given luma (BT.601, [16, 235]); chroma by bicubic")
    requirements = descriptor.size_requirements
    if not requirements.none:
        rules = (
            f"at least {requirements.minimum} pixels" if requirements.minimum > 1 else "",
            f"a multiple of {requirements.multiple_of}" if requirements.multiple_of > 1 else "",
            "square" if requirements.square else "",
        )
        remarks.append(f"LR is padded to the sizes that it takes ({', '.join(filter(None, rules))})")
    return tuple(remarks)
