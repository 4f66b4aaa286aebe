"""A model that the user names on the command line: of the catalog, or of a file of their own."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from srbench.errors import SrbenchError, UnknownName, UsageError, WeightsError
from srbench.inference.method import ResolvedMethod
from srbench.loading import load
from srbench.specs.model import ModelSpec
from srbench.storage.file_hashes import file_hash

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from srbench.catalog import Catalog
    from srbench.specs.weights import WeightsSpec


def own_method(
    catalog: Catalog, model: str, weights: Path | None, arguments: Sequence[str], ensemble: tuple[str, ...]
) -> ResolvedMethod | None:
    """`model` as a method; None where it is a plain method of the catalog that brings its own weights.

    `model` is a name in the catalog, ``module:Class`` or ``path/to/file.py:Class``; `arguments` are ``key=value``.
    Raises `UnknownName`, `UsageError`, `WeightsError`, `PluginError`.
    """
    if weights is not None and not weights.is_file():
        raise WeightsError(f"--weights {weights}: no such file")
    kwargs = dict(map(_key_value, arguments))
    if ":" in model:
        spec = _from_file(model, kwargs)
    elif model in catalog.methods and weights is None and not kwargs:
        return None
    else:
        spec = _from_catalog(catalog, model, kwargs)
        if weights is None:
            raise UsageError(f"--model {model}: a model without weights; give --weights FILE")
    known = _known(catalog, spec.name, weights) if weights else None
    return ResolvedMethod(
        spec.name,
        spec,
        weights=weights,
        weights_sha256=file_hash(weights) if weights else "",
        weights_spec=known,
        source="released" if weights else "none",
        ensemble=ensemble,
    )


def _from_file(model: str, kwargs: dict[str, Any]) -> ModelSpec:
    from srbench.models.build import accepts

    try:
        target = load(model)
    except SrbenchError as error:
        raise UsageError(f"--model {error}") from error
    if not callable(target):
        raise UsageError(
            f"--model {model} is a {type(target).__name__}; it must be a class, or a function that makes one"
        )
    return ModelSpec(model, model, kwargs=kwargs, joint=not accepts(target, "scale"))


def _from_catalog(catalog: Catalog, model: str, kwargs: dict[str, Any]) -> ModelSpec:
    if model not in catalog.models and model not in catalog.methods:
        names = {spec.name for spec in catalog.models} | {spec.name for spec in catalog.methods}
        raise UnknownName("model", model, names)
    if model in catalog.methods and catalog.methods.get(model).members:
        raise UsageError(f"--model {model}: is made of several methods, which have weights of their own")
    spec = catalog.models.get(catalog.methods.get(model).model if model in catalog.methods else model)
    return replace(spec, kwargs={**spec.kwargs, **kwargs})


def _known(catalog: Catalog, model: str, weights: Path) -> WeightsSpec | None:
    """The model's registered weights that this very file is: its keys are then converted as the plugin says."""
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
