"""Methods named on a command line, each with its checkpoint and the arguments of its model."""

from __future__ import annotations

import os.path
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import click

from srbench.bench.planning.known_names import is_method
from srbench.bench.planning.name_lists import split_names
from srbench.bench.resolve.ad_hoc_methods import parse_method
from srbench.bench.results.dataset_labels import file_labels
from srbench.catalog import load_catalog
from srbench.data.fetch.hub import local_checkpoint
from srbench.errors import UsageError
from srbench.hub.address import is_hub_address
from srbench.inference.method import ResolvedMethod

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from srbench.catalog import Catalog
    from srbench.specs.method import MethodSpec

ORDER = "srbench.order"
"""Key of the values of a command line in their order, in `click.Context.meta`."""
ARGUMENT = "argument"
"""Stands for the option of a value that belongs to none. Where a command takes any number of them, they are methods."""
NO_WEIGHTS = "-"
"""Value of ``--weights`` for a method that has none, or its registered ones."""


class MethodsCommand(click.Command):
    """Command whose ``--weights`` and ``--model-arg`` belong to the method before them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the command line as click does, and keep the order of its values."""
        ctx.meta[ORDER] = tuple(_in_order(self, ctx, list(args)))
        return super().parse_args(ctx, args)


@dataclass
class GivenMethod:
    """A method as the command line gives it."""

    text: str
    weights: Path | None = None
    arguments: list[str] = field(default_factory=list)


def given_methods(ctx: click.Context) -> list[GivenMethod]:
    """Return the methods of a `MethodsCommand`, from its arguments and ``--method``, in their order.

    As many ``--weights`` as methods belong to them in order, where ``-`` stands for none; otherwise each belongs to the
    method before it. Without any method, each checkpoint is a method by itself.

    Raises:
        UsageError: if it is not clear which method a checkpoint or an argument belongs to.
    """
    order = ctx.meta[ORDER]
    named_by_arguments = any(param.nargs == -1 for param in ctx.command.params if isinstance(param, click.Argument))
    methods: list[GivenMethod] = []
    latest: dict[int, list[GivenMethod]] = {}
    for place, (name, text) in enumerate(order):
        if name == "methods" or (name == ARGUMENT and named_by_arguments):
            parts = split_names(text, lambda name: is_method(load_catalog(), name)) if name == "methods" else (text,)
            new = [
                GivenMethod(str(local_checkpoint(part)) if part.startswith("~") or is_hub_address(part) else part)
                for part in parts
            ]
            methods += new
            latest[place] = new
        else:
            latest[place] = latest.get(place - 1, [])
    checkpoints = [
        (place, file)
        for place, (name, text) in enumerate(order)
        if name == "weights"
        for file in split_names(text, os.path.isfile)
    ]
    if not methods:  # checkpoints whose network an opener finds
        arguments: list[str] = []
        for text in (text for name, text in order if name == "arguments"):
            _add_argument(arguments, text)
        return [GivenMethod("", local_checkpoint(file), list(arguments)) for _, file in checkpoints]
    by_count = len(checkpoints) == len(methods)
    for number, (place, text) in enumerate(checkpoints):
        method = methods[number] if by_count else _only(latest[place], "--weights", text)
        if method.weights:
            raise UsageError(
                f"--weights {text}: a second checkpoint of {method.text}; write --method {method.text} before each"
            )
        method.weights = None if text == NO_WEIGHTS else local_checkpoint(text)
    for place, (name, text) in enumerate(order):
        if name == "arguments":
            method = methods[0] if len(methods) == 1 else _only(latest[place], "--model-arg", text)
            _add_argument(method.arguments, text)
    return methods


def parsed_methods(
    catalog: Catalog, given: Iterable[GivenMethod], **settings: Any
) -> list[MethodSpec | ResolvedMethod]:
    """Return the methods under names that tell them apart; a method that is given twice is returned once.

    Models with the user's checkpoint have its file in their names, and all methods of one name have what tells them
    apart.

    Args:
        catalog: The catalog in which names are looked up.
        given: The methods.
        **settings: Further arguments of `srbench.bench.resolve.ad_hoc_methods.parse_method`, for all methods.
    """
    distinct: list[GivenMethod] = []
    for method in given:
        if method not in distinct:
            distinct.append(method)
    parsed = [
        parse_method(catalog, method.text, weights=method.weights, arguments=method.arguments, **settings)
        for method in distinct
    ]
    names = [method.name for method in parsed]
    paths = [_checkpoint(source, method) for source, method in zip(distinct, parsed, strict=True)]
    files = file_labels(filter(None, paths))
    result: dict[str, MethodSpec | ResolvedMethod] = {}
    for source, plain, path in zip(distinct, parsed, paths, strict=True):
        alike = names.count(plain.name) > 1
        found = isinstance(plain, ResolvedMethod) and plain.opened  # whose name is that of its file already
        labels = [files[path]] if path and (alike or not found) else []
        labels += source.arguments if alike else []
        named = plain
        if labels and isinstance(plain, ResolvedMethod):
            name = f"{plain.name} ({', '.join(labels)})"
            # costs are measured once for each name of a model
            model = replace(plain.model, name=name) if alike and source.arguments else plain.model
            named = replace(plain, name=name, model=model)
        result.setdefault(named.name, named)
    return list(result.values())


def _checkpoint(given: GivenMethod, method: MethodSpec | ResolvedMethod) -> Path | None:
    """Return the checkpoint that tells a method from others of its name; None if it has none of the user's."""
    return method.weights if isinstance(method, ResolvedMethod) and method.opened else given.weights


def _in_order(command: click.Command, ctx: click.Context, args: list[str]) -> Iterator[tuple[str, str]]:
    """Yield (option, value) of a command line in its order; the option of an argument is `ARGUMENT`."""
    options = {
        spelling: param
        for param in command.get_params(ctx)
        if isinstance(param, click.Option)
        for spelling in (*param.opts, *param.secondary_opts)
    }
    while args:
        arg = args.pop(0)
        if arg == "--":
            yield from ((ARGUMENT, rest) for rest in args)
            return
        if arg == "-" or not arg.startswith("-"):
            yield ARGUMENT, arg
            continue
        spelling, equals, value = arg.partition("=")
        option = options.get(spelling)
        if option is None or option.is_flag or option.name is None:
            continue
        yield option.name, value if equals or not args else args.pop(0)


def _add_argument(arguments: list[str], text: str) -> None:
    """Add ``key=value`` to the arguments of a model.

    Raises:
        UsageError: if there is a value of this key already.
    """
    key = text.partition("=")[0]
    if any(argument.partition("=")[0] == key for argument in arguments):
        raise UsageError(f"--model-arg {text}: {key} is given twice; leave one out")
    arguments.append(text)


def _only(latest: list[GivenMethod], option: str, value: str) -> GivenMethod:
    if len(latest) != 1:
        before = "several methods stand" if latest else "no method stands"
        raise UsageError(
            f"{option} {value}: {before} before it, so it is not clear whose it is; write it behind the --method that "
            f"it belongs to{', or as many --weights as methods' if option == '--weights' else ''}"
        )
    return latest[0]
