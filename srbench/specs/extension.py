"""Specs of extensions of srbench itself: executors, file formats of tables, and verbs of the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class ExecutorOption:
    """An option of ``srbench run`` that an executor adds, such as ``--partition``."""

    name: str
    """Name without dashes before it; executors with an option of one name share it."""
    help: str
    type: Literal["text", "integer", "number"] = "text"
    """Kind of the value: a text may be given several times and comes as a tuple, of a number the last one counts."""
    least: float | None = None
    """Least value of a number."""


@dataclass(frozen=True)
class ExecutorSpec:
    """A way to run the tasks of a plan: in this process, in several, on a cluster."""

    name: str
    build: str
    """``"module:attribute"``, called with a `srbench.ExecutorSetup`; it returns a `srbench.Executor`."""
    summary: str = ""
    options: tuple[ExecutorOption, ...] = ()
    """Options of its own, whose given values are in `srbench.ExecutorSetup.options`."""
    plugin: str = ""
    """Name of the registering plugin; set by the catalog."""


@dataclass(frozen=True)
class RendererSpec:
    """A file format of a measured table."""

    name: str
    suffix: str
    """End of the file's name, e.g. ``.md``: the file is ``table-<id><suffix>``."""
    render: str
    """``"module:attribute"``, called with a `srbench.TableResult`; it returns the file's text."""
    summary: str = ""
    automatic: bool = True
    """Whether ``srbench run`` writes the format for each table; else it is for ``srbench eval --out`` alone."""
    plugin: str = ""
    """Name of the registering plugin; set by the catalog."""


@dataclass(frozen=True)
class CommandSpec:
    """A verb of the command line."""

    name: str
    """The word after ``srbench``."""
    command: str
    """``"module:attribute"`` of a click command, imported only when the verb is called or its help is shown."""
    summary: str = ""
    """First sentence of its help, for the list of verbs; empty: the command is imported to look it up."""
    plugin: str = ""
    """Name of the registering plugin; set by the catalog."""
