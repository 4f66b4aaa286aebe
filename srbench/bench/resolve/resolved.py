"""Resolved names: a metric with the weights of its network, and a dataset with its fingerprint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.bench.resolve.dataset_copy import DatasetCopy
    from srbench.data.datasets.dataset import Dataset
    from srbench.inference.method import ResolvedMethod
    from srbench.specs.metric import MetricSpec


@dataclass(frozen=True)
class ResolvedMetric:
    """A metric with the weights of the network that it needs, if any."""

    spec: MetricSpec
    weights: tuple[tuple[str, Path, str], ...] = ()
    """Name, path and SHA-256 of each weights file."""


@dataclass(frozen=True)
class ResolvedDataset:
    """A dataset at one scale, with the fingerprint of its pixels."""

    dataset: Dataset
    hash: str
    """Fingerprint of the HR pixels, joined with ``+`` to that of the LR files if they are used; empty if files are not
    hashed."""
    hr_hash: str
    """Fingerprint of the HR pixels alone."""
    lr: str
    """Source of the LR images: ``file``, or ``made:<mode>``."""
    copy: DatasetCopy
    """Comparison with the known copy of the dataset."""

    def inputs(self, method: ResolvedMethod) -> tuple[str, str]:
        """Return the fingerprint of the images that a method is measured on, and the source of its LR images.

        Finished SR images do not depend on LR images.
        """
        return (self.hr_hash, "") if method.images else (self.hash, self.lr)
