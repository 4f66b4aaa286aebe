"""Networks without weights, on which the cost of a row's model is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.bench.resolve.compatibility import check_scale
from srbench.bench.resolve.ensemble import mean_of_members
from srbench.errors import Unavailable
from srbench.inference.method import ResolvedMethod

if TYPE_CHECKING:
    from srbench.bench.resolve.resolver import Resolver
    from srbench.catalog import Catalog
    from srbench.specs.method import MethodSpec
    from srbench.specs.model import ModelSpec
    from srbench.specs.table import Row


def cost_of(resolver: Resolver, row: Row, scale: float) -> ResolvedMethod | None:
    """Return the untrained model of a row, or the mean of the untrained models of its members.

    Args:
        resolver: Resolver with the catalog, and with the methods of the user.
        row: The row.
        scale: Scale to run at.

    Returns:
        The method without weights; None if the row has neither a model nor a method.

    Raises:
        Unavailable: if the model does not support the scale, or if the method has no network.
    """
    user_method = resolver.user_methods.get(row.method)
    if row.method and not row.model and user_method is None:
        spec = resolver.catalog.methods.get(row.method)
        if spec.members:
            return _cost_of_method(resolver.catalog, spec, scale)
    model = model_of(resolver, row)
    if model and user_method and user_method.opened:
        check_scale(model, scale)
        return user_method
    return untrained(model, scale) if model else None


def model_of(resolver: Resolver, row: Row) -> ModelSpec | None:
    """Return the model of a row, trained or not; None if the row has none."""
    if row.method in resolver.user_methods:
        return resolver.user_methods[row.method].model
    name = row.model or (resolver.catalog.methods.get(row.method).model if row.method else "")
    return resolver.catalog.models.get(name) if name else None


def untrained(model: ModelSpec, scale: float) -> ResolvedMethod:
    """Return a model without weights as a method.

    Raises:
        Unavailable: if the model does not support the scale.
    """
    check_scale(model, scale)
    return ResolvedMethod(model.name, model)


def _cost_of_method(catalog: Catalog, spec: MethodSpec, scale: float) -> ResolvedMethod:
    if spec.members:
        return mean_of_members(spec, scale, catalog.methods, lambda member: _cost_of_method(catalog, member, scale))
    if not spec.model:
        raise Unavailable(f"{spec.name} has no network, and so no cost")
    return untrained(catalog.models.get(spec.model), scale)
