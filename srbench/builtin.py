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
    CommandSpec(
        "run",
        "srbench.cli.verbs.run:run",
        "Measure a table of a paper and print measured beside published values, with a verdict; or draw a figure.",
    ),
    CommandSpec(
        "status",
        "srbench.cli.verbs.status:status",
        "Show how far the runs in an output folder are: running, waiting, done and failed tasks, and the time left.",
    ),
    CommandSpec(
        "collect",
        "srbench.cli.verbs.collect:collect",
        "Print and write tables from the records that are there so far; nothing is trained or measured.",
    ),
    CommandSpec(
        "power",
        "srbench.cli.verbs.power:power",
        "Print the claims of papers with effect, answer and power, and how many seeds would decide them.",
    ),
    CommandSpec(
        "list",
        "srbench.cli.verbs.list_:listing",
        "List everything of one KIND that is installed, or only what has one of the NAMEs (patterns: 'imdn*').",
    ),
    CommandSpec(
        "show",
        "srbench.cli.verbs.show:show",
        "Print a paper's table as published, the rows that can be measured here, and what is missing for the others.",
    ),
    CommandSpec(
        "eval", "srbench.cli.verbs.eval_:evaluate", "Measure any methods and models on any images, in one table."
    ),
    CommandSpec(
        "train",
        "srbench.cli.verbs.train:train",
        "Train a network as in its paper, at the paper's budget or that of a profile.",
    ),
    CommandSpec(
        "bundle",
        "srbench.cli.verbs.bundle:bundle",
        "Write the weights trained in FOLDER to TARGET (.safetensors, float16), and their card beside it.",
    ),
    CommandSpec(
        "search",
        "srbench.cli.verbs.search:search",
        "Search a space of architectures: train some of them, and predict which of all is best.",
    ),
    CommandSpec(
        "score",
        "srbench.cli.verbs.score:score",
        "Measure finished SR images against their HR images (a folder, or a dataset by name), matched by name.",
    ),
    CommandSpec(
        "compare",
        "srbench.cli.verbs.compare:compare_command",
        "Compare methods image by image: A, B, ... are methods, path/to/file.py:Class, checkpoints, or all record "
        "files.",
    ),
    CommandSpec("diff", "srbench.cli.verbs.diff:diff", "Compare the tables of two results folders or git revisions."),
    CommandSpec(
        "merge", "srbench.cli.verbs.merge:merge", "Merge the records of several results folders into a new one."
    ),
    CommandSpec(
        "explain",
        "srbench.cli.verbs.explain:explain_command",
        "Measure the SR images of a RECORD or of a table's cell under every variant of the protocol.",
    ),
    CommandSpec(
        "upscale",
        "srbench.cli.verbs.upscale:upscale",
        "Super-resolve IMAGE or all images of a folder: photo.png becomes OUT/photo_x4.png.",
    ),
    CommandSpec(
        "report",
        "srbench.cli.verbs.report:report",
        "Write a page over all measured tables of FOLDER (default: results) that opens in any browser, without a "
        "network.",
    ),
    CommandSpec(
        "export",
        "srbench.cli.verbs.export:export",
        "Write all measured table entries of FOLDER (default: results) to one file, one line per number.",
    ),
    CommandSpec("data", "srbench.cli.verbs.data:data", "List, get, verify and locate datasets, weights and SR images."),
    CommandSpec(
        "new",
        "srbench.cli.verbs.new:new",
        "Write a plugin called NAME: network, recipe, metric, table, figure, tests and a CI workflow.",
    ),
    CommandSpec(
        "check",
        "srbench.cli.verbs.check:check",
        "Check PLUGIN: what it declares, its networks, recipes, metrics and weights.",
    ),
    CommandSpec(
        "config", "srbench.cli.verbs.config:config", "Print the settings that are in force, and where each comes from."
    ),
    CommandSpec(
        "completion",
        "srbench.cli.verbs.completion:completion",
        "Print the script that completes verbs, options and values: plugins, tables, rows, datasets, metrics, ...",
    ),
    CommandSpec("doctor", "srbench.cli.verbs.doctor:doctor", "Print versions, devices, data found and broken plugins."),
    CommandSpec(
        "bench",
        "srbench.cli.verbs.bench:bench",
        "Measure this machine in about a minute: metrics, a network, a training step and the disk.",
    ),
    CommandSpec(
        "selftest",
        "srbench.cli.verbs.selftest:selftest",
        "Compare every metric with golden values of other implementations, on photographs that ship with scikit-image.",
    ),
)
"""The verbs of srbench itself, in the order of ``srbench --help``."""

RENDERERS = (
    RendererSpec(
        "markdown", ".md", "srbench.render.markdown:to_markdown", "the table, its claims and remarks, for people"
    ),
    RendererSpec("csv", ".csv", "srbench.render.csv_tables:to_layout_csv", "the table as the paper lays it out"),
    RendererSpec("latex", ".tex", "srbench.render.latex:to_latex", "the table for a paper"),
    RendererSpec("cells", ".cells.csv", "srbench.render.csv_tables:to_cells_csv", "one line for each number"),
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
