"""Small network whose cost can be counted by hand."""

from __future__ import annotations

from torch import Tensor, nn

from srbench.metrics import Subject

SCALE = 4


class Network(nn.Module):
    """x4 network of a convolution, a grouped convolution (two groups) and a transposed convolution."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1),
            nn.Conv2d(8, 8, 3, padding=1, groups=2),
            nn.ConvTranspose2d(8, 3, 8, stride=SCALE, padding=2),
        )

    def forward(self, lr: Tensor, _scale: float) -> Tensor:
        """Map (B, 3, h, w) to (B, 3, 4 * h, 4 * w)."""
        sr: Tensor = self.layers(lr)
        return sr


def subject(device: str) -> Subject:
    """Build a `Network` as the subject of metrics of a model."""
    network = Network().eval().to(device)
    return Subject(network, lambda lr: network(lr, SCALE), Network, SCALE, device)
