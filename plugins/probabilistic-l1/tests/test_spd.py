"""Distances of 2x2 SPD matrices against SciPy's matrix logarithm and generalised eigenvalues."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.linalg import eigvalsh, logm
from srbench_probabilistic_l1.losses.spd import Spd, affine_invariant_squared, log_euclidean_squared

FLOOR = 1e-4
DISTANCES = (log_euclidean_squared, affine_invariant_squared)


def spd(matrix):
    return Spd(
        *(torch.tensor(number, dtype=torch.float64) for number in (matrix[0, 0], matrix[0, 1], matrix[1, 1])), FLOOR
    )


@st.composite
def matrices(draw):
    """Eigenvalues from the floor to 1, of every eccentricity down to nearly none, turned by any angle."""
    small = math.exp(draw(st.floats(math.log(FLOOR), 0)))
    large = small * (1 + draw(st.sampled_from([0, 1e-9, 1e-4, 0.05, 0.07, 1, 100])))
    assume(large <= 1)
    angle = draw(st.floats(0, math.pi))
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    return turn @ np.diag([large, small]) @ turn.T


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:logm result may be inaccurate")  # by 1e-13
@settings(deadline=None, max_examples=150)
@given(first=matrices(), second=matrices())
def test_they_are_scipys(first, second):
    found = log_euclidean_squared(spd(first), spd(second))
    expected = np.linalg.norm(logm(first) - logm(second)) ** 2
    assert float(found) == pytest.approx(expected, rel=1e-6, abs=1e-9)
    geodesic = np.sum(np.log(eigvalsh(second, first)) ** 2)
    assert float(affine_invariant_squared(spd(first), spd(second))) == pytest.approx(geodesic, rel=1e-6, abs=1e-9)


@settings(deadline=None, max_examples=50)
@given(first=matrices(), second=matrices(), factor=st.floats(1, 1000))
def test_both_are_symmetric_and_know_no_unit(first, second, factor):
    for distance in DISTANCES:
        expected = pytest.approx(float(distance(spd(first), spd(second))), rel=1e-5, abs=1e-9)
        assert float(distance(spd(second), spd(first))) == expected
        assert float(distance(spd(factor * first), spd(factor * second))) == expected


@pytest.mark.parametrize("distance", DISTANCES)
@pytest.mark.parametrize("eccentricity", [0.0, 1e-3, 0.0316, 0.0317, 0.5, 0.99])
def test_gradients_are_those_of_finite_differences(distance, eccentricity):
    elements = [
        torch.tensor(number, dtype=torch.float64, requires_grad=True) for number in (1 + eccentricity, 0.0, 1.0)
    ]
    other = spd(np.array([[0.6, 0.2], [0.2, 0.9]]))
    assert torch.autograd.gradcheck(lambda a, b, c: distance(Spd(a, b, c, FLOOR), other), elements, atol=1e-5)
