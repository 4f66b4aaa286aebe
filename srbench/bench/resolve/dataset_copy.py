"""Comparison of the dataset found on this machine with the known copy of its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from srbench.data.datasets.dataset import Dataset


@dataclass(frozen=True)
class DatasetCopy:
    """Quality of a dataset as a copy of the known dataset of its name, as verdicts take it into account."""

    exact: bool = True
    """True if the pixels equal those of the known copy; otherwise PSNR is judged with the wider tolerance."""
    fault: str = ""
    """Reason why this is not the dataset of that name: a wrong number of images, or pixels that differ although all
    copies should be equal. Empty if there is none."""


def assess_copy(dataset: Dataset, hr_fingerprint: str) -> DatasetCopy:
    """Return the quality of `dataset` as a copy of the known dataset.

    Args:
        dataset: The dataset found.
        hr_fingerprint: Fingerprint of its HR pixels (`srbench.data.integrity.fingerprint`).
    """
    spec = dataset.spec
    if spec is None:
        return DatasetCopy()
    if dataset.incomplete:
        return DatasetCopy(exact=False, fault=f"incomplete copy: {dataset.shortage}")
    if spec.images and len(dataset.images) > spec.images:
        return DatasetCopy(
            exact=False, fault=f"another set: {len(dataset.images)} images, {spec.name} has {spec.images}"
        )
    known = spec.fingerprints.get("HR")
    if known == hr_fingerprint:
        return DatasetCopy(exact=spec.exact)
    fault = f"other pixels than the known copy of {spec.name} (srbench data verify {spec.name})" if known else ""
    return DatasetCopy(exact=False, fault=fault if spec.exact else "")
