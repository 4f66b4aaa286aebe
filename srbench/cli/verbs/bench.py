"""``srbench bench``: measure how fast this machine is, beside the figures of another."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from srbench.catalog import load_catalog
from srbench.cli.options import data_option, device_option, json_option, many, out_option, whole
from srbench.cli.output import echo_json, echo_table, echo_text
from srbench.cli.process.flags import QUIET, given
from srbench.storage.roots import data_roots

if TYPE_CHECKING:
    from srbench.speed.machine import Machine
    from srbench.speed.reference import Reference
    from srbench.speed.work import Timing, Work

BUDGET_S = 4.0
"""Seconds that a piece of work is repeated for."""


@click.command()
@many("--only", "only", split=whole, help="Only these pieces of work, and patterns: psnr-ssim, forward, 'disk*', ...")
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    default=None,
    help="Compare with this file, which --save wrote, instead of the figures that ship with srbench.",
)
@click.option("--save", type=click.Path(path_type=Path), default=None, help="Write this machine's figures to a file.")
@device_option
@data_option
@out_option("Folder on the disk that is measured.")
@json_option
def bench(
    only: tuple[str, ...],
    against: Path | None,
    save: Path | None,
    device: str,
    data: tuple[Path, ...],
    out: Path,
    as_json: bool,
) -> int:
    """Measure this machine in about a minute: metrics, a network, a training step and the disk.

    Each time stands beside that of another machine, with a hint where this one is slower. NIQE and LPIPS need their
    weights (srbench data get niqe-parameters alexnet), PCARN-M the plugin pcarn.

    \b
      srbench bench
      srbench bench --only forward,training-step --device cuda
      srbench bench --save before.json   # ... and after a change: --against before.json
    """
    from srbench.bench.planning.name_lists import choose
    from srbench.bench.resolve.resolver import Resolver
    from srbench.cli.writing.output_files import writable_outputs
    from srbench.device import pick_device
    from srbench.speed.machine import swapped_pages, this_machine
    from srbench.speed.reference import SHIPPED, read_reference, write_reference
    from srbench.speed.work import WORK, Place
    from srbench.storage.atomic import output_folder

    reference = read_reference(against or SHIPPED)
    names = choose("work", only, [work.name for work in WORK]) if only else [work.name for work in WORK]
    device = pick_device(device)
    with output_folder(out), writable_outputs([("--save", save)]):
        machine = this_machine(device, out)
        place = Place(Resolver(load_catalog(), data_roots(data)), device, out)
        lines, timings = [], {}
        for work in WORK:
            if work.name in names:
                before = swapped_pages()
                timing, reason = _measured(work, place)
                if timing:
                    timings[work.name] = timing
                lines.append(_line(work, timing, reason, reference, machine, swapped_pages() - before))
        if save:
            write_reference(save, machine, timings)
    if as_json:
        echo_json({"machine": asdict(machine), "reference": dict(reference.machine), "work": lines})
    else:
        _print(lines, machine, reference, save)
    return 0 if timings else 1


def _measured(work: Work, place: Any) -> tuple[Timing | None, str]:
    """Return the time of a piece of work; None with the reason where something is not at hand, or damaged."""
    from srbench.errors import SrbenchError
    from srbench.speed.work import timed

    if not given(QUIET):
        click.echo(f"{work.title} ...", err=True)
    try:
        return timed(work, place, BUDGET_S), ""
    except SrbenchError as error:
        return None, str(error)


def _line(
    work: Work, timing: Timing | None, reason: str, reference: Reference, machine: Machine, swapped: int
) -> dict[str, Any]:
    """Return the entry of a piece of work: its times, their ratio, and hints where it is slow."""
    from srbench.speed.hints import SLOW, hints

    known = reference.timings.get(work.name)
    ratio = timing.median_s / known.median_s if timing and known else None
    found = hints(machine, work.kind, swapped=swapped) if ratio is not None and ratio > SLOW else []
    return {
        "name": work.name,
        "title": work.title,
        "seconds": timing.median_s if timing else None,
        "fastest": timing.fastest_s if timing else None,
        "rounds": timing.rounds if timing else 0,
        "reference": known.median_s if known else None,
        "ratio": ratio,
        "hints": found,
        "reason": reason,
    }


def _print(lines: list[dict[str, Any]], machine: Machine, reference: Reference, save: Path | None) -> None:
    from srbench.terminal.counted import counted

    rows = []
    for line in lines:
        slow = "slower, and no cause found" if line["ratio"] is not None and line["ratio"] > 2 else ""
        ratio = "" if line["ratio"] is None else f"{line['ratio']:.2f}x"
        note = line["reason"] or "; ".join(line["hints"]) or slow
        rows.append([line["title"], _time(line["seconds"]), _time(line["reference"]), ratio, note])
    echo_table(rows, ["work", "here", "reference", "ratio", "hint"])
    cores, threads = counted(machine.cores, "core"), counted(machine.threads, "thread")
    echo_text(
        f"\nMedians. Here: {machine.processor}, {cores}, {threads}; "
        f"networks on {machine.device}. Reference: {reference.title}."
    )
    if save:
        echo_text(f"written: {save}")


def _time(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{1000 * seconds:.1f} ms"
