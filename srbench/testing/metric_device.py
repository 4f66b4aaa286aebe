"""The metrics that are classes, on a fake CUDA device."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from srbench.bench.resolve.resolver import Resolver
from srbench.loading import load
from srbench.metrics import MetricSetup
from srbench.storage.roots import data_roots
from srbench.testing.fake_cuda import Followed, follow, on_fake_cuda
from srbench.testing.samples import sample_images

if TYPE_CHECKING:
    from collections.abc import Callable

    from srbench.catalog import Catalog
    from srbench.specs.metric import MetricSpec


def takes_device(spec: MetricSpec) -> bool:
    """Return whether a metric is a class, which is built for a device."""
    return inspect.isclass(load(spec.measure))


def metric_on_fake_cuda(catalog: Catalog, spec: MetricSpec) -> Followed:
    """Return what of a metric stays on the CPU; that its value is a Python number ends the way there.

    Raises:
        Unavailable: if its weights are missing. Further errors are those of the metric.
    """
    files = Resolver(catalog, data_roots([])).metric(spec).weights
    setup = MetricSetup("cuda", {name: path for name, path, _ in files})
    sample = sample_images()["blurred"]
    measures: list[Callable[[object], float]] = []
    with on_fake_cuda():
        built = follow(lambda: measures.append(load(spec.measure)(setup)))
        if built.problem or built.unknown:
            return built
        measured = follow(lambda: measures[0](sample))
    return Followed(measured.problem)
