"""Any file in a layout that a model is published in loads into it, whatever it is called and whatever its hash."""

from __future__ import annotations

import pytest
import torch
from srbench_classics import key_layouts
from srbench_classics.methods import METHODS
from srbench_classics.models import MODELS
from srbench_classics.weights import WEIGHTS
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from srbench import DIV2K_MEAN, KeyLayout
from srbench.loading import load
from srbench.weights.checkpoint_file import read_checkpoint
from srbench.weights.files import find_weights
from srbench.weights.state_dict import load_network, load_state_dict

SPECS = {spec.name: spec for spec in MODELS}
FILES = {spec.name: spec for spec in WEIGHTS}
RELEASED = [
    (method.model, FILES[method.weights_for(scale)], scale)
    for method in METHODS
    if method.source == "released"
    for scale in (2, 3, 4)
    if method.weights_for(scale)
]
LAYOUTS = {name: value for name, value in vars(key_layouts).items() if isinstance(value, KeyLayout)}


def test_every_layout_is_a_models_and_every_converter_exists():
    used = {layout for model in MODELS for layout in model.layouts}
    assert used == set(LAYOUTS.values())
    assert all(callable(load(layout.convert)) for layout in used)


def test_every_released_file_has_a_model_that_knows_its_layout():
    """But for SRCNN's texts, which are read together, and IDN's, which name no scale."""
    for model, spec, _scale in RELEASED:
        known = {layout.convert for layout in SPECS[model].layouts}
        special = spec.name.startswith(("idn-", "srcnn-"))
        assert special or spec.convert in known, (model, spec.name)


@pytest.mark.parametrize(("model", "spec", "scale"), RELEASED, ids=lambda value: getattr(value, "name", str(value)))
def test_a_fine_tuned_file_loads(model, spec, scale, build, shared, tmp_path):
    """The released file with one value changed, in a training's checkpoint of another name."""
    path = find_weights(spec, [shared])
    if path is None:
        pytest.skip(f"{spec.filename} is not at hand")
    if spec.parts:
        path = next((shared / "weights").rglob(next(iter(spec.copies))))
    state = dict(read_checkpoint(path))
    last = next(key for key in reversed(state) if state[key].dim() == 4 and "mean" not in key)
    state[last] = state[last].clone()
    state[last].view(-1)[0] += 1
    if "learned_0" in state:  # the mean shift has four axes too
        state = dict(read_checkpoint(path))
    torch.save({"net": {f"module.{key}": tensor for key, tensor in state.items()}}, tmp_path / "mine.ckpt")
    network = build(model, scale)
    tuned, remark = load_network(network, tmp_path / "mine.ckpt", SPECS[model].layouts)
    released = load_state_dict(path, spec)
    changed = [key for key in released if not torch.equal(released[key], tuned[key])]
    assert len(changed) <= 1
    assert remark.startswith("mine.ckpt: taken: 'net', keys without 'module.")


def carn_pytorch(network):
    """The state dict of a CARN with one upsampler as CARN-pytorch's code names it, written from that code."""
    state = {}
    for name, sign in (("sub_mean", -1), ("add_mean", 1)):
        state[f"{name}.shifter.weight"] = torch.eye(3).reshape(3, 3, 1, 1)
        state[f"{name}.shifter.bias"] = sign * torch.tensor(DIV2K_MEAN)
    places = {"head": "entry", "tail": "exit"}
    for i in range(3):
        places[f"body.fusions.{i}"] = f"c{i + 1}.body.0"
        places[f"upsample.x{network.scale}.{i}"] = f"upsample.up.body.{i}"
        places[f"upsample.x{network.scale}.{i + 1}"] = f"upsample.up.body.{i + 1}"
        for j in range(3):
            places[f"body.units.{i}.fusions.{j}"] = f"b{i + 1}.c{j + 1}.body.0"
            for ours, theirs in (("conv1", 0), ("conv2", 2)):
                places[f"body.units.{i}.units.{j}.{ours}"] = f"b{i + 1}.b{j + 1}.body.{theirs}"
    for key, tensor in network.state_dict().items():
        layer, _, kind = key.rpartition(".")
        state[f"{places[layer]}.{kind}"] = tensor
    return state


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_carn_for_one_scale(scale, build, tmp_path):
    torch.manual_seed(scale)
    theirs, ours = (build("carn", scale, features=8) for _ in range(2))
    theirs.scale = scale
    torch.save(carn_pytorch(theirs), tmp_path / "mine.pth")
    state, remark = load_network(ours, tmp_path / "mine.pth", SPECS["carn"].layouts)
    ours.load_state_dict(state)
    lr = torch.rand(1, 3, 5, 6)
    assert torch.equal(ours(lr, scale), theirs(lr, scale))
    assert remark == "mine.pth: in the layout of nmhkahn/CARN-pytorch"


@pytest.mark.parametrize("scale", [2, 3, 2.5])
def test_srcnn_of_pytorch_takes_the_networks_scale(scale, build, tmp_path):
    sizes = {"conv1": (64, 1, 9, 9), "conv2": (32, 64, 5, 5), "conv3": (1, 32, 5, 5)}
    torch.manual_seed(0)
    state = {f"{name}.weight": 0.05 * torch.randn(size) for name, size in sizes.items()}
    state |= {f"{name}.bias": 0.05 * torch.randn(size[0]) for name, size in sizes.items()}
    torch.save(state, tmp_path / "srcnn.pth")
    network = build("srcnn", scale)
    ours, remark = load_network(network, tmp_path / "srcnn.pth", SPECS["srcnn"].layouts)
    network.load_state_dict(ours)
    x = torch.rand(1, 1, 30, 30)
    expected = x
    for name in sizes:
        expected = F.conv2d(expected, state[f"{name}.weight"], state[f"{name}.bias"])
        expected = expected if name == "conv3" else expected.relu()
    found = network.reconstruction(network.mapping(x), scale)[..., 8:-8, 8:-8]  # what no border reaches
    assert torch.allclose(found, expected, atol=1e-5)
    assert "(the file names no scale)" in remark
    assert "pad with zeros" in remark
