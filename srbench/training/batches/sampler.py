"""Random batches of patches, the same ones whatever the device and however many processes share them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from srbench.errors import UsageError
from srbench.imaging.hr_crop import hr_side, lr_side
from srbench.losses.batch import Batch
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
    """What chance decided for a batch; the arrays are int64 of shape (B,)."""

    scale: float
    image: NDArray[np.int64]
    top: NDArray[np.int64]
    """In LR pixels, as `left`; in HR pixels where LR is made online."""
    left: NDArray[np.int64]
    turn: NDArray[np.int64]


class PatchSampler:
    """Draws batches of `batch` patches of `patch` x `patch` LR pixels from `images`, one scale a batch.

    Where `images` are `online`, `patch` counts HR pixels: HR patches have the largest side up to it that belongs to a
    whole number of LR pixels (`hr_side`), and LR is made of each after it was turned, as `load_pair` would make it.
    Scale, image, position and turn are uniform. Batch number n depends on `seed` and n alone: each process takes its
    share, `rank` of `world`, of the same batch. On a CUDA device the images are kept there where they fit into half
    of its free memory (`on_device`), and the patches are cut there; else they are cut in memory.

    Raises `UsageError` where `batch` can't be shared out evenly, and for a set that is empty, that wasn't made for
    `scales`, or that has an image smaller than the patch.
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
    ) -> None:
        _check(images, scales, batch, patch, world)
        self.images = images
        self.scales = tuple(scales)
        self.batch = batch
        self.patch = patch
        self.augment = augment
        self.device = torch.device(device)
        share = batch // world
        self._mine = slice(rank * share, (rank + 1) * share)
        self._seed = [seed] if isinstance(seed, int) else [int(part) for part in seed]
        self._position = 0
        self._pixels = _upload(images.pixels, self.device)

    @property
    def on_device(self) -> bool:
        """Whether the images are kept on the CUDA device."""
        return self._pixels is not None

    def next(self) -> Batch:
        """This process's share of the next batch, in channels-last memory format."""
        draw = self._draw()
        lr, hr = self._kept(draw) if self.images.online is None else self._made(draw, self.images.online)
        names = tuple(self.images.names[index] for index in draw.image.tolist())
        return Batch(self._levels(lr), self._levels(hr), draw.scale, names)

    def state_dict(self) -> dict[str, Any]:
        """What `load_state_dict` needs to go on with the batch that `next` would give now: plain numbers."""
        return {"seed": [str(part) for part in self._seed], "position": self._position}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where the sampler that gave `state` stood."""
        self._seed = [int(part) for part in state["seed"]]
        self._position = int(state["position"])

    def _draw(self) -> Draw:
        """Chance for the whole batch, of which this process keeps its share."""
        # The length tells [1] from [1, 0], which NumPy takes for the same seed.
        seed = [*self._seed, len(self._seed)]
        chance = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(self._position,)))
        self._position += 1
        scale = self.scales[chance.integers(len(self.scales))]
        image = chance.integers(len(self.images), size=self.batch)
        sizes, patch = self.images.tables[scale][image, 1:3], self.patch
        if self.images.online:
            # NumPy rounds as `hr_side` does: ties to even
            sizes, patch = np.rint(sizes * scale).astype(np.int64), hr_side(lr_side(patch, scale), scale)
        top, left = chance.integers(sizes.T - patch + 1)
        turn = chance.integers(TURNS, size=self.batch) if self.augment else np.zeros(self.batch, np.int64)
        return Draw(scale, *(part[self._mine] for part in (image, top, left, turn)))

    def _kept(self, draw: Draw) -> tuple[Tensor, Tensor]:
        """LR and HR, (B, side, side, 3) uint8, where both are there to be cut."""
        lr_start, _, lr_stride, hr_start, hr_stride = self.images.tables[draw.scale][draw.image].T
        times = int(draw.scale)
        lr = Crops(lr_start + draw.top * lr_stride + draw.left, lr_stride, draw.turn, self.patch)
        hr_corner = hr_start + times * (draw.top * hr_stride + draw.left)
        return self._cut(lr), self._cut(Crops(hr_corner, hr_stride, draw.turn, self.patch * times))

    def _made(self, draw: Draw, mode: ResizeMode) -> tuple[Tensor, Tensor]:
        """As `_kept`, where LR is made of HR."""
        *_, start, stride = self.images.tables[draw.scale][draw.image].T
        side = lr_side(self.patch, draw.scale)
        corner = start + draw.top * stride + draw.left
        hr = self._cut(Crops(corner, stride, draw.turn, hr_side(side, draw.scale)))
        return make_online_lr(hr, side, draw.scale, mode), hr

    def _cut(self, crops: Crops) -> Tensor:
        """(B, side, side, 3) uint8, where the pixels are."""
        if self._pixels is not None:
            return gather(self._pixels, crops)
        return torch.from_numpy(cut(self.images.pixels, crops))

    def _levels(self, patches: Tensor) -> Tensor:
        """(B, 3, side, side) float32 in [0, 1], on the device, of (B, side, side, 3) uint8."""
        if self._pixels is None:
            if self.device.type == "cuda":
                patches = patches.pin_memory()
            patches = patches.to(self.device, non_blocking=True)
        # Divided by a tensor: CUDA multiplies by the rounded 1/255 of a plain number, and other bits come out.
        return patches.permute(0, 3, 1, 2) / torch.full((), 255.0, device=self.device)


def _upload(pixels: NDArray[np.uint8], device: torch.device) -> Tensor | None:
    """`pixels` on the CUDA device; None on the CPU, and where they would take over half of its free memory."""
    if device.type != "cuda":
        return None
    free, _ = torch.cuda.mem_get_info(device)
    return torch.from_numpy(pixels).to(device) if pixels.nbytes <= free // 2 else None


def _check(images: TrainingSet, scales: Sequence[float], batch: int, patch: int, world: int) -> None:
    if batch < 1 or batch % world:
        raise UsageError(f"a batch of {batch} can't be shared out evenly between {world} processes")
    if not len(images):
        raise UsageError("no training images to cut patches from")
    if not scales or not set(scales) <= set(images.tables):
        has = ", ".join(f"x{scale:g}" for scale in images.scales)
        wanted = ", ".join(f"x{scale:g}" for scale in scales) or "no scale"
        raise UsageError(f"can't sample patches at {wanted}: the training set was made for {has}")
    for scale in scales:
        sides = images.tables[scale][:, 1:3].min(axis=1)
        name, smallest = images.names[int(sides.argmin())], int(sides.min())
        side = lr_side(patch, scale) if images.online else patch
        if images.online and side < 1:
            raise UsageError(f"a patch of {patch} HR pixels has no LR pixel at x{scale:g}: take a larger one")
        if side < 1 or smallest < side:
            of = f"{patch} HR pixels, {side} LR pixels," if images.online else f"{patch} LR pixels"
            raise UsageError(f"a patch of {of} can't be cut from {name}: {smallest} at x{scale:g}")
