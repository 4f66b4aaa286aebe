"""ONNX files, run by onnxruntime; onnxruntime is an extra, srbench-onnx[onnxruntime]."""

from __future__ import annotations

from srbench import CheckpointOpenerSpec, hookimpl

OPENER = CheckpointOpenerSpec(
    "onnx",
    suffixes=(".onnx",),
    open="srbench_onnx.opener:open_checkpoint",
    library=("onnxruntime", "onnxruntime-gpu", "onnxruntime-directml", "onnxruntime-openvino"),
    install="srbench-onnx[onnxruntime]",
    summary="ONNX file, run by onnxruntime; its scale is found by a probe",
)


@hookimpl
def srbench_checkpoint_openers() -> list[CheckpointOpenerSpec]:
    """Return the opener of ONNX files."""
    return [OPENER]
