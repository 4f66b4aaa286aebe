"""Tasks that executors run, with their needs and their outcomes."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from srbench.errors import CODE_ERRORS, PLACE, OtherError, SrbenchError, one_line, place_of, trace_text

Result = TypeVar("Result")
Result_co = TypeVar("Result_co", covariant=True)

Report = Callable[[object], None]
"""Receiver of the reports of a running task: the name of a measured image, a `srbench.TrainingStep`, or a remark."""


@dataclass(frozen=True)
class Needs:
    """The needs of a task, by which an executor chooses a place for it."""

    device: str = "auto"
    """Kind of device: ``cpu``, ``cuda``, ``cuda:N``; ``auto``: a GPU if the place has one."""
    timed: bool = False
    """Whether the task measures times or memory, so that nothing else may run on its device meanwhile."""


class Task(Protocol[Result_co]):
    """A piece of a plan: plain data that can be pickled, run in any process, and run again without harm."""

    @property
    def key(self) -> str:
        """Identity of the task; of two tasks with the same key only one runs."""

    @property
    def label(self) -> str:
        """Name of the task for people, in progress and messages."""

    @property
    def after(self) -> tuple[str, ...]:
        """Keys of the tasks that must be finished before; keys that no task of the plan has count as finished."""

    @property
    def needs(self) -> Needs:
        """Resources of the machine that the task needs."""

    def run(self, report: Report) -> Result_co:
        """Do the work and return its result, leaving out parts that an earlier run has finished."""


@dataclass(frozen=True)
class Outcome(Generic[Result]):
    """The end of a task: its result, or the error that it ended with."""

    result: Result | None = None
    error: BaseException | None = None
    """The error; None: the task succeeded."""
    lost: bool = False
    """Whether the task could not report its own end, since its process or machine died."""
    log: str = ""
    """File with the output of the task, for messages; empty: there is none."""

    @property
    def reason(self) -> str:
        """The error on one line, with the file of its output; empty if there is none."""
        if self.error is None:
            return ""
        return f"{one_line(self.error)} (log: {self.log})" if self.log else one_line(self.error)


def run_task(task: Task[Result], report: Report, *, apart: bool = False) -> Outcome[Result]:
    """Run a task and return its outcome; of all exceptions only KeyboardInterrupt is raised.

    Args:
        task: The task.
        report: Receiver of its reports.
        apart: Whether the outcome goes to another process, so that an error must survive pickling.
    """
    try:
        return Outcome(task.run(report))
    except CODE_ERRORS as error:  # an error of a plugin's code costs only the tasks that wait for this one
        return Outcome(error=portable(error) if apart else error)


def portable(error: BaseException) -> BaseException:
    """Return an error that can be pickled: `error` itself, the nearest of its classes that can, or an `OtherError`.

    The traceback, which pickle leaves out, becomes a note of the error, and the place in a user's code an attribute.
    """
    text, place, trace = one_line(error), place_of(error), trace_text(error)
    bases = [base for base in type(error).__mro__ if issubclass(base, SrbenchError)]
    for candidate in (error, *(base(text) for base in bases[1:]), OtherError(text)):
        candidate.__notes__ = [trace]
        setattr(candidate, PLACE, place)
        try:
            copied = pickle.loads(pickle.dumps(candidate))  # noqa: S301 - made in this line
        except Exception:  # noqa: BLE001, S112 - a class of a plugin may refuse in any way; the next candidate is simpler
            continue
        if str(copied) == str(candidate):
            candidate.__traceback__ = None
            return candidate
    raise AssertionError("an OtherError of a text can be pickled")
