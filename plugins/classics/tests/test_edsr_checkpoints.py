"""Checkpoints of EDSR, RCAN and NLSN, built by the names of their public code, do the same in our networks.

Their forward passes are written out here with plain functions, for RGB in [0, 255] as theirs are.
"""

from __future__ import annotations

import re

import pytest
import torch
from srbench_classics.edsr_checkpoints import basicsr_edsr, basicsr_rcan, edsr, nlsn, rcan
from srbench_classics.models import MODELS
from srbench_classics.weights import WEIGHTS
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from srbench import WeightsError
from srbench.weights.state_dict import load_into, load_network

MEAN = torch.tensor((0.4488, 0.4371, 0.4040))
FEATURES = 8


class Writer:
    """Makes random layers under names of theirs."""

    def __init__(self):
        self.state = {}
        self.chance = torch.Generator().manual_seed(0)

    def conv(self, name, before, after, size=3):
        self.state[f"{name}.weight"] = 0.2 * torch.randn(after, before, size, size, generator=self.chance)
        self.state[f"{name}.bias"] = 20 * torch.randn(after, generator=self.chance)

    def frame(self, scale, last, white=255.0):
        """Everything but the blocks of the body."""
        for name, sign in (("sub_mean", -1), ("add_mean", 1)):
            self.state |= {f"{name}.weight": torch.eye(3)[..., None, None], f"{name}.bias": sign * white * MEAN}
        self.conv("head.0", 3, FEATURES)
        self.conv(f"body.{last}", FEATURES, FEATURES)
        for stage in {2: (0,), 3: (0,), 4: (0, 2)}[scale]:
            self.conv(f"tail.0.{stage}", FEATURES, FEATURES * (9 if scale == 3 else 4))
        self.conv("tail.1", FEATURES, 3)


def layer(state, name, x):
    weight = state[f"{name}.weight"]
    return F.conv2d(x, weight, state[f"{name}.bias"], padding=weight.shape[-1] // 2)


def framed(state, last, scale, lr, body):
    shallow = layer(state, "head.0", layer(state, "sub_mean", 255 * lr))
    x = layer(state, f"body.{last}", body(shallow)) + shallow
    for stage in {2: (0,), 3: (0,), 4: (0, 2)}[scale]:
        x = F.pixel_shuffle(layer(state, f"tail.0.{stage}", x), 3 if scale == 3 else 2)
    return layer(state, "add_mean", layer(state, "tail.1", x)) / 255


@pytest.fixture
def lr():
    return torch.rand(1, 3, 9, 11, generator=torch.Generator().manual_seed(1))


def loaded(build, name, scale, state, convert, tmp_path, **changes):
    model = build(name, scale, features=FEATURES, **changes)
    load_into(model, convert(state), tmp_path / "checkpoint.pt")
    return model


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_edsr(scale, build, lr, tmp_path):
    write = Writer()
    for block in range(2):
        for index in (0, 2):
            write.conv(f"body.{block}.body.{index}", FEATURES, FEATURES)
    write.frame(scale, 2)
    state = write.state

    def body(x):
        for block in range(2):
            x = x + 0.1 * layer(state, f"body.{block}.body.2", layer(state, f"body.{block}.body.0", x).relu())
        return x

    with torch.inference_mode():
        expected = framed(state, 2, scale, lr, body)
        found = loaded(build, "edsr", scale, state, edsr, tmp_path, blocks=2)(lr, scale)
    assert torch.allclose(found, expected, rtol=1e-4, atol=1e-4 * expected.abs().max())


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_rcan(scale, build, lr, tmp_path):
    write = Writer()
    for group in range(2):
        for block in range(2):
            at = f"body.{group}.body.{block}.body"
            write.conv(f"{at}.0", FEATURES, FEATURES)
            write.conv(f"{at}.2", FEATURES, FEATURES)
            write.conv(f"{at}.3.conv_du.0", FEATURES, 2, 1)
            write.conv(f"{at}.3.conv_du.2", 2, FEATURES, 1)
            write.state[f"{at}.3.conv_du.0.weight"] *= 0.01  # so that no gate is always shut or open
            write.state[f"{at}.3.conv_du.0.bias"] *= 0.01
            write.state[f"{at}.3.conv_du.2.bias"] *= 0.01
        write.conv(f"body.{group}.body.2", FEATURES, FEATURES)
    write.frame(scale, 2)
    state = write.state

    def block(at, x):
        y = layer(state, f"{at}.2", layer(state, f"{at}.0", x).relu())
        gate = layer(state, f"{at}.3.conv_du.0", y.mean((2, 3), keepdim=True)).relu()
        return x + y * layer(state, f"{at}.3.conv_du.2", gate).sigmoid()

    def body(x):
        for group in range(2):
            y = x
            for index in range(2):
                y = block(f"body.{group}.body.{index}.body", y)
            x = x + layer(state, f"body.{group}.body.2", y)
        return x

    with torch.inference_mode():
        expected = framed(state, 2, scale, lr, body)
        model = loaded(build, "rcan", scale, state, rcan, tmp_path, groups=2, blocks=2, reduction=4)
        found = model(lr, scale)
    assert torch.allclose(found, expected, rtol=1e-4, atol=1e-4 * expected.abs().max())


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_nlsn(scale, build, tmp_path):
    """All layers have a place; the network is for RGB in [0, 1], so none changes."""
    write = Writer()
    attention = (0, 9)
    for index in range(10):
        if index in attention:
            write.conv(f"body.{index}.conv_match.0", FEATURES, FEATURES // 4)
            write.conv(f"body.{index}.conv_assembly.0", FEATURES, FEATURES, 1)
        else:
            for inner in (0, 2):
                write.conv(f"body.{index}.body.{inner}", FEATURES, FEATURES)
    write.frame(scale, 10, white=1.0)
    model = loaded(build, "nlsa", scale, write.state, nlsn, tmp_path, blocks=8)
    assert torch.equal(model.body[9][0].match.bias, write.state["body.9.conv_match.0.bias"])
    assert torch.equal(model.tail.weight, write.state["tail.1.weight"])


def test_a_checkpoint_for_another_range_or_layout_is_refused():
    write = Writer()
    write.frame(2, 0, white=1.0)
    with pytest.raises(WeightsError, match="is not a shift by"):
        edsr(write.state)
    write.frame(2, 0)
    rest = {name: tensor for name, tensor in write.state.items() if not name.startswith("tail.0")}
    with pytest.raises(WeightsError, match="not in the layout of EDSR's code"):
        edsr(rest)


def to_basicsr(state, blocks):
    """The same checkpoint under the names of BasicSR's EDSR and RCAN, which keep the mean out of their files."""
    renamed = {}
    for key, tensor in state.items():
        if key.startswith(("sub_mean", "add_mean")):
            continue
        name = re.sub(r"^head\.0", "conv_first", key)
        name = re.sub(r"^tail\.0\.", "upsample.", re.sub(r"^tail\.1", "conv_last", name))
        name = re.sub(rf"^body\.{blocks}\.(?=weight|bias)", "conv_after_body.", name)
        name = re.sub(r"^body\.(\d+)\.body\.0\.(?=weight|bias)", r"body.\1.conv1.", name)
        name = re.sub(r"^body\.(\d+)\.body\.2\.(?=weight|bias)", r"body.\1.conv2.", name)
        renamed[name] = tensor
    return renamed


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_basicsrs_edsr_is_the_same_network(scale, build, tmp_path):
    write = Writer()
    for block in range(2):
        for index in (0, 2):
            write.conv(f"body.{block}.body.{index}", FEATURES, FEATURES)
    write.frame(scale, 2)
    ours, theirs = edsr(write.state), basicsr_edsr(to_basicsr(write.state, 2))
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[key], theirs[key]) for key in ours)


@pytest.mark.parametrize("scale", [2, 4])
def test_basicsrs_rcan_is_the_same_network(scale):
    write, renamed = Writer(), {}
    write.frame(scale, 2)
    for group in range(2):
        for block in range(3):
            here, there = f"body.{group}.body.{block}.body", f"body.{group}.residual_group.{block}.rcab"
            for index in (0, 2):
                write.conv(f"{here}.{index}", FEATURES, FEATURES)
                renamed[f"{here}.{index}"] = f"{there}.{index}"
            for index, place in ((0, 1), (2, 3)):
                write.conv(f"{here}.3.conv_du.{index}", FEATURES, FEATURES, 1)
                renamed[f"{here}.3.conv_du.{index}"] = f"{there}.3.attention.{place}"
        write.conv(f"body.{group}.body.3", FEATURES, FEATURES)
        renamed[f"body.{group}.body.3"] = f"body.{group}.conv"
    frame = {"head.0": "conv_first", "body.2": "conv_after_body", "tail.1": "conv_last"}
    renamed |= frame | {f"tail.0.{stage}": f"upsample.{stage}" for stage in (0, 2)}
    state = {}
    for key, tensor in write.state.items():
        name, _, kind = key.rpartition(".")
        if "mean" not in name:
            state[f"{renamed[name]}.{kind}"] = tensor
    ours, theirs = rcan(write.state), basicsr_rcan(state)
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[key], theirs[key]) for key in ours)


@pytest.mark.parametrize("precision", [torch.float32, torch.float16, torch.bfloat16, torch.float64])
@pytest.mark.parametrize("white", [1.0, 255.0])
def test_the_range_and_the_precision_are_found_by_the_mean_shift(white, precision, build, tmp_path):
    write = Writer()
    for block in range(2):
        for index in (0, 2):
            write.conv(f"body.{block}.body.{index}", FEATURES, FEATURES)
    write.frame(2, 2, white=white)
    torch.save({"params": {key: tensor.to(precision) for key, tensor in write.state.items()}}, tmp_path / "mine.pt")
    (spec,) = (model for model in MODELS if model.name == "edsr")
    network = build("edsr", 2, features=FEATURES, blocks=2)
    state, remark = load_network(network, tmp_path / "mine.pt", spec.layouts)
    assert torch.allclose(state["head.bias"], write.state["head.0.bias"].to(precision).float() / white)
    assert ("RGB in [0, 1]" in remark) == (white == 1)
    assert ("cast to float32" in remark) == (precision != torch.float32)


def test_edsrs_files_are_named_after_the_start_of_their_hashes():
    specs = [spec for spec in WEIGHTS if spec.convert.endswith(":edsr")]
    assert len(specs) == 6
    for spec in specs:
        assert spec.url.endswith(f"/{spec.filename}")
        assert spec.filename.endswith(f"-{spec.sha256_start}.pt")
        assert len(spec.sha256_start) == 8
    assert "https://cv.snu.ac.kr/research/EDSR/models/edsr_baseline_x2-1bc95232.pt" in {spec.url for spec in specs}
