"""Names resolved to files: the metric with its own network's weights, the dataset with its fingerprint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.bench.resolve.dataset_copy import DatasetCopy
    from srbench.data.datasets.dataset import Dataset
    from srbench.specs.metric import MetricSpec


@dataclass(frozen=True)
class ResolvedMetric:
    """A metric with the files of its own network: (name, path, SHA-256) each."""

    spec: MetricSpec
    weights: tuple[tuple[str, Path, str], ...] = ()


@dataclass(frozen=True)
class ResolvedDataset:
    """A dataset at one scale, with what identifies its pixels."""

    dataset: Dataset
    hash: str
    lr: str
    copy: DatasetCopy
