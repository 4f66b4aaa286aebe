"""The contract between srbench and its plugins: every hook, in one place.

A plugin is an installed distribution with an entry point in the group ``srbench``; the entry point's name is the
plugin's name and it points at a module (or object) whose functions are marked with ``@srbench.hookimpl``:

    [project.entry-points.srbench]
    mypaper = "srbench_mypaper"

Each hook returns an iterable of specs (`srbench.specs`, `srbench.specs.table`, `srbench.specs.recipe`). Implement only the
hooks you need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from srbench.records.record import Record
    from srbench.records.training_step import TrainingStep
    from srbench.specs.dataset import DatasetSpec
    from srbench.specs.extension import CommandSpec, ExecutorSpec, RendererSpec
    from srbench.specs.figure import Figure
    from srbench.specs.loss import LossSpec
    from srbench.specs.method import MethodSpec
    from srbench.specs.metric import MetricSpec
    from srbench.specs.model import ModelSpec
    from srbench.specs.protocol import Protocol
    from srbench.specs.recipe import Recipe
    from srbench.specs.search_space import SearchSpace
    from srbench.specs.table import Table
    from srbench.specs.weights import WeightsSpec

GROUP = "srbench"
hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)
"""Marks a function of a plugin as the implementation of the hook of that name."""


@hookspec
def srbench_models() -> Iterable[ModelSpec]:  # type: ignore[empty-body]
    """Network architectures."""


@hookspec
def srbench_methods() -> Iterable[MethodSpec]:  # type: ignore[empty-body]
    """Models with weights, ready to super-resolve: what fills a row."""


@hookspec
def srbench_weights() -> Iterable[WeightsSpec]:  # type: ignore[empty-body]
    """Checkpoint files: of methods, and of metrics that are networks themselves."""


@hookspec
def srbench_datasets() -> Iterable[DatasetSpec]:  # type: ignore[empty-body]
    """Named image sets."""


@hookspec
def srbench_metrics() -> Iterable[MetricSpec]:  # type: ignore[empty-body]
    """Numbers about an SR image or about a model."""


@hookspec
def srbench_losses() -> Iterable[LossSpec]:  # type: ignore[empty-body]
    """What a network can be trained to minimise."""


@hookspec
def srbench_recipes() -> Iterable[Recipe]:  # type: ignore[empty-body]
    """How models are trained, at the paper's budget."""


@hookspec
def srbench_searches() -> Iterable[SearchSpace]:  # type: ignore[empty-body]
    """Architectures to choose from, and who chooses: for ``srbench search``."""


@hookspec
def srbench_protocols() -> Iterable[Protocol]:  # type: ignore[empty-body]
    """Named measuring protocols."""


@hookspec
def srbench_tables() -> Iterable[Table]:  # type: ignore[empty-body]
    """The tables of the plugin's paper."""


@hookspec
def srbench_figures() -> Iterable[Figure]:  # type: ignore[empty-body]
    """The figures of the plugin's paper."""


@hookspec
def srbench_executors() -> Iterable[ExecutorSpec]:  # type: ignore[empty-body]
    """Ways to run the tasks of a plan."""


@hookspec
def srbench_renderers() -> Iterable[RendererSpec]:  # type: ignore[empty-body]
    """File formats of measured tables."""


@hookspec
def srbench_commands() -> Iterable[CommandSpec]:  # type: ignore[empty-body]
    """Verbs of the command line."""


@hookspec
def srbench_cell_finished(record: Record) -> None:
    """Called in the main process after each record is written: for loggers and trackers."""


@hookspec
def srbench_training_step(state: TrainingStep) -> None:
    """Called in the main process whenever a training reports its losses: for loggers and trackers."""
