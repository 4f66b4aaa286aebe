"""Checks of a plugin's metrics on photographs that ship with srbench."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from srbench.errors import Unavailable, one_line
from srbench.testing.check import Problem, Skipped, Unchecked, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from srbench.specs.metric import MetricSpec
    from srbench.testing.checked import Checked

CLOSE = 1e-6
"""Largest difference from its best value, relative to it if it is above 1, that a metric's rounding may make."""


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
    from srbench.bench.measuring.metric_values import metric_function
    from srbench.bench.resolve.resolver import Resolver
    from srbench.storage.roots import data_roots
    from srbench.testing.samples import sample_images

    try:
        measure = metric_function(Resolver(plugin.catalog, data_roots([])).metric(spec), "cpu")
    except Unavailable as reason:
        return {"unavailable": str(reason)}
    values: dict[str, float | str] = {}
    for name, sample in sample_images().items():
        try:
            values[name] = float(measure(sample))
        except Unavailable as reason:
            values[name] = f"can't be measured: {reason}"
        except Exception as error:  # noqa: BLE001 - the code of a plugin may raise anything
            values[name] = one_line(error)
    return values


@check(
    "metric-range",
    "a metric's values are numbers inside its range, and the same again",
    "correct `range` or the metric; draw nothing at random, or declare repeatable=False",
    shares="metrics",
)
def metric_range(plugin: Checked) -> Iterator[Problem | Unchecked]:
    """Yield values that no range holds, and values that change."""
    yield from _absent(plugin)
    for spec, values in _measured(plugin):
        item = f"metric {spec.name}"
        errors: dict[str, list[str]] = {}
        for name, value in values.items():
            if isinstance(value, str):
                errors.setdefault(value, []).append(name)
        yield from (Problem(item, f"of the images {', '.join(names)}: {text}") for text, names in errors.items())
        for name, value in values.items():
            if isinstance(value, str):
                continue
            if math.isnan(value) or not spec.range[0] <= value <= spec.range[1]:
                yield Problem(item, f"is {value:g} for the {name} image, outside its range {spec.range}")
        if spec.repeatable and values["blurred"] != values["again"]:
            yield Problem(item, f"is {values['blurred']} and then {values['again']} for one image")


def _absent(plugin: Checked) -> Iterator[Unchecked]:
    """Yield the metrics that can't be measured here, of which others can."""
    list(_measured(plugin))
    for spec, values in plugin.memory["metrics"]:
        if "unavailable" in values:
            yield Unchecked(f"metric {spec.name}", str(values["unavailable"]))


@check(
    "metric-identical",
    "HR compared with itself has the best value of the metric's range",
    "correct `range`, whose better end is the value of identical images (infinite: there is none), or the metric",
    shares="metrics",
)
def metric_identical(plugin: Checked) -> Iterator[Problem]:
    """Yield metrics with reference and a best value that identical images don't have."""
    bounded = [
        (spec, values, best)
        for spec, values in _comparing(plugin)
        if math.isfinite(best := spec.range[1] if spec.better == "higher" else spec.range[0])
    ]
    if not bounded:
        raise Skipped("no metric that compares SR with HR has a finite best value")
    for spec, values, best in bounded:
        value = values["identical"]
        if not isinstance(value, str) and abs(value - best) > CLOSE * max(1.0, abs(best)):
            yield Problem(f"metric {spec.name}", f"is {value:g} for HR itself; the best of its range is {best:g}")


def _comparing(plugin: Checked) -> list[tuple[MetricSpec, dict[str, float | str]]]:
    """Return the metrics of SR and HR alone, with their values."""
    return [(spec, values) for spec, values in _measured(plugin) if spec.reference and not spec.requires]


@check(
    "metric-order",
    "HR itself is better than a blurred copy, and that better than one blurred more",
    "correct `better`, or the sign of the metric",
    shares="metrics",
)
def metric_order(plugin: Checked) -> Iterator[Problem]:
    """Yield metrics with reference that rank images the wrong way round."""
    compared = _comparing(plugin)
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
