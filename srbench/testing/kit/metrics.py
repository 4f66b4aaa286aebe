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
"""Largest difference from the best value that counts as rounding, relative to the value if that is above 1."""

Values = dict[str, float | str]
"""Value of a metric by the name of the sample, or the error as text; see `_values`."""
UNAVAILABLE = "unavailable"
"""Key of the reason in the values of a metric that can't be built here."""


def _all_metrics(plugin: Checked) -> list[tuple[MetricSpec, Values]]:
    """Return the image metrics with their values, which are measured when the first check asks.

    Raises:
        Skipped: if there are no image metrics, or if none can be built here.
    """
    specs = [spec for spec in plugin.metrics if spec.subject == "image"]
    if not specs:
        raise Skipped("no metrics of images")
    if "metrics" not in plugin.memory:
        plugin.memory["metrics"] = [(spec, _values(plugin, spec)) for spec in specs]
    metrics: list[tuple[MetricSpec, Values]] = plugin.memory["metrics"]
    if all(UNAVAILABLE in values for _, values in metrics):
        raise Skipped(str(metrics[0][1][UNAVAILABLE]))
    return metrics


def _measured(plugin: Checked) -> list[tuple[MetricSpec, Values]]:
    """Return the image metrics that can be built here, with their values."""
    return [(spec, values) for spec, values in _all_metrics(plugin) if UNAVAILABLE not in values]


def _values(plugin: Checked, spec: MetricSpec) -> Values:
    """Return the values of a metric on all samples; only the reason, as `UNAVAILABLE`, if it can't be built here."""
    from srbench.bench.measuring.metric_values import metric_function
    from srbench.bench.resolve.resolver import Resolver
    from srbench.storage.roots import data_roots
    from srbench.testing.samples import sample_images

    try:
        measure = metric_function(Resolver(plugin.catalog, data_roots([])).metric(spec), "cpu")
    except Unavailable as reason:
        return {UNAVAILABLE: str(reason)}
    values: Values = {}
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
    """Yield values outside the range, errors, and values that change; and metrics that can't be built here."""
    for spec, values in _all_metrics(plugin):
        if UNAVAILABLE in values:
            yield Unchecked(f"metric {spec.name}", str(values[UNAVAILABLE]))
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


@check(
    "metric-identical",
    "HR compared with itself has the best value of the metric's range",
    "correct `range`, whose better end is the value of identical images (infinite: there is none), or the metric",
    shares="metrics",
)
def metric_identical(plugin: Checked) -> Iterator[Problem]:
    """Yield metrics of SR and HR whose best value identical images don't have."""
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


def _comparing(plugin: Checked) -> list[tuple[MetricSpec, Values]]:
    """Return the metrics that compare SR with HR and need nothing else, with their values."""
    return [(spec, values) for spec, values in _measured(plugin) if spec.reference and not spec.requires]


@check(
    "metric-order",
    "HR itself is better than a blurred copy, and that better than one blurred more",
    "correct `better`, or the sign of the metric",
    shares="metrics",
)
def metric_order(plugin: Checked) -> Iterator[Problem]:
    """Yield metrics of SR and HR that rank a more blurred image as better."""
    compared = _comparing(plugin)
    if not compared:
        raise Skipped("no metrics that compare SR with HR")
    for spec, values in compared:
        sign = 1 if spec.better == "higher" else -1
        ordered = [values[name] for name in ("identical", "blurred", "worse")]
        if any(isinstance(value, str) for value in ordered):
            continue  # the check `metric-range` reports errors
        best, middle, worst = (sign * float(value) for value in ordered)
        if not best > middle > worst:
            listed = ", ".join(f"{float(value):g}" for value in ordered)
            yield Problem(f"metric {spec.name}", f"{spec.better} is better, but HR, x2 and x4 blur have {listed}")
