"""Checkpoints that the tests make from spandrel's own classes, small and untrained."""

from __future__ import annotations

import pytest

PHOTO = "photo"


@pytest.fixture(scope="session")
def spandrel():
    return pytest.importorskip("spandrel", reason="spandrel is not installed: an extra of srbench-spandrel")


@pytest.fixture(scope="session")
def networks(spandrel):
    """``networks(name)``: a small network of spandrel's own classes, the same at each call."""
    import torch
    from spandrel import architectures as known

    swin = {"img_size": 16, "embed_dim": 12, "depths": [2], "num_heads": [2], "window_size": 4, "mlp_ratio": 2}
    dat = {"img_size": 16, "embed_dim": 16, "depth": [4], "num_heads": [2], "expansion_factor": 2.0, "upscale": 2}
    makers = {
        "rrdb": lambda: known.ESRGAN.ESRGAN(num_filters=8, num_blocks=1, scale=4),
        "rrdb-x2": lambda: known.ESRGAN.ESRGAN(num_filters=8, num_blocks=1, scale=2),
        "compact": lambda: known.Compact.Compact(num_feat=8, num_conv=2, upscale=3),
        "compact-x1": lambda: known.Compact.Compact(num_feat=8, num_conv=2, upscale=1),
        "swinir": lambda: known.SwinIR.SwinIR(upscale=2, upsampler="pixelshuffledirect", **swin),
        "swinir-luma": lambda: known.SwinIR.SwinIR(in_chans=1, upscale=2, upsampler="pixelshuffle", **swin),
        "hat": lambda: known.HAT.HAT(upscale=2, compress_ratio=3, squeeze_factor=4, **swin),
        "dat": lambda: known.DAT.DAT(split_size=[2, 4], upsampler="pixelshuffledirect", **dat),
        "span": lambda: known.SPAN.SPAN(num_in_ch=3, num_out_ch=3, feature_channels=8, upscale=2),
        "dncnn": lambda: known.DnCNN.DnCNN(in_nc=3, out_nc=3, nc=64, nb=17, act_mode="R"),
    }

    def make(name):
        torch.manual_seed(0)
        return makers[name]().eval()

    return make


@pytest.fixture
def checkpoint(networks, tmp_path):
    """``checkpoint(name)``: the file of a network's state dict; ``change`` makes another content of it."""
    import torch

    def make(name, change=lambda state: state, file=None):
        path = tmp_path / (file or f"{name}.pth")
        torch.save(change(networks(name).state_dict()), path)
        return path

    return make
