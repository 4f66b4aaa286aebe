"""Each network that spandrel finds gives the SR image that spandrel itself gives; what is no SR is refused in words."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import numpy as np
import pytest
import srbench_spandrel
from srbench_spandrel.buffers import overlapping_positions, relative_positions

from srbench.bench.resolve.checkpoint_networks import open_checkpoint
from srbench.catalog import load_catalog
from srbench.errors import UsageError, WeightsError
from srbench.imaging.image_io import read_image, write_png
from srbench.inference.upscaler import Upscaler

LR = np.random.default_rng(1).integers(0, 256, (19, 22, 3), dtype=np.uint8)
"""An LR image whose sides are a multiple of no window's."""
BUFFERS = ("relative_position_index", "attn_mask", "rpe_biases", "num_batches_tracked")


@pytest.fixture
def catalog(spandrel):
    return load_catalog()


def sr(method):
    """SR of `LR` by srbench, (1, 3, H, W)."""
    return Upscaler(method, method.model.scales[0], device="cpu")(LR).sr


def spandrels_own(spandrel, path):
    """SR of `LR` by spandrel alone."""
    import torch

    image = torch.from_numpy(LR).permute(2, 0, 1)[None].float() / 255
    return spandrel.ModelLoader().load_from_file(path).eval()(image)


def stripped(state):
    return {key: tensor for key, tensor in state.items() if not any(name in key for name in BUFFERS)}


def new_layout(state):
    """A state dict of RRDB under the names that BasicSR gives its layers since 2020."""
    names = {"model.0.": "conv_first.", "model.3.": "conv_up1.", "model.6.": "conv_up2."}
    names |= {"model.8.": "conv_hr.", "model.10.": "conv_last.", "model.1.sub.1.": "conv_body."}
    renamed = {}
    for key, tensor in state.items():
        block = re.fullmatch(r"model\.1\.sub\.0\.RDB(\d)\.conv(\d)\.0\.(\w+)", key)
        if block:
            key = "body.0.rdb{}.conv{}.{}".format(*block.groups())  # noqa: PLW2901 - the same tensor
        else:
            key = next(new + key.removeprefix(old) for old, new in names.items() if key.startswith(old))  # noqa: PLW2901
        renamed[key] = tensor
    return renamed


@pytest.mark.parametrize(
    ("name", "scale", "architecture"),
    [
        ("rrdb", 4, "ESRGAN"),
        ("rrdb-x2", 2, "ESRGAN"),
        ("compact", 3, "RealESRGAN Compact"),
        ("swinir", 2, "SwinIR"),
        ("hat", 2, "HAT"),
        ("dat", 2, "DAT"),
        ("span", 2, "SPAN"),
    ],
)
def test_sr_is_that_of_spandrel(catalog, spandrel, checkpoint, name, scale, architecture):
    path = checkpoint(name)
    method = open_checkpoint(catalog, path, {})
    assert (method.model.scales, method.opened.network, method.name) == ((float(scale),), architecture, name)
    ours = sr(method)
    assert ours.shape == (1, 3, 19 * scale, 22 * scale)
    assert ours.equal(spandrels_own(spandrel, path))
    assert ours.std() > 0.001


@pytest.mark.parametrize(
    "change",
    [
        lambda state: {"params_ema": state},
        lambda state: {f"module.{key}": tensor for key, tensor in state.items()},
        new_layout,
        lambda state: {"params": new_layout(state)},
    ],
)
def test_layouts_and_wrappers_of_rrdb(catalog, spandrel, checkpoint, change):
    plain, changed = checkpoint("rrdb"), checkpoint("rrdb", change, "changed.pth")
    assert sr(open_checkpoint(catalog, changed, {})).equal(spandrels_own(spandrel, plain))


def test_safetensors(catalog, spandrel, checkpoint, networks, tmp_path):
    from safetensors.torch import save_file

    save_file(networks("rrdb").state_dict(), tmp_path / "rrdb.safetensors")
    assert sr(open_checkpoint(catalog, tmp_path / "rrdb.safetensors", {})).equal(
        spandrels_own(spandrel, checkpoint("rrdb"))
    )


def test_half_precision_is_kept_as_stored_and_computed_as_spandrel_does(catalog, spandrel, checkpoint):
    import torch

    path = checkpoint("rrdb", lambda state: {key: tensor.half() for key, tensor in state.items()})
    method = open_checkpoint(catalog, path, {})
    assert method.opened.dtype == "float16"
    assert "weights stored in float16, computed in float32" in method.opened.remarks
    assert sr(method).equal(spandrels_own(spandrel, path))
    half = open_checkpoint(catalog, path, {"dtype": "float16"})
    image = torch.from_numpy(LR).permute(2, 0, 1)[None].half() / 255
    expected = spandrel.ModelLoader().load_from_file(path).half()(image).float()
    assert (sr(half) - expected).abs().max() < 2e-3
    assert not sr(half).equal(sr(method))
    assert half.identity != method.identity


def test_a_type_that_the_network_does_not_support_is_refused(catalog, checkpoint):
    with pytest.raises(UsageError, match=r"DAT of .* cannot compute in it"):
        open_checkpoint(catalog, checkpoint("dat"), {"dtype": "float16"})
    with pytest.raises(UsageError, match="dtype=float8: unknown type; choose from float32"):
        open_checkpoint(catalog, checkpoint("dat"), {"dtype": "float8"})
    with pytest.raises(UsageError, match="spandrel does not take width"):
        open_checkpoint(catalog, checkpoint("dat"), {"width": 8})


@pytest.mark.parametrize("name", ["swinir", "hat", "dat"])
def test_stripped_buffers_are_computed(catalog, spandrel, checkpoint, name):
    whole, bare = checkpoint(name), checkpoint(name, stripped, "bare.pth")
    with pytest.raises(Exception):  # noqa: B017, PT011 - spandrel alone does not load it: each architecture fails in its way
        spandrels_own(spandrel, bare)
    arguments = {"split_size": (2, 4)} if name == "dat" else {}
    method = open_checkpoint(catalog, bare, arguments)
    assert any("buffers that the file lacks" in remark for remark in method.opened.remarks)
    assert sr(method).equal(spandrels_own(spandrel, whole))


def test_relative_positions_are_those_of_the_network(networks):
    network = networks("hat")
    assert relative_positions(4).equal(network.relative_position_index_SA)
    assert overlapping_positions(4, 6).equal(network.relative_position_index_OCA)


def test_windows_of_a_stripped_dat_that_is_no_released_one_are_asked_for(catalog, checkpoint):
    path = checkpoint("dat", stripped)
    with pytest.raises(
        WeightsError, match=r"dat\.pth: a DAT whose buffers are stripped, .*--model-arg split_size=8,16"
    ):
        open_checkpoint(catalog, path, {})
    with pytest.raises(WeightsError, match="write the height and width of a window"):
        open_checkpoint(catalog, path, {"split_size": 8})


def test_statistics_of_normalisation_are_no_buffers_to_fill_in(catalog, checkpoint):
    def without(state):
        return {key: tensor for key, tensor in stripped(state).items() if "running" not in key}

    with pytest.raises(WeightsError, match="running_mean"):
        open_checkpoint(catalog, checkpoint("dat", without), {"split_size": (2, 4)})


@pytest.mark.parametrize("name", ["compact-x1", "dncnn"])
def test_restoration_is_no_sr(catalog, checkpoint, name):
    with pytest.raises(
        WeightsError, match=r"not for super-resolution: its network, .*, restores an image at its own size"
    ):
        open_checkpoint(catalog, checkpoint(name), {})


def test_face_restoration_is_no_sr(catalog, checkpoint, spandrel, monkeypatch):
    from spandrel import ImageModelDescriptor

    monkeypatch.setattr(ImageModelDescriptor, "purpose", "FaceSR")
    with pytest.raises(WeightsError, match="not for super-resolution: its network, ESRGAN, restores aligned faces"):
        open_checkpoint(catalog, checkpoint("rrdb"), {})


def test_an_unknown_network_is_refused_with_the_keys_that_were_seen(catalog, tmp_path):
    import torch

    torch.save({"first.weight": torch.ones(2, 3), "last.bias": torch.ones(2)}, tmp_path / "mine.pth")
    with pytest.raises(WeightsError, match=r"mine\.pth: spandrel .* knows no network .*2 tensors \(first.weight, last"):
        open_checkpoint(catalog, tmp_path / "mine.pth", {})
    (tmp_path / "page.pth").write_text("<html>not found</html>")
    with pytest.raises(WeightsError, match=r"page\.pth"):
        open_checkpoint(catalog, tmp_path / "page.pth", {})


def test_weights_of_another_width_are_refused(catalog, checkpoint):
    def narrower(state):
        return state | {"layers.0.conv.weight": state["layers.0.conv.weight"][:, :5]}

    with pytest.raises(WeightsError, match=r"recognises a network, but can't load its weights: .*size mismatch"):
        open_checkpoint(catalog, checkpoint("swinir", narrower), {})


def test_a_network_of_one_channel_gets_luma(catalog, spandrel, checkpoint):
    import torch

    from srbench import imresize_tensor, rgb_to_ycbcr

    path = checkpoint("swinir-luma")
    method = open_checkpoint(catalog, path, {})
    assert method.opened.channels == 1
    ours = rgb_to_ycbcr(sr(method))
    image = torch.from_numpy(LR).permute(2, 0, 1)[None].float() / 255
    luma = spandrel.ModelLoader().load_from_file(path).eval()(rgb_to_ycbcr(image)[:, :1])
    assert (ours[:, :1] - luma).abs().max() < 1e-5
    chroma = rgb_to_ycbcr(imresize_tensor(image, 2, size=(38, 44)))[:, 1:]
    assert (ours[:, 1:] - chroma).abs().max() < 1e-5


def test_the_identity_rests_on_the_file_and_on_the_versions(catalog, checkpoint, tmp_path, monkeypatch):
    from srbench.bench.resolve import checkpoint_networks

    first = open_checkpoint(catalog, checkpoint("rrdb"), {}).identity
    (tmp_path / "elsewhere").mkdir()
    moved = (tmp_path / "rrdb.pth").rename(tmp_path / "elsewhere" / "other.pth")
    assert open_checkpoint(catalog, moved, {}).identity == first
    assert first["weights"].keys() == {"sha256"}
    assert first["model"]["plugin"] == "spandrel"
    changed = checkpoint("rrdb", lambda state: {key: 2 * tensor for key, tensor in state.items()})
    assert open_checkpoint(catalog, changed, {}).identity != first
    monkeypatch.setattr(checkpoint_networks, "version", lambda _name: "99.0")
    assert open_checkpoint(catalog, moved, {}).identity["model"] == first["model"] | {
        "arguments": {"library": "spandrel 99.0"}
    }


def test_costs_are_those_of_the_network(catalog, checkpoint):
    from srbench.metrics.macs import macs
    from srbench.metrics.params import params

    subject = Upscaler(open_checkpoint(catalog, checkpoint("compact"), {}), 3, device="cpu").subject()
    weights = 9 * (3 * 8 + 2 * 8 * 8 + 8 * 27)
    assert params(subject) == weights + 8 + 2 * 8 + 27 + 3 * 8  # biases, and a slope for each of 8 channels
    assert macs(subject) == weights * 240 * 426


def test_two_files_of_one_architecture_have_costs_of_their_own(srbench, checkpoint, networks, tmp_path, spandrel):
    import torch
    from spandrel.architectures.Compact import Compact

    torch.save(Compact(num_feat=4, num_conv=2, upscale=3).state_dict(), tmp_path / "small.pth")
    done = srbench(
        *("eval", "--weights", checkpoint("compact"), "--weights", tmp_path / "small.pth"),
        *("--datasets", "demo", "--metrics", "params", "--json"),
    )
    assert done.code == 0, done.err
    values = {entry["row"]: entry["measured"] for entry in done.json}
    assert values == {"compact": 3387.0, "small": 1419.0}


def test_registers_without_fault_and_imports_nothing_heavy():
    assert load_catalog().plugins["spandrel"].ok
    code = "import sys, srbench_spandrel as p; p.srbench_checkpoint_openers(); "
    code += "print(*{'torch', 'spandrel'} & set(sys.modules))"
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=path)
    assert not shown.stdout.strip()


def test_without_the_library(srbench, tmp_path, monkeypatch):
    from importlib.metadata import PackageNotFoundError

    from srbench.bench.resolve import checkpoint_networks

    def missing(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(checkpoint_networks, "version", missing)
    (tmp_path / "model.pth").write_bytes(b"any")
    for command in (
        ("eval", "--weights", tmp_path / "model.pth", "--datasets", "demo"),
        ("list", "models", "--plugin", "spandrel"),
    ):
        done = srbench(*command)
        assert done.code == 2
        assert f"spandrel, which is not installed; pip install '{srbench_spandrel.OPENER.install}'" in done.err
        assert not done.out


@pytest.mark.slow
@pytest.mark.long
def test_dat_light_of_its_authors_reproduces_their_table(srbench, material):
    """32.57 dB and 0.8991 on Set5 at x4 (Chen et al. 2023, ICCV, Table 3), of a file without buffers."""
    root = material("data/Set5", "weights/community/DAT_light_x4_params.pth")
    file = root / "weights" / "community" / "DAT_light_x4_params.pth"
    done = srbench(
        "eval", "--weights", file, "--datasets", "Set5", "--metrics", "psnr,ssim,params", "--json", data=root
    )
    assert done.code == 0, done.err
    values = {entry["metric"]: entry["measured"] for entry in done.json}
    assert values["psnr"] == pytest.approx(32.57, abs=0.005)
    assert values["ssim"] == pytest.approx(0.8991, abs=0.0001)
    assert round(values["params"] / 1000) == 573


@pytest.mark.slow
def test_dat_light_on_a_part_of_an_image(srbench, material, tmp_path):
    """As measured where all of Set5 has what its authors print: see the test above."""
    root = material("data/Set5/HR/butterfly.png", "weights/community/DAT_light_x4_params.pth")
    file = root / "weights" / "community" / "DAT_light_x4_params.pth"
    write_png(tmp_path / "part.png", read_image(root / "data/Set5/HR/butterfly.png")[:128, :128])
    done = srbench("eval", "--weights", file, "--datasets", tmp_path, "--metrics", "psnr,ssim,params", "--json")
    assert done.code == 0, done.err
    values = {entry["metric"]: entry["measured"] for entry in done.json}
    assert values["psnr"] == pytest.approx(28.3729, abs=0.001)
    assert values["ssim"] == pytest.approx(0.91447, abs=0.0001)
    assert round(values["params"] / 1000) == 573
