"""``srbench status``: what runs, waits, is done and has failed in an output folder."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from srbench.bench.journal import SILENT, STATES, RunState, read_runs
from srbench.cli.options import json_option, out_option
from srbench.cli.output import echo_json, echo_table, echo_text
from srbench.terminal.duration import duration

if TYPE_CHECKING:
    from pathlib import Path

MOST = 20
"""Number of running and of failed tasks that are named before the rest is counted."""


@click.command()
@out_option("Output folder of the run.")
@json_option
def status(out: Path, as_json: bool) -> int:
    """Show how far the runs in an output folder are: running, waiting, done and failed tasks, and the time left.

    It may be called while srbench run works, from any machine that sees the folder, and after. The time left supposes
    that what is to come takes as long as what is done. srbench collect prints the tables from what is there so far.

    \b
      srbench status
      srbench status --out results/demo --json

    Exit codes: 0: a run is shown; 1: there is none.
    """
    runs = [state for _, state in read_runs(out)]
    now = time.time()
    live = [state for state in runs if state.alive is not False and not state.silent(now)]
    shown = live or runs[:1]
    if as_json:
        echo_json([_document(state, now) for state in shown])
        return 0 if shown else 1
    if not shown:
        records = "; srbench collect prints the tables of its records" * (out / "records").is_dir()
        echo_text(f"{out}: no run was started here; see srbench run --out {out}{records}")
        return 1
    for state in shown:
        _print(state, now)
    return 0


def _condition(state: RunState, now: float) -> str:
    """Return the condition of a run in a word."""
    if state.ended:
        return "ended"
    if state.silent(now):
        return "silent"
    return {True: "running", False: "interrupted", None: "started"}[state.alive]


def _print(state: RunState, now: float) -> None:
    condition = _condition(state, now)
    over = condition in {"interrupted", "silent"}
    seen = f"{duration(now - state.started)} ago"
    line = f"{condition}: process {state.pid} on {state.host}, executor {state.executor}, started {seen}"
    if condition != "running":
        line += f", last heard of {duration(now - state.updated)} ago"
    echo_text(line)
    counts = state.count()
    rows = [
        [f"{kind}s", *(counts[kind, name] for name in STATES)]
        for kind in ("training", "measurement")
        if any(counts[kind, name] for name in STATES)
    ]
    echo_table(rows, ["", *("was running" if over and name == "running" else name for name in STATES)])
    left = state.seconds_left()
    if condition in {"running", "started"} and left:
        echo_text(f"about {duration(left)} left, by the speed of what runs and the tasks that are done")
    for name in ("running", "failed"):
        tasks = [task for task in state.tasks.values() if task.state == name]
        for task in tasks[:MOST]:
            step = f", step {task.step} of {task.steps}" if task.step else ""
            more = f", for {duration((state.updated if over else now) - task.started)}{step}"
            if name == "failed":
                more = f": {task.reason}"
            echo_text(f"{'was running' if over and name == 'running' else name}: {task.label}{more}")
        if len(tasks) > MOST:
            echo_text(f"{name}: {len(tasks) - MOST} more")
    if condition == "silent":
        echo_text(f"It runs on {state.host}, if it still does: nothing was written for more than {duration(SILENT)}.")
    if over:
        echo_text("The same srbench run command goes on where it stopped.")


def _document(state: RunState, now: float) -> dict[str, Any]:
    left = state.seconds_left()
    document = {name: value for name, value in vars(state).items() if name != "tasks"}
    tasks = [vars(task) for task in state.tasks.values()]
    return {**document, "condition": _condition(state, now), "seconds_left": left, "tasks": tasks}
