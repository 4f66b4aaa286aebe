"""The sigma branch costs nothing where no sigma is asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from srbench_classics.models import MODELS as CLASSICS
from srbench_probabilistic_l1 import with_sigma
from srbench_probabilistic_l1.models import EDSR_REDUCED, NO_BRANCH

from srbench.metrics import Subject
from srbench.metrics.macs import macs
from srbench.metrics.params import params
from srbench.models.build import builder
from srbench.weights.state_dict import select_submodule

EXPOSING = [EDSR_REDUCED, *(spec for spec in CLASSICS if spec.features and spec.name not in NO_BRANCH)]
BY_NAME = {spec.name: spec for spec in EXPOSING}
SHALLOW = ("rcan", "san", "han", "realsr-rcan")
"""Networks of hundreds of blocks, all alike."""


def build(spec, scale=2):
    return builder(spec, 1.0 if spec.equal_size else scale, "matlab-uint8")()


def subject_of(model, fresh=None):
    return Subject(model, lambda lr: model(lr, 2), fresh, 2, "cpu")


@pytest.mark.slow
@pytest.mark.parametrize("spec", EXPOSING, ids=lambda spec: spec.name)
def test_without_its_branch_it_has_the_networks_parameters(spec):
    if spec.name in SHALLOW:
        spec = replace(spec, kwargs={**spec.kwargs, "groups": 2, "blocks": 2})
    with torch.device("meta"):
        whole, plain = build(with_sigma(spec)), build(spec)
    found = {name: tensor.shape for name, tensor in select_submodule(whole.state_dict(), "network").items()}
    assert found == {name: tensor.shape for name, tensor in plain.state_dict().items()}
    assert params(subject_of(whole.network)) == params(subject_of(plain)) < params(subject_of(whole))


@pytest.mark.slow
@pytest.mark.parametrize("spec", [BY_NAME[name] for name in ("edsr-baseline", "vdsr-rgb", "idn")], ids=lambda s: s.name)
def test_mult_adds_are_those_of_the_network(spec):
    def counted(model, pick):
        def fresh():
            return pick(builder(model, 2, "matlab-uint8")())

        return macs(subject_of(fresh(), fresh))

    assert counted(with_sigma(spec), lambda whole: whole.network) == counted(spec, lambda whole: whole)
