"""Methods named on the command line: registered ones, combinations of them, and the user's own models.

Nothing is registered here; the catalog is not changed.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from srbench.bench.resolve.checkpoint_networks import is_checkpoint, open_checkpoint
from srbench.errors import SrbenchError, UnknownName, UsageError, WeightsError
from srbench.inference.method import ResolvedMethod
from srbench.loading import importable, load
from srbench.specs.method import MethodSpec
from srbench.specs.model import ModelSpec
from srbench.storage.file_hashes import file_hash
from srbench.weights.checkpoint_file import check_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from srbench.catalog import Catalog
    from srbench.specs.model import Channels
    from srbench.specs.weights import WeightsSpec

LIKENESS = 0.8
"""Similarity (difflib ratio) from which a name with ``+`` counts as a misspelling of a registered name with ``+``."""


@dataclass(frozen=True)
class AdHocMethods:
    """The methods of one command, in the form that a resolver needs."""

    catalog: Catalog
    """The catalog, extended by the methods that the command combines from registered ones."""
    resolved: Mapping[str, ResolvedMethod]
    """Methods with a model or weights of the user, by name."""
    names: tuple[str, ...]
    """Names of all methods, in the order of the command line."""

    @classmethod
    def of(cls, catalog: Catalog, methods: Iterable[MethodSpec | ResolvedMethod]) -> AdHocMethods:
        """Return the `methods` that `parse_method` returned, ready for `srbench.bench.one_off`."""
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
    channels: Channels = "rgb",
) -> MethodSpec | ResolvedMethod:
    """Return the method that the command line describes.

    Args:
        catalog: The catalog in which names are looked up.
        text: A registered method or model, the mean of several methods (``a+b``), ``module:Class``,
            ``path/to/file.py:Class``, or a checkpoint whose network an opener finds; empty: `weights` is the
            checkpoint.
        weights: Checkpoint for a model.
        arguments: Arguments of a model, as ``KEY=VALUE``.
        ensemble: Wrappers around the network, innermost first.
        alpha: Share of the method's own weights in a blend with those of its PSNR-oriented network.
        channels: Channels of a network of the user.

    Returns:
        A spec if the method is made of registered methods alone; a resolved method if its model, its arguments or its
        weights are the user's.

    Raises:
        UnknownName: if no method or model of that name is registered.
        UsageError: if the options contradict each other, or if the class can't be imported.
        WeightsError: if the checkpoint does not exist, is a folder, or can't be opened.
    """
    if weights is not None:
        check_file(weights, "--weights", {spec.filename for spec in catalog.weights})
    kwargs = dict(map(_key_value, arguments))
    if weights is None and text not in catalog.methods and is_checkpoint(catalog, Path(text)):
        if not Path(text).is_file():
            raise WeightsError(f"{text}: no such file; name a checkpoint file, or a method (srbench list methods)")
        text, weights = "", Path(text)
    if not text:
        if channels != "rgb":
            raise UsageError(f"--model-channels {channels}: the channels of {weights} are found in it; leave it out")
        return _checkpoint_method(catalog, weights, kwargs, ensemble, alpha)
    spec = None if ":" in text else mean_of_methods(catalog, text)
    if spec is None and text in catalog.methods:
        spec = catalog.methods.get(text)
    if spec is not None and weights is None and not kwargs and channels == "rgb":
        return in_ensemble(at_alpha(catalog, spec, alpha), ensemble)
    method = _model_method(catalog, text, weights, kwargs, ensemble, channels)
    if alpha is not None:
        raise UsageError(
            f"--alpha: {text} is a model with weights of the user, without a PSNR-oriented network to blend with; "
            "choose a method of the catalog"
        )
    return method


def checkpoint_scales(*methods: MethodSpec | ResolvedMethod) -> tuple[float, ...]:
    """Return the scales of the `methods` whose network was found in a checkpoint, for a command that names no scale.

    Raises:
        UsageError: if there is no such method, or if they have no scale in common.
    """
    opened = [method for method in methods if isinstance(method, ResolvedMethod) and method.opened]
    if not opened:
        raise UsageError("no scale is named; give --scales, e.g. --scales 2,3,4")
    first, *others = [method.model.scales or () for method in opened]
    common = tuple(scale for scale in first if all(scale in scales for scales in others))
    if not common:
        listed = ", ".join(f"{method.name} x{scale:g}" for method in opened for scale in method.model.scales or ())
        raise UsageError(f"the checkpoints are for different scales ({listed}); measure those of one scale together")
    return common


def _checkpoint_method(
    catalog: Catalog, weights: Path | None, kwargs: dict[str, Any], ensemble: tuple[str, ...], alpha: float | None
) -> ResolvedMethod:
    """Return a checkpoint as a method, with the network that an opener finds in it."""
    if weights is None:
        raise UsageError("no method is named; give --method NAME, --weights FILE, or both")
    if alpha is not None:
        raise UsageError(f"--alpha: {weights} has no PSNR-oriented network to blend with; leave out --alpha")
    return open_checkpoint(catalog, weights, kwargs, ensemble)


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
    """Return `spec` with its weights blended at `alpha`; unchanged if `alpha` is None.

    Args:
        catalog: The catalog, which may hold a method that is registered at that alpha, and whose methods the error
            message suggests.
        spec: The method.
        alpha: Share of the method's own weights, from 0 to 1.

    Raises:
        UsageError: if `alpha` is outside [0, 1], if the method has no PSNR-oriented network, or if its weights are
            blended already.
    """
    if alpha is None:
        return spec
    if not spec.blend_with or spec.alpha != 1:
        choices = ", ".join(method.name for method in catalog.methods if method.blend_with and method.alpha == 1)
        problem = "is blended already" if spec.blend_with else "has no PSNR-oriented network to blend with"
        raise UsageError(f"--alpha: method {spec.name} {problem}; methods that can be blended: {choices or 'none'}")
    if not 0 <= alpha <= 1:
        raise UsageError(
            f"--alpha {alpha:g}: outside [0, 1]; give a number from 0 ({spec.blend_with} alone) to 1 ({spec.name} "
            "alone)"
        )
    blended = spec.at_alpha(alpha)
    return catalog.methods.get(blended.name) if blended.name in catalog.methods else blended


def in_ensemble(spec: MethodSpec, ensemble: tuple[str, ...]) -> MethodSpec:
    """Return `spec` inside the wrappers `ensemble`, innermost first, under a name that lists them."""
    if not ensemble:
        return spec
    return replace(spec, name="+".join([spec.name, *ensemble]), ensemble=(*spec.ensemble, *ensemble))


def _model_method(
    catalog: Catalog,
    text: str,
    weights: Path | None,
    kwargs: dict[str, Any],
    ensemble: tuple[str, ...],
    channels: Channels,
) -> ResolvedMethod:
    """Return a model with the user's checkpoint and arguments as a method."""
    if ":" in text:
        spec = _from_file(text, kwargs, channels)
    elif channels != "rgb":
        raise UsageError(f"--model-channels {channels}: {text} is a model of the catalog, whose channels are known")
    else:
        spec = _from_catalog(catalog, text, kwargs)
        if weights is None:
            raise UsageError(f"--method {text}: the model has no weights; give --weights FILE")
    return ResolvedMethod(
        spec.name,
        spec,
        weights=weights,
        weights_sha256=file_hash(weights) if weights else "",
        weights_spec=_known_weights(catalog, spec.name, weights) if weights else None,
        source="released" if weights else "none",
        ensemble=ensemble,
    )


def _from_file(text: str, kwargs: dict[str, Any], channels: Channels) -> ModelSpec:
    """Return the model ``module:Class`` or ``file.py:Class`` of the user."""
    from srbench.models.build import accepts, argument_fault

    importable(Path.cwd())
    try:
        target = load(text)
    except SrbenchError as error:
        raise UsageError(f"--method {error}") from error
    if not callable(target):
        raise UsageError(
            f"--method {text} is a {type(target).__name__}; name a class, or a function that returns a module"
        )
    with_scale = accepts(target, "scale")
    if fault := argument_fault(target, {*kwargs, *(["scale"] if with_scale else [])}):
        raise UsageError(f"--method {text}: it {fault}")
    return ModelSpec(text, text, kwargs=kwargs, joint=not with_scale, channels=channels)


def _from_catalog(catalog: Catalog, name: str, kwargs: dict[str, Any]) -> ModelSpec:
    """Return the registered model, or the model of the registered method, with the user's arguments."""
    if name not in catalog.models and name not in catalog.methods:
        if name.endswith(".py"):
            raise UsageError(f"--method {name}: names a file, and no class in it; write {name}:Class")
        names = {spec.name for spec in catalog.models} | {spec.name for spec in catalog.methods}
        raise UnknownName("model", name, names)
    if name in catalog.methods and catalog.methods.get(name).members:
        raise UsageError(
            f"--method {name}: it is made of several methods with weights of their own; leave out --weights and "
            "--model-arg"
        )
    model = catalog.methods.get(name).model if name in catalog.methods else name
    if not model:
        raise UsageError(
            f"--method {name}: it is made of finished SR images and has no network; leave out --weights and --model-arg"
        )
    spec = catalog.models.get(model)
    return replace(spec, kwargs={**spec.kwargs, **kwargs})


def _known_weights(catalog: Catalog, model: str, weights: Path) -> WeightsSpec | None:
    """Return the registered weights of `model` with the same SHA-256 as the file `weights`; None if there are none.

    The file is then converted in the way that its plugin defines.
    """
    sha256 = file_hash(weights)
    methods = (method for method in catalog.methods if method.model == model)
    names = {name for method in methods for name in method.weights_names}
    known = (spec for spec in catalog.weights if spec.name in names)
    return next((spec for spec in known if sha256 in {spec.sha256, *spec.copies.values()}), None)


def _key_value(argument: str) -> tuple[str, Any]:
    """Return key and value of ``KEY=VALUE``; the value is a Python literal, else text."""
    key, equals, text = argument.partition("=")
    if not equals or not key.isidentifier():
        raise UsageError(f"--model-arg {argument!r}: write KEY=VALUE, e.g. features=64")
    try:
        return key, ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):  # a text that is not a Python literal
        return key, text
