from __future__ import annotations

import pytest
import torch

from srbench import Prediction
from srbench.losses.batch import Batch


@pytest.fixture
def value():
    """Function that calls a loss on plain tensors and returns its only term, which has to be called `name`."""

    def call(loss, sr, hr, name):
        terms = loss(Prediction(sr), Batch(lr=sr[..., ::2, ::2], hr=hr, scale=2.0, names=("",) * len(sr)))
        assert list(terms) == [name]
        assert terms[name].shape == ()
        assert terms[name].dtype == torch.float32
        return terms[name]

    return call
