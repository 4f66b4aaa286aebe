"""Verification of a copy of a dataset, or of a weights file, against the known hashes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from srbench.data.integrity.fingerprint import fingerprint, parts
from srbench.errors import DataError, WeightsError
from srbench.weights.files import verify_weights

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.data.datasets.dataset import Dataset
    from srbench.specs.weights import WeightsSpec

SHA256_DIGITS = 64
State = Literal["ok", "readable", "other copy", "incomplete", "differs", "damaged", "missing"]
BAD = frozenset({"incomplete", "differs", "damaged", "missing"})
"""States of a dataset or a file that should not be used."""


@dataclass(frozen=True)
class Finding:
    """Result of a verification."""

    state: State
    """State of the copy.

    ``readable``: no fingerprint is known to compare with. ``other copy``: other pixels than the known copy, in a set
    of which several copies are in use (`DatasetSpec.exact`)."""
    detail: str = ""
    """Parts of the dataset that the state is about, or the reason."""


def verify_dataset(dataset: Dataset, *, thorough: bool = True) -> Finding:
    """Compare the fingerprints of `dataset` with the known ones; `thorough` also reads the parts that have none."""
    spec = dataset.spec
    known = spec.fingerprints if spec else {}
    if dataset.incomplete:
        return Finding("incomplete", dataset.shortage)
    for source in dataset.sources:
        if (finding := verify_dataset(source, thorough=thorough)).state in BAD:
            return Finding(finding.state, f"{source.name}: {finding.detail}")
    try:
        digests = {part: fingerprint(dataset, part) for part in parts(dataset) if thorough or part in known}
    except DataError as error:
        return Finding("damaged", str(error))
    if differing := [part for part, digest in digests.items() if known.get(part, digest) != digest]:
        state: State = "differs" if spec and spec.exact else "other copy"
        return Finding(state, f"{', '.join(differing)}: other pixels than the known copy")
    return Finding("ok", ", ".join(known)) if known else Finding("readable", "no fingerprint is known")


def check_weights(spec: WeightsSpec, path: Path) -> Finding:
    """Compare the SHA-256 of `path` with that of `spec`."""
    try:
        verify_weights(spec, path)
    except WeightsError as error:
        return Finding("differs", str(error))
    known = spec.known(path.name)
    if len(known) == SHA256_DIGITS:
        return Finding("ok", "SHA-256")
    return Finding("readable", f"SHA-256 begins with {known}; no more is published" if known else "no SHA-256 is known")
