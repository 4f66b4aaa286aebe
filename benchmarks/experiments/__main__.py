"""The report of the experiments that results/evidence/experiments.sh has run: a CSV file, and a page in Markdown.

    python -m benchmarks.experiments OUT results/evidence

Differences are those of srbench's test over seeds and images, on the values of each image that `srbench compare` and
`srbench score` have left in OUT. An experiment of which experiments.csv has more than OUT stays as it is there. How an
experiment is read was written down before it ran (plan.md).
"""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tabulate import tabulate

from benchmarks.experiments.experiment import EXPERIMENTS
from benchmarks.experiments.lines import Compared, line_of, lines_of
from benchmarks.experiments.rules import shown
from srbench.storage.atomic import write_atomically

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.experiments.lines import Line

HEAD = ("experiment", "compared", "dataset", "scale", "metric", "mean", "mean of the other", "difference")
HEADING = "# Experiments"
INTRODUCTION = """
What the [plan](plan.md) asks where an answer here, or its size, isn't the paper's: one change each. This page and
[experiments.csv](experiments.csv) are written by `python -m benchmarks.experiments` from the images that
[experiments.sh](experiments.sh) has trained and measured; the rules were written first (plan.md, Deviations).
""".strip()
DIFFERENCES = """
Differences are the first network minus the second, with the 95 % interval over images, and over seeds where there are
several. A single training shows nothing about other seeds.
""".strip()
FIELDS = (*HEAD, "ci_low", "ci_high", "p", "seeds", "images", "by_seed")


def main() -> None:
    out, target = map(Path, sys.argv[1:])
    earlier = read_lines(target / "experiments.csv")
    lines_by_name = {
        experiment.name: max(
            lines_of(experiment.compared, out / experiment.name), earlier.get(experiment.name, []), key=extent
        )
        for experiment in EXPERIMENTS
    }
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(FIELDS)
    writer.writerows((name, *row(line)) for name, lines in lines_by_name.items() for line in lines)
    write_atomically(target / "experiments.csv", text.getvalue())
    write_atomically(target / "experiments.md", page(lines_by_name))


def extent(lines: Sequence[Line]) -> int:
    """Return the number of differences of single seeds in `lines`."""
    return sum(len(line.by_seed) for line in lines)


def read_lines(path: Path) -> dict[str, list[Line]]:
    """Return the lines of an ``experiments.csv`` by experiment; empty if there is no such file."""
    lines_by_name: dict[str, list[Line]] = {}
    if path.is_file():
        compared = {(experiment.name, each.text): each for experiment in EXPERIMENTS for each in experiment.compared}
        with path.open(encoding="utf-8", newline="") as file:
            for fields in csv.DictReader(file):
                name, text = fields["experiment"], fields["compared"]
                line = line_of(fields, compared.get((name, text), Compared(text, "", "")))
                lines_by_name.setdefault(name, []).append(line)
    return lines_by_name


def row(line: Line) -> tuple[object, ...]:
    """Return the fields of a line, behind the experiment's name."""
    test = line.test
    by_seed = " ".join(f"{value:.6g}" for value in line.by_seed)
    numbers = (*line.means, test.difference, *(test.interval or ("", "")), test.p)
    return (line.compared.text, *line.place, *numbers, test.seeds, test.images, by_seed)


def page(lines_by_name: dict[str, list[Line]]) -> str:
    """Return the page, from the differences by the experiment's name."""
    parts = [HEADING, INTRODUCTION, DIFFERENCES]
    for experiment in EXPERIMENTS:
        lines = lines_by_name[experiment.name]
        parts.append(f"## {experiment.answer}")
        parts.append(f"Suspected: {experiment.suspected}. Changed: {experiment.changed} (`{experiment.name}`).")
        planned = {compared.text for compared in experiment.compared}
        missing = not planned <= {line.compared.text for line in lines if line.whole}
        if lines:
            parts.append(table(lines))
        if missing:
            parts.append("Not finished: not read." if lines else "Not run.")
        else:
            parts.append(experiment.read(lines))
    return "\n\n".join(parts) + "\n"


def table(lines: Sequence[Line]) -> str:
    """Return the differences as a table."""
    head = ("", "", "first", "second", "difference", "seeds", "images")
    cells = []
    for line in lines:
        dataset, scale, metric = line.place
        digits = 3 if metric == "lpips" else 2
        means = [f"{mean:.{digits}f}" for mean in line.means]
        by_seed = f" ({', '.join(f'{value:+.{digits}f}' for value in line.by_seed)})" if len(line.by_seed) > 1 else ""
        where = f"{'LPIPS' if metric == 'lpips' else metric.upper()} {dataset} x{scale:g}"
        images, seeds = line.test.images, f"{len(line.by_seed)} of {len(line.compared.seeds)}"
        cells.append((line.compared.text, where, *means, shown(line) + by_seed, seeds, images))
    return tabulate(cells, head, tablefmt="pipe", disable_numparse=True)


if __name__ == "__main__":
    main()
