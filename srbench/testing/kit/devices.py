"""Checks that losses and metrics follow their network to its device, shown with fake CUDA tensors: no GPU is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.errors import CODE_ERRORS, Unavailable, one_line
from srbench.testing.check import Problem, Skipped, Unchecked, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from srbench.testing.checked import Checked


@check(
    "recipe-device",
    "on another device losses, objective and discriminator of every recipe follow the network (fake CUDA tensors)",
    "register constant tensors of losses as buffers, and make new ones on the device of `batch.hr`",
)
def recipe_device(plugin: Checked) -> Iterator[Problem | Unchecked]:
    """Yield what of an objective would stay on the CPU; of phases with one objective, that of the smallest network."""
    from srbench.testing.devices.objective import objective_on_fake_cuda, objectives

    if not plugin.recipes:
        raise Skipped("no recipes")
    for recipe, phase in objectives(plugin.recipes, plugin.catalog.models):
        item = f"recipe {recipe.name}/{phase.name}"
        try:
            found = objective_on_fake_cuda(plugin.catalog, recipe, phase)
        except Unavailable as reason:
            yield Unchecked(item, str(reason))
            continue
        except CODE_ERRORS as error:
            yield Problem(item, one_line(error))
            continue
        if found.problem:
            yield Problem(item, found.problem)
        elif found.unknown:
            yield Unchecked(item, found.unknown)


@check(
    "metric-device",
    "metrics with a network run on the device of their setup (fake CUDA tensors)",
    "make all tensors of the class with `device=setup.device`, and move the network there",
)
def metric_device(plugin: Checked) -> Iterator[Problem | Unchecked]:
    """Yield what of a metric's class would stay on the CPU."""
    from srbench.testing.devices.metric import metric_on_fake_cuda, takes_device

    specs = [spec for spec in plugin.metrics if spec.subject == "image" and takes_device(spec)]
    if not specs:
        raise Skipped("no metric of images is a class, which gets a device")
    for spec in specs:
        try:
            found = metric_on_fake_cuda(plugin.catalog, spec)
        except Unavailable as reason:
            yield Unchecked(f"metric {spec.name}", str(reason))
            continue
        except CODE_ERRORS as error:
            yield Problem(f"metric {spec.name}", one_line(error))
            continue
        if found.problem:
            yield Problem(f"metric {spec.name}", found.problem)
        elif found.unknown:
            yield Unchecked(f"metric {spec.name}", found.unknown)
