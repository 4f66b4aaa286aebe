"""Remark on images of 16 bits, which a protocol measures in 8."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.imaging.image_io import has_16_bits

if TYPE_CHECKING:
    from srbench.bench.planning.job import Job
    from srbench.data.datasets.dataset import Dataset


def depth_remark(job: Job, dataset: Dataset) -> str:
    """Return a remark on the depth of the files that a job reads; empty if all have 8 bits a channel."""
    files = [image.hr_at(job.scale) for image in dataset.images]
    if job.method.images:
        files += [job.method.images.files[image.name] for image in dataset.images]
    elif job.lr == "file":
        files += [lr for image in dataset.images if (lr := dataset.lr_file(image, job.scale))]
    deep = sum(map(has_16_bits, files))
    if not deep:
        return ""
    rule = f"rounded to 8, in which protocol {job.protocol.name} works"
    return f"{deep} of {len(files)} files have 16 bits a channel: {rule}"
