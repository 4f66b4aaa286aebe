"""Agreement of metrics and tensor code on the device with the same on the CPU."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from benchmarks.gpu.material import photograph, roots
from srbench.bench.measuring.metric_values import metric_function
from srbench.bench.resolve.resolver import Resolver
from srbench.catalog import load_catalog
from srbench.errors import Unavailable
from srbench.inference.wrappers import wrap
from srbench.models.prediction import Prediction
from srbench.nn.colour import rgb_to_ycbcr, ycbcr_to_rgb
from srbench.nn.resize import imresize
from srbench.testing.samples import sample_images
from srbench.training.batches.online_lr import by_imresize, by_matrices
from srbench.training.batches.patches import Crops, cut, gather

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from benchmarks.gpu.stage import Item, Settings, Values
    from srbench.metrics import Sample
    from srbench.specs.metric import MetricSpec

BRIDGES = ("pyiqa",)
"""Plugins whose metrics another library computes; that library decides on its own agreement."""
LIMIT = 1e-5
"""Largest relative difference that is called agreement."""
SIDE = 96
DEVICE_SAMPLE = "srbench.metrics.device_sample"


def items(settings: Settings, _found: Mapping[str, Values]) -> Iterable[Item]:
    """List the metrics of images, then tensor code around networks."""
    for spec in load_catalog().metrics:
        if spec.subject == "image" and spec.plugin not in BRIDGES:
            yield f"metric {spec.name}", partial(metric, settings, spec)
    for name, function in CODE.items():
        yield f"code {name}", partial(code, settings, function)
    for scale in (2.0, 2.5, 4.0):
        yield f"exact: LR made online x{scale:g}", partial(online, settings, scale)
    yield "exact: patches cut", partial(patches, settings)


def metric(settings: Settings, spec: MetricSpec) -> Values:
    """Return the values of a metric on both sides for two blurred images.

    Raises:
        Unavailable: if its weights are missing, or if it works on the CPU wherever the images are.
    """
    resolved = Resolver(load_catalog(), roots(settings)).metric(spec)
    cpu_metric, device_metric = (metric_function(resolved, device) for device in ("cpu", settings.device))
    samples = {name: sample for name, sample in sample_images().items() if name in {"blurred", "worse"}}
    moved = {name: on_device(sample, settings.device) for name, sample in samples.items()}
    values = {name: [float(cpu_metric(sample)), float(device_metric(moved[name]))] for name, sample in samples.items()}
    network = any(
        isinstance(part, torch.Tensor | torch.nn.Module) for part in getattr(device_metric, "__dict__", {}).values()
    )
    if not network and any("sr" in vars(sample) for sample in moved.values()):  # a copy in host memory was asked for
        raise Unavailable("works on the CPU by design")
    return {
        "values": values,
        "relative difference": max(abs(one - other) / max(abs(one), 1e-6) for one, other in values.values()),
        "limit": LIMIT,
    }


def on_device(sample: Sample, device: str) -> Sample:
    """Return a sample whose SR image lies on the device, as the output of a network there does.

    Where this srbench measures in host memory alone, it is the sample as it was.
    """
    if find_spec(DEVICE_SAMPLE) is None:
        return sample
    sr = torch.from_numpy(np.ascontiguousarray(sample.sr.transpose(2, 0, 1)))[None].to(device)
    kind = import_module(DEVICE_SAMPLE).DeviceSample
    moved: Sample = kind(sample.name, sr, sample.hr, sample.scale, sample.protocol, sample.sr_float, sample.sigma)
    return moved


def plain(lr: torch.Tensor) -> Prediction:
    """Return the bicubic enlargement of PyTorch, as a network."""
    return Prediction(torch.nn.functional.interpolate(lr, scale_factor=2, mode="bicubic"))


CODE: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "imresize down": lambda image: imresize(image, 1 / 3),
    "imresize up": lambda image: imresize(image, 2.5),
    "colours": lambda image: ycbcr_to_rgb(rgb_to_ycbcr(image)) + rgb_to_ycbcr(image),
    "self-ensemble": lambda image: wrap(plain, ("self",), 2.0)(image).sr,
    "patch ensemble": lambda image: wrap(plain, ("patch",), 2.0)(image).sr,
}


def code(settings: Settings, function: Callable[[torch.Tensor], torch.Tensor]) -> Values:
    """Return how far a function of images is from what it returns on the CPU."""
    image = torch.from_numpy(photograph(SIDE, SIDE)).permute(2, 0, 1)[None].float() / 255
    with torch.inference_mode():
        return {"relative difference": relative(function(image), function(image.to(settings.device))), "limit": LIMIT}


def online(settings: Settings, scale: float) -> Values:
    """Return how many pixels of LR patches differ from those of `imresize`; none may."""
    side = round(40 * scale)
    images = np.stack([photograph(4 * side, 4 * side)[top : top + side, :side] for top in (0, side, 2 * side)])
    hr = torch.from_numpy(images)
    here = by_imresize(hr, 40, scale, "matlab-uint8")
    there = by_matrices(hr.to(settings.device), 40, scale, "matlab-uint8").cpu()
    return {"relative difference": float((here != there).float().mean()), "limit": 0.0}


def patches(settings: Settings) -> Values:
    """Return whether patches cut on the device in all eight turns are those cut in host memory."""
    image = photograph(SIDE, SIDE)
    start = np.arange(8, dtype=np.int64) * (SIDE + 3)
    crops = Crops(start, np.full(8, SIDE, np.int64), np.arange(8, dtype=np.int64), 16)
    pixels = np.ascontiguousarray(image.reshape(-1, 3))
    there = gather(torch.from_numpy(pixels).to(settings.device), crops).cpu()
    return {"relative difference": float((torch.from_numpy(cut(pixels, crops)) != there).float().mean()), "limit": 0.0}


def relative(here: Any, there: Any) -> float:
    """Return the largest difference of two tensors, relative to the largest value of the first."""
    here, there = here.detach().double().cpu(), there.detach().double().cpu()
    return float((here - there).abs().max() / here.abs().max().clamp_min(1e-12))
