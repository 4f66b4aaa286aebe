"""Images, networks with their weights, and short trainings that the stages measure with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import torch

from benchmarks.gpu.stage import FIRST
from srbench.bench.resolve.resolver import Resolver
from srbench.catalog import load_catalog
from srbench.data.datasets.demo import images
from srbench.data.datasets.finder import DatasetFinder
from srbench.errors import SrbenchError, UsageError
from srbench.imaging.image_io import read_image
from srbench.imaging.resize import imresize
from srbench.inference.upscaler import Upscaler
from srbench.models.call import predictor
from srbench.specs.recipe import CPU_TRAINING_SETS, DEMO
from srbench.storage.roots import data_roots
from srbench.testing.network import network, probed_scales
from srbench.training.job import make_job

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray
    from torch import Tensor, nn

    from benchmarks.gpu.stage import Settings
    from srbench.specs.model import ModelSpec
    from srbench.specs.recipe import Budget, Phase, Recipe
    from srbench.training.job import TrainingJob


def roots(settings: Settings) -> tuple[Path, ...]:
    """Return the folders with datasets and weights."""
    return data_roots(settings.data)


def sources(settings: Settings) -> tuple[str, ...]:
    """Return the training images: T91 and BSDS500 where they are at hand, else the demo photographs."""
    finder = DatasetFinder(roots(settings), load_catalog().datasets)
    found = tuple(name for name in CPU_TRAINING_SETS if finder.find(name) is not None)
    return found if found and not settings.quick else (DEMO,)


@cache
def photograph(height: int, width: int) -> NDArray[np.uint8]:
    """Return a photograph that ships with scikit-image, mirrored at its edges to (height, width, 3)."""
    image = read_image(dict(images())["coffee"])
    more = (max(0, height - image.shape[0]), max(0, width - image.shape[1]))
    return np.ascontiguousarray(np.pad(image, ((0, more[0]), (0, more[1]), (0, 0)), "symmetric")[:height, :width])


def pair(height: int, width: int, scale: int) -> tuple[Tensor, Tensor]:
    """Return LR and HR of the photograph, (1, 3, h, w) and (1, 3, height, width) in [0, 1]."""
    hr = photograph(height, width)
    both = (imresize(hr, 1 / scale), hr)
    lr, whole = (torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1)[None].float() / 255 for image in both)
    return lr, whole


def models(settings: Settings) -> list[ModelSpec]:
    """Return the models to measure: `FIRST`, those with weights that ship, then all others, reduced ones last."""
    catalog = load_catalog()
    if settings.networks:
        return [catalog.models.get(name) for name in settings.networks]
    shipped = {method.model for method in catalog.methods if method.bundled}

    def place(spec: ModelSpec) -> tuple[int, bool, bool]:
        number = FIRST.index(spec.name) if spec.name in FIRST else len(FIRST)
        return number, spec.name not in shipped, "reduced" in spec.name

    return sorted(catalog.models, key=place)


@dataclass(frozen=True)
class Network:
    """A network at one of its scales, on the CPU at first."""

    spec: ModelSpec
    scale: float
    module: nn.Module
    weights: str
    """The method whose weights it has; empty: it was initialised from seed 0."""

    @property
    def enlarged(self) -> float:
        """Factor between the sides of LR and SR."""
        return 1.0 if self.spec.equal_size else float(self.scale)

    @property
    def channels(self) -> int:
        """Number of channels of LR."""
        return 3 if self.spec.channels == "rgb" else 1

    def run(self, lr: Tensor) -> Tensor:
        """Return SR."""
        return predictor(self.module, self.spec.name)(lr, self.enlarged).sr

    def lr_of(self, height: int, width: int) -> tuple[int, int]:
        """Return the height and width of LR for an SR image of this size."""
        return int(height / self.enlarged + 1e-9), int(width / self.enlarged + 1e-9)

    def sized(self, lr: Tensor) -> Tensor:
        """Return an RGB image with the channels of LR."""
        return lr if self.channels == 3 else lr.mean(1, keepdim=True)


def built(spec: ModelSpec, *, largest: bool = False) -> Network:
    """Return the network of a model with the weights that ship for it, else initialised from seed 0.

    Args:
        spec: The model.
        largest: Whether it is for x4, or its largest scale below; else for its smallest.
    """
    catalog = load_catalog()
    scales = [scale for scale in probed_scales(spec) if scale <= 4] or list(probed_scales(spec))
    requested = scales[-1] if largest else scales[0]
    for method in catalog.methods:
        if method.model == spec.name and method.bundled and not method.training_model and method.alpha == 1:
            bundled = [requested] if isinstance(method.bundled, str) else [float(scale) for scale in method.bundled]
            scale = requested if requested in bundled else bundled[-1]
            try:
                resolved = Resolver(catalog, ()).method(method.name, scale)
                if resolved.source == "bundled":
                    module = Upscaler(resolved, scale, device="cpu", tile=0).model
                    return Network(spec, scale, module.eval(), method.name)
            except SrbenchError:  # weights at hand that another source gives, or none for this scale
                continue
    return Network(spec, requested, network(spec, requested).eval(), "")


def cut_job(name: str, phase: str, change: Callable[[Budget], Budget]) -> TrainingJob:
    """Return the job of one phase of a recipe, from an initialised network, on the demo photographs.

    Args:
        name: Name of the recipe.
        phase: Name of the phase.
        change: Returns the budget that the phase gets in place of the paper's.

    Raises:
        UsageError: if the recipe has no such phase.
    """
    catalog = load_catalog()

    def cut(recipe: Recipe) -> Recipe:
        whole: Phase | None = next((entry for entry in recipe.phases if entry.name == phase), None)
        if whole is None:
            raise UsageError(f"recipe {name} has no phase {phase!r}")
        phases = (replace(whole, budget=change(whole.budget)),)
        return replace(recipe, phases=phases, data=(DEMO,), validation=(), hold_out=1, cuts={})

    recipe = catalog.recipes.get(name)
    model = catalog.models.get(recipe.model)
    scales = recipe.scales or model.scales or (2.0,)
    scale = None if model.joint or len(scales) == 1 else 4.0 if 4.0 in scales else scales[-1]
    return make_job(catalog, name, "paper", phase=phase, scale=scale, change=cut)
