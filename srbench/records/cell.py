"""The coordinates of a measured number."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """The coordinates of a number: method x dataset x scale x protocol x metric x profile x seed.

    `dataset` is empty for the cost of a model. `key` names the record and depends on everything that can change the
    number, including the pixels of the dataset, the bytes of the weights, and the versions of model and metric.
    """

    method: str
    dataset: str
    scale: float
    protocol: str
    metric: str
    profile: str
    seed: int
    key: str

    @property
    def label(self) -> str:
        """Name of the number among those of its method, such as ``psnr/Set5/x4``, or ``params/x4`` of a model."""
        return "/".join(filter(None, (self.metric, self.dataset.strip("/"), f"x{self.scale:g}")))
