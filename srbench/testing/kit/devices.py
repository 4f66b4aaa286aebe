"""Checks that losses and metrics follow their network to its device, with fake CUDA tensors instead of a GPU."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from srbench.errors import CODE_ERRORS, Unavailable, one_line
from srbench.testing.check import Problem, Skipped, Unchecked, check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from srbench.testing.checked import Checked
    from srbench.testing.devices.fake_cuda import Followed


@check(
    "recipe-device",
    "on another device losses, objective and discriminator of every recipe follow the network (fake CUDA tensors)",
    "register constant tensors of losses as buffers, and make new ones on the device of `batch.hr`",
)
def recipe_device(plugin: Checked) -> Iterator[Problem | Unchecked]:
    """Yield the objectives of which a part would stay on the CPU."""
    from srbench.testing.devices.objective import objective_on_fake_cuda, objectives

    if not plugin.recipes:
        raise Skipped("no recipes")
    for recipe, phase in objectives(plugin.recipes, plugin.catalog.models):
        item = f"recipe {recipe.name}/{phase.name}"
        yield from _findings(item, partial(objective_on_fake_cuda, plugin.catalog, recipe, phase))


@check(
    "metric-device",
    "metrics with a network run on the device of their setup (fake CUDA tensors)",
    "make all tensors of the class with `device=setup.device`, and move the network there",
)
def metric_device(plugin: Checked) -> Iterator[Problem | Unchecked]:
    """Yield the metrics of which a part would stay on the CPU."""
    from srbench.testing.devices.metric import metric_on_fake_cuda, takes_device

    specs = [spec for spec in plugin.metrics if spec.subject == "image" and takes_device(spec)]
    if not specs:
        raise Skipped("no metric of images is a class, which gets a device")
    for spec in specs:
        yield from _findings(f"metric {spec.name}", partial(metric_on_fake_cuda, plugin.catalog, spec))


def _findings(item: str, follow: Callable[[], Followed]) -> Iterator[Problem | Unchecked]:
    """Yield the problem of a part of a plugin, or the reason why it can't be checked; nothing if it is fine.

    Args:
        item: Name of the part.
        follow: Function that runs the part on the fake CUDA device.
    """
    try:
        followed = follow()
    except Unavailable as reason:
        yield Unchecked(item, str(reason))
        return
    except CODE_ERRORS as error:
        yield Problem(item, one_line(error))
        return
    if followed.problem:
        yield Problem(item, followed.problem)
    elif followed.unknown:
        yield Unchecked(item, followed.unknown)
