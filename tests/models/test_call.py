"""How a network is called with the scale, and which of its outputs is SR."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial, wraps
from typing import NamedTuple

import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - PyTorch's own abbreviation

from srbench import PluginError, Prediction
from srbench.models.call import call, predictor, scale_argument, selection_remark, takes_scale

LR = torch.rand(1, 3, 6, 5, generator=torch.Generator().manual_seed(0))


def twice(lr):
    return F.interpolate(lr, scale_factor=2, mode="bicubic")


def network(forward, **members):
    """A module whose class has this `forward`."""
    return type("Net", (nn.Module,), {"forward": forward, **members})()


class Enlarging(nn.Module):
    def forward(self, x, scale: float):
        return F.interpolate(x, scale_factor=scale)


class Fixed(nn.Module):
    def forward(self, x):
        return F.interpolate(x, scale_factor=2.0)


class Flagged(nn.Module):
    def forward(self, x, noise: float = 0.0):
        return F.interpolate(x, scale_factor=2.0) + noise


def passing_on(forward):
    @wraps(forward)
    def wrapped(*args, **kwargs):
        return forward(*args, **kwargs)

    return wrapped


@pytest.mark.parametrize(
    ("forward", "way"),
    [
        (lambda self, x: x, ""),
        (lambda self, x, scale: x, "second"),
        (lambda self, x, s: x, "second"),
        (lambda self, x, s, /: x, "second"),
        (lambda self, x, scale=None: x, "second"),
        (lambda self, x, noise=None: x, ""),
        (lambda self, x, return_features=False: x, ""),
        (lambda self, x, *, scale: x, "keyword"),
        (lambda self, x, *, scale=2: x, "keyword"),
        (lambda self, x, noise=None, scale=2: x, "keyword"),
        (lambda self, x, *args: x, ""),
        (lambda self, *args, **kwargs: args[0], ""),
        (lambda self, x, **scale: x, ""),
        (lambda self, x, *scale: x, ""),
        (passing_on(lambda self, x, noise=None: x), ""),
        (passing_on(lambda self, x, scale: x), "second"),
    ],
)
def test_the_scale_is_for_a_required_second_parameter_or_one_named_scale(forward, way):
    net = network(forward)
    assert scale_argument(net) == way
    assert takes_scale(net) == (way == "second")
    assert call(net, LR, 2.0, way) is LR


@pytest.mark.parametrize(("inner", "way"), [(Fixed, ""), (Flagged, ""), (Enlarging, "second")])
@pytest.mark.parametrize("outer", [torch.jit.script, torch.compile, nn.DataParallel], ids=lambda outer: outer.__name__)
def test_a_scripted_compiled_or_parallel_network_is_called_like_the_one_inside(outer, inner, way):
    assert scale_argument(outer(inner())) == way


def test_a_scripted_network_runs():
    for inner in (Fixed, Flagged, Enlarging):
        sr = predictor(torch.jit.script(inner()), "net")(LR, 2.0).sr
        assert torch.equal(sr, F.interpolate(LR, scale_factor=2.0))


def test_a_partial_as_forward_gets_the_scale():
    net = nn.Module()
    net.forward = partial(lambda x, scale, gain: twice(x) * gain + scale, gain=0.5)
    assert torch.equal(predictor(net, "net")(LR, 2.0).sr, twice(LR) * 0.5 + 2)


class Named(NamedTuple):
    sr: torch.Tensor
    features: torch.Tensor


@pytest.mark.parametrize(
    "output",
    [
        lambda sr: sr,
        lambda sr: [sr],
        lambda sr: (LR, sr),
        lambda sr: [LR, LR, sr],
        lambda sr: {"sr": sr, "features": LR},
        lambda sr: OrderedDict(features=LR, out=sr),
        lambda sr: {"SR": sr},
        lambda sr: {"image": sr, "steps": 7},
        lambda sr: Named(sr, LR),
        Prediction,
        lambda sr: sr.double(),
        lambda sr: sr.to(memory_format=torch.channels_last),
        lambda sr: sr.permute(0, 1, 3, 2).contiguous().permute(0, 1, 3, 2),
        nn.Parameter,
        lambda sr: sr.clone().requires_grad_(),
    ],
)
def test_sr_is_found_in_what_a_network_returns(output):
    sr = predictor(network(lambda self, x: output(twice(x))), "net")(LR, 2.0).sr
    assert torch.equal(sr.float(), twice(LR))
    assert not sr.requires_grad
    sr.cpu().numpy()


@pytest.mark.parametrize(
    ("output", "problem"),
    [
        (lambda sr: None, "NoneType; expected a tensor"),
        (lambda sr: sr.numpy(), "ndarray; expected a tensor"),
        (lambda sr: [], "a list of 0; return SR alone, last"),
        (lambda sr: (sr, [sr]), "a tuple of 2, of which the last is list"),
        (lambda sr: (sr, None), "a tuple of 2, of which the last is NoneType"),
        (lambda sr: {}, "a mapping with the keys none"),
        (lambda sr: {"a": sr, "b": sr}, "a mapping with the keys a, b; return SR alone, or under the key 'sr'"),
        (lambda sr: Prediction([sr]), "a Prediction with list as sr"),
        (lambda sr: Prediction(sr, 0.1), "a Prediction with float as sigma"),
        (lambda sr: [sr, twice(sr)], r"expected height and width 12 x 10 \(of the 2 outputs .* number 2 is taken"),
        (lambda sr: sr[..., 2:-2, 2:-2], r"\(1, 3, 8, 6\) .* expected height and width 12 x 10"),
        (lambda sr: sr[:, :1], "expected 3 channels, not 1; for a network of luma alone give --model-channels y"),
        (lambda sr: torch.cat([sr, sr[:, :1]], 1), "expected 3 channels, not 4"),
        (lambda sr: torch.cat([sr, sr]), "as many images"),
        (lambda sr: sr[0], "as many images"),
        (lambda sr: sr[:0], "as many images"),
        (lambda sr: (sr * 255).byte(), "a tensor of uint8; expected floating-point RGB"),
        (lambda sr: (sr * 255).long(), "a tensor of int64"),
        (lambda sr: sr > 0.5, "a tensor of bool"),
        (lambda sr: torch.complex(sr, sr), "a tensor of complex64"),
        (lambda sr: sr.to_sparse(), "a tensor of layout torch.sparse_coo"),
        (lambda sr: sr.to("meta"), "without values"),
    ],
)
def test_other_outputs_are_refused_with_the_networks_name_and_what_came(output, problem):
    with pytest.raises(PluginError, match=f"^model net returned .*{problem}"):
        predictor(network(lambda self, x: output(twice(x))), "net")(LR, 2.0)


def test_a_remark_says_which_of_several_outputs_is_taken():
    remarks = []
    predictor(network(lambda self, x: (x, twice(x))), "net", remarks.append)(LR, 2.0)
    assert remarks == ["of the 2 outputs of the network ((1, 3, 6, 5), (1, 3, 12, 10)), number 2 is taken"]
    assert selection_remark(LR) == selection_remark([LR]) == selection_remark({"sr": LR, "step": 3}) == ""


def test_the_error_of_a_one_channel_network_names_the_option_for_luma():
    net = nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(1, 1, 3, padding=1))
    with pytest.raises(PluginError, match=r"its first convolution takes 1 channel.*--model-channels y"):
        predictor(net, "net")(LR, 2.0)


def test_an_end_of_the_program_is_an_error_of_the_network():
    def forward(self, x):
        raise SystemExit(0)

    with pytest.raises(PluginError, match=r"model net: .*test_call.py:\d+, in forward: SystemExit: 0"):
        predictor(network(forward), "net")(LR, 2.0)


def test_the_remark_names_keys_and_fields_of_outputs():
    """A mapping has keys, a named tuple fields, a list only numbers."""

    class Pair(NamedTuple):
        sigma: torch.Tensor
        sr: torch.Tensor

    ending = "of the network ((1, 3, 6, 5), (1, 3, 12, 10)), 'sr' is taken"
    assert (
        selection_remark({"sigma": LR, "sr": twice(LR)})
        == selection_remark(Pair(LR, twice(LR)))
        == f"of the 2 outputs {ending}"
    )
    assert selection_remark({"SR": LR, "features": LR}).endswith(", 'SR' is taken")
    assert selection_remark([LR, twice(LR)]).endswith(", number 2 is taken")
