"""A checkpoint without a model becomes a method through the openers of plugins: their order, errors and identity."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from srbench import CheckpointOpenerSpec, OpenedCheckpoint, WeightsError, hookimpl
from srbench.bench.resolve.ad_hoc_methods import checkpoint_scales, parse_method
from srbench.bench.resolve.checkpoint_networks import is_checkpoint, known_networks, open_checkpoint
from srbench.catalog import Catalog
from srbench.errors import PluginError, UsageError
from srbench.inference.upscaler import Upscaler
from srbench.registry import Plugin

HERE = __name__
GAIN = CheckpointOpenerSpec("gain", (".gain",), f"{HERE}:open_gain", networks=f"{HERE}:known")


class Gain(torch.nn.Module):
    remarks = ("a remark of the network",)

    def __init__(self, scale, gain):
        super().__init__()
        self.scale, self.gain = scale, gain

    def forward(self, lr, scale=0):
        assert max(lr.shape[-2:]) <= 40
        return lr.repeat_interleave(self.scale, 2).repeat_interleave(self.scale, 3) * self.gain


def open_gain(path, gain=1.0):
    scale, tiling = path.read_text().split()
    extra = path.with_suffix(".more")
    return OpenedCheckpoint(
        "Gain",
        float(scale),
        f"{HERE}:build",
        {"gain": gain},
        tiling=tiling,
        files=(extra,) if extra.exists() else (),
        remarks=("a remark of the opener",),
    )


def build(path, gain):
    return Gain(int(path.read_text().split()[0]), gain)


def refuse(path):
    raise WeightsError(f"{path}: nothing for me")


def stumble(_path):
    return {}["layers"]


def nothing(_path):
    return None


def known():
    return {"Gain": "times a number"}


def broken():
    raise ImportError("no module named gain")


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    monkeypatch.setitem(sys.modules, HERE, sys.modules[__name__])


def catalog_of(*specs):
    class Module:
        @staticmethod
        @hookimpl
        def srbench_checkpoint_openers():
            return specs

    catalog, plugin = Catalog(), Plugin("gains")
    catalog.register(plugin, Module())
    assert plugin.ok, plugin.error
    return catalog


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "net.GAIN"
    made.write_text("2 yes")
    return made


def test_a_checkpoint_is_a_method(path):
    method = open_checkpoint(catalog_of(GAIN), path, {"gain": 0.5}, ("self",))
    assert (method.name, method.source, method.ensemble) == ("net", "released", ("self",))
    assert method.model.scales == (2.0,)
    lr = np.full((6, 5, 3), 100, np.uint8)
    upscaler = Upscaler(method, 2, device="cpu")
    assert upscaler(lr).sr.shape == (1, 3, 12, 10)
    assert float(upscaler(lr).sr.mean()) == pytest.approx(50 / 255)
    assert upscaler.network_remarks == ("a remark of the opener", "a remark of the network")


def test_keys_change_with_all_that_decides_the_output(path):
    spec = replace(GAIN, library=("numpy",))
    first = open_checkpoint(catalog_of(spec), path, {}).identity
    assert first["model"] == {
        "plugin": "gains",
        "name": "Gain",
        "version": 1,
        "arguments": {"gain": 1.0, "library": f"numpy {np.__version__}"},
        "joint": True,
    }
    assert first["weights"].keys() == {"sha256"}
    others = [
        open_checkpoint(catalog_of(replace(spec, version=2)), path, {}).identity,
        open_checkpoint(catalog_of(spec), path, {"gain": 0.5}).identity,
        open_checkpoint(catalog_of(GAIN), path, {}).identity,
    ]
    path.with_suffix(".more").write_text("a")
    others.append(open_checkpoint(catalog_of(spec), path, {}).identity)
    path.with_suffix(".more").write_text("b")
    others.append(open_checkpoint(catalog_of(spec), path, {}).identity)
    path.write_text("3 yes")
    others.append(open_checkpoint(catalog_of(spec), path, {}).identity)
    assert all(one != other for number, one in enumerate(others) for other in (first, *others[:number]))


def test_the_first_opener_that_does_not_refuse_is_taken(path):
    refusing = CheckpointOpenerSpec("a", (".gain",), f"{HERE}:refuse")
    assert open_checkpoint(catalog_of(GAIN, refusing), path, {}).model.name == "Gain"
    with pytest.raises(WeightsError, match=r"net\.GAIN: nothing for me"):
        open_checkpoint(catalog_of(refusing), path, {})
    with pytest.raises(WeightsError, match=r"no plugin opens it: .*nothing for me; .*b cannot open it"):
        open_checkpoint(catalog_of(refusing, CheckpointOpenerSpec("b", (".gain",), f"{HERE}:stumble")), path, {})


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "stumble",
            r"net\.GAIN: a cannot open it \(\S*test_checkpoint_networks.py:\d+, in stumble: KeyError: 'layers'\)",
        ),
        ("nothing", "returned a NoneType, not an OpenedCheckpoint"),
    ],
)
def test_an_opener_that_does_not_work_is_named(path, name, words):
    with pytest.raises(WeightsError, match=words):
        open_checkpoint(catalog_of(CheckpointOpenerSpec("a", (".gain",), f"{HERE}:{name}")), path, {})


def test_what_is_missing_is_named(path):
    lacking = replace(GAIN, library=("no-such-library", "nor-this"), install="gains[all]")
    with pytest.raises(WeightsError, match=r"needs no-such-library, .*not installed; pip install 'gains\[all\]'"):
        open_checkpoint(catalog_of(lacking), path, {})
    with pytest.raises(WeightsError, match="not installed"):
        known_networks(lacking)
    for suffix, words in ((".gain", "install srbench-spandrel"), (".onnx", "install srbench-onnx")):
        with pytest.raises(WeightsError, match=f"no installed plugin finds the network of a {suffix} file.*{words}"):
            open_checkpoint(Catalog(), Path(f"net{suffix}"), {})


def test_networks_are_listed_late(path):
    assert known_networks(GAIN) == {"Gain": "times a number"}
    assert known_networks(replace(GAIN, networks="")) == {}
    with pytest.raises(
        PluginError, match=r"networks of gain: not known \(\S*test_checkpoint_networks.py:\d+, in broken: ImportError"
    ):
        known_networks(replace(GAIN, networks=f"{HERE}:broken"))


def test_arguments_that_it_does_not_take(path):
    with pytest.raises(UsageError, match="--model-arg: gain does not take width"):
        open_checkpoint(catalog_of(GAIN), path, {"width": 3})


def test_a_path_is_a_method_where_no_name_is(path):
    catalog = catalog_of(GAIN)
    assert is_checkpoint(catalog, path)
    assert not is_checkpoint(catalog, path.with_suffix(".png"))
    with pytest.raises(WeightsError, match=r"other\.gain: no such file; name a checkpoint"):
        parse_method(catalog, str(path.with_name("other.gain")))
    by_path, by_weights = (
        parse_method(catalog, str(path)),
        parse_method(catalog, "", weights=path, arguments=["gain=1.0"]),
    )
    assert by_path.identity == by_weights.identity
    assert checkpoint_scales(by_path, by_weights) == (2.0,)
    with pytest.raises(UsageError, match="no PSNR-oriented network"):
        parse_method(catalog, str(path), alpha=0.5)
    with pytest.raises(UsageError, match="no method is named"):
        parse_method(catalog, "")


def test_checkpoints_of_different_scales_have_no_common_scale(path, tmp_path):
    catalog = catalog_of(GAIN)
    other = tmp_path / "other.gain"
    other.write_text("3 yes")
    methods = [parse_method(catalog, str(file)) for file in (path, other)]
    with pytest.raises(UsageError, match=r"different scales \(net x2, other x3\)"):
        checkpoint_scales(*methods)
    with pytest.raises(UsageError, match="no scale is named"):
        checkpoint_scales()


@pytest.mark.parametrize("tiling", ["yes", "discouraged", "no"])
def test_hints_on_tiling(path, tiling):
    path.write_text(f"2 {tiling}")
    method = open_checkpoint(catalog_of(GAIN), path, {})
    lr = np.zeros((30, 20, 3), np.uint8)
    upscaler = Upscaler(method, 2, device="cpu", tile=8)
    upscaler(lr)
    upscaler(lr)
    assert len(set(upscaler.warnings)) == len(upscaler.warnings), "once, not for each image"
    said = " ".join(upscaler.warnings)
    assert ("not in tiles" in said) == (tiling == "no")
    assert ("in tiles that overlap" in said) == (tiling != "no")
    assert ("which Gain is not meant for" in said) == (tiling == "discouraged")


def test_channels_of_a_checkpoint_are_not_for_the_user_to_say(path):
    path.write_text("2 yes")
    with pytest.raises(UsageError, match=r"--model-channels y: the channels of .* are found in it"):
        parse_method(catalog_of(GAIN), "", weights=path, channels="y")
