"""The method and the scale of ``srbench upscale``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from srbench.bench.resolve.ad_hoc_methods import mean_of_methods, parse_method
from srbench.errors import Unavailable, UsageError
from srbench.specs.method import MethodSpec

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from srbench.catalog import Catalog
    from srbench.cli.methods.given_methods import GivenMethod
    from srbench.inference.method import ResolvedMethod

NOT_TRAINED = "not trained here"
"""Beginning of the advice on a training (`srbench.bench.resolve.method_weights`), which names options of ``run``."""
USUAL = 4.0
"""Default scale, for methods that support it."""


def one_method(given: list[GivenMethod]) -> GivenMethod:
    """Return the only method of a command line.

    Raises:
        UsageError: if there is none, or if there are several.
    """
    if not given:
        raise UsageError(
            "nothing to upscale with; name a --method (srbench list methods), path/to/file.py:Class, or --weights FILE"
        )
    if len(given) > 1:
        names = [method.text or str(method.weights) for method in given]
        raise UsageError(
            f"--method {','.join(names)}: one method at a time; name one, or the mean of several as {'+'.join(names)}"
        )
    return given[0]


def method_and_scale(
    catalog: Catalog,
    given: GivenMethod,
    scale: float | None,
    roots: tuple[Path, ...],
    alpha: float | None,
    *,
    sigma: bool,
) -> tuple[ResolvedMethod, float]:
    """Return the method that the command line gives, resolved, and its scale; errors as `_resolve`.

    Args:
        catalog: The catalog.
        given: The method.
        scale: The scale; None: the usual one of the method.
        roots: Folders where data and weights are searched.
        alpha: Share of the method's own weights in a blend; None: no blend.
        sigma: Whether the method must predict sigma.
    """
    name = given.text
    if ":" not in name and (mean := mean_of_methods(catalog, name)):
        catalog, name = catalog.with_methods([mean]), mean.name
    if name in catalog.methods and not given.weights and not given.arguments:
        factor = scale or _usual(_scales(catalog, name), name)
        return _resolve(catalog, name, factor, roots, alpha, sigma=sigma), factor
    from srbench.bench.resolve.resolver import Resolver

    method = parse_method(catalog, name, weights=given.weights, arguments=given.arguments, alpha=alpha)
    name = name or method.name
    if isinstance(method, MethodSpec):
        raise UsageError(f"--method {name}: a mean of methods has no weights of its own; leave out --weights")
    factor = scale or _usual(method.model.scales, name)
    return Resolver(catalog, roots, {method.name: method}).method(method.name, factor), factor


def _usual(scales: Collection[float] | None, method: str) -> float:
    """Return `USUAL` if the method supports it, else its largest scale.

    Raises:
        UsageError: if the members of a mean have no scale in common.
    """
    if scales is not None and not scales:
        raise UsageError(f"--method {method}: its members have no scale in common")
    return USUAL if scales is None or USUAL in scales else max(scales)


def _scales(catalog: Catalog, method: str) -> tuple[float, ...] | None:
    from srbench.bench.resolve.ensemble import common_scales

    spec = catalog.methods.get(method)
    if not spec.members:
        return catalog.models.get(spec.model).scales if spec.model else None
    if not isinstance(spec.members, tuple):
        return tuple(spec.members)
    return common_scales(_scales(catalog, member) for member in spec.members)


def _resolve(
    catalog: Catalog, name: str, scale: float, roots: tuple[Path, ...], alpha: float | None, *, sigma: bool
) -> ResolvedMethod:
    """Return the method `name`, or its fallback if it is unavailable; using the fallback is reported on stderr.

    Args:
        catalog: The catalog.
        name: Name of the method.
        scale: Scale to upscale by.
        roots: Folders where data and weights are searched.
        alpha: Share of the method's own weights in a blend (`at_alpha`); None: no blend.
        sigma: Whether the method must predict sigma.

    Raises:
        Unavailable: as `Resolver.resolve`, if the method has no fallback, or if that is unavailable too.
        UsageError: if the method has only a constant sigma, or cannot be blended.
    """
    from srbench.bench.resolve.ad_hoc_methods import at_alpha
    from srbench.bench.resolve.resolver import Resolver

    resolver = Resolver(catalog, roots)
    if sigma and catalog.methods.get(name).sigma == "constant":
        raise UsageError(f"--sigma: method {name} does not predict sigma; choose a method with a sigma branch")
    try:
        return resolver.resolve(at_alpha(catalog, catalog.methods.get(name), alpha), scale, sigma=sigma)
    except Unavailable as reason:
        spec = catalog.methods.get(name)
        if not spec.fallback:
            raise Unavailable(f"{spec.name}: {_why(reason)}", *reason.lacks) from reason
        smaller = catalog.methods.get(spec.fallback)
        click.echo(f"{spec.name}: {_why(reason)}; {smaller.name} stands in: {smaller.summary}", err=True)
        return resolver.resolve(at_alpha(catalog, smaller, alpha), scale, sigma=sigma)


def _why(reason: Unavailable) -> str:
    """Return why a method is unavailable, with what a user of ``upscale`` can do about a training."""
    text, found, _ = str(reason).partition(NOT_TRAINED)
    recipes = [lack.name for lack in reason.lacks if lack.kind == "training"]
    if not found or not recipes:
        return str(reason)
    return f"{text}{NOT_TRAINED}; train it first: " + ", ".join(f"srbench train --recipe {name}" for name in recipes)
