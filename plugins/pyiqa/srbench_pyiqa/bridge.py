"""Any metric of pyiqa as one of srbench: the attribute ``musiq`` of this module is the class of ``pyiqa:musiq``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import torch

from srbench.errors import Unavailable
from srbench.imaging.colour import luma
from srbench_pyiqa.names import LISTED, Listed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from srbench.metrics import MetricSetup, Sample


class PyiqaMetric:
    """A metric of pyiqa, of SR (and HR) without the protocol's border, in RGB or on the protocol's luma.

    Building it raises `Unavailable` where pyiqa is missing or the metric's own weights can't be fetched: pyiqa keeps
    these itself, under ``torch.hub.get_dir()``.
    """

    listed: ClassVar[Listed]

    def __init__(self, setup: MetricSetup) -> None:
        self.metric = create(self.listed.name, setup.device)

    def __call__(self, sample: Sample) -> float:
        """The value, by pyiqa's defaults but for the luma."""
        sr, hr = sample.rgb
        if not self.listed.reference:
            return float(self.metric(self._tensor(sr, sample)))
        if hr is None:
            raise Unavailable(f"pyiqa:{self.listed.name} of {sample.name}: there is no HR image")
        return float(self.metric(self._tensor(sr, sample), self._tensor(hr, sample)))

    def _tensor(self, rgb: NDArray[np.uint8], sample: Sample) -> torch.Tensor:
        return luma_tensor(rgb, rounded=sample.protocol.round_y) if self.listed.luma else rgb_tensor(rgb)


def create(name: str, device: str, **options: Any) -> Any:
    """Pyiqa's metric `name`, a module that maps (1, 3, H, W) tensors in [0, 1] to a tensor of one element.

    Raises `Unavailable` as `PyiqaMetric` does.
    """
    try:
        import pyiqa
    except ImportError as error:
        raise Unavailable(f"pyiqa is not at hand ({error}): pip install 'srbench-pyiqa[pyiqa]'") from error
    try:
        return pyiqa.create_metric(name, device=torch.device(device), **options)
    except (ImportError, OSError) as error:
        raise Unavailable(f"pyiqa:{name}: what it needs is not at hand ({error})") from error


def luma_tensor(rgb: NDArray[np.uint8], *, rounded: bool) -> torch.Tensor:
    """(H, W, 3) -> (1, 3, H, W), each channel BT.601 luma / 255.

    The weights of pyiqa's YIQ sum to 1, so that it finds this luma again. Its own option for BT.601 isn't there for all
    metrics.
    """
    y = luma(rgb, rounded=rounded)
    return rgb_tensor(np.dstack([y, y, y]))


def rgb_tensor(rgb: NDArray[np.uint8] | NDArray[np.float64]) -> torch.Tensor:
    """(H, W, 3) in [0, 255] -> (1, 3, H, W) in [0, 1]."""
    return torch.tensor(rgb, dtype=torch.float32).movedim(-1, 0)[None].contiguous() / 255


def __getattr__(name: str) -> type[PyiqaMetric]:
    if name not in LISTED:
        raise AttributeError(f"pyiqa has no metric {name!r}")
    return type(name, (PyiqaMetric,), {"listed": LISTED[name]})
