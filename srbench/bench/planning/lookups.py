"""Lookups of one plan: a cache in front of the resolver, since many slots of a table look up the same names."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from srbench.errors import SrbenchError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from srbench.bench.resolve.resolved import ResolvedDataset, ResolvedMetric
    from srbench.bench.resolve.resolver import Resolver
    from srbench.inference.method import ResolvedMethod
    from srbench.specs.metric import MetricSpec
    from srbench.specs.protocol import Protocol

Answer = TypeVar("Answer")


class Lookups:
    """A cache of a resolver's answers and errors, used while a plan is made.

    Args:
        resolver: The resolver.
    """

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._answers: dict[Hashable, object] = {}

    def method(self, name: str, scale: float, seed: int, *, sigma: bool, dataset: str) -> ResolvedMethod:
        """Return the method `name`; arguments and errors are those of `Resolver.method`.

        Args:
            name: Name of the method.
            scale: Scale to run at.
            seed: Seed of a training.
            sigma: Whether the method should also predict sigma.
            dataset: Dataset to measure on; matters only to methods with finished SR images.
        """
        methods = self._resolver.catalog.methods
        if name in methods and not methods.get(name).images:
            dataset = ""
        return self._once(
            ("method", name, scale, seed, sigma, dataset),
            lambda: self._resolver.method(name, scale, seed, sigma=sigma, dataset=dataset),
        )

    def data(self, name: str, scale: float, protocol: Protocol) -> ResolvedDataset:
        """Return the dataset `name`; arguments and errors are those of `Resolver.data`."""
        return self._once(("data", name, scale, protocol), lambda: self._resolver.data(name, scale, protocol))

    def metric(self, spec: MetricSpec) -> ResolvedMetric:
        """Return the metric with its weights; errors are those of `Resolver.metric`."""
        return self._once(("metric", spec.name), lambda: self._resolver.metric(spec))

    def _once(self, question: Hashable, ask: Callable[[], Answer]) -> Answer:
        """Return the answer of `ask`, or raise its error; it is called only the first time for a question."""
        if question not in self._answers:
            try:
                self._answers[question] = ask()
            except SrbenchError as error:
                self._answers[question] = error
        answer = self._answers[question]
        if isinstance(answer, SrbenchError):
            raise answer.with_traceback(None)  # otherwise each raise would lengthen its traceback
        return cast("Answer", answer)
