"""The metrics that are classes, on a fake CUDA device."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensor

from srbench.bench.resolve.resolver import Resolver
from srbench.loading import load
from srbench.metrics import MetricSetup
from srbench.metrics.device_sample import DeviceSample
from srbench.storage.roots import data_roots
from srbench.testing.devices.fake_cuda import CUDA, Followed, follow, on_fake_cuda
from srbench.testing.samples import sample_images

if TYPE_CHECKING:
    from torch._subclasses.fake_tensor import FakeTensorMode

    from srbench.catalog import Catalog
    from srbench.specs.metric import MetricSpec


def takes_device(spec: MetricSpec) -> bool:
    """Return whether a metric is a class, which is built for a device."""
    return inspect.isclass(load(spec.measure))


def metric_on_fake_cuda(catalog: Catalog, spec: MetricSpec, *, with_sr: bool = False) -> Followed:
    """Return whether a part of a metric stays on the CPU when the metric is built for the fake CUDA device.

    It is built for the device ``meta``, since fake tensors cannot be read from files, and then moved.

    Args:
        catalog: Catalog with the weights of the metric.
        spec: The metric.
        with_sr: Whether SR is on the device too, for metrics that measure it there.

    Raises:
        Unavailable: if its weights are missing. Further errors are those of the metric.
    """
    files = Resolver(catalog, data_roots([])).metric(spec).weights
    measure = load(spec.measure)(MetricSetup("meta", {name: path for name, path, _ in files}))
    sample = sample_images()["blurred"]
    networks = [value for value in vars(measure).values() if isinstance(value, nn.Module)]
    with on_fake_cuda(*networks) as mode:
        for name, value in vars(measure).items():
            setattr(measure, name, _from_meta(value, mode))
        if with_sr:
            planes = torch.empty(1, 3, *sample.sr.shape[:2], dtype=torch.uint8, device=CUDA)
            sample = DeviceSample(sample.name, planes, sample.hr, sample.scale, sample.protocol)
        return follow(lambda: measure(sample))


def _from_meta(value: Any, mode: FakeTensorMode) -> Any:
    """Return a value with its tensors on the device ``meta``, and names of that device, moved to the CUDA device.

    Lists, tuples and dicts are searched.
    """
    if isinstance(value, Tensor) and value.is_meta:
        return FakeTensor(mode, value, CUDA)
    if isinstance(value, str | torch.device) and value in ("meta", torch.device("meta")):
        return type(value)("cuda")
    if isinstance(value, list | tuple):
        return [_from_meta(part, mode) for part in value]
    return {name: _from_meta(part, mode) for name, part in value.items()} if isinstance(value, dict) else value
