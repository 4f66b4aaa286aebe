"""Options that several verbs share.

Lists are repeatable and separated by commas. An option has one spelling in the help; older ones are accepted.
"""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from srbench.bench.planning.known_names import is_dataset, is_method, located
from srbench.bench.planning.name_lists import split_names
from srbench.catalog import load_catalog
from srbench.errors import UsageError
from srbench.hub.address import is_hub_address
from srbench.settings import setting
from srbench.specs.model import parse_scale


class CheckpointPath(click.Path):
    """Click type of the path of a checkpoint, or of its address on the Hub, from where it is fetched."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path."""
        if not is_hub_address(value):
            return super().convert(value, param, ctx)
        from srbench.data.fetch.hub import local_checkpoint  # imports an HTTP client

        return local_checkpoint(value)


class NumberRange(click.FloatRange):
    """Click type of a number in a range, which NaN isn't in: a comparison with it fails silently."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number."""
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):
            self.fail(f"{value!r} is not a valid float range.", param, ctx)
        return number


LOCAL = "local"
"""Name of the executor on this machine, which commands use unless another is chosen."""
SEED = click.IntRange(0, 2**63 - 1)
"""Click type of a seed: what NumPy, torch and data frames can all hold."""
Command = TypeVar("Command", bound=Callable[..., Any])


class Spelled(click.Option):
    """Option with further spellings, which help and messages leave out."""

    def __init__(self, param_decls: Sequence[str] | None = None, *, also: Sequence[str] = (), **settings: Any) -> None:
        super().__init__([*(param_decls or ()), *also], **settings)
        self.also = frozenset(also)

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the option's spellings that are shown, and its help."""
        return click.Option.get_help_record(self._shown(), ctx)

    def get_error_hint(self, ctx: click.Context | None) -> str:
        """Return the option's spellings that are shown, for messages."""
        return click.Option.get_error_hint(self._shown(), ctx)

    def _shown(self) -> Spelled:
        shown = copy.copy(self)
        shown.opts = [spelling for spelling in self.opts if spelling not in self.also]
        return shown


Split = Callable[[click.Context, str], tuple[Any, ...]]
"""Splits one value of a list option."""


def _plain(_ctx: click.Context, text: str) -> tuple[str, ...]:
    return split_names(text, lambda _name: False)


def whole(_ctx: click.Context, text: str) -> tuple[str, ...]:
    """Return a list unsplit, since names may hold commas: `srbench.bench.planning.name_lists.choose` splits it."""
    return (text.strip(),)


def split_datasets(ctx: click.Context, text: str) -> tuple[str, ...]:
    """Return the datasets of a list; an existing path is one of them as a whole, commas included."""
    data, catalog = ctx.params.get("data", ()), load_catalog()
    names = split_names(text, lambda name: is_dataset(catalog, name, data))
    return tuple(located(catalog, name, data) for name in names)


def _methods(_ctx: click.Context, text: str) -> tuple[str, ...]:
    return split_names(text, lambda name: is_method(load_catalog(), name))


def _scales(_ctx: click.Context, text: str) -> tuple[float, ...]:
    return tuple(parse_scale(part) for part in text.split(",") if part.strip())


def many(
    *names: str,
    help: str,  # noqa: A002 - click's word
    also: Sequence[str] = (),
    split: Split = _plain,
    required: bool = False,
    metavar: str = "NAME,...",
) -> Callable[[Command], Command]:
    """Return the decorator of a repeatable option whose values are lists; unset, the option is an empty tuple.

    Args:
        names: Names of the option, as for `click.option`.
        help: Help text.
        also: Older spellings.
        split: Splits each value.
        required: Whether the option has to be given.
        metavar: Placeholder of the value in the help.
    """

    def values(ctx: click.Context, param: click.Parameter, texts: tuple[str, ...]) -> tuple[Any, ...]:
        found = tuple(dict.fromkeys(value for text in texts for value in split(ctx, text)))
        if texts and not any(found):
            raise UsageError(f"{param.opts[0]} {texts[0]!r}: an empty list; name something, or leave the option out")
        return found

    settings = {"multiple": True, "callback": values, "required": required, "metavar": metavar, "help": help}
    return click.option(*names, cls=Spelled, also=also, **settings)


data_option = click.option(
    "--data",
    "data",
    type=click.Path(path_type=Path),
    multiple=True,
    is_eager=True,
    help="Folder with datasets and weights, searched before SRBENCH_DATA and those of srbench.toml. Repeatable.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout, nothing else.")


def _checked_device(context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """Return the name of a device that can be used; of ``auto`` and ``cpu``, without importing PyTorch.

    Whether machines of a cluster have the device is found out by the tasks that need it.
    """
    elsewhere = context.params.get("executor_name", LOCAL) != LOCAL
    if elsewhere and not re.fullmatch(r"auto|cpu|cuda(:\d+)?", value):
        raise UsageError(f"--device {value}: unknown device; use auto, cpu, cuda or cuda:N")
    if not elsewhere and value not in {"auto", "cpu"}:
        from srbench.device import pick_device

        pick_device(value)
    return value


device_option = click.option(
    "--device",
    default=lambda: setting("device"),
    show_default="auto",
    callback=_checked_device,
    help="auto, cpu, cuda or cuda:N.",
)
tile_option = click.option(
    "--tile",
    type=click.IntRange(min=0),
    default=None,
    help="Side of a tile in LR pixels; 0: never tile. Unset: tile only images that do not fit into memory.",
)
jobs_option = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=lambda: setting("jobs"),
    show_default="1",
    help="Number of trainings and measurements that run at the same time.",
)


def out_option(help: str) -> Callable[[Command], Command]:  # noqa: A002 - click's word
    """Return the decorator of the option ``--out``, the folder for tables and records; a setting is its default."""
    return click.option(
        "--out", type=click.Path(path_type=Path), default=lambda: setting("out"), show_default="results", help=help
    )


def scales_option(help: str = "Scales, e.g. 2,3,4.", *, required: bool = False) -> Callable[[Command], Command]:  # noqa: A002 - click's word
    """Return the decorator of the option ``--scales``.

    Args:
        help: Help text.
        required: Whether the option has to be given.
    """
    return many(
        "--scales", "scales", also=("--scale",), split=_scales, required=required, metavar="SCALE,...", help=help
    )


def scale_option(help: str, *, required: bool = False) -> Callable[[Command], Command]:  # noqa: A002 - click's word
    """Return the decorator of the option ``--scales`` of a verb that takes a single scale.

    Args:
        help: Help text.
        required: Whether the option has to be given.
    """
    needed: dict[str, Any] = {"required": True} if required else {"default": ""}  # with a default it is never missing
    return click.option("--scales", "scale", cls=Spelled, also=("--scale",), metavar="SCALE", help=help, **needed)


def datasets_option(
    help: str = "Dataset names, folders, folders on the Hub (hf://datasets/org/repo/folder) and patterns ('Set*').",  # noqa: A002 - click's word
    *,
    required: bool = False,
) -> Callable[[Command], Command]:
    """Return the decorator of the option ``--datasets``.

    Args:
        help: Help text.
        required: Whether the option has to be given.
    """
    return many("--datasets", "datasets", also=("--dataset",), split=split_datasets, required=required, help=help)


def methods_option(help: str) -> Callable[[Command], Command]:  # noqa: A002 - click's word
    """Return the decorator of the option ``--method``, which names one or several methods."""
    return many(
        "--method",
        "methods",
        also=("--methods", "--model", "--models"),
        split=_methods,
        metavar="METHOD,...",
        help=help,
    )


rows_option = many(
    "--rows",
    "rows",
    also=("--row",),
    split=whole,
    metavar="ROW,...",
    help="Only these rows: labels, also of reference rows (Bicubic), and patterns ('PCARN*').",
)
metrics_option = many(
    "--metrics",
    "metrics",
    also=("--metric",),
    help="Metrics and patterns, e.g. psnr,'lpips*' (srbench list metrics).",
)
weights_option = click.option(
    "--weights",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Checkpoint of the method before it, or its address on the Hub (hf://org/repo/file): "
    ".pth, .pt, .safetensors, .mat, .caffemodel, .params, .tf1 or .txt. "
    "Repeatable: one for each --method that has one. Without any --method, a plugin finds its network (also in .onnx).",
)
model_arg_option = click.option(
    "--model-arg",
    "arguments",
    multiple=True,
    metavar="KEY=VALUE",
    help="Argument of the model of the method before it. Repeatable.",
)
tex_style_option = click.option(
    "--tex-style",
    type=click.Choice(("booktabs", "plain")),
    default="booktabs",
    show_default=True,
    help="Style of LaTeX tables: with the packages booktabs and amssymb, or plain LaTeX.",
)
protocol_option = click.option("--protocol", default="", help="Measuring protocol: standard, matlab, pcarn, rgb, ...")
ensemble_option = many(
    "--ensemble",
    help="Wrappers around the network, innermost first: self (8 flips and rotations), patch (windows of 120 LR pixels "
    "with a stride of 60, blended), or self,patch.",
)
alpha_option = click.option(
    "--alpha",
    type=float,
    default=None,
    help="Blend the method's weights with those of the PSNR-oriented network it was trained from: 0 (only the "
    "PSNR-oriented weights) to 1 (only the method's).",
)
