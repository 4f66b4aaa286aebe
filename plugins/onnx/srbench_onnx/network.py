"""The network of an ONNX file as srbench calls it."""

from __future__ import annotations

from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING, Any

import onnxruntime
import torch
from torch import Tensor, nn

from srbench_onnx.graph import read_graph
from srbench_onnx.probe import Probe, probe, range_of
from srbench_onnx.session import CPU, PROVIDERS, Session
from srbench_onnx.windows import in_windows, padded_to

if TYPE_CHECKING:
    from pathlib import Path

    from srbench_onnx.session import Session as Loaded


class OnnxNetwork(nn.Module):
    """A network that onnxruntime runs, for images in [0, 1], of RGB or of luma.

    Images are padded where the network needs sides that are multiples of a number, and cut into overlapping windows
    where it takes a single size.
    """

    runs_in = "onnxruntime"
    """Library that runs the network, whose operations PyTorch can't count."""

    def __init__(self, path: Path, found: Probe) -> None:
        """Initialise the network.

        Args:
            path: The ONNX file.
            found: The result of probing the file.
        """
        super().__init__()
        self._path = path
        self._found = found
        self._sessions: dict[str, Loaded] = {}

    @cached_property
    def parameter_count(self) -> int | None:
        """Number of floating-point weights in the file; None: not known."""
        return read_graph(self._path).parameters

    @property
    def remarks(self) -> tuple[str, ...]:
        """Sentences about the execution providers that the network ran on."""
        return tuple(self._ran_on(device, session.provider) for device, session in self._sessions.items())

    def forward(self, lr: Tensor, scale: float = 0) -> Tensor:
        """Return SR, (B, C, h * s, w * s), of LR, (B, C, h, w), both in [0, 1]; s is the network's scale.

        Args:
            lr: LR image.
            scale: Not used; the network has a single scale.
        """
        del scale
        height, width = lr.shape[-2:]
        step, scale = self._found.multiple, self._found.scale
        fixed = self._found.fixed
        if fixed != (None, None):
            window = fixed[0] or step * ceil(height / step), fixed[1] or step * ceil(width / step)
            return in_windows(self._run, lr, window, scale)
        sr = self._run(padded_to(lr, step * ceil(height / step), step * ceil(width / step)))
        return sr[..., : round(height * scale), : round(width * scale)]

    def _run(self, lr: Tensor) -> Tensor:
        session = self._session(lr.device.type)
        form = self._found.form
        results = [form.out_of(session(form.into(image[None].float().cpu().numpy()))) for image in lr]
        return torch.cat([torch.from_numpy(result) for result in results]).to(lr)

    def _session(self, device: str) -> Loaded:
        if device not in self._sessions:
            self._sessions[device] = Session(self._path, device)
        return self._sessions[device]

    @staticmethod
    def _ran_on(device: str, provider: str) -> str:
        ran = f"run by onnxruntime {onnxruntime.__version__} on {provider}"
        preferred = PROVIDERS.get(device, CPU)
        return ran if provider == preferred else f"{ran}, as it has no {preferred}"


def build(path: Path, **arguments: Any) -> OnnxNetwork:
    """Return the network of the ONNX file `path`.

    Args:
        path: The file.
        **arguments: The user's ``range`` of values, if any.
    """
    return OnnxNetwork(path, probe(path, Session(path), range_of(arguments.get("range", "auto"))))
