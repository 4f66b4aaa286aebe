"""Samples of a method that consists of finished SR images instead of a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.data.sr_images.image_set import read_sr_pair
from srbench.metrics import Sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from srbench.bench.planning.job import Job
    from srbench.data.datasets.dataset import Dataset
    from srbench.data.sr_images.image_set import SrImageSet


def sr_file_samples(job: Job, images: SrImageSet, dataset: Dataset) -> Iterator[Sample]:
    """Yield SR and HR of each image of `dataset`: the SR files as they are, HR cropped under the job's protocol.

    Args:
        job: The scale and protocol.
        images: The SR images.
        dataset: The HR images.

    Raises:
        DataError: if an SR image does not fit its HR image; the message names both files.
    """
    for files in dataset.images:
        sr, hr = read_sr_pair(images, files, dataset, job.protocol.hr_crop)
        yield Sample(files.name, sr, hr, job.scale, job.protocol)
