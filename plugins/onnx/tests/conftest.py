"""ONNX files that the tests export from small networks of their own."""

from __future__ import annotations

import warnings

import pytest


@pytest.fixture(scope="session")
def onnx():
    pytest.importorskip("onnxruntime", reason="onnxruntime is not installed: an extra of srbench-onnx")
    return pytest.importorskip("onnx", reason="onnx is not installed: an extra of srbench-onnx")


@pytest.fixture(scope="session")
def network():
    """``network(scale, ...)``: a small network that repeats each pixel and adds to it, the same at each call."""
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self, scale, channels, *, byte, last, half, multiple):
            super().__init__()
            self.scale, self.byte, self.last, self.half_in, self.multiple = scale, byte, last, half, multiple
            self.body = nn.Conv2d(channels, 8, 3, padding=1)
            self.tail = nn.Sequential(nn.Conv2d(8, channels * scale**2, 3, padding=1), nn.PixelShuffle(scale))

        def forward(self, lr):
            if self.last:
                lr = lr.permute(0, 3, 1, 2)
            x = lr.float() / 255 if self.byte else lr
            if self.multiple > 1:  # like windows of attention, it cannot be cut otherwise
                b, c, h, w = x.shape
                m = self.multiple
                x = x.reshape(b, c, h // m, m, w // m, m).reshape(b, c, h, w)
            sr = x.repeat_interleave(self.scale, 2).repeat_interleave(self.scale, 3)
            sr = sr + 0.3 * self.tail(torch.relu(self.body(x)))
            sr = sr * 255 if self.byte else sr
            return sr.permute(0, 2, 3, 1) if self.last else sr

    def make(scale=2, channels=3, *, byte=False, last=False, half=False, multiple=1):
        torch.manual_seed(0)
        net = Net(scale, channels, byte=byte, last=last, half=half, multiple=multiple).eval()
        for parameter in net.parameters():
            parameter.data *= 0.3
        return net.half() if half else net

    return make


@pytest.fixture
def export(onnx, tmp_path):
    """``export(network, size)``: its ONNX file; with `fixed` it takes images of that size alone."""
    import torch

    def make(net, size=(24, 20), *, channels=3, fixed=False, name="net", example=None, batch=1):
        last = getattr(net, "last", False)
        shape = (batch, *size, channels) if last else (batch, channels, *size)
        lr = torch.rand(shape) if example is None else example
        lr = lr.half() if getattr(net, "half_in", False) else lr
        sides = (1, 2) if last else (2, 3)
        axes = None if fixed else {name: dict(zip(sides, f"{name}h {name}w".split(), strict=True)) for name in "xy"}
        path = tmp_path / f"{name}.onnx"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the older exporter, which needs onnx alone, says that it is older
            names = {"input_names": ["x"], "output_names": ["y"], "dynamic_axes": axes}
            torch.onnx.export(net, (lr,), str(path), dynamo=False, **names)
        return path

    return make
