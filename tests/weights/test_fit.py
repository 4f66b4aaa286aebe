"""Of a checkpoint that is taken which fits the network, wherever it lies, and never silently one of several."""

from __future__ import annotations

import sys
import types

import pytest
import torch
from safetensors.torch import save_file
from torch import nn
from torch.optim.swa_utils import AveragedModel

from srbench.errors import WeightsError
from srbench.specs.model import KeyLayout
from srbench.weights.candidates import WRAPPERS
from srbench.weights.state_dict import load_into, load_network, load_state_dict


class Net(nn.Module):
    """A network with a counter (batch normalisation) and with names that no prefix has."""

    def __init__(self, width=8, scale=2):
        super().__init__()
        self.head = nn.Conv2d(3, width, 3, padding=1)
        self.norm = nn.BatchNorm2d(width)
        self.body = nn.Sequential(*(nn.Conv2d(width, width, 3, padding=1) for _ in range(6)))
        self.tail = nn.Conv2d(width, 3 * scale**2, 3, padding=1)


@pytest.fixture
def state():
    torch.manual_seed(1)
    return dict(Net().state_dict())


@pytest.fixture
def other():
    torch.manual_seed(2)
    return dict(Net().state_dict())


@pytest.fixture
def load(tmp_path):
    def read(content, network=None, layouts=(), name="file.pth"):
        path = tmp_path / name
        (save_file if name.endswith("safetensors") else torch.save)(content, path)
        network = network or Net()
        state, remark = load_network(network, path, layouts)
        load_into(network, state, path)
        return state, remark

    return read


def refused(load, content, *words, **how):
    with pytest.raises(WeightsError) as error:
        load(content, **how)
    text = str(error.value)
    assert "file." in text.partition(": ")[0]
    assert "\n" not in text
    for word in words:
        assert word in text, text
    return text


def same(first, second):
    return first.keys() == second.keys() and all(torch.equal(first[key], second[key]) for key in first)


def behind(prefix, state):
    return {f"{prefix}{key}": value for key, value in state.items()}


def test_a_whole_file_as_it_is_needs_no_word(load, state):
    taken, remark = load(state)
    assert same(taken, state)
    assert remark == ""


@pytest.mark.parametrize("key", [*WRAPPERS, "some_training_code's"])
def test_it_comes_out_of_every_container(load, state, key):
    taken, remark = load({key: state, "epoch": 3, "optimizer": {"state": {0: {"exp_avg": torch.ones(2)}}, "lr": 0.1}})
    assert same(taken, state)
    assert repr(key) in remark or key in remark


PREFIXES = "module. _orig_mod. module._orig_mod. _orig_mod.module. model. net. netG. generator. model.net. anything."


@pytest.mark.parametrize("prefix", [*PREFIXES.split(), "module.module.", "ema_model.module."])
@pytest.mark.parametrize("name", ["file.pth", "file.safetensors"])
def test_prefixes_come_off_in_any_order(load, state, prefix, name):
    taken, remark = load(behind(prefix, state), name=name)
    assert same(taken, state)
    average = " (averaged weights)" if "ema" in prefix else ""
    assert remark == f"{name}: taken: keys without {prefix!r}{average}"


def test_averaged_weights_come_first_and_it_is_said(load, state, other):
    contents = [
        {"params": other, "params_ema": state},
        {"params_ema": state, "params": other},
        {"model": other, "ema": {"decay": 0.999, "shadow": state}},
        {"state_dict": behind("model.", other) | behind("ema_model.", state)},
        {"net": other, "model_ema": behind("module.", state)},
    ]
    for content in contents:
        taken, remark = load(content)
        assert same(taken, state)
        assert "averaged weights" in remark
        assert "in place of" in remark


def test_weights_averaged_by_torch_lose_their_counter(load, state):
    average = AveragedModel(Net())
    average.module.load_state_dict(state)
    taken, remark = load(dict(average.state_dict()))
    assert same(taken, state)
    assert "'module.'" in remark


def test_of_generator_and_discriminator_the_one_that_fits(load, state):
    judge = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Linear(4, 1)).state_dict()
    taken, remark = load({"discriminator": dict(judge), "generator": state})
    assert same(taken, state)
    assert "'generator'" in remark
    taken, remark = load(behind("netD.", judge) | behind("netG.", state))
    assert same(taken, state)
    assert "left out: netD.0.weight, netD.0.bias, netD.1.weight, ... (4 in all)" in remark


def test_two_networks_that_fit_are_named(load, state, other):
    refused(load, {"net_a": state, "net_b": other}, "several networks", "'net_a'", "'net_b'")
    refused(load, {"params": state, "state_dict": other}, "several networks", "'params'", "'state_dict'")
    assert same(load({"net_a": state, "net_b": dict(state)})[0], state)  # the same weights twice


def test_without_a_network_two_are_named_too(tmp_path, state, other):
    torch.save({"net_a": state, "net_b": other}, tmp_path / "file.pth")
    with pytest.raises(WeightsError, match="several networks in it: 'net_a' and 'net_b'"):
        load_state_dict(tmp_path / "file.pth")


def test_counters_are_left_out_and_filled_in(load, state):
    counted = state | {"total_ops": torch.ones(1), "head.total_params": torch.ones(1), "n_averaged": torch.tensor(3)}
    taken, remark = load(counted)
    assert same(taken, state)
    assert "left out: total_ops, head.total_params, n_averaged" in remark
    old = {key: value for key, value in state.items() if not key.endswith("num_batches_tracked")}
    assert load(old)[0].keys() == state.keys()


def test_numbers_beside_tensors_are_left_out_with_a_word(load, state):
    taken, remark = load({**state, "epoch": 3, "lr": 1e-4})
    assert same(taken, state)
    assert "left out: epoch, lr" in remark


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_another_precision_is_said(load, state, dtype):
    cast = {key: value.to(dtype) if value.is_floating_point() else value for key, value in state.items()}
    _, remark = load(cast)
    assert remark == f"file.pth: {str(dtype)[6:]} cast to float32"


@pytest.mark.parametrize("dtype", [torch.int8, torch.uint8, torch.int16, torch.int64, torch.bool])
def test_whole_numbers_are_refused(load, state, dtype):
    refused(
        load, state | {"head.weight": state["head.weight"].to(dtype)}, f"head.weight is {str(dtype)[6:]}", "float32"
    )


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.to(torch.complex64), "a complex tensor"),
        (lambda t: t.to_sparse(), "a sparse tensor"),
        (lambda t: t.flatten(1).to_sparse_csr(), "a sparse tensor"),
        (lambda t: t.to("meta"), "a meta tensor"),
        (lambda t: torch.quantize_per_tensor(t, 0.1, 0, torch.qint8), "a quantised tensor"),
        (lambda t: t.to(torch.float8_e4m3fn), "a float8 tensor"),
        (lambda t: t.to(torch.float8_e5m2), "a float8 tensor"),
    ],
)
def test_other_kinds_are_refused_by_what_they_are(load, state, change, words):
    odd = {key: change(value) if key == "head.weight" else value for key, value in state.items()}
    refused(load, odd, f"head.weight is {words}", "; ")
    refused(load, {"params_ema": behind("module.", odd)}, words)
    # ... before the converter of a layout stumbles over them
    refused(load, behind("x.", odd), words, layouts=[KeyLayout("code", "math:sqrt")])


def test_nan_is_loaded_and_said(load, state):
    state["head.bias"][0] = torch.nan
    assert "NaN or infinite values in 1 of 21 tensors, the first is head.bias" in load(state)[1]
    assert "averaged" in load({"ema": state, "model": dict(state)})[1]  # NaN differs from NaN, yet they are the same


def test_a_checkpoint_that_holds_itself_is_refused(load, state):
    itself: dict = {}
    itself["params"] = itself
    refused(load, itself, "holds itself")
    first, second = {"epoch": 1}, {}
    first["model"], second["model"] = second, first
    refused(load, first, "not a state dict")
    first["state_dict"] = state
    assert same(load(first)[0], state)


def test_deep_containers_end(load):
    deep: dict = {"w": torch.zeros(1)}
    for _ in range(300):
        deep = {"model": deep}
    refused(load, deep, "not a state dict")
    refused(load, {".".join(["a"] * 500): torch.zeros(1)}, "not a checkpoint of Net")


def test_what_the_difference_looks_like(load, state):
    refused(load, dict(Net(scale=4).state_dict()), "tail.weight (48, 8, 3, 3)", "another scale")
    refused(load, dict(Net(width=16).state_dict()), "head.weight (16, 3, 3, 3)", "16 features in place of 8")
    shallow = {key: value for key, value in state.items() if not key.startswith("body.5.")}
    refused(load, shallow, "2 missing: body.5.weight, body.5.bias", "shallower")
    assert "looks like" not in refused(load, {"a.weight": torch.zeros(3)}, "keys are those of another network")


@pytest.fixture
def layouts():
    """The layout ``t.<key>_`` of a code base, and another that stumbles over everything."""
    module = types.ModuleType("test_fit_layouts")

    def convert(state):
        if not all(key.startswith("t/") for key in state):
            raise WeightsError("not ours")
        return {key[2:]: value for key, value in state.items()}

    def stumble(state):
        return state["no such key"]

    def unnamed(state):
        return {key.replace("up/", "up.x*."): value for key, value in state.items()}

    module.convert, module.stumble, module.unnamed = convert, stumble, unnamed
    sys.modules[module.__name__] = module
    yield [KeyLayout(name, f"{module.__name__}:{name}") for name in ("stumble", "convert", "unnamed")]
    del sys.modules[module.__name__]


def test_a_known_layout_loads_whatever_the_file_is_called(load, state, layouts):
    theirs = {f"t/{key}": value for key, value in state.items() if not key.endswith("num_batches_tracked")}
    taken, remark = load({"params_ema": behind("module.", theirs)}, layouts=layouts, name="file.bin")
    assert same(taken, state)
    assert (
        remark == "file.bin: taken: 'params_ema', keys without 'module.' (averaged weights); in the layout of convert"
    )
    refused(load, theirs, "another network")


def test_whole_numbers_in_a_layout_are_refused(load, state, layouts):
    theirs = {f"t/{key}": value for key, value in state.items()}
    theirs["t/head.weight"] = theirs["t/head.weight"].to(torch.int8)
    refused(load, theirs, "t/head.weight is int8", layouts=layouts)
    refused(load, {key: (100 * value).to(torch.int8) for key, value in theirs.items()}, "t/head.weight is int8")


def test_a_layout_without_a_scale_takes_the_networks_and_says_so(load, layouts):
    network = nn.ModuleDict({"up": nn.ModuleDict({"x3": nn.Conv2d(3, 3, 1)})})
    taken, remark = load({"up/weight": torch.ones(3, 3, 1, 1), "up/bias": torch.ones(3)}, network, layouts)
    assert list(taken) == ["up.x3.weight", "up.x3.bias"]
    assert remark == "file.pth: in the layout of unnamed (the file names no scale)"


def test_a_plain_network_starts_one_that_is_wrapped_in_training(load, state):
    wrapped = nn.ModuleDict({"network": Net()})
    taken, _ = load(state, wrapped)
    assert same(taken, behind("network.", state))
