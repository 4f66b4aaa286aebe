"""Meta-Upscale against its formula, pixel by pixel, and the size of what it holds."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from srbench_classics import meta_upscale
from srbench_classics.meta_sr import MetaRDN
from srbench_classics.meta_upscale import MetaUpscale, project
from torch.utils._python_dispatch import TorchDispatchMode  # no public name for it

from srbench import Prediction, UsageError
from srbench.inference.tiling import tiled

hundredths = st.integers(100, 600).map(lambda n: n / 100)


@given(length=st.integers(1, 500), scale=st.floats(1, 8) | hundredths)
def test_projection_stays_inside_and_never_goes_back(length, scale):
    pixels, offsets = project(length, scale)
    assert len(pixels) == len(offsets) == round(length * scale)
    assert pixels[0] == 0
    assert pixels[-1] <= length - 1
    assert set(np.diff(pixels)) <= {0, 1}
    assert ((offsets >= 0) & (offsets < 1)).all()
    np.testing.assert_allclose((pixels + offsets) * scale, np.arange(len(pixels)), atol=1e-5)


@given(length=st.integers(1, 500), hundredth=st.integers(100, 600))
def test_projection_is_exact_integer_division(length, hundredth):
    pixels, _ = project(length, hundredth / 100)
    assert pixels.tolist() == [100 * i // hundredth for i in range(len(pixels))]


@pytest.mark.parametrize("scale", [0.99, 0, -1, float("nan"), float("inf")])
def test_it_does_not_shrink(scale):
    with pytest.raises(UsageError, match="from 1"):
        project(5, scale)


def by_pixel(module, x, scale):
    """Eqs. 3 to 5 as they stand: one predicted kernel, one window, one pixel."""
    (rows, down), (columns, across) = (project(length, scale) for length in x.shape[-2:])
    padded = torch.nn.functional.pad(x, (1, 1, 1, 1))
    sr = x.new_empty(len(x), module.channels, len(rows), len(columns))
    for i, (row, dy) in enumerate(zip(rows, down, strict=True)):
        for j, (column, dx) in enumerate(zip(columns, across, strict=True)):
            kernel = module.kernels(torch.tensor([[dy, dx, 1 / scale]], dtype=x.dtype))[0]
            window = padded[..., row : row + 3, column : column + 3]
            sr[..., i, j] = torch.einsum("ockl,bckl->bo", kernel, window)
    return sr


@pytest.mark.slow
@settings(deadline=None, max_examples=15)
@given(
    scale=st.floats(1, 4.5) | hundredths,
    height=st.integers(1, 5),
    width=st.integers(1, 5),
    most=st.sampled_from([1, 400, 2**24]),
)
def test_it_is_a_convolution_with_predicted_kernels(scale, height, width, most):
    torch.manual_seed(0)
    module = MetaUpscale(3, hidden=5).double()
    x = torch.randn(2, 3, height, width, dtype=torch.float64)
    with pytest.MonkeyPatch.context() as patch, torch.inference_mode():
        patch.setattr(meta_upscale, "MOST_NUMBERS", most)  # one row at a time, a few, or all at once
        torch.testing.assert_close(module(x, scale), by_pixel(module, x, scale))


class Largest(TorchDispatchMode):
    """Notes how many numbers the largest tensor has that any operation makes."""

    numbers = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        if isinstance(result, torch.Tensor):
            self.numbers = max(self.numbers, result.numel())
        return result


@pytest.mark.parametrize("scale", [1.1, 2.37, 4])
def test_a_photograph_is_done_in_pieces(scale):
    with torch.device("meta"):
        module, x = MetaUpscale(64), torch.empty(1, 64, round(321 / scale), round(481 / scale))
    with Largest() as largest, torch.inference_mode():
        sr = module(x, scale)
    assert sr.shape[2:] == (round(x.shape[2] * scale), round(x.shape[3] * scale))
    # A kernel for each pixel would be 267 million numbers; a convolution's rows may be one or two more than needed.
    assert 2**20 < largest.numbers < 1.5 * meta_upscale.MOST_NUMBERS


def test_gradients_reach_both_layers_and_the_features():
    module, x = MetaUpscale(3, hidden=5).double(), torch.randn(1, 3, 4, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: module(x, 1.7), x)
    module(x, 1.7).square().sum().backward()
    assert all(p.grad.abs().sum() > 0 for p in module.parameters())


def test_positions_keep_their_digits_under_autocast():
    """All that autocast may cost is the precision of the sum, not where a pixel is."""
    torch.manual_seed(0)
    module, x = MetaUpscale(8), torch.randn(1, 8, 6, 40)
    seen = []
    module.hidden.register_forward_hook(lambda *call: seen.append(call[-1]))
    with torch.inference_mode():
        module(x, 1.05)
        with torch.autocast("cpu", torch.bfloat16):
            module(x, 1.05)
    first, second = seen
    assert second.dtype == torch.float32
    assert torch.equal(first, second)


def test_tiles_at_a_real_scale_are_the_whole_image():
    """A tile counts its SR pixels from its own first one, so it has to begin where an LR and an SR pixel do."""
    torch.manual_seed(0)
    model = MetaRDN(blocks=1, layers=2, growth=4, features=4, hidden=8).double().eval()
    lr = torch.rand(1, 3, 40, 33, dtype=torch.float64)

    def forward(part):
        return Prediction(model(part, 1.25))

    with torch.inference_mode():
        torch.testing.assert_close(tiled(forward, 1.25, 12, 9)(lr).sr, model(lr, 1.25))
        assert not torch.allclose(tiled(forward, 1.25, 12, 1)(lr).sr, model(lr, 1.25))
