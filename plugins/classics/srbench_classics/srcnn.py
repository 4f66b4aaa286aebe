"""SRCNN: Dong et al., "Image Super-Resolution Using Deep Convolutional Networks", TPAMI 2016."""

from __future__ import annotations

from torch import Tensor, nn

from srbench import PerScale
from srbench_classics.luma import bicubic, luma, with_luma


class SRCNN(nn.Module):
    """SRCNN: patch extraction, non-linear mapping and reconstruction by three convolutions on the bicubic luma.

    See Sec. 3.1. `kernels` is (9, 5, 5) in the paper's largest network and (9, 1, 5) in its smallest (Sec. 4.3.2).
    Borders are replicated, as in the authors' test code. Any real scale is supported; each is trained separately.
    """

    def __init__(
        self, scale: float, *, kernels: tuple[int, int, int] = (9, 5, 5), features: tuple[int, int] = (64, 32)
    ) -> None:
        super().__init__()
        channels = (1, *features, 1)
        layers: list[nn.Module] = []
        for i, size in enumerate(kernels):
            layer = nn.Conv2d(channels[i], channels[i + 1], size, padding=size // 2, padding_mode="replicate")
            nn.init.normal_(layer.weight, std=0.001)  # Sec. 3.3; biases zero
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
            layers += [layer, nn.ReLU(inplace=True)]
        *mapping, reconstruction, _ = layers
        self.mapping = nn.Sequential(*mapping)
        self.reconstruction = PerScale({scale: reconstruction})

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """Map (B, 3, h, w) RGB in [0, 1] to (B, 3, round(h * scale), round(w * scale)), with bicubic chroma.

        Raises:
            UsageError: if the network was not built for `scale`.
        """
        enlarged = bicubic(lr, scale)
        return with_luma(enlarged, self.reconstruction(self.mapping(luma(enlarged)), scale))
