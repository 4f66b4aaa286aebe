"""Checks of a plugin's networks, each of which is built once for all checks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from srbench.errors import SrbenchError, one_line
from srbench.published import published_table
from srbench.testing.check import Problem, Skipped, Unchecked, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from srbench.specs.model import ModelSpec
    from srbench.testing.checked import Checked


LARGEST_RADIUS = 256
"""Largest receptive radius in LR pixels that is measured."""


PROBES = {
    "model-output": (
        "output",
        "every model returns (B, C, round(h * scale), round(w * scale)) at every declared scale",
        "return SR of that size and with the channels of LR; declare only scales that the network can be built for",
    ),
    "model-odd-sizes": (
        "odd",
        "models take odd heights and widths",
        "pad LR to what the network needs and crop SR: srbench.pad_to_multiple",
    ),
    "model-batch": (
        "batch",
        "an image comes out the same alone and in a batch",
        "let no image of a batch see another: no batch statistics when evaluated, no reshape across the first axis",
    ),
    "model-dtype": (
        "dtype",
        "SR has the type of LR: float32, and float64 for a network in float64",
        "make constants with `lr.new_tensor`, or register them as buffers",
    ),
    "model-deterministic": (
        "deterministic",
        "two evaluations give the same SR, and one seed the same network",
        "draw nothing in evaluation (`if self.training`), and initialise with torch's generator alone",
    ),
    "model-gradients": (
        "gradients",
        "a gradient reaches every parameter that is trained",
        "use the parameter in `forward`, set requires_grad=False, or leave it out; don't detach features",
    ),
    "model-device": (
        "device",
        "on another device everything follows the network (shown with fake CUDA tensors, no GPU)",
        "register constant tensors as buffers, and make new ones on `lr.device`",
    ),
}
"""Kind of probe, summary and fix of the checks that probe each network with small images, by name of the check."""


def _probed(plugin: Checked, kind: str) -> Iterator[Problem]:
    """Yield the problems of one kind of all models, which are probed when the first check asks."""
    from srbench.testing.probes import probes

    if not plugin.models:
        raise Skipped("no models")
    if "networks" not in plugin.memory:
        plugin.memory["networks"] = [finding for spec in plugin.models for finding in probes(spec)]
    yield from (problem for found_by, problem in plugin.memory["networks"] if found_by == kind)


for name, (kind, summary, fix) in PROBES.items():
    check(name, summary, fix, shares="networks")(partial(_probed, kind=kind))


@check("model-tiles", "SR in tiles that overlap by the declared receptive_radius equals SR of the whole image",
       "declare the radius that the line names, or None if the network sees the whole image", slow=True)  # fmt: skip
def model_tiles(plugin: Checked) -> Iterator[Problem | Unchecked]:
    """Yield models whose receptive field is larger than they declare."""
    from srbench.testing.receptive_field import tile_problem

    declared = [spec for spec in plugin.models if spec.receptive_radius is not None and not spec.resize_aware]
    if not declared:
        raise Skipped("no model declares a receptive_radius")
    for spec in declared:
        if (spec.receptive_radius or 0) > LARGEST_RADIUS:
            yield Unchecked(f"model {spec.name}", f"strips of {spec.receptive_radius} LR pixels and more take minutes")
            continue
        for scale in spec.scales or (2.0,):
            if text := tile_problem(spec, scale):
                yield Problem(f"model {spec.name} x{scale:g}", text)


@check("model-params", "parameters count what the paper prints", "correct the network's widths and depths; a paper "
       "that counts otherwise is an expected failure, with the reason")  # fmt: skip
def model_params(plugin: Checked) -> Iterator[Problem]:
    """Yield rows whose network has another number of parameters than the paper prints."""
    compared = False
    for item, table in plugin.tables:
        for row in table.rows if table.published and "params" not in table.incomparable else ():
            for column in (column for column in table.columns if column.metric == "params"):
                printed = published_table(table.published, table.id).get(row.label, column)
                spec = _model_of(plugin, row.method, row.model)
                if printed is None or spec is None or spec.plugin != plugin.name:
                    continue
                compared = True
                scale = column.scale or min(row.scales or spec.scales or (2.0,))
                count = _count(spec, scale)
                if not printed.agrees_in_print(count):
                    yield Problem(f"{item}, row {row.label}", f"{count:,} parameters; print has {printed.printed}")
    if not compared:
        raise Skipped("no printed numbers of parameters")


def _model_of(plugin: Checked, method: str, model: str) -> ModelSpec | None:
    """Return the model of a row, by its method or its model; None if it has neither.

    Raises:
        Skipped: if the method or the model is not registered.
    """
    try:
        name = plugin.catalog.methods.get(method).model if method else model
        return plugin.catalog.models.get(name) if name else None
    except SrbenchError as error:
        raise Skipped(one_line(error)) from error


def _count(spec: ModelSpec, scale: float) -> int:
    """Return the number of parameters of a model's network at a scale."""
    from srbench.models.build import builder, shapes_of

    return sum(parameter.numel() for parameter in shapes_of(builder(spec, scale, "matlab-uint8")).parameters())
