"""Methods that the command line names: registered, combined, or of the user's own file. Nothing is registered here."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from srbench.errors import SrbenchError, UnknownName, UsageError, WeightsError
from srbench.inference.method import ResolvedMethod
from srbench.loading import load
from srbench.specs.method import MethodSpec
from srbench.specs.model import ModelSpec
from srbench.storage.file_hashes import file_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from srbench.catalog import Catalog
    from srbench.specs.weights import WeightsSpec

LIKENESS = 0.8
"""Ratio of difflib above which a name with a ``+`` is taken for a misspelt registered name that has one itself."""


@dataclass(frozen=True)
class AdHocMethods:
    """Methods of one command by name, and where a resolver finds them."""

    catalog: Catalog
    """The catalog with those methods that the command combines of registered ones."""
    resolved: Mapping[str, ResolvedMethod]
    """Methods that bring a model or weights of the user's."""
    names: tuple[str, ...]
    """Names of all, in the order of the command line."""

    @classmethod
    def of(cls, catalog: Catalog, methods: Iterable[MethodSpec | ResolvedMethod]) -> AdHocMethods:
        """Return the methods that `parse_method` gave, ready for `srbench.bench.one_off`."""
        methods = list(methods)
        specs = [method for method in methods if isinstance(method, MethodSpec)]
        resolved = {method.name: method for method in methods if isinstance(method, ResolvedMethod)}
        return cls(catalog.with_methods(specs), resolved, tuple(method.name for method in methods))


def parse_method(
    catalog: Catalog,
    text: str,
    *,
    weights: Path | None = None,
    arguments: Sequence[str] = (),
    ensemble: tuple[str, ...] = (),
    alpha: float | None = None,
) -> MethodSpec | ResolvedMethod:
    """Return the method that the command line describes.

    Args:
        catalog: Where names are looked up; it is not changed.
        text: A registered method or model, several methods (``a+b``, their mean), ``module:Class`` or
            ``path/to/file.py:Class``.
        weights: Checkpoint for a model.
        arguments: Arguments of a model, as ``KEY=VALUE``.
        ensemble: Wrappers around the network, innermost first.
        alpha: Share of the method's own weights in a blend with those of its PSNR-oriented network.

    Raises:
        UnknownName: if nobody registered that name.
        UsageError: if the options contradict each other.
        WeightsError: if the checkpoint does not exist.
        PluginError: if the class cannot be imported.
    """
    if weights is not None and not weights.is_file():
        raise WeightsError(f"--weights {weights}: no such file; name a checkpoint file")
    spec = None if ":" in text else mean_of_methods(catalog, text)
    kwargs = dict(map(_key_value, arguments))
    if spec is None and text in catalog.methods:
        spec = catalog.methods.get(text)
    if spec is not None and weights is None and not kwargs:
        return in_ensemble(at_alpha(catalog, spec, alpha), ensemble)
    method = _of_model(catalog, text, weights, kwargs, ensemble)
    if alpha is not None:
        raise UsageError(
            f"--alpha: {text} is a network with --weights; only a method of the catalog has another beside"
        )
    return method


def mean_of_methods(catalog: Catalog, text: str) -> MethodSpec | None:
    """Return the mean of the methods in ``a+b``; None where `text` is a single name.

    If only some parts are known methods, `text` counts as a single name where it is close to a registered one that
    contains ``+`` itself.

    Raises:
        UnknownName: if only some of the parts are known methods.
        UsageError: if a method is listed twice.
    """
    parts = [part.strip() for part in text.split("+")]
    unknown = [part for part in parts if part not in catalog.methods]
    if text in catalog.methods or len(parts) < 2 or len(unknown) == len(parts):
        return None
    if unknown:
        known = [spec.name for spec in catalog.methods]
        if get_close_matches(text, [name for name in known if "+" in name], n=1, cutoff=LIKENESS):
            return None
        raise UnknownName("method", unknown[0], known)
    members = tuple(catalog.methods.get(part).name for part in parts)
    if twice := next((name for name in members if members.count(name) > 1), ""):
        raise UsageError(f"method {text}: {twice} is listed twice; list each member of a mean once")
    name = "+".join(members)
    if name in catalog.methods:
        return catalog.methods.get(name)
    return MethodSpec(name, members=members, summary=f"mean of {' and '.join(members)}")


def at_alpha(catalog: Catalog, spec: MethodSpec, alpha: float | None) -> MethodSpec:
    """Return `spec` at another alpha; None: as it is.

    Args:
        catalog: Brings the methods that the message suggests, and a method that is registered at that alpha.
        spec: The method.
        alpha: Share of its own weights, from 0 to 1.

    Raises:
        UsageError: for an alpha outside [0, 1], for a method without a PSNR-oriented network, and for one that is
            interpolated already.
    """
    if alpha is None:
        return spec
    if not spec.blend_with or spec.alpha != 1:
        able = ", ".join(method.name for method in catalog.methods if method.blend_with and method.alpha == 1)
        lacks = "is interpolated already" if spec.blend_with else "has no PSNR-oriented network beside"
        raise UsageError(f"--alpha: method {spec.name} {lacks}; those that can be: {able or 'none'}")
    if not 0 <= alpha <= 1:
        raise UsageError(f"--alpha {alpha:g}: give a number from 0 ({spec.blend_with} alone) to 1 ({spec.name} alone)")
    blended = spec.at_alpha(alpha)
    return catalog.methods.get(blended.name) if blended.name in catalog.methods else blended


def in_ensemble(spec: MethodSpec, ensemble: tuple[str, ...]) -> MethodSpec:
    """Return `spec` inside the wrappers `ensemble`, innermost first, under a name that lists them."""
    if not ensemble:
        return spec
    return replace(spec, name="+".join([spec.name, *ensemble]), ensemble=(*spec.ensemble, *ensemble))


def _of_model(
    catalog: Catalog, text: str, weights: Path | None, kwargs: dict[str, Any], ensemble: tuple[str, ...]
) -> ResolvedMethod:
    """Return a model with the user's checkpoint and arguments as a method."""
    if ":" in text:
        spec = _from_file(text, kwargs)
    else:
        spec = _from_catalog(catalog, text, kwargs)
        if weights is None:
            raise UsageError(f"--model {text}: a model without weights; give --weights FILE")
    return ResolvedMethod(
        spec.name,
        spec,
        weights=weights,
        weights_sha256=file_hash(weights) if weights else "",
        weights_spec=_known_weights(catalog, spec.name, weights) if weights else None,
        source="released" if weights else "none",
        ensemble=ensemble,
    )


def _from_file(text: str, kwargs: dict[str, Any]) -> ModelSpec:
    from srbench.models.build import accepts

    try:
        target = load(text)
    except SrbenchError as error:
        raise UsageError(f"--model {error}") from error
    if not callable(target):
        raise UsageError(
            f"--model {text} is a {type(target).__name__}; it must be a class, or a function that makes one"
        )
    return ModelSpec(text, text, kwargs=kwargs, joint=not accepts(target, "scale"))


def _from_catalog(catalog: Catalog, name: str, kwargs: dict[str, Any]) -> ModelSpec:
    if name not in catalog.models and name not in catalog.methods:
        names = {spec.name for spec in catalog.models} | {spec.name for spec in catalog.methods}
        raise UnknownName("model", name, names)
    if name in catalog.methods and catalog.methods.get(name).members:
        raise UsageError(f"--model {name}: is made of several methods, which have weights of their own")
    spec = catalog.models.get(catalog.methods.get(name).model if name in catalog.methods else name)
    return replace(spec, kwargs={**spec.kwargs, **kwargs})


def _known_weights(catalog: Catalog, model: str, weights: Path) -> WeightsSpec | None:
    """Return the registered weights of a model that this very file is, so that they are converted as its plugin says."""
    sha256 = file_hash(weights)
    methods = (method for method in catalog.methods if method.model == model)
    names = {name for method in methods for name in method.weights_names}
    return next((spec for spec in catalog.weights if spec.name in names and spec.sha256 == sha256), None)


def _key_value(argument: str) -> tuple[str, Any]:
    key, equals, text = argument.partition("=")
    if not equals or not key.isidentifier():
        raise UsageError(f"--model-arg {argument!r}: write KEY=VALUE, e.g. features=64")
    try:
        return key, ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return key, text
