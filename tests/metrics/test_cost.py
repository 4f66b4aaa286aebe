"""Cost of a network, against convolutions counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import interpolate

from srbench.metrics import Subject
from srbench.metrics.macs import macs
from srbench.metrics.memory import peak_memory
from srbench.metrics.params import params
from srbench.metrics.runtime import runtime_ms


class Layers(nn.Module):
    """Any layers one after the other."""

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
    """Can't run without data."""

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
