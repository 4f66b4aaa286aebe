"""Options of the executor that runs the tasks of a command, and the executor that they choose."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from srbench.catalog import load_catalog
from srbench.cli.options import LOCAL, jobs_option, many
from srbench.errors import UsageError
from srbench.execution.executor import ExecutorSetup
from srbench.loading import load

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from srbench.catalog import Catalog
    from srbench.execution.executor import Executor
    from srbench.specs.extension import ExecutorOption, ExecutorSpec

KNOWN = {"slurm": "--max-running limits the Slurm jobs", "ray": "Ray runs as many tasks as its nodes have room for"}
"""Executors in distributions of their own, which extras of srbench install, and what is there instead of ``--jobs``."""
_OPTIONS = "srbench.executor_options"
"""Key of the values of the executors' options in the context of a command."""
_METAVARS = {"text": "TEXT", "integer": "INTEGER", "number": "NUMBER"}


@dataclass(frozen=True)
class Execution:
    """The choice of an executor, as it was made on the command line."""

    jobs: int = 1
    name: str = LOCAL
    threads: int = 0
    devices: tuple[str, ...] = ()
    retries: int = 0
    options: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Values of the executors' options, as they were given, by name."""

    def check(self, catalog: Catalog) -> ExecutorSpec:
        """Return the executor's spec, after a check of its name and options.

        Raises:
            UnknownName: if no executor of that name is registered.
            UsageError: if an option was given that the executor doesn't have.
        """
        if self.name in KNOWN and self.name not in catalog.executors:
            raise UsageError(
                f"--executor {self.name}: not installed; in a checkout pip install -e plugins/{self.name}, else "
                f"pip install 'srbench[{self.name}]'"
            )
        if self.name in KNOWN and self.devices:
            raise UsageError(f"--devices: not for --executor {self.name}, which has --gpus")
        spec = catalog.executors.get(self.name)
        known = {option.name for option in spec.options}
        for name in self.options.keys() - known:
            has = ", ".join(executor.name for executor in catalog.executors if name in _names(executor.options))
            raise UsageError(f"--{name}: not an option of executor {self.name}; it belongs to --executor {has}")
        self._values(spec)
        return spec

    def _values(self, spec: ExecutorSpec) -> dict[str, Any]:
        """Return the given values of an executor's options, by name."""
        given = self.options
        return {option.name: _value(option, given[option.name]) for option in spec.options if given.get(option.name)}

    def executor(self, catalog: Catalog, out: Path) -> Executor:
        """Return the executor, ready to run tasks.

        Args:
            catalog: The catalog with the executors.
            out: Output folder of the run.

        Raises:
            UnknownName: if no executor of that name is registered.
            UsageError: if an option was given that the executor doesn't have, or a device doesn't exist.
        """
        spec = self.check(catalog)
        setup = ExecutorSetup(self.jobs, self.threads, _existing(self.devices), out, self._values(spec))
        executor: Executor = load(spec.build)(setup)
        return executor


def executor_of(catalog: Catalog, jobs: int, out: Path = Path("results")) -> Executor:
    """Return the local executor, set to run up to `jobs` tasks at a time.

    Args:
        catalog: The catalog with the executors.
        jobs: Number of tasks to run at a time.
        out: Output folder of the run.
    """
    return Execution(jobs).executor(catalog, out)


def _value(option: ExecutorOption, given: Sequence[str]) -> Any:
    """Return the value of an option of an executor; executors that share its name may differ in its type.

    Raises:
        UsageError: if it is not a number, or too small.
    """
    if option.type == "text":
        return tuple(given)
    try:
        value = int(given[-1]) if option.type == "integer" else float(given[-1])
    except ValueError:
        value = math.nan
    if not value >= (-math.inf if option.least is None else option.least):
        kind = "a whole number" if option.type == "integer" else "a number"
        least = "" if option.least is None else f" from {option.least:g}"
        raise UsageError(f"--{option.name} {given[-1]}: not {kind}{least}; {option.help}")
    return value


def _names(options: tuple[Any, ...]) -> set[str]:
    return {option.name for option in options}


def _existing(devices: tuple[str, ...]) -> tuple[str, ...]:
    """Return the GPUs that ``--devices`` names; ``all`` stands for every GPU of this machine.

    Raises:
        UsageError: if one doesn't exist, or is no GPU.
    """
    if not devices:
        return ()
    import torch

    count = torch.cuda.device_count()
    there = tuple(f"cuda:{index}" for index in range(count))
    if devices == ("all",):
        if not there:
            raise UsageError("--devices all: there is no CUDA device here; use --jobs to share out the CPU")
        return there
    for device in devices:
        if device not in there:
            listed = ", ".join(there) or "there is no CUDA device here"
            raise UsageError(f"--devices {device}: unknown device ({listed}); use --jobs to share out the CPU")
    return devices


class ExecutorCommand(click.Command):
    """A command with the options that the registered executors add."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the options of the command and, before ``--help``, those of the executors."""
        *params, last = super().get_params(ctx)
        taken = {param.name for param in params}
        added: dict[str, click.Parameter] = {}
        for spec in load_catalog().executors:
            for option in spec.options:
                name = option.name.replace("-", "_")
                if name in taken or name in added:
                    continue
                added[name] = click.Option(
                    [f"--{option.name}"],
                    multiple=True,
                    metavar=_METAVARS[option.type],
                    expose_value=False,
                    callback=_keep(option.name),
                    help=f"{option.help} (--executor {spec.name})",
                )
        return [*params, *added.values(), last]


def _keep(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    """Return a callback that keeps the given value of the option `name` in the context."""

    def keep(ctx: click.Context, _param: click.Parameter, value: Any) -> None:
        if value:
            ctx.meta.setdefault(_OPTIONS, {})[name] = value

    return keep


def given_options() -> dict[str, Any]:
    """Return the values of the executors' options that were given to the running command."""
    options: dict[str, Any] = click.get_current_context().meta.get(_OPTIONS, {})
    return options


def execution_options(command: Any) -> Any:
    """Add the options that choose an executor to a command's function, as a decorator."""
    options = (
        jobs_option,
        click.option(
            "--executor",
            "executor_name",
            default=LOCAL,
            show_default=True,
            is_eager=True,  # whether --device must exist on this machine depends on it
            help="Where trainings and measurements run: local, or that of a plugin such as slurm or ray.",
        ),
        click.option(
            "--threads",
            type=click.IntRange(min=1),
            default=None,
            help="Threads of each training and measurement; the last digits of trainings on a CPU depend on it.  "
            "[default: the cores, shared out among the jobs]",
        ),
        many(
            "--devices", "devices", metavar="DEVICE", help="GPUs to share out, one task on each: cuda:0,cuda:1, or all."
        ),
        click.option(
            "--retries",
            type=click.IntRange(min=0),
            default=0,
            show_default=True,
            help="Number of times that a task that failed or was killed is run again.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command
