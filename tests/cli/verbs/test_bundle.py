"""Weights to ship: half precision, a card with what they reach, and the spec that a plugin makes of the two."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from srbench.errors import PluginError, WeightsError
from srbench.training.storage.checkpoint import write_network
from srbench.training.storage.export import write_half
from srbench.weights.bundled import bundled_weights
from srbench.weights.files import find_weights, verify_weights
from srbench.weights.state_dict import load_state_dict


@pytest.fixture
def trained(training):
    return training(training.job("tiny", "l1.budget.steps=4", phase="l1")).parent


def test_half_precision_is_the_nearest_that_float16_has(trained, tmp_path):
    write_half(trained, tmp_path / "tiny.safetensors")
    full, half = load_state_dict(trained / "weights.safetensors"), load_state_dict(tmp_path / "tiny.safetensors")
    assert full.keys() == half.keys()
    for name, value in full.items():
        np.testing.assert_array_equal(half[name].numpy(), value.numpy().astype(np.float16))


def test_an_unfinished_training_is_refused(tmp_path):
    with pytest.raises(WeightsError, match=r"no finished training there \(card.json is missing\)"):
        write_half(tmp_path, tmp_path / "tiny.safetensors")


def test_weights_beyond_float16_are_refused(trained, tmp_path):
    write_network(trained / "weights.safetensors", {"large": torch.tensor([1e6])})
    with pytest.raises(WeightsError, match="large is beyond what float16 can hold"):
        write_half(trained, tmp_path / "tiny.safetensors")
    assert not (tmp_path / "tiny.safetensors").exists()


@pytest.mark.slow
def test_the_command_measures_what_it_wrote(srbench_process, with_tiny, trained, tmp_path):
    target = tmp_path / "weights" / "tiny.safetensors"
    what = ("--datasets", "demo", "--scales", "2,3", "--metrics", "psnr")
    done = srbench_process("bundle", trained, target, *what, "--json")
    assert done.code == 0, done.err
    card = json.loads(target.with_suffix(".json").read_text())
    assert done.json == {"weights": str(target), "card": str(target.with_suffix(".json")), **card}
    assert card["bytes"] == target.stat().st_size
    assert card["trained"]["trained_with"]["phases"][0]["budget"]["steps"] == 4
    found = {entry["scale"]: entry["value"] for entry in card["measured"]}
    again = srbench_process(
        *("eval", "--model", "tiny", "--weights", target, "--datasets", "demo", "--scales", "2,3"),
        *("--metrics", "psnr", "--json"),
    )
    assert {entry["scale"]: entry["measured"] for entry in again.json} == pytest.approx(found, abs=1e-9)


@pytest.mark.slow
def test_a_plugin_ships_the_pair(srbench_process, with_tiny, trained, tmp_path, monkeypatch):
    package = tmp_path / "srbench_shipping"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(PluginError, match=r"srbench_shipping:net\.json"):
        bundled_weights("srbench_shipping", "net", "net", "Apache-2.0")
    done = srbench_process("bundle", trained, package / "net.safetensors", "--datasets", "demo", "--scale", "2")
    assert done.code == 0, done.err
    spec = bundled_weights("srbench_shipping", "net", "net", "Apache-2.0")
    path = find_weights(spec, ())
    assert path == package / "net.safetensors"
    assert verify_weights(spec, path) == spec.sha256
    assert spec.origin.endswith("4 steps l1")
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    with pytest.raises(WeightsError, match="SHA-256"):
        verify_weights(spec, path)


def test_another_suffix_is_refused(srbench, trained, tmp_path):
    done = srbench("bundle", trained, tmp_path / "tiny.pth", "--datasets", "demo", "--scale", "2")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "choose a name that ends with .safetensors" in done.err
