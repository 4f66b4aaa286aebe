"""Checkpoints in each layout give the network that they were made of; anything else is refused by name."""

from __future__ import annotations

import pytest
import torch
from srbench_esrgan_gan import srbench_weights
from srbench_esrgan_gan.models import MODELS
from srbench_esrgan_gan.rrdb import RRDBNet

from srbench.errors import WeightsError
from srbench.loading import load
from srbench.weights.state_dict import load_network, load_state_dict

BLOCKS = 2
(SPEC,) = (spec for spec in srbench_weights() if not spec.resource)

FIRST = {
    "entry": "model.0",
    "trunk.2": "model.1.sub.2",
    "upsample.x4.1": "model.3",
    "upsample.x4.4": "model.6",
    "exit.0": "model.8",
    "exit.2": "model.10",
}
LATER = {
    "entry": "conv_first",
    "trunk.2": "trunk_conv",
    "upsample.x4.1": "upconv1",
    "upsample.x4.4": "upconv2",
    "exit.0": "HRconv",
    "exit.2": "conv_last",
}
BASICSR = {
    "entry": "conv_first",
    "trunk.2": "conv_body",
    "upsample.x4.1": "conv_up1",
    "upsample.x4.4": "conv_up2",
    "exit.0": "conv_hr",
    "exit.2": "conv_last",
}
DENSE = {
    "first": (FIRST, lambda i, j, k: f"model.1.sub.{i}.RDB{j}.conv{k}.0"),
    "later": (LATER, lambda i, j, k: f"RRDB_trunk.{i}.RDB{j}.conv{k}"),
    "basicsr": (BASICSR, lambda i, j, k: f"body.{i}.rdb{j}.conv{k}"),
}


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return RRDBNet(blocks=BLOCKS, features=8, growth=4).eval()


def released(network, layout):
    """The network's state dict as code bases name it: written out here once more, from their key lists."""
    outer, dense = DENSE[layout]
    names = {
        f"trunk.{i}.{j}.0.convs.{k}": dense(i, j + 1, k + 1) for i in range(BLOCKS) for j in range(3) for k in range(5)
    }
    names |= outer
    state = {}
    for key, value in network.state_dict().items():
        layer, _, kind = key.rpartition(".")
        state[f"{names[layer]}.{kind}"] = value
    return state


@pytest.mark.parametrize("layout", DENSE)
@pytest.mark.parametrize("wrapped", [None, "params", "params_ema"])
def test_outputs_are_equal(network, layout, wrapped, tmp_path):
    state = released(network, layout)
    torch.save({wrapped: state} if wrapped else state, tmp_path / "file.pth")
    other = RRDBNet(blocks=BLOCKS, features=8, growth=4).eval()
    other.load_state_dict(load_state_dict(tmp_path / "file.pth", SPEC))
    lr = torch.rand(1, 3, 6, 5)
    with torch.no_grad():
        assert other(lr, 4).equal(network(lr, 4))


@pytest.mark.parametrize("layout", DENSE)
@pytest.mark.parametrize("prefix", ["", "module.", "model.", "net_g."])
def test_any_file_in_a_published_layout_loads(network, layout, prefix, tmp_path):
    """A fine-tuned one, of any name and in any container."""
    content = {"g_ema": {f"{prefix}{key}": tensor for key, tensor in released(network, layout).items()}}
    torch.save(content, tmp_path / "mine.ckpt")
    (esrgan,) = (spec for spec in MODELS if spec.name == "esrgan")
    other = RRDBNet(blocks=BLOCKS, features=8, growth=4).eval()
    state, remark = load_network(other, tmp_path / "mine.ckpt", esrgan.layouts)
    assert all(torch.equal(state[key], tensor) for key, tensor in network.state_dict().items())
    assert "'g_ema'" in remark
    assert "in the layout of xinntao/ESRGAN or XPixelGroup/BasicSR" in remark


def test_depth_is_read_from_the_file():
    deep = RRDBNet(blocks=11, features=4, growth=2)
    state = {}
    for key, value in deep.state_dict().items():
        layer, _, kind = key.rpartition(".")
        theirs = {**LATER, "trunk.11": "trunk_conv"}.get(layer)
        if theirs is None:
            _, i, j, _, _, k = layer.split(".")
            theirs = f"RRDB_trunk.{i}.RDB{int(j) + 1}.conv{int(k) + 1}"
        state[f"{theirs}.{kind}"] = value
    assert load(SPEC.convert)(state).keys() == deep.state_dict().keys()


@pytest.mark.parametrize("layout", DENSE)
def test_a_wrong_key_is_named(network, layout):
    state = released(network, layout)
    convert = load(SPEC.convert)
    last = DENSE[layout][0]["exit.2"]
    with pytest.raises(WeightsError, match=f"1 keys do not match, the first is missing: '{last}.bias'") as caught:
        convert({key: value for key, value in state.items() if key != f"{last}.bias"})
    assert "\n" not in str(caught.value)
    with pytest.raises(WeightsError, match=r"unknown: 'zzz\.weight'"):
        convert({**state, "zzz.weight": torch.zeros(1)})


def test_another_networks_file_is_refused():
    with pytest.raises(
        WeightsError, match=r"not an RRDBNet checkpoint: its first key is 'entry\.bias'.*expected one of .*BasicSR"
    ):
        load(SPEC.convert)({"entry.weight": torch.zeros(1), "entry.bias": torch.zeros(1)})


def test_the_published_digits_of_the_hash_are_in_the_files_name():
    assert SPEC.filename.endswith(f"-{SPEC.sha256[:8]}.pth")
    assert all(len(copy) == 64 for copy in (SPEC.sha256, *SPEC.copies.values()))
