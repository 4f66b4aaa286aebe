"""Whether what is at hand is the set of that name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from srbench.data.datasets.dataset import Dataset


@dataclass(frozen=True)
class DatasetCopy:
    """How good a copy of the set of that name this is, as far as a verdict goes."""

    exact: bool = True
    """To the pixel the set that is known; else PSNR gets the wider tolerance."""
    fault: str = ""
    """Why it is not the set of that name: images are missing, or pixels differ where all copies should be equal."""


def assess_copy(dataset: Dataset, hr_fingerprint: str) -> DatasetCopy:
    """What to say of `dataset`, whose HR pixels have that fingerprint (`srbench.data.integrity.fingerprint`)."""
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
