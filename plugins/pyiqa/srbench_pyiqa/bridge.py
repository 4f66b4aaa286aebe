"""Bridge from pyiqa's metrics to srbench: attribute ``musiq`` of this module is the class of ``pyiqa:musiq``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import torch

from srbench import Unavailable, luma
from srbench_pyiqa.names import LISTED, Listed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from srbench import MetricSetup, Sample


class PyiqaMetric:
    """Metric of pyiqa on SR (and HR), in RGB or on the protocol's luma, with the protocol's crop border removed.

    pyiqa downloads the metric's weights itself and keeps them under ``torch.hub.get_dir()``.

    Raises:
        Unavailable: if pyiqa is missing or the metric's weights cannot be downloaded.
    """

    listed: ClassVar[Listed]
    """Properties of the metric."""

    def __init__(self, setup: MetricSetup) -> None:
        self.metric = create(self.listed.name, setup.device)

    def __call__(self, sample: Sample) -> float:
        """Return the metric's value, with pyiqa's defaults except for the luma.

        Raises:
            Unavailable: if the metric needs an HR image and there is none.
        """
        sr, hr = sample.rgb
        if not self.listed.reference:
            return float(self.metric(self._tensor(sr, sample)))
        if hr is None:
            raise Unavailable(f"pyiqa:{self.listed.name} of {sample.name}: there is no HR image")
        return float(self.metric(self._tensor(sr, sample), self._tensor(hr, sample)))

    def _tensor(self, rgb: NDArray[np.uint8], sample: Sample) -> torch.Tensor:
        return luma_tensor(rgb, rounded=sample.protocol.round_y) if self.listed.luma else rgb_tensor(rgb)


def create(name: str, device: str, **options: Any) -> Any:
    """Create one of pyiqa's metrics.

    Args:
        name: Name of the metric in pyiqa.
        device: Device of the metric.
        **options: Options for ``pyiqa.create_metric``.

    Returns:
        A module that maps (1, 3, H, W) tensors in [0, 1] to a tensor of one element.

    Raises:
        Unavailable: if pyiqa is missing or the metric's weights cannot be downloaded.
    """
    try:
        import pyiqa
    except ImportError as error:
        raise Unavailable(f"pyiqa is not available ({error}); pip install 'srbench-pyiqa[pyiqa]'") from error
    try:
        return pyiqa.create_metric(name, device=torch.device(device), **options)
    except (ImportError, OSError) as error:
        raise Unavailable(
            f"pyiqa:{name}: a package or weights are not available ({error}); install or download them"
        ) from error


def luma_tensor(rgb: NDArray[np.uint8], *, rounded: bool) -> torch.Tensor:
    """Convert an (H, W, 3) image to (1, 3, H, W) with BT.601 luma / 255 in each channel.

    The weights of pyiqa's conversion to YIQ sum to 1, so it reproduces this luma. pyiqa's own option for BT.601 is not
    available for all metrics.
    """
    y = luma(rgb, rounded=rounded)
    return rgb_tensor(np.dstack([y, y, y]))


def rgb_tensor(rgb: NDArray[np.uint8] | NDArray[np.float64]) -> torch.Tensor:
    """Convert (H, W, 3) in [0, 255] to (1, 3, H, W) in [0, 1]."""
    return torch.tensor(rgb, dtype=torch.float32).movedim(-1, 0)[None].contiguous() / 255


def __getattr__(name: str) -> type[PyiqaMetric]:
    if name not in LISTED:
        raise AttributeError(f"pyiqa has no metric {name!r}")
    return type(name, (PyiqaMetric,), {"listed": LISTED[name]})
