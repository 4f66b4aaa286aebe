from __future__ import annotations

import os

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from srbench.errors import WeightsError
from srbench.specs.weights import WeightsSpec
from srbench.weights.state_dict import load_into, load_state_dict, rename_layers


def network():
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.Conv2d(4, 3, 3))


def same(first, second):
    return first.keys() == second.keys() and all(torch.equal(first[key], second[key]) for key in first)


@pytest.fixture
def state():
    torch.manual_seed(0)
    return network().state_dict()


@pytest.fixture
def save(tmp_path):
    def write(content, name="net.pth"):
        (save_file if name.endswith("safetensors") else torch.save)(content, tmp_path / name)
        return tmp_path / name

    return write


def refused(path, *words):
    with pytest.raises(WeightsError) as error:
        load_state_dict(path)
    text = str(error.value)
    assert text.startswith(f"{path}: ")
    assert "\n" not in text
    for word in words:
        assert word in text


def test_pickle_and_safetensors_hold_the_same(save, state):
    assert same(load_state_dict(save(state)), state)
    assert same(load_state_dict(save(state, "net.safetensors")), state)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda state: {"state_dict": state, "epoch": 3},
        lambda state: {"params": {}, "params_ema": state},
        lambda state: {"model": {"state_dict": state}, "optimizer": {"lr": 1e-4}},
        lambda state: {f"module.{key}": value for key, value in state.items()},
        lambda state: {"params": {f"module.{key}": value for key, value in state.items()}},
    ],
)
def test_unwrapped(save, state, wrap):
    assert same(load_state_dict(save(wrap(state))), state)


def test_converted_to_the_models_own_names(save, state):
    old = {f"body.{key}": value for key, value in state.items()}
    spec = WeightsSpec("net", "net.pth", "", "", "", "", convert="test_checkpoint_convert:strip")
    import sys
    import types

    module = types.ModuleType("test_checkpoint_convert")
    module.strip = lambda state: {key.removeprefix("body."): value for key, value in state.items()}
    sys.modules[module.__name__] = module
    try:
        assert same(load_state_dict(save(old), spec), state)
    finally:
        del sys.modules[module.__name__]


class Bomb:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("inside", [lambda bomb, state: bomb, lambda bomb, state: {**state, "extra": bomb}])
def test_pickle_with_code_is_refused_and_not_run(save, state, tmp_path, inside):
    path = save(inside(Bomb(tmp_path / "executed"), state))
    refused(path, "holds more than tensors", "may run code", "state dict alone")
    assert not (tmp_path / "executed").exists()


def test_whole_model_is_refused(save):
    refused(save(network()), "holds more than tensors", "torch.save(model.state_dict()")


@pytest.mark.parametrize("name", ["net.pth", "net.safetensors"])
@pytest.mark.parametrize("kept", [0, 7, 100, 0.5, 0.99])
def test_truncated(save, state, name, kept):
    path = save(state, name)
    content = path.read_bytes()
    path.write_bytes(content[: kept if isinstance(kept, int) else int(kept * len(content))])
    refused(path)


@pytest.mark.parametrize("name", ["net.pth", "net.safetensors"])
def test_other_files(tmp_path, name):
    (tmp_path / name).write_text("<html>404</html>" * 100)
    refused(tmp_path / name)
    refused(tmp_path / f"gone-{name}", "no such file")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ([1, 2], "of type list"),
        ({}, "an empty state dict"),
        (7, "of type int"),
        ({"epoch": 3, "loss": 0.1}, "epoch, loss"),
        (torch.zeros(2), "of type Tensor"),
    ],
)
def test_no_state_dict(save, content, word):
    refused(save(content), "state dict", word)


def test_load_into_is_strict_and_lists_what_is_wrong(save, state):
    model = network()
    path = save(state)
    load_into(model, load_state_dict(path), path)
    assert same(model.state_dict(), state)
    wrong = {"0.weight": torch.zeros(4, 1, 3, 3), "0.bias": state["0.bias"], "tail.weight": state["1.weight"]}
    with pytest.raises(WeightsError) as error:
        load_into(model, wrong, path)
    text = str(error.value)
    assert text.startswith(f"{path}: not a checkpoint of Sequential as configured: ")
    assert "2 missing: 1.weight, 1.bias" in text
    assert "1 unexpected: tail.weight" in text
    assert "1 of another shape: 0.weight (4, 1, 3, 3) instead of (4, 3, 3, 3)" in text
    assert same(model.state_dict(), state)


def test_long_lists_are_cut(save, state):
    with pytest.raises(WeightsError, match=r"20 unexpected: k0, k1, k2, \.\.\."):
        load_into(network(), {**state, **{f"k{i}": torch.zeros(1) for i in range(20)}}, save(state))


def test_half_precision_becomes_the_models_own(save, state):
    path = save({key: value.half() for key, value in state.items()}, "net.safetensors")
    model = network()
    load_into(model, load_state_dict(path), path)
    assert model[0].weight.dtype == torch.float32
    assert torch.equal(model[0].weight, state["0.weight"].half().float())


def test_every_released_checkpoint_loads(shared):
    released = [f"sr/IMDN_x{scale}.pth" for scale in (2, 3, 4)]
    released += [f"sr/{name}.pth" for name in ("PCARN-M", "carn_m", "lapsrn_pytorch", "vdsr_pytorch")]
    released += ["alexnet-torchvision-features.safetensors"]
    released += ["squeezenet1_1-torchvision-features-fp16.safetensors", "vgg19-caffe-normalised-fp16.safetensors"]
    for name in released:
        state = load_state_dict(shared / "weights" / name)
        assert state
        assert all(isinstance(value, torch.Tensor) and not key.startswith("module.") for key, value in state.items())


def layers(*names):
    return {f"{name}.{kind}": torch.full((2,), float(i)) for i, name in enumerate(names) for kind in ("weight", "bias")}


def test_layers_are_renamed():
    state = layers("conv1", "body.0")
    renamed = rename_layers(state, {"conv1": "head", "body.0": "tail"})
    assert list(renamed) == ["head.weight", "head.bias", "tail.weight", "tail.bias"]
    assert renamed["tail.bias"] is state["body.0.bias"]


@pytest.mark.parametrize(
    ("state", "complaint"),
    [
        (layers("a"), "CARN: 2 keys do not match, the first is missing: 'b.bias'"),
        (layers("a", "b") | {"zzz": torch.zeros(1)}, "CARN: 1 keys do not match, the first is unknown: 'zzz'"),
    ],
)
def test_layers_that_are_missing_or_unknown_are_named(state, complaint):
    with pytest.raises(WeightsError) as error:
        rename_layers(state, {"a": "x", "b": "y"}, what="CARN")
    assert str(error.value) == complaint


def test_copies_of_a_shared_layer_must_agree():
    rules = {"a": "shared", "b": "shared"}
    state = {"a.weight": torch.zeros(2), "a.bias": torch.ones(2), "b.weight": torch.zeros(2), "b.bias": torch.ones(2)}
    assert list(rename_layers(state, rules)) == ["shared.weight", "shared.bias"]
    with pytest.raises(WeightsError, match=r"^checkpoint: b\.bias differs from .* \(shared\.bias\)$"):
        rename_layers(state | {"b.bias": torch.zeros(2)}, rules)


def test_layers_are_renamed_by_patterns_the_first_that_matches():
    rules = {r"body\.(\d+)\.conv": r"blocks.\1", r"body\..*": "rest"}
    renamed = rename_layers(layers("body.3.conv", "body.norm", "tail"), rules, strict=False)
    assert list(renamed)[::2] == ["blocks.3.weight", "rest.weight", "tail.weight"]
