"""srbench's own metrics, losses, datasets and protocols, registered through the hooks that every plugin uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.data.datasets.known import DATASETS
from srbench.hookspecs import hookimpl
from srbench.losses import specs as losses
from srbench.metrics.specs import fidelity, no_reference, perceptual
from srbench.specs.extension import CommandSpec, ExecutorSpec, RendererSpec
from srbench.specs.protocol import MATLAB, MATLAB_FLOAT, MATLAB_GREY, PCARN, RGB, STANDARD, Y_FLOAT, Protocol

if TYPE_CHECKING:
    from srbench.specs.dataset import DatasetSpec
    from srbench.specs.loss import LossSpec
    from srbench.specs.metric import MetricSpec
    from srbench.specs.weights import WeightsSpec


COMMANDS = (
    CommandSpec("run", "srbench.cli.verbs.run:run"),
    CommandSpec("status", "srbench.cli.verbs.status:status"),
    CommandSpec("collect", "srbench.cli.verbs.collect:collect"),
    CommandSpec("list", "srbench.cli.verbs.list_:listing"),
    CommandSpec("show", "srbench.cli.verbs.show:show"),
    CommandSpec("eval", "srbench.cli.verbs.eval_:evaluate"),
    CommandSpec("train", "srbench.cli.verbs.train:train"),
    CommandSpec("bundle", "srbench.cli.verbs.bundle:bundle"),
    CommandSpec("search", "srbench.cli.verbs.search:search"),
    CommandSpec("score", "srbench.cli.verbs.score:score"),
    CommandSpec("compare", "srbench.cli.verbs.compare:compare_command"),
    CommandSpec("diff", "srbench.cli.verbs.diff:diff"),
    CommandSpec("merge", "srbench.cli.verbs.merge:merge"),
    CommandSpec("explain", "srbench.cli.verbs.explain:explain_command"),
    CommandSpec("upscale", "srbench.cli.verbs.upscale:upscale"),
    CommandSpec("report", "srbench.cli.verbs.report:report"),
    CommandSpec("export", "srbench.cli.verbs.export:export"),
    CommandSpec("data", "srbench.cli.verbs.data:data"),
    CommandSpec("new", "srbench.cli.verbs.new:new"),
    CommandSpec("check", "srbench.cli.verbs.check:check"),
    CommandSpec("config", "srbench.cli.verbs.config:config"),
    CommandSpec("completion", "srbench.cli.verbs.completion:completion"),
    CommandSpec("doctor", "srbench.cli.verbs.doctor:doctor"),
    CommandSpec("selftest", "srbench.cli.verbs.selftest:selftest"),
)
"""The verbs of srbench itself, in the order of ``srbench --help``."""

RENDERERS = (
    RendererSpec(
        "markdown", ".md", "srbench.render.markdown:to_markdown", "the table, its claims and remarks, for people"
    ),
    RendererSpec("csv", ".csv", "srbench.render.csv_tables:to_layout_csv", "the table as the paper lays it out"),
    RendererSpec("latex", ".tex", "srbench.render.latex:to_latex", "the table for a paper"),
    RendererSpec("cells", ".cells.csv", "srbench.render.csv_tables:to_cells_csv", "one line a number"),
    RendererSpec(
        "html", ".html", "srbench.report.one_table:to_html", "a page that opens in a browser", automatic=False
    ),
)


@hookimpl
def srbench_executors() -> tuple[ExecutorSpec, ...]:
    """Register the processes of this machine."""
    return (ExecutorSpec("local", "srbench.execution.local:LocalExecutor", "processes on this machine"),)


@hookimpl
def srbench_renderers() -> tuple[RendererSpec, ...]:
    """Register Markdown, CSV, LaTeX and HTML."""
    return RENDERERS


@hookimpl
def srbench_commands() -> tuple[CommandSpec, ...]:
    """Register the verbs of the command line."""
    return COMMANDS


@hookimpl
def srbench_metrics() -> tuple[MetricSpec, ...]:
    """Return the metrics of the five papers, of images and of models."""
    return *fidelity.METRICS, *no_reference.METRICS, *perceptual.METRICS


@hookimpl
def srbench_losses() -> tuple[LossSpec, ...]:
    """Return the losses for training; adversarial losses are part of a phase's `Adversary`."""
    return losses.LOSSES


@hookimpl
def srbench_weights() -> tuple[WeightsSpec, ...]:
    """Return the networks and parameters that metrics and losses use."""
    return *no_reference.WEIGHTS, *perceptual.WEIGHTS, *losses.WEIGHTS


@hookimpl
def srbench_datasets() -> tuple[DatasetSpec, ...]:
    """Return the test and training datasets of the field, and the demo photographs."""
    return DATASETS


@hookimpl
def srbench_protocols() -> tuple[Protocol, ...]:
    """Return the protocols that papers share: that of most Python code, and those of well-known test code."""
    return STANDARD, MATLAB, MATLAB_GREY, MATLAB_FLOAT, Y_FLOAT, PCARN, RGB
