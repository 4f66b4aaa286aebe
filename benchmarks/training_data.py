"""Patches per second: srbench's data path, and PyTorch's DataLoader over PNG files, HR and LR at x4.

Usage: python benchmarks/training_data.py DATA, where DATA holds T91 and BSDS500 under data/. Both sides read the same
images and return batches of 16 pairs of float32 tensors, LR patches of 48 x 48, cut at random and flipped. They take
turns; nothing is trained. The Dataset is what people usually write: open both PNG files, crop, flip, convert to
tensors.
"""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

import torch
from PIL import Image
from timing import data_root, print_table
from torch.utils.data import DataLoader, Dataset, RandomSampler
from training_sides import write_pairs

from srbench.catalog import load_catalog
from srbench.data.datasets.finder import DatasetFinder
from srbench.data.training_set.training_set import load_training_set
from srbench.training.batches.sampler import PatchSampler

SCALE, BATCH, PATCH = 4, 16, 48
ROUNDS = 7
FILE_BATCHES = 12
OUR_BATCHES = 300
FLIPS = (Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.FLIP_TOP_BOTTOM, Image.Transpose.TRANSPOSE)


class Files(Dataset):
    def __init__(self, folder):
        self.hr = sorted((folder / "HR").iterdir())
        self.lr = sorted((folder / "LR").iterdir())

    def __len__(self):
        return len(self.hr)

    def __getitem__(self, index):
        with Image.open(self.hr[index]) as hr, Image.open(self.lr[index]) as lr:
            left, top = (random.randint(0, side - PATCH) for side in lr.size)  # noqa: S311 - not for security
            box = (left, top, left + PATCH, top + PATCH)
            patches = [lr.convert("RGB").crop(box), hr.convert("RGB").crop(tuple(SCALE * side for side in box))]
        for flip in FLIPS:
            if random.random() < 0.5:  # noqa: S311 - not for security
                patches = [patch.transpose(flip) for patch in patches]
        return tuple(to_tensor(patch) for patch in patches)


def to_tensor(patch):
    """Convert like torchvision's ToTensor: (3, H, W) float32 in [0, 1], contiguous."""
    flat = torch.frombuffer(bytearray(patch.tobytes()), dtype=torch.uint8)
    return flat.view(patch.height, patch.width, 3).permute(2, 0, 1).contiguous().float().div(255)


def batches(workers, folder):
    """Return an endless iterator of batches, so that starting the workers is not timed."""
    files = Files(folder)
    sampler = RandomSampler(files, replacement=True, num_samples=10**9)
    return iter(DataLoader(files, BATCH, sampler=sampler, num_workers=workers))


def seconds(give, count):
    start = perf_counter()
    for _ in range(count):
        give()
    return (perf_counter() - start) / count


def main():
    root = data_root(__doc__)
    catalog = load_catalog()
    start = perf_counter()
    sources = ["T91", "BSDS500"]
    training = load_training_set(
        sources, DatasetFinder([root], catalog.datasets), scales=[SCALE], lr_mode="matlab-uint8", patch=PATCH
    )
    took = perf_counter() - start
    print(f"{len(training)} images, {training.pixels.nbytes / 1e6:.0f} MB, decoded and shrunk in {took:.1f} s")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_pairs(training, SCALE, folder)
        ours = PatchSampler(training, scales=[SCALE], batch=BATCH, patch=PATCH, seed=0)
        alone, workers = batches(0, folder), batches(2, folder)
        contenders = {
            "DataLoader over PNG, in this process": (lambda: next(alone), FILE_BATCHES),
            "DataLoader over PNG, 2 workers": (lambda: next(workers), FILE_BATCHES),
            "srbench": (ours.next, OUR_BATCHES),
        }
        times = {name: [] for name in contenders}
        for turn in range(ROUNDS + 1):
            for name, (give, count) in contenders.items():
                taken = seconds(give, count)
                if turn:  # in the first round caches fill, and workers have batches ready
                    times[name].append(taken)
    best = BATCH / min(times["srbench"])
    middle = BATCH / median(times["srbench"])
    rows = [
        (
            name,
            f"{BATCH / min(taken):.0f}",
            f"{BATCH / median(taken):.0f}",
            f"{best * min(taken) / BATCH:.1f}",
            f"{middle * median(taken) / BATCH:.1f}",
        )
        for name, taken in times.items()
    ]
    print_table(["pairs of patches a second", "best", "median", "srbench / this, best", "median"], rows)


if __name__ == "__main__":
    main()
