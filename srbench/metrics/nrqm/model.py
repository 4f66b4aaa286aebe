"""Ma's model: three random forests and a linear combination of their predictions, read from the authors' file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.io import loadmat

from srbench.errors import WeightsError, one_line
from srbench.metrics.nrqm.forest import Forest

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from srbench.metrics.nrqm.features import Features

SIZES = (18, 45, 75)
"""Number of features by kind."""
FIELDS = ("lDau", "rDau", "mbest", "upper", "avnode")
"""Fields of a forest in the file: children, feature, threshold and prediction."""
POSITIONS = (0, 1, 6, 4, 5)
"""Positions of `FIELDS` among all fields, for a file whose fields have other names."""


@dataclass(frozen=True, eq=False)
class MaModel:
    """Regression of human ratings (Section 3.2): a constant, and a weight for the prediction of each forest."""

    constant: float
    weights: NDArray[np.float64]
    forests: tuple[Forest, ...]

    def __call__(self, features: Features) -> float:
        """Return Ma's score."""
        predictions = [forest(kind) for forest, kind in zip(self.forests, features, strict=True)]
        return self.constant + float(self.weights @ predictions)

    @classmethod
    def load(cls, path: Path) -> MaModel:
        """Load the authors' ``model.mat``, which pyiqa distributes as ``NRQM_model.mat``.

        A file is read once, even if both Ma and PI load it.

        Raises:
            WeightsError: if the file is missing, damaged or something else.
        """
        try:
            stat = path.stat()
        except OSError as error:
            raise WeightsError(
                f"{path}: not readable ({error.strerror}); get it: srbench data get nrqm-model"
            ) from error
        return _load(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=2)
def _load(path: Path, _changed: int, _size: int) -> MaModel:
    """Return the model in a file; its time and size are arguments so that the cache holds no changed file."""
    try:
        model = loadmat(path, variable_names=["model"])["model"][0, 0]
        linear = np.asarray(model["linear"], dtype=np.float64).ravel()
        forests = tuple(_forest(cell[0, 0]) for cell in model["rf"].ravel())
    except Exception as error:  # SciPy's reader raises errors of nearly any type for damaged files
        raise WeightsError(_damaged(path, one_line(error))) from error
    if linear.size != len(SIZES) + 1 or len(forests) != len(SIZES) or not np.isfinite(linear).all():
        raise WeightsError(_damaged(path, f"{len(forests)} forests and {linear.size} weights; expected 3 and 4"))
    for number, (forest, features) in enumerate(zip(forests, SIZES, strict=True), 1):
        if problem := forest.problem(features):
            raise WeightsError(_damaged(path, f"forest {number} has {problem}"))
    return MaModel(float(linear[0]), linear[1:], forests)


def _forest(fields: Any) -> Forest:
    names = fields.dtype.names
    keys = FIELDS if set(FIELDS) <= set(names) else [names[position] for position in POSITIONS]
    left, right, feature, threshold, value = (np.asarray(fields[key]) for key in keys)
    return Forest(left.astype(np.int32), right.astype(np.int32), feature.astype(np.int32), threshold * 1.0, value * 1.0)


def _damaged(path: Path, problem: str) -> str:
    return f"{path.name}: not the random forests of Ma ({problem}); get the file again: srbench data get nrqm-model"
