"""Neural Image Assessment (Talebi, Milanfar 2018), a network's prediction of human ratings of a photograph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from PIL import Image

from srbench.imaging.colour import as_rgb, as_uint8
from srbench.metrics.mobilenet import MobileNet

if TYPE_CHECKING:
    from srbench.metrics.sample import Sample
    from srbench.metrics.setup import MetricSetup

SIDE = 224
"""Height and width of the network's input, in pixels."""
RATINGS = 10
"""Number of ratings, 1 to 10, of which the network predicts the probabilities."""


class Nima:
    """Mean rating (Section III) predicted by idealo's MobileNet, trained on AVA; 1 to 10, higher is better.

    The network's input is the whole image, crop border included, resized to 224 x 224 by nearest-neighbour
    interpolation regardless of the aspect ratio.
    """

    def __init__(self, setup: MetricSetup) -> None:
        self.device = setup.device
        self.network = MobileNet.from_keras(setup.weights["nima-mobilenet"], RATINGS).to(self.device)
        self.ratings = torch.arange(1, RATINGS + 1, dtype=torch.float32, device=self.device)

    @torch.inference_mode()
    def __call__(self, sample: Sample) -> float:
        """Return the NIMA of SR."""
        sr = Image.fromarray(np.ascontiguousarray(as_uint8(as_rgb(sample.sr))))
        image = np.array(sr.resize((SIDE, SIDE), Image.Resampling.NEAREST))
        pixels = torch.from_numpy(image).to(self.device).permute(2, 0, 1).unsqueeze(0)
        return float(self.network(pixels / 127.5 - 1)[0] @ self.ratings)
