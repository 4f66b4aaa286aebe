"""The report of the experiments that results/evidence/experiments.sh has run: a CSV file, and a page in Markdown.

    python benchmarks/experiments.py OUT results/evidence

Differences are those of srbench's test over seeds and images, on the values of each image that `srbench compare` and
`srbench score` have left in OUT. How an experiment is read was written down before it ran (plan.md).
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from tabulate import tabulate

from srbench.stats.crossed import crossed
from srbench.storage.atomic import write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from srbench.stats.crossed import CrossedTest

Place = tuple[str, float, str]
"""Dataset, scale and metric."""
Values = dict[tuple[str, Place], dict[str, float]]
"""Value of each image, by network and place."""
HEAD = ("experiment", "compared", "dataset", "scale", "metric", "mean", "mean of the other", "difference")
FIELDS = (*HEAD, "ci_low", "ci_high", "p", "seeds", "images", "by_seed")
NETWORK = re.compile(r"\(([^()]+)\.safetensors\)")
DECIDING = "Set14"
SEEDS = (0, 1, 2)


@dataclass(frozen=True)
class Compared:
    """Two networks of an experiment, each a label with the place of the seed: ``none{seed}``."""

    text: str
    a: str
    b: str
    seeds: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Line:
    """A difference at one place."""

    compared: Compared
    place: Place
    means: tuple[float, float]
    test: CrossedTest
    by_seed: tuple[float, ...]

    @property
    def whole(self) -> bool:
        """Whether all planned seeds are there."""
        return len(self.by_seed) == len(self.compared.seeds)


@dataclass(frozen=True)
class Experiment:
    """An experiment of the plan."""

    name: str
    answer: str
    """The answer that it is about."""
    suspected: str
    changed: str
    compared: tuple[Compared, ...]
    read: Callable[[Sequence[Line]], str] = field(repr=False)
    """Function that returns how the experiment is read by the plan's rule."""


def at(lines: Sequence[Line], text: str, metric: str, dataset: str = DECIDING) -> Line:
    """Return the line of a comparison."""
    return next(
        line for line in lines if (line.compared.text, line.place[2], line.place[0]) == (text, metric, dataset)
    )


def shown(line: Line) -> str:
    """Return a difference with its interval."""
    digits = 4 if line.place[2] == "lpips" else 3
    limits = ", ".join(f"{limit:+.{digits}f}" for limit in line.test.interval or ())
    unit = "" if line.place[2] == "lpips" else " dB"
    return f"{line.test.difference:+.{digits}f}{unit} [{limits}]"


def of_equals(lines: Sequence[Line]) -> str:
    clear = [line for line in lines if line.test.interval and line.test.interval[0] > 0]
    if len(clear) == len(lines):
        return "**The mean beats both members in all three pairs**: unequal members are the reason."
    return (
        f"The mean beats its member in {len(clear)} of {len(lines)} comparisons, not in all: **averaging gains too little "
        "at this size**."
    )


def of_rates(lines: Sequence[Line]) -> str:
    gains = [line for line in lines if line.compared.text.endswith("against itself")]
    largest = max((at(lines, line.compared.text, "psnr") for line in gains), key=lambda line: line.test.difference)
    said = f"The largest gain on {DECIDING} is {shown(largest)} ({largest.compared.text})"
    if largest.test.difference >= 0.3:
        return f"{said}, 0.3 dB or more: **a rate that suits one loss**."
    return f"{said}, below 0.3 dB: by the rule **data, not the rate**."


def of_vgg(lines: Sequence[Line]) -> str:
    found = [at(lines, text, "psnr").means[0] for text in (TEN, HUNDRED)]
    said = " and ".join(f"{mean:.2f} dB" for mean in found)
    if min(found) <= 16.0:
        return f"PSNR on {DECIDING} is {said}: **a weight, not a layer**."
    return f"PSNR on {DECIDING} is {said}, not 16 dB: **the weight alone doesn't explain the printed row**."


def of_adversary(lines: Sequence[Line]) -> str:
    found = at(lines, STRONG, "lpips")
    low, high = found.test.interval or (0.0, 0.0)
    said = f"LPIPS on {DECIDING} moves by {shown(found)}"
    return f"{said}: **the weight**." if low > 0 or high < 0 else f"{said}, within the seeds: **the budget**."


def of_simultaneous(lines: Sequence[Line]) -> str:
    found = at(lines, BOTH, "lpips")
    said = f"LPIPS on {DECIDING} changes by {shown(found)} against the CNN"
    if found.test.difference <= -0.03:
        return f"{said}: **the turns**."
    return f"{said}, not by -0.03: **not the turns**; the perceptual weight is next."


def of_longer(lines: Sequence[Line]) -> str:
    steps = [line for line in lines if line.place[2] == "lpips" and line.compared.text != DUAL]
    last = steps[-1]
    parted = last.test.interval is not None and last.test.interval[1] < 0
    said = f"At the last step LPIPS on the validation images is {shown(last)}"
    return f"{said}: **budget**." if parted else f"{said}: **they don't part**."


def unread(_lines: Sequence[Line]) -> str:
    return "Read by hand, see the plan."


TEN, HUNDRED = "ten times the weight, against the CNN", "a hundred times the weight, against the CNN"
STRONG = "adversary at 1e-2 against none"
BOTH = "GAN without turns against the CNN"
DUAL = "dual against triad"
EXPERIMENTS = (
    Experiment(
        "equals",
        "not every ensemble beats its members (gpnas-ensemble, Table 1)",
        "DRN* is 0.1 dB weaker than RCAN",
        "two RCAN* of different seeds, of equal strength, as an ensemble (x4, Real-like)",
        tuple(
            Compared(f"mean of seeds {first} and {second} against seed {seed}", f"pair{first}-{second}", f"seed{seed}")
            for first, second in ((0, 3), (0, 4), (3, 4))
            for seed in (first, second)
        ),
        of_equals,
    ),
    Experiment(
        "rates",
        "L2 beats L1 by 0.1 dB, not by 0.8 (esrgan-gan, Table 2)",
        "reading of the paper: the learning rate",
        "L1 and L2 at a third of the rate and at three times the rate of `quick`",
        (
            *(
                Compared(f"{loss.upper()} at {rate} the rate against itself", f"{loss}-{label}", loss)
                for loss in ("l1", "l2")
                for label, rate in (("third", "a third of"), ("thrice", "three times"))
            ),
            Compared("L2 against L1 at a third of the rate", "l2-third", "l1-third"),
            Compared("L2 against L1 at the rate of quick", "l2", "l1"),
            Compared("L2 against L1 at three times the rate", "l2-thrice", "l1-thrice"),
        ),
        of_rates,
    ),
    Experiment(
        "vgg",
        "before the activation is not worse in PSNR (esrgan-gan, Table 5)",
        "the printed row is a failed training",
        "the perceptual loss before the activation at 10 and 100 times its weight",
        (Compared(TEN, "ten", "cnn"), Compared(HUNDRED, "hundred", "cnn")),
        of_vgg,
    ),
    Experiment(
        "adversary",
        "the GAN's gain against collapse is its perceptual loss's (esrgan-gan, Table 3)",
        "budget",
        "the adversary's weight 0, and 1e-2 in place of 1e-3",
        (Compared(STRONG, "strong{seed}", "none{seed}", SEEDS),),
        of_adversary,
    ),
    Experiment(
        "simultaneous",
        "the GAN is not better in LPIPS (esrgan-gan, Table 3)",
        "reading of the paper: what a turn is",
        "the same losses, both networks learning in every step",
        (Compared(BOTH, "both{seed}", "cnn{seed}", SEEDS),),
        of_simultaneous,
    ),
    Experiment(
        "longer",
        "triad is as good as dual in LPIPS (esrgan-gan, Table 4)",
        "budget: neither has left the CNN",
        "a GAN phase of 4,800 steps in place of 1,200",
        (Compared(DUAL, "dual", "triad"),),
        of_longer,
    ),
    Experiment(
        "solvers",
        "Runge-Kutta loses to Euler and VDSR+t at x1.1 (ode-ivp)",
        "budget",
        "8,000 steps in place of 2,000",
        (
            Compared("Runge-Kutta against VDSR+t", "vdsr-ivp{seed}", "vdsr-t{seed}", SEEDS),
            Compared("Runge-Kutta against Euler", "vdsr-ivp{seed}", "vdsr-ivp-euler{seed}", SEEDS),
        ),
        unread,
    ),
    Experiment(
        "depth",
        "15 and 10 RRDBs are worse than 2 (esrgan-gan, Table 1)",
        "budget",
        "4,800 steps in place of 1,200",
        tuple(
            Compared(f"{blocks} RRDBs against 2", f"rrdb{blocks}-{{seed}}", "rrdb2-{seed}", SEEDS)
            for blocks in (15, 10)
        ),
        unread,
    ),
)


def main() -> None:
    out, target = map(Path, sys.argv[1:])
    found = {experiment.name: lines_of(experiment, out / experiment.name) for experiment in EXPERIMENTS}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(FIELDS)
    writer.writerows((name, *row(line)) for name, lines in found.items() for line in lines)
    write_atomically(target / "experiments.csv", text.getvalue())
    write_atomically(target / "experiments.md", page(found))


def lines_of(experiment: Experiment, folder: Path) -> list[Line]:
    """Return the differences of an experiment; none of a comparison of which no seed has been measured."""
    values, lines = measured(folder), []
    for compared in experiment.compared:
        places = [place for network, place in values if network in {compared.a.format(seed=s) for s in compared.seeds}]
        for place in dict.fromkeys(places):
            pairs = [
                (values[a], values[b])
                for seed in compared.seeds
                if (a := (compared.a.format(seed=seed), place)) in values
                and (b := (compared.b.format(seed=seed), place)) in values
            ]
            if pairs:
                lines.append(line(compared, place, pairs))
    return [*lines, *over_steps(folder)]


def line(compared: Compared, place: Place, pairs: Sequence[tuple[dict[str, float], dict[str, float]]]) -> Line:
    """Return the difference of pairs of networks, one pair a seed."""
    names = list(pairs[0][0])
    differences = [[a[name] - b[name] for name in names] for a, b in pairs]
    means = fmean(fmean(a.values()) for a, _ in pairs), fmean(fmean(b.values()) for _, b in pairs)
    return Line(compared, place, means, crossed(differences), tuple(map(fmean, differences)))


def measured(folder: Path) -> Values:
    """Return what ``srbench compare --per-image --json`` has measured."""
    values: Values = defaultdict(dict)
    for path in sorted(folder.glob("*.values.json")):
        for entry in json.loads(path.read_text(encoding="utf-8")):
            if "image" in entry:
                for side in "ab":
                    network = NETWORK.search(entry[side])
                    assert network, entry[side]
                    place = entry["dataset"], entry["scale"], entry["metric"]
                    values[network[1].rpartition("/")[2], place][entry["image"]] = entry[f"value_{side}"]
    return values


def over_steps(folder: Path) -> list[Line]:
    """Return dual against triad at each validation of their trainings."""
    lines = []
    for path in sorted(folder.glob("dual-step-*.score.json")):
        other = folder / path.name.replace("dual", "triad", 1)
        if not other.is_file():
            continue
        a, b = (scores(file) for file in (path, other))
        step = int(path.name.split("-")[2].split(".")[0])
        compared = Compared(f"dual against triad after {step} steps", "dual", "triad")
        lines += [line(compared, ("Photographs-valid", 4.0, metric), [(a[metric], b[metric])]) for metric in a]
    return lines


def scores(path: Path) -> dict[str, dict[str, float]]:
    """Return what ``srbench score --per-image --json`` has measured: value of each image, by metric."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for entry in json.loads(path.read_text(encoding="utf-8")):
        if "image" in entry:
            found[entry["metric"]][entry["image"]] = entry["measured"]
    return found


def row(line: Line) -> tuple[object, ...]:
    """Return the fields of a line, behind the experiment's name."""
    test = line.test
    by_seed = " ".join(f"{value:.6g}" for value in line.by_seed)
    numbers = (*line.means, test.difference, *(test.interval or ("", "")), test.p)
    return (line.compared.text, *line.place, *numbers, test.seeds, test.images, by_seed)


def page(found: dict[str, list[Line]]) -> str:
    """Return the page."""
    parts = [
        "# Experiments, 29 November 2026",
        "What the [plan](plan.md) asks where an answer here contradicts a paper: one change each. This page and "
        "[experiments.csv](experiments.csv) are written by `benchmarks/experiments.py` from the images that "
        "[experiments.sh](experiments.sh) has trained and measured; the rules were written first (plan.md, Deviations).",
        "Differences are the first network minus the second, with the 95 % interval over images, and over seeds where "
        "there are several. A single training shows nothing about other seeds.",
    ]
    for experiment in EXPERIMENTS:
        lines = found[experiment.name]
        parts.append(f"## {experiment.answer}")
        parts.append(f"Suspected: {experiment.suspected}. Changed: {experiment.changed} (`{experiment.name}`).")
        wanted = {compared.text for compared in experiment.compared}
        missing = not wanted <= {line.compared.text for line in lines if line.whole}
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
        of_seeds = f" ({', '.join(f'{value:+.{digits}f}' for value in line.by_seed)})" if len(line.by_seed) > 1 else ""
        where = f"{'LPIPS' if metric == 'lpips' else metric.upper()} {dataset} x{scale:g}"
        images, seeds = line.test.images, f"{len(line.by_seed)} of {len(line.compared.seeds)}"
        cells.append((line.compared.text, where, *means, shown(line) + of_seeds, seeds, images))
    return tabulate(cells, head, tablefmt="pipe", disable_numparse=True)


if __name__ == "__main__":
    main()
