"""The contract between srbench and its plugins: every hook, in one place.

A plugin is an installed distribution with an entry point in the group ``srbench``. The name of the entry point is the
plugin's name; it points at a module (or object) whose functions are marked with ``@srbench.hookimpl``:

    [project.entry-points.srbench]
    mypaper = "srbench_mypaper"

Hooks that register something are called once, without arguments, when the catalog is loaded, and return an iterable of
specs (`srbench.specs`). Hooks that observe are called during a run and return nothing. Implement only the hooks you
need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from srbench.records.record import Record
    from srbench.records.training_step import TrainingStep
    from srbench.specs.dataset import DatasetSpec
    from srbench.specs.extension import CommandSpec, ExecutorSpec, RendererSpec
    from srbench.specs.figure import Figure
    from srbench.specs.images import ImagesSpec
    from srbench.specs.loss import LossSpec
    from srbench.specs.method import MethodSpec
    from srbench.specs.metric import MetricSpec
    from srbench.specs.model import ModelSpec
    from srbench.specs.opener import CheckpointOpenerSpec
    from srbench.specs.protocol import Protocol
    from srbench.specs.recipe import Recipe
    from srbench.specs.search_space import SearchSpace
    from srbench.specs.table import Table
    from srbench.specs.weights import WeightsSpec

GROUP = "srbench"
"""Group of entry points that are plugins."""
hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)
"""Decorator that marks a function of a plugin as the implementation of the hook of the same name."""


@hookspec
def srbench_models() -> Iterable[ModelSpec]:  # type: ignore[empty-body]
    """Return the network architectures to register; called once, when the catalog is loaded."""


@hookspec
def srbench_methods() -> Iterable[MethodSpec]:  # type: ignore[empty-body]
    """Return the methods (the rows of tables) to register; called once, when the catalog is loaded."""


@hookspec
def srbench_weights() -> Iterable[WeightsSpec]:  # type: ignore[empty-body]
    """Return the checkpoint files to register; called once, when the catalog is loaded."""


@hookspec
def srbench_images() -> Iterable[ImagesSpec]:  # type: ignore[empty-body]
    """Return the SR images that authors published to register; called once, when the catalog is loaded."""


@hookspec
def srbench_datasets() -> Iterable[DatasetSpec]:  # type: ignore[empty-body]
    """Return the image datasets to register; called once, when the catalog is loaded."""


@hookspec
def srbench_metrics() -> Iterable[MetricSpec]:  # type: ignore[empty-body]
    """Return the metrics, of SR images or of models, to register; called once, when the catalog is loaded."""


@hookspec
def srbench_losses() -> Iterable[LossSpec]:  # type: ignore[empty-body]
    """Return the training losses to register; called once, when the catalog is loaded."""


@hookspec
def srbench_recipes() -> Iterable[Recipe]:  # type: ignore[empty-body]
    """Return the training recipes, at the paper's budget, to register; called once, when the catalog is loaded."""


@hookspec
def srbench_searches() -> Iterable[SearchSpace]:  # type: ignore[empty-body]
    """Return the spaces for ``srbench search`` to register; called once, when the catalog is loaded."""


@hookspec
def srbench_protocols() -> Iterable[Protocol]:  # type: ignore[empty-body]
    """Return the measurement protocols to register; called once, when the catalog is loaded."""


@hookspec
def srbench_tables() -> Iterable[Table]:  # type: ignore[empty-body]
    """Return the tables of the plugin's paper; called once, when the catalog is loaded."""


@hookspec
def srbench_figures() -> Iterable[Figure]:  # type: ignore[empty-body]
    """Return the figures of the plugin's paper; called once, when the catalog is loaded."""


@hookspec
def srbench_executors() -> Iterable[ExecutorSpec]:  # type: ignore[empty-body]
    """Return the executors, which run the tasks of a plan, to register; called once, when the catalog is loaded."""


@hookspec
def srbench_renderers() -> Iterable[RendererSpec]:  # type: ignore[empty-body]
    """Return the file formats of measured tables to register; called once, when the catalog is loaded."""


@hookspec
def srbench_commands() -> Iterable[CommandSpec]:  # type: ignore[empty-body]
    """Return the verbs of the command line to register; called once, when the catalog is loaded."""


@hookspec
def srbench_checkpoint_openers() -> Iterable[CheckpointOpenerSpec]:  # type: ignore[empty-body]
    """Return the openers, which find the network of a checkpoint; called once, when the catalog is loaded."""


@hookspec
def srbench_expected_failures() -> Mapping[str, str]:  # type: ignore[empty-body]
    """Return the reasons by check, or by ``check:item``, of checks of ``srbench check`` that are expected to fail."""


@hookspec
def srbench_cell_finished(record: Record) -> None:
    """Observe a record, e.g. log it; called in the main process after each record is written, and returns nothing."""


@hookspec
def srbench_training_step(state: TrainingStep) -> None:
    """Observe a training, e.g. log it; called at each report of losses, and returns nothing.

    The call is made in the process that trains: the main process, a worker (``--jobs``), another machine
    (``--executor``); with several GPUs only in the first of its processes.
    """
