"""Random batches of patches, independent of the device and of the number of processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from srbench.device import free_cuda_memory
from srbench.errors import UsageError
from srbench.imaging.hr_crop import hr_side, lr_side
from srbench.losses.batch import Batch
from srbench.specs.model import scales_text
from srbench.training.batches.online_lr import make_online_lr
from srbench.training.batches.patches import TURNS, Crops, cut, gather

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from torch import Tensor

    from srbench.data.training_set.training_set import TrainingSet
    from srbench.specs.protocol import ResizeMode


@dataclass(frozen=True, eq=False)
class Draw:
    """Random choices of a batch; the arrays are int64 of shape (B,)."""

    scale: float
    image: NDArray[np.int64]
    """Index of the image of each patch."""
    top: NDArray[np.int64]
    """Row of each patch, in LR pixels; in HR pixels if LR is made online."""
    left: NDArray[np.int64]
    """Column of each patch, in the same unit."""
    turn: NDArray[np.int64]


class PatchSampler:
    """Draws batches of `batch` patches of `patch` x `patch` LR pixels from `images`, one scale per batch.

    If `images` are `online`, `patch` counts HR pixels: HR patches have the largest side up to `patch` that corresponds
    to a whole number of LR pixels (`hr_side`), and LR is made from each turned HR patch as `load_pair` would make it.
    Scale, image, position and turn are uniform. Batch number n depends on `seed` and n only, and each process takes its
    share of the same batch. If the images fit into half of the free memory of a CUDA device, they are kept and cut
    there; otherwise they are cut in host memory.

    Args:
        images: training images.
        scales: scales to draw from.
        batch: number of patches of all processes together.
        patch: side of the patches, in LR pixels; in HR pixels if `images` are online.
        seed: seed, an integer or a sequence of integers.
        device: device of the batches.
        augment: whether to rotate and flip patches.
        rank: number of this process.
        world: number of processes.
        layout: memory format of the patches.

    Raises:
        UsageError: if `batch` is not a multiple of `world`, or if the set is empty, was not made for `scales`, or has
            an image smaller than the patch.
    """

    def __init__(
        self,
        images: TrainingSet,
        *,
        scales: Sequence[float],
        batch: int,
        patch: int,
        seed: Sequence[int] | int,
        device: str = "cpu",
        augment: bool = True,
        rank: int = 0,
        world: int = 1,
        layout: torch.memory_format = torch.channels_last,
    ) -> None:
        _check(images, scales, batch, patch, world)
        self.images = images
        self.scales = tuple(scales)
        self.batch = batch
        self.patch = patch
        self.augment = augment
        self.layout = layout
        self.device = torch.device(device)
        share = batch // world
        self._mine = slice(rank * share, (rank + 1) * share)
        self._seed = [seed] if isinstance(seed, int) else [int(part) for part in seed]
        self._position = 0
        self._pixels = _upload(images.pixels, self.device)

    def next(self) -> Batch:
        """Return this process's share of the next batch, in the memory format `layout`."""
        draw = self._draw()
        lr, hr = (
            self._with_stored_lr(draw) if self.images.online is None else self._with_online_lr(draw, self.images.online)
        )
        names = tuple(self.images.names[index] for index in draw.image.tolist())
        return Batch(self._levels(lr), self._levels(hr), draw.scale, names)

    def state_dict(self) -> dict[str, Any]:
        """Return the seed and the number of the next batch, for `load_state_dict`."""
        return {"seed": [str(part) for part in self._seed], "position": self._position}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue with the next batch of the sampler that returned `state`."""
        self._seed = [int(part) for part in state["seed"]]
        self._position = int(state["position"])

    def _draw(self) -> Draw:
        """Draw the random choices of the whole batch; return those of this process's share."""
        # NumPy treats [1] and [1, 0] as the same seed: the length tells them apart
        seed = [*self._seed, len(self._seed)]
        generator = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(self._position,)))
        self._position += 1
        scale = self.scales[generator.integers(len(self.scales))]
        image = generator.integers(len(self.images), size=self.batch)
        sizes, patch = self.images.tables[scale][image, 1:3], self.patch
        if self.images.online:
            # np.rint rounds ties to even, as `hr_side` does
            sizes, patch = np.rint(sizes * scale).astype(np.int64), hr_side(lr_side(patch, scale), scale)
        top, left = generator.integers(sizes.T - patch + 1)
        turn = generator.integers(TURNS, size=self.batch) if self.augment else np.zeros(self.batch, np.int64)
        return Draw(scale, *(part[self._mine] for part in (image, top, left, turn)))

    def _with_stored_lr(self, draw: Draw) -> tuple[Tensor, Tensor]:
        """Return LR and HR patches, (B, side, side, 3) uint8, of a set that has both."""
        lr_start, _, lr_stride, hr_start, hr_stride = self.images.tables[draw.scale][draw.image].T
        scale = int(draw.scale)
        lr = Crops(lr_start + draw.top * lr_stride + draw.left, lr_stride, draw.turn, self.patch)
        hr_corner = hr_start + scale * (draw.top * hr_stride + draw.left)
        return self._cut(lr), self._cut(Crops(hr_corner, hr_stride, draw.turn, self.patch * scale))

    def _with_online_lr(self, draw: Draw, mode: ResizeMode) -> tuple[Tensor, Tensor]:
        """Return patches as `_with_stored_lr` does, of a set that has HR only; LR is made from them."""
        *_, start, stride = self.images.tables[draw.scale][draw.image].T
        side = lr_side(self.patch, draw.scale)
        corner = start + draw.top * stride + draw.left
        hr = self._cut(Crops(corner, stride, draw.turn, hr_side(side, draw.scale)))
        return make_online_lr(hr, side, draw.scale, mode), hr

    def _cut(self, crops: Crops) -> Tensor:
        """Return the patches, (B, side, side, 3) uint8, on the device of the pixels."""
        if self._pixels is not None:
            return gather(self._pixels, crops)
        return torch.from_numpy(cut(self.images.pixels, crops))

    def _levels(self, patches: Tensor) -> Tensor:
        """Convert (B, side, side, 3) uint8 to (B, 3, side, side) float32 in [0, 1], on the device."""
        if self._pixels is None:
            if self.device.type == "cuda":
                patches = patches.pin_memory()
            patches = patches.to(self.device, non_blocking=True)
        # divided by a tensor: CUDA would multiply by the rounded 1/255 of a Python number, which gives other bits
        patches = patches.permute(0, 3, 1, 2).contiguous(memory_format=self.layout)
        return patches / torch.full((), 255.0, device=self.device)


def _upload(pixels: NDArray[np.uint8], device: torch.device) -> Tensor | None:
    """Copy `pixels` to the CUDA device; return None on the CPU, or if they take over half of its free memory."""
    if device.type != "cuda":
        return None
    return torch.from_numpy(pixels).to(device) if pixels.nbytes <= free_cuda_memory(str(device)) // 2 else None


def _check(images: TrainingSet, scales: Sequence[float], batch: int, patch: int, world: int) -> None:
    if batch < 1 or batch % world:
        raise UsageError(f"a batch of {batch} cannot be divided evenly between {world} processes; take a multiple")
    if not len(images):
        raise UsageError("no training images to cut patches from; add images, or take a smaller patch")
    if not scales or not set(scales) <= set(images.tables):
        known = scales_text(images.scales)
        requested = scales_text(scales) or "no scale"
        raise UsageError(f"can't sample patches at {requested}: the training set was made for {known}")
    for scale in scales:
        sides = images.tables[scale][:, 1:3].min(axis=1)
        name, smallest = images.names[int(sides.argmin())], int(sides.min())
        side = lr_side(patch, scale) if images.online else patch
        if images.online and side < 1:
            raise UsageError(f"a patch of {patch} HR pixels has no LR pixel at x{scale:g}: take a larger one")
        if side < 1 or smallest < side:
            size = f"{patch} HR pixels, {side} LR pixels," if images.online else f"{patch} LR pixels"
            raise UsageError(
                f"a patch of {size} can't be cut from {name}: {smallest} at x{scale:g}; take a smaller patch"
            )
