"""Checks of a plugin's metrics on photographs that ship with srbench."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from srbench.errors import Unavailable, one_line
from srbench.testing.check import Problem, Skipped, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from srbench.specs.metric import MetricSpec
    from srbench.testing.checked import Checked


def _measured(plugin: Checked) -> Iterator[tuple[MetricSpec, dict[str, float | str]]]:
    """Yield each metric of images with its values, or with what it raised; measured the first time."""
    specs = [spec for spec in plugin.metrics if spec.subject == "image"]
    if not specs:
        raise Skipped("no metrics of images")
    if "metrics" not in plugin.memory:
        plugin.memory["metrics"] = [(spec, _values(plugin, spec)) for spec in specs]
    if all("unavailable" in values for _, values in plugin.memory["metrics"]):
        raise Skipped(str(plugin.memory["metrics"][0][1]["unavailable"]))
    yield from ((spec, values) for spec, values in plugin.memory["metrics"] if "unavailable" not in values)


def _values(plugin: Checked, spec: MetricSpec) -> dict[str, float | str]:
    from srbench.bench.measuring.run_job import instance
    from srbench.bench.resolve.resolver import Resolver
    from srbench.storage.roots import data_roots

    try:
        measure = instance(Resolver(plugin.catalog, data_roots([])).metric(spec), "cpu")
    except Unavailable as reason:
        return {"unavailable": str(reason)}
    values: dict[str, float | str] = {}
    for name, sample in _samples().items():
        try:
            values[name] = float(measure(sample))
        except Unavailable as reason:
            values[name] = str(reason) if name == "tiny" else f"can't be measured: {reason}"
        except Exception as error:  # noqa: BLE001 - the code of a plugin may raise anything
            values[name] = one_line(error)
    return values


def _samples() -> dict[str, Any]:
    import numpy as np

    from srbench.data.datasets.demo import images
    from srbench.imaging.image_io import read_image
    from srbench.imaging.resize import imresize
    from srbench.metrics import Sample
    from srbench.specs.protocol import STANDARD

    whole = read_image(images()[0][1])
    hr = whole[:192, :192]
    blurred, worse = (imresize(imresize(hr, 1 / factor), factor, size=hr.shape[:2]) for factor in (2, 4))

    def sample(sr: Any, reference: Any) -> Sample:
        floats: NDArray[np.float32] = np.asarray(np.atleast_3d(sr) / 255, np.float32)
        return Sample("image", sr, reference, 2, STANDARD, floats, np.full(sr.shape[:2], 0.1, np.float32))

    return {
        "blurred": sample(blurred, hr),
        "again": sample(blurred, hr),
        "worse": sample(worse, hr),
        "identical": sample(hr, hr),
        "black": sample(np.zeros_like(hr), hr),
    }


@check(
    "metric-range",
    "a metric's values are numbers inside its range, and the same again",
    "correct `range` or the metric; draw nothing at random, or declare repeatable=False",
)
def metric_range(plugin: Checked) -> Iterator[Problem]:
    """Yield values that no range holds, and values that change."""
    for spec, values in _measured(plugin):
        for name, value in values.items():
            item = f"metric {spec.name}"
            if isinstance(value, str):
                yield Problem(item, f"of the {name} image: {value}")
            elif math.isnan(value) or not spec.range[0] <= value <= spec.range[1]:
                yield Problem(item, f"is {value:g} for the {name} image, outside its range {spec.range}")
        if spec.repeatable and values["blurred"] != values["again"]:
            yield Problem(f"metric {spec.name}", f"is {values['blurred']} and then {values['again']} for one image")


@check(
    "metric-order",
    "HR itself is better than a blurred copy, and that better than one blurred more",
    "correct `better`, or the sign of the metric",
)
def metric_order(plugin: Checked) -> Iterator[Problem]:
    """Yield metrics with reference that rank images the wrong way round."""
    compared = [(spec, values) for spec, values in _measured(plugin) if spec.reference and not spec.requires]
    if not compared:
        raise Skipped("no metrics that compare SR with HR")
    for spec, values in compared:
        sign = 1 if spec.better == "higher" else -1
        found = [values[name] for name in ("identical", "blurred", "worse")]
        if any(isinstance(value, str) for value in found):
            continue  # the check `metric-range` says so
        best, middle, worst = (sign * float(value) for value in found)
        if not best > middle > worst:
            listed = ", ".join(f"{float(value):g}" for value in found)
            yield Problem(f"metric {spec.name}", f"{spec.better} is better, but HR, x2 and x4 blur have {listed}")
