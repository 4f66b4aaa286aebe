from __future__ import annotations

import math

import pytest
import torch
from srbench_pcarn.initialisation import SCHEMES, Initialisation
from srbench_pcarn.model import PCARN
from torch import nn

FAN_IN = 64 * 3 * 3


@pytest.mark.parametrize(
    ("label", "spread"),
    [
        ("Norm. 0.1*sqrt(2/F)", 0.1 * math.sqrt(2 / FAN_IN)),
        ("Unif. 0.1*sqrt(6/F)", 0.1 * math.sqrt(6 / FAN_IN)),
        ("Unif. 0.1*sqrt(1/F)", 0.1 * math.sqrt(1 / FAN_IN)),
        ("Norm. 1.0*sqrt(2/F)", math.sqrt(2 / FAN_IN)),
        ("Unif. 1.0*sqrt(6/F)", math.sqrt(6 / FAN_IN)),
        ("Unif. 1.0*sqrt(1/F)", math.sqrt(1 / FAN_IN)),
    ],
)
def test_every_scheme_of_table_3_has_its_spread(label, spread):
    torch.manual_seed(0)
    weight = PCARN(initialisation=SCHEMES[label]).cascade.units[0].units[0].conv1.weight
    if label.startswith("Norm"):
        assert weight.std().item() == pytest.approx(spread, rel=0.02)
    else:
        assert weight.abs().max().item() == pytest.approx(spread, rel=0.001)
        assert weight.std().item() == pytest.approx(spread / math.sqrt(3), rel=0.02)


@pytest.mark.parametrize(
    ("scheme", "reference"),
    [
        ("Norm. 1.0*sqrt(2/F)", nn.init.kaiming_normal_),
        ("Unif. 1.0*sqrt(6/F)", nn.init.kaiming_uniform_),
        ("Unif. 1.0*sqrt(1/F)", lambda weight: nn.init.kaiming_uniform_(weight, a=math.sqrt(5))),
    ],
)
@pytest.mark.parametrize("groups", [1, 4])
def test_unit_gain_is_he_initialisation_as_pytorch_draws_it(scheme, reference, groups):
    ours, theirs = (nn.Conv2d(16, 32, 3, groups=groups) for _ in range(2))
    torch.manual_seed(1)
    SCHEMES[scheme].apply(ours)
    torch.manual_seed(1)
    reference(theirs.weight)
    torch.testing.assert_close(ours.weight, theirs.weight, rtol=1e-6, atol=0)


def test_fan_in_can_be_the_channels_alone():
    """Table 3's caption has both readings; for 3x3 kernels they are a factor of three apart."""
    conv = nn.Conv2d(16, 32, 3, groups=4)
    Initialisation("uniform", fan_in="channels").apply(conv)
    assert conv.weight.abs().max().item() == pytest.approx(math.sqrt(1 / 4), rel=0.01)
    assert "fan_in" not in Initialisation().identity(), "the keys of trainings with the fan-in stay"
    assert Initialisation(fan_in="channels").identity()["fan_in"] == "channels"


def test_biases_start_at_zero():
    assert not any(parameter.any() for name, parameter in PCARN().named_parameters() if name.endswith("bias"))


def test_default_is_the_papers_choice():
    assert SCHEMES["Unif. 1.0*sqrt(1/F)"] == Initialisation()
