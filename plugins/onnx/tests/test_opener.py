"""An ONNX file gives the SR image that the network gave in PyTorch; what onnxruntime can't run is refused in words."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
import srbench_onnx

from srbench.bench.resolve.checkpoint_networks import open_checkpoint
from srbench.catalog import load_catalog
from srbench.errors import Unavailable, UsageError, WeightsError
from srbench.inference.upscaler import Upscaler

LR = np.random.default_rng(1).integers(0, 256, (19, 22, 3), dtype=np.uint8)
LARGE = np.random.default_rng(2).integers(0, 256, (75, 51, 3), dtype=np.uint8)


@pytest.fixture
def catalog(onnx):
    return load_catalog()


@pytest.fixture
def opened(catalog):
    return lambda path, **arguments: open_checkpoint(catalog, path, arguments)


def sr(method, lr=LR):
    return Upscaler(method, method.model.scales[0], device="cpu")(lr).sr


def tensor(lr=LR):
    import torch

    return torch.from_numpy(lr).permute(2, 0, 1)[None].float() / 255


def of_torch(net, image):
    import torch

    with torch.no_grad():
        return net(image)


def distance(a, b):
    assert a.shape == b.shape
    return float((a - b).abs().max())


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_sr_is_that_of_the_network(opened, export, network, scale):
    net = network(scale)
    method = opened(export(net))
    assert method.model.scales == (float(scale),)
    assert distance(sr(method), of_torch(net, tensor())) < 1e-5
    assert method.opened.remarks == ()


def test_a_fixed_size_is_cut_into_windows(opened, export, network):
    net = network(2)
    method = opened(export(net, (32, 24), fixed=True))
    assert method.opened.tiling == "no"
    assert method.opened.remarks == ("in overlapping windows of 32 x 24 pixels, the only size that it takes",)
    assert distance(sr(method, LARGE), of_torch(net, tensor(LARGE))) < 1e-5
    inner = (..., slice(0, 2 * 17), slice(0, 2 * 20))  # beyond, the network sees the padding
    assert distance(sr(method)[inner], of_torch(net, tensor())[inner]) < 1e-5


def test_tiles_that_are_asked_for_are_left_to_the_windows(opened, export, network):
    method = opened(export(network(2), (32, 24), fixed=True))
    upscaler = Upscaler(method, 2, device="cpu", tile=8)
    assert distance(upscaler(LARGE).sr, sr(method, LARGE)) == 0
    assert any("not in tiles" in warning for warning in upscaler.warnings)


def test_sides_are_padded_to_multiples(opened, export, network):
    from torch.nn.functional import pad

    net = network(2, multiple=8)
    method = opened(export(net, (24, 16)))
    assert method.opened.remarks == ("LR sides are padded to multiples of 8",)
    expected = of_torch(net, pad(tensor(), (0, 2, 0, 5), "reflect"))[..., :38, :44]
    assert distance(sr(method), expected) < 1e-5


def test_channels_last(opened, export, network):
    net = network(3, last=True)
    method = opened(export(net))
    assert method.opened.remarks == ("takes channels last",)
    assert distance(sr(method), of_torch(net, tensor().permute(0, 2, 3, 1)).permute(0, 3, 1, 2)) < 1e-5


@pytest.mark.parametrize("dtype", ["float32", "uint8"])
def test_values_up_to_255(opened, export, network, dtype):
    import torch

    net = network(2, byte=True)
    example = torch.rand(1, 3, 24, 20) * 255
    method = opened(export(net, example=example.byte() if dtype == "uint8" else example))
    assert "takes values in [0, 255] and returns [0, 255], as a probe showed" in method.opened.remarks
    assert method.opened.dtype == dtype
    assert distance(sr(method), of_torch(net, tensor() * 255) / 255) < 1e-5


def test_the_range_of_values_can_be_named(opened, export, network):
    net = network(2)
    path = export(net)
    method = opened(path, range=255)
    assert distance(sr(method), of_torch(net, tensor() * 255) / 255) < 1e-5
    assert method.identity != opened(path).identity
    with pytest.raises(UsageError, match="range=7: write 1 for"):
        opened(path, range=7)
    with pytest.raises(UsageError, match="width: an ONNX file takes no such argument"):
        opened(path, width=7)


def test_half_precision(opened, export, network):
    net = network(2, half=True)
    method = opened(export(net))
    assert method.opened.dtype == "float16"
    assert distance(sr(method), of_torch(net.float(), tensor())) < 5e-3


def test_one_channel_gets_luma(opened, export, network):
    from srbench import imresize_tensor, rgb_to_ycbcr

    net = network(2, 1)
    method = opened(export(net, channels=1))
    ours = rgb_to_ycbcr(sr(method))
    assert distance(ours[:, :1], of_torch(net, rgb_to_ycbcr(tensor())[:, :1])) < 1e-5
    assert distance(ours[:, 1:], rgb_to_ycbcr(imresize_tensor(tensor(), 2, size=(38, 44)))[:, 1:]) < 1e-5


def test_an_output_unlike_the_input_is_pointed_out(opened, export, network):
    class Black(type(network())):
        def forward(self, lr):
            return super().forward(lr) * 0.01

    net = network(2)
    net.__class__ = Black
    assert any("does not resemble its input" in remark for remark in opened(export(net)).opened.remarks)


def test_the_last_of_several_outputs_is_taken(opened, export, network, onnx, tmp_path):
    import torch

    class Two(type(network())):
        def forward(self, lr):
            return lr * 0, super().forward(lr)

    net = network(2)
    net.__class__ = Two
    path = tmp_path / "two.onnx"
    axes = {name: {2: f"{name}h", 3: f"{name}w"} for name in ("x", "zero", "sr")}
    names = {"input_names": ["x"], "output_names": ["zero", "sr"], "dynamic_axes": axes}
    torch.onnx.export(net, (torch.rand(1, 3, 24, 20),), str(path), dynamo=False, **names)
    method = opened(path)
    assert distance(sr(method), of_torch(net, tensor())[1]) < 1e-5
    assert "the last of its outputs (zero, sr) is taken as SR" in method.opened.remarks


def test_the_provider_is_said(opened, export, network):
    import onnxruntime

    method = opened(export(network(2)))
    upscaler = Upscaler(method, 2, device="cpu")
    upscaler(LR)
    assert upscaler.network_remarks == (f"run by onnxruntime {onnxruntime.__version__} on CPUExecutionProvider",)


def test_costs(opened, export, network):
    from srbench.metrics.macs import macs
    from srbench.metrics.memory import peak_memory
    from srbench.metrics.params import params

    net = network(2)
    subject = Upscaler(opened(export(net)), 2, device="cpu").subject()
    assert params(subject) == sum(parameter.numel() for parameter in net.parameters())
    for measure in (macs, peak_memory):
        with pytest.raises(Unavailable, match="not known: the network runs in onnxruntime"):
            measure(subject)


def test_weights_beside_the_file_belong_to_it(opened, export, network, onnx, tmp_path):
    whole = onnx.load(str(export(network(2))))
    path = tmp_path / "parts.onnx"
    onnx.save_model(whole, str(path), save_as_external_data=True, location="parts.data", size_threshold=0)
    before = opened(path)
    assert [file.name for file in before.opened.files] == ["parts.data"]
    assert distance(sr(before), of_torch(network(2), tensor())) < 1e-5
    content = bytearray((tmp_path / "parts.data").read_bytes())
    content[3] ^= 1
    (tmp_path / "parts.data").write_bytes(content)
    assert opened(path).weights_sha256 == before.weights_sha256
    assert opened(path).identity != before.identity
    (tmp_path / "parts.data").unlink()
    with pytest.raises(
        WeightsError, match=r"its weights are in parts\.data, which is missing; put that file beside it"
    ):
        opened(path)


def graph(onnx, path, shapes, outputs, nodes, kind="FLOAT"):
    """Write an ONNX file made by hand: names and shapes of inputs and outputs, and its nodes."""
    value = getattr(onnx.TensorProto, kind)
    infos = [onnx.helper.make_tensor_value_info(name, value, shape) for name, shape in {**shapes, **outputs}.items()]
    made = onnx.helper.make_graph(nodes, "g", infos[: len(shapes)], infos[len(shapes) :])
    opsets = [onnx.helper.make_opsetid("", 17)]
    onnx.save(onnx.helper.make_model(made, opset_imports=opsets, ir_version=8), str(path))
    return path


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((1, 3, "h", "w"), "not for super-resolution: it returns an image of 61 x 47 for one of 61 x 47"),
        ((1, 4, 16, 16), "its input is 1 x 4 x 16 x 16; srbench gives images of 3 channels"),
        ((2, 3, "h", "w"), "it takes 2 images at a time"),
        ((3, "h", "w"), r"its input x is tensor\(float\) of 3 dimensions"),
    ],
)
def test_what_is_no_sr_is_refused(opened, onnx, tmp_path, shape, words):
    nodes = [onnx.helper.make_node("Relu", ["x"], ["y"])]
    with pytest.raises(WeightsError, match=words):
        opened(graph(onnx, tmp_path / "same.onnx", {"x": shape}, {"y": shape}, nodes))


def test_other_inputs_are_refused(opened, onnx, tmp_path):
    shape = (1, 3, "h", "w")
    two = graph(
        onnx,
        tmp_path / "two.onnx",
        {"lr": shape, "sigma": shape},
        {"y": shape},
        [onnx.helper.make_node("Add", ["lr", "sigma"], ["y"])],
    )
    with pytest.raises(WeightsError, match=r"it takes 2 inputs \(lr, sigma\); srbench gives one"):
        opened(two)
    words = graph(
        onnx,
        tmp_path / "words.onnx",
        {"x": shape},
        {"y": shape},
        [onnx.helper.make_node("Identity", ["x"], ["y"])],
        "INT64",
    )
    with pytest.raises(WeightsError, match=r"its input x is tensor\(int64\)"):
        opened(words)
    (tmp_path / "page.onnx").write_text("<html>not found</html>")
    with pytest.raises(WeightsError, match=r"page\.onnx: damaged or no ONNX file"):
        opened(tmp_path / "page.onnx")


def test_registers_without_fault_and_imports_nothing_heavy():
    assert load_catalog().plugins["onnx"].ok
    code = "import sys, srbench_onnx as p; p.srbench_checkpoint_openers(); "
    code += "print(*{'torch', 'numpy', 'onnx', 'onnxruntime'} & set(sys.modules))"
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=path)
    assert not shown.stdout.strip()


def test_verbs(srbench, export, network, photo, tmp_path):
    """Eval in two processes, upscale and compare, each with the file alone; the wrong scale is refused."""
    from srbench.imaging.image_io import read_image

    first, second = export(network(2), name="first"), export(network(2), name="second")
    done = srbench(
        "eval", "--weights", first, "--datasets", photo.parent, "--metrics", "psnr,params", "--json", "--jobs", "2"
    )
    assert done.code == 0, done.err
    psnr = next(entry for entry in done.json if entry["metric"] == "psnr")
    assert (psnr["row"], psnr["scale"]) == ("first", 2)
    assert "CPUExecutionProvider" in psnr["note"]
    done = srbench("upscale", photo, "--weights", first, "--out", tmp_path / "out")
    assert done.code == 0, done.err
    assert read_image(tmp_path / "out" / "photo_x2.png").shape == (80, 80, 3)
    done = srbench("compare", first, second, "--datasets", photo.parent, "--metrics", "psnr")
    assert done.code == 0, done.err
    assert "+0.000" in done.out
    done = srbench("eval", "--weights", first, "--datasets", photo.parent, "--scales", "3")
    assert done.code == 2
    assert "model ONNX does not support x3; its scales: x2" in done.err
    done = srbench("score", first, photo.parent, "--scale", "2")
    assert done.code == 2
    assert "a checkpoint, no folder of SR images; run it: srbench eval --weights" in done.err


def test_without_the_library(srbench, tmp_path, monkeypatch):
    from importlib.metadata import PackageNotFoundError

    from srbench.bench.resolve import checkpoint_networks

    def missing(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(checkpoint_networks, "version", missing)
    (tmp_path / "model.onnx").write_bytes(b"any")
    done = srbench("eval", "--weights", tmp_path / "model.onnx", "--datasets", "demo")
    assert done.code == 2
    assert f"onnxruntime, which is not installed; pip install '{srbench_onnx.OPENER.install}'" in done.err
