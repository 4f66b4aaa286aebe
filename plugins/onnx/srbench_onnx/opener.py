"""Description of an ONNX file for srbench: its scale, channels, tiling and remarks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srbench import OpenedCheckpoint, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from srbench_onnx.probe import Probe

VALUES = {"unit": "[0, 1]", "byte": "[0, 255]", "signed": "[-1, 1]"}
"""Ranges of values in words."""


def open_checkpoint(path: Path, **arguments: Any) -> OpenedCheckpoint:
    """Return the description of the ONNX file `path`, found by running it on a small picture.

    Args:
        path: The file.
        **arguments: ``range``, 1, 255 or -1: the range of values; without it, the one that fits the picture best.

    Raises:
        WeightsError: if onnxruntime can't run the file, or if it is not for super-resolution.
        UsageError: if another argument is given, or another range.
    """
    from srbench_onnx.graph import read_graph
    from srbench_onnx.probe import probe, range_of
    from srbench_onnx.session import Session

    if unknown := [name for name in arguments if name != "range"]:
        raise UsageError(f"--model-arg {unknown[0]}: an ONNX file takes no such argument; only range=1, 255 or -1")
    value_range = range_of(arguments.get("range", "auto"))
    graph = read_graph(path)
    session = Session(path)
    found = probe(path, session, value_range)
    return OpenedCheckpoint(
        "ONNX",
        found.scale,
        "srbench_onnx.network:build",
        arguments,
        tiling="yes" if found.fixed == (None, None) else "no",
        channels=found.form.channels,
        dtype=found.form.dtype,
        files=graph.files,
        licence=graph.licence,
        remarks=_remarks(found, session.outputs),
    )


def _remarks(found: Probe, outputs: list[str]) -> tuple[str, ...]:
    """Return the sentences about the network that belong beside its numbers."""
    form = found.form
    remarks = []
    if (form.takes, form.returns) != ("unit", "unit"):
        remarks.append(f"takes values in {VALUES[form.takes]} and returns {VALUES[form.returns]}, as a probe showed")
    if not found.resembles:
        remarks.append(
            f"its output does not resemble its input (mean difference {found.difference:.2g} of 1): untrained, or made "
            "for other values (--model-arg range=255)"
        )
    if form.layout == "NHWC":
        remarks.append("takes channels last")
    if form.dtype != "float32":
        remarks.append(f"takes {form.dtype}")
    if form.channels == 1:
        remarks.append("its one channel is given luma (BT.601, [16, 235]); chroma by bicubic")
    if found.fixed != (None, None):
        sides = " x ".join(str(side or "any") for side in found.fixed)
        remarks.append(f"in overlapping windows of {sides} pixels, the only size that it takes")
    elif found.multiple > 1:
        remarks.append(f"LR sides are padded to multiples of {found.multiple}")
    if len(outputs) > 1:
        remarks.append(f"the last of its outputs ({', '.join(outputs)}) is taken as SR")
    return tuple(remarks)
