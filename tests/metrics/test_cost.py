"""Cost of a network, against convolutions counted by hand."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import interpolate

from srbench.catalog import load_catalog
from srbench.errors import Unavailable
from srbench.metrics import Subject, runtime
from srbench.metrics.macs import macs, macs_elementwise, macs_with_biases
from srbench.metrics.memory import peak_memory
from srbench.metrics.params import params
from srbench.metrics.runtime import runtime_ms
from srbench.models.build import builder
from srbench.nn.resize import imresize
from srbench.nn.shift import MeanShift


class Layers(nn.Module):
    """Layers applied one after the other, whatever the scale."""

    def __init__(self, *layers):
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, lr, scale):
        return self.layers(lr)


class Twice(nn.Module):
    """Nearest-neighbour enlargement and a sum: two SR images at the peak, no library in between."""

    def forward(self, lr, scale):
        return interpolate(lr, scale_factor=2) + 1


class NumPyInside(Layers):
    """Layers behind NumPy code, which can't run without data."""

    def forward(self, lr, scale):
        return self.layers(torch.from_numpy(np.asarray(lr.cpu())))


def subject(build, scale=2.0, channels=3):
    model = build().eval()
    return Subject(model, lambda lr: model(lr, scale), build, scale, "cpu", channels)


@pytest.mark.parametrize(
    ("layers", "per_lr_pixel"),
    [
        (lambda: [nn.Conv2d(3, 8, 3, padding=1)], 3 * 8 * 9),
        (lambda: [nn.Conv2d(3, 8, 3, padding=1, bias=False)], 3 * 8 * 9),
        (lambda: [nn.Conv2d(3, 12, 1), nn.Conv2d(12, 12, 3, padding=1, groups=4)], 3 * 12 + 12 * 3 * 9),
        (lambda: [nn.Conv2d(3, 8, 3, padding=1, stride=2)], 3 * 8 * 9 / 4),
        (lambda: [nn.ConvTranspose2d(3, 8, 4, stride=2, padding=1)], 3 * 8 * 16),
        (lambda: [nn.Conv2d(3, 12, 3, padding=1), nn.PixelShuffle(2), nn.Conv2d(3, 3, 5, padding=2)], 324 + 4 * 225),
        (lambda: [nn.Conv2d(3, 4, (1, 7), padding=(0, 3)), nn.PReLU(), nn.Upsample(scale_factor=2)], 3 * 4 * 7),
    ],
)
def test_macs_by_hand(layers, per_lr_pixel):
    assert macs(subject(lambda: Layers(*layers()))) == 360 * 640 * per_lr_pixel


class Attention(nn.Module):
    """A convolution, then multi-head attention between the pixels of each row, and a bicubic image added."""

    def __init__(self, features=8):
        super().__init__()
        self.head = nn.Conv2d(3, features, 1)
        self.attention = nn.MultiheadAttention(features, 2, batch_first=True)
        self.tail = nn.Linear(features, 12)

    def forward(self, lr, scale):
        rows = self.head(lr)[0].permute(1, 2, 0)
        rows = self.attention(rows, rows, rows, need_weights=False)[0]
        residual = nn.functional.pixel_shuffle(self.tail(rows).permute(2, 0, 1)[None], 2)
        return residual + imresize(lr, scale)


def test_macs_of_linear_layers_and_attention_by_hand():
    pixels, width, features = 360 * 640, 640, 8
    attention = 4 * features**2 + 2 * width * features  # four projections; queries by keys, weights by values
    assert macs(subject(Attention)) == pixels * (3 * features + attention + features * 12)
    assert macs_with_biases(subject(Attention)) - macs(subject(Attention)) == pixels * (8 + 4 * 8 + 12)


def test_linear_layers_count_as_much_as_their_convolutions(shared):
    case = shared / "cases" / "07-linear-not-in-macs" / "attn.py"
    attention, plain = (subject(load_file(case, name)) for name in ("Attn", "PlainConv"))
    assert macs(attention) == macs(plain) == 2_882_764_800
    for convention in (macs_with_biases, macs_elementwise):
        assert convention(attention) == convention(plain)


def load_file(path, name):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    network = getattr(module, name)
    return type(name, (network,), {"forward": lambda self, lr, _scale: network.forward(self, lr)})


def test_the_three_conventions_by_hand():
    def build():
        return Layers(MeanShift(), nn.Conv2d(3, 8, 3, padding=1), nn.LeakyReLU(0.1), nn.Conv2d(8, 2, 1, bias=False))

    pixels = 360 * 640
    assert macs(subject(build)) == pixels * (216 + 16)
    assert macs_with_biases(subject(build)) == pixels * (216 + 16 + 8 + 12)
    assert macs_elementwise(subject(build)) == pixels * (216 + 16 + 8 + 8)


@pytest.mark.parametrize(
    ("model", "convention", "printed"),
    [
        ("carn", macs_with_biases, (223.4, 118.9, 91.1)),
        ("imdn", macs_elementwise, (159.6, 71.7, 41.1)),
        ("edsr-baseline", macs, (316.2, 160.1, 114.2)),
    ],
)
def test_conventions_give_the_printed_numbers(model, convention, printed):
    """Table 3 of probabilistic-l1 prints each network by the convention of its authors."""
    spec = load_catalog().models.get(model)
    counts = [convention(subject(builder(spec, scale, "matlab-uint8"), scale)) for scale in (2.0, 3.0, 4.0)]
    assert [round(count / 1e9, 1) for count in counts] == list(printed)


def test_macs_at_x3_are_those_of_426_by_240():
    assert macs(subject(lambda: Layers(nn.Conv2d(1, 5, 3, padding=1)), scale=3.0, channels=1)) == 426 * 240 * 45


def test_macs_of_a_network_that_needs_data():
    assert macs(subject(lambda: NumPyInside(nn.Conv2d(3, 2, 3, padding=1)))) == 360 * 640 * 54


def test_macs_leave_the_model_alone():
    tested = subject(lambda: Layers(nn.Conv2d(3, 2, 3, padding=1)))
    macs(tested)
    assert all(parameter.device.type == "cpu" for parameter in tested.model.parameters())


def test_params_count_biases_and_no_buffers():
    tested = subject(lambda: Layers(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8, affine=False)))
    assert params(tested) == 3 * 8 * 9 + 8
    assert params(subject(lambda: Layers(nn.Conv2d(3, 8, 3)).requires_grad_(requires_grad=False))) == 3 * 8 * 9 + 8


def test_params_count_shared_layers_once():
    shared = nn.Conv2d(8, 8, 3)
    assert params(subject(lambda: Layers(shared, nn.ReLU(), shared))) == 8 * 8 * 9 + 8


def test_peak_memory_by_hand():
    lr, sr = 3 * 360 * 640 * 4, 3 * 720 * 1280 * 4
    assert peak_memory(subject(Twice)) == pytest.approx(lr + 2 * sr, rel=0, abs=64)


def test_peak_memory_has_the_weights_in_it():
    heavy = subject(Twice)
    heavy.model.register_buffer("mean", torch.zeros(1000))
    heavy.model.register_parameter("gain", nn.Parameter(torch.zeros(500, dtype=torch.float64)))
    assert peak_memory(heavy) == peak_memory(subject(Twice)) + 8000


@pytest.mark.parametrize(
    ("seconds", "milliseconds"),
    [
        ([9, 9, 1, 3, 2, 1, 3, 2, 1, 3, 2, 1, 3], 2000),  # two to warm up, eleven that count
        ([9, 9, 8, 10, 5, 1, 1, 1, 1, 1, 1, 1, 1], 9000),  # fifteen seconds are spent after two
        ([9, 9, 70], 70_000),
    ],
)
def test_runtime_is_the_median_of_the_timed_runs(monkeypatch, seconds, milliseconds):
    clock = iter([tick for start, length in enumerate(seconds) for tick in (100 * start, 100 * start + length)])
    monkeypatch.setattr("srbench.metrics.runtime.perf_counter", lambda: next(clock))
    assert runtime_ms(subject(Twice)) == milliseconds


def test_runtime_of_a_real_pass_is_positive():
    assert runtime_ms(subject(Twice)) > 0


def test_minutes_on_a_cpu_are_refused(monkeypatch):
    small = subject(lambda: Layers(nn.Conv2d(3, 2, 1)))
    monkeypatch.setattr(runtime, "LARGEST", 360 * 640 * 6)
    assert runtime.runtime_ms(small) > 0
    monkeypatch.setattr(runtime, "LARGEST", 360 * 640 * 6 - 1)
    with pytest.raises(Unavailable, match=r"0 G mult-adds take minutes on a CPU; use --device cuda"):
        runtime.runtime_ms(small)


class Window(nn.Module):
    """A network that adds a constant, the sum of a product of constants."""

    def __init__(self):
        super().__init__()
        self.head = nn.Conv2d(3, 3, 1, bias=False)

    def forward(self, lr, _scale):
        window = torch.ones(7, 7, device=lr.device) * torch.ones(7, 7, device=lr.device)
        return self.head(lr) + window.sum() * 2


def test_a_product_of_constants_is_no_operation():
    assert macs_elementwise(subject(Window)) == macs(subject(Window))
