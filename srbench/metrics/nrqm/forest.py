"""Random forest for regression (Breiman 2001), as stored by the MATLAB port of the R package ``randomForest``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Forest:
    """Trees side by side: arrays of (nodes, trees), in which node 1 of a tree is its root.

    An inner node sends an image to its left child if the image's feature is at most the threshold.
    """

    left: NDArray[np.integer]
    """Left child, counted from 1; 0 for a leaf."""
    right: NDArray[np.integer]
    """Right child, counted from 1."""
    feature: NDArray[np.integer]
    """Feature that an inner node compares with its threshold, counted from 1."""
    threshold: NDArray[np.float64]
    value: NDArray[np.float64]
    """Prediction of a leaf."""

    def problem(self, features: int) -> str:
        """Return the fault of the arrays as a forest over `features` features; empty if there is none."""
        arrays = (self.left, self.right, self.feature, self.threshold, self.value)
        if any(array.ndim != 2 or array.shape != self.left.shape or not array.size for array in arrays):
            return f"arrays of shapes {', '.join(str(array.shape) for array in arrays)}"
        inner = self.left > 0
        parents = np.broadcast_to(np.arange(1, len(inner) + 1)[:, None], inner.shape)[inner]
        if any((child[inner] <= parents).any() or (child > len(inner)).any() for child in (self.left, self.right)):
            return "a node whose child is not a later node of its tree"
        compared = self.feature[inner]
        if compared.size and not 1 <= compared.min() <= compared.max() <= features:
            wrong = compared.min() if compared.min() < 1 else compared.max()
            return f"feature {wrong} of {features}"
        if not (np.isfinite(self.threshold[inner]).all() and np.isfinite(self.value[~inner]).all()):
            return "a threshold or a prediction that is not a number"
        return ""

    def __call__(self, features: NDArray[np.float64] | Sequence[float]) -> float:
        """Return the mean prediction of the trees for one image, all trees descending at once."""
        features = np.asarray(features)
        tree = np.arange(self.left.shape[1])
        node = np.zeros_like(tree)
        while (inner := self.left[node, tree] > 0).any():
            at = node[inner], tree[inner]
            goes_left = features[self.feature[at] - 1] <= self.threshold[at]
            node[inner] = np.where(goes_left, self.left[at], self.right[at]) - 1
        return float(self.value[node, tree].mean())
