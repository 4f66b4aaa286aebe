"""Differences of an experiment, from the values of each image that srbench has measured."""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from srbench.stats.crossed import CrossedTest, crossed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

Place = tuple[str, float, str]
"""Dataset, scale and metric."""
Values = dict[tuple[str, Place], dict[str, float]]
"""Value of each image, by network and place."""
NETWORK = re.compile(r"\(([^()]+)\.safetensors\)")


@dataclass(frozen=True)
class Compared:
    """Two networks of an experiment that are compared."""

    text: str
    """The comparison in words."""
    a: str
    """File name of the first network without suffix, with ``{seed}`` where the seed stands: ``none{seed}``."""
    b: str
    """File name of the second network, likewise."""
    seeds: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Line:
    """The difference of two networks on one dataset at one scale in one metric."""

    compared: Compared
    place: Place
    means: tuple[float, float]
    """Mean of each network over seeds and images."""
    test: CrossedTest
    by_seed: tuple[float, ...]
    """Mean difference over the images for each seed."""

    @property
    def whole(self) -> bool:
        """Whether all planned seeds are there."""
        return len(self.by_seed) == len(self.compared.seeds)


def lines_of(comparisons: Sequence[Compared], folder: Path) -> list[Line]:
    """Return the differences in the folder of an experiment; none of a comparison that lacks all seeds."""
    values, lines = measured(folder), []
    for compared in comparisons:
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


def line_of(fields: Mapping[str, str], compared: Compared) -> Line:
    """Return the difference that a line of ``experiments.csv`` holds.

    Args:
        fields: Texts of the line by column.
        compared: The networks that it compares.
    """
    number = {name: float(fields[name]) for name in ("mean", "mean of the other", "difference", "scale", "p")}
    limits = (fields["ci_low"], fields["ci_high"])
    test = CrossedTest(
        int(fields["seeds"]),
        int(fields["images"]),
        number["difference"],
        error=math.nan,
        freedom=math.nan,
        interval=(float(limits[0]), float(limits[1])) if all(limits) else None,
        p=number["p"],
        noise=None,
    )
    place = fields["dataset"], number["scale"], fields["metric"]
    by_seed = tuple(map(float, fields["by_seed"].split()))
    return Line(compared, place, (number["mean"], number["mean of the other"]), test, by_seed)


def measured(folder: Path) -> Values:
    """Return what ``srbench compare --per-image --json`` has measured."""
    values: Values = defaultdict(dict)
    for path in sorted(folder.glob("*.values.json")):
        for entry in json.loads(path.read_text(encoding="utf-8")):
            if "image" in entry:
                for side in "ab":
                    (network,) = NETWORK.findall(entry[side])
                    place = entry["dataset"], entry["scale"], entry["metric"]
                    values[network.rpartition("/")[2], place][entry["image"]] = entry[f"value_{side}"]
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
    values: dict[str, dict[str, float]] = defaultdict(dict)
    for entry in json.loads(path.read_text(encoding="utf-8")):
        if "image" in entry:
            values[entry["metric"]][entry["image"]] = entry["measured"]
    return values
