"""A session of onnxruntime: an ONNX file, ready to run on a device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import onnxruntime
import torch

from srbench import WeightsError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

TYPES = {
    "tensor(float)": "float32",
    "tensor(float16)": "float16",
    "tensor(double)": "float64",
    "tensor(uint8)": "uint8",
}
"""NumPy's names of the input types that networks may have, by onnxruntime's names."""
PROVIDERS = {"cuda": "CUDAExecutionProvider"}
"""Execution providers by type of PyTorch's device; on any other device, `CPU` runs the network."""
CPU = "CPUExecutionProvider"


class Session:
    """An ONNX file, ready to run on a device."""

    def __init__(self, path: Path, device: str = "cpu") -> None:
        """Load the file.

        Args:
            path: The ONNX file.
            device: Type of PyTorch's device, whose execution provider is used if this onnxruntime has it.

        Raises:
            WeightsError: if onnxruntime cannot load the file, or if it does not take one image.
        """
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        options.log_severity_level = 4  # errors are raised, with our words around them
        preferred = PROVIDERS.get(device, CPU)
        providers = [name for name in dict.fromkeys((preferred, CPU)) if name in onnxruntime.get_available_providers()]
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=providers)
        except Exception as error:  # onnxruntime has a class for each of its states, without a common one
            reason = " ".join(str(error).split())[:200]
            raise WeightsError(
                f"{path}: onnxruntime {onnxruntime.__version__} can't load it ({reason}); export it anew"
            ) from error
        inputs = self._session.get_inputs()
        if len(inputs) != 1:
            names = ", ".join(entry.name for entry in inputs) or "none"
            raise WeightsError(f"{path}: it takes {len(inputs)} inputs ({names}); srbench gives one, the LR image")
        if len(inputs[0].shape) != 4 or inputs[0].type not in TYPES:
            raise WeightsError(
                f"{path}: its input {inputs[0].name} is {inputs[0].type} of {len(inputs[0].shape)} dimensions; srbench "
                "gives a batch of images, 4 dimensions of float, float16, double or uint8"
            )
        self.shape: tuple[Any, ...] = tuple(inputs[0].shape)
        """Sizes of the input, in its order; those that may vary are names or None."""
        self.dtype = TYPES[inputs[0].type]
        self.outputs = [entry.name for entry in self._session.get_outputs()]
        """Names of the outputs; the last one is SR."""
        self.provider: str = self._session.get_providers()[0]
        """Execution provider that runs the network."""
        self._name = inputs[0].name

    def __call__(self, images: NDArray[Any]) -> NDArray[Any]:
        """Return the last output for a batch of images."""
        output: NDArray[Any] = self._session.run([self.outputs[-1]], {self._name: images})[0]
        return output
