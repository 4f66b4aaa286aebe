"""Tables for training.py."""

from __future__ import annotations

from itertools import pairwise
from statistics import fmean, median, stdev

from timing import print_table

PARTS = 10


def print_rates(name, seconds, busy):
    against = [other for other in seconds if not other.startswith("srbench")]
    header = [f"{name} x4: steps a second", "best", "median"]
    header += [f"{kind}: this / {other.partition(',')[0]}" for other in against for kind in ("best", "median")]
    rows = []
    for side, taken in seconds.items():
        row = [side, *(f"{1 / statistic(taken):.3g}" for statistic in (min, median))]
        row += [
            f"{statistic(seconds[other]) / statistic(taken):.2f}" for other in against for statistic in (min, median)
        ]
        rows.append([*row, *([f"{100 * busy[side]:.0f} %"] if busy else [])])
    print_table([*header, *(["GPU busy"] if busy else [])], rows)


def print_losses(name, sides):
    """Print 1000 x L1 averaged over each tenth of the steps: means over seeds, and differences between seeds."""
    plain, ours = ([parts(losses) for losses, _ in runs] for runs in sides.values())
    rows = []
    for part, (theirs, mine) in enumerate(zip(zip(*plain, strict=True), zip(*ours, strict=True), strict=True), 1):
        apart = [second - first for first, second in zip(theirs, mine, strict=True)]
        row = [f"{part} of {len(plain[0])}", *(f"{fmean(each):.2f}" for each in (theirs, mine))]
        rows.append([*row, f"{fmean(apart):+.3f}", f"{max(map(abs, apart)):.3f}", f"{max(theirs) - min(theirs):.3f}"])
    header = [f"{name}: 1000 x L1, smoothed", *sides, "difference", "largest of a seed", "seeds differ by"]
    print_table(header, rows)


def parts(losses):
    count = min(PARTS, len(losses))
    bounds = [len(losses) * part // count for part in range(count + 1)]
    return [1000 * fmean(losses[begin:end]) for begin, end in pairwise(bounds)]


def print_psnr(name, sides):
    plain, ours = ([psnr for _, psnr in runs] for runs in sides.values())
    apart = [second - first for first, second in zip(plain, ours, strict=True)]
    columns = (plain, ours, apart)
    rows = [
        [f"seed {seed}", f"{first:.3f}", f"{second:.3f}", f"{difference:+.3f}"]
        for seed, (first, second, difference) in enumerate(zip(*columns, strict=True))
    ]
    rows.append(["mean", *(f"{fmean(column):.3f}" for column in columns)])
    if len(plain) > 1:
        rows.append(["standard deviation", *(f"{stdev(column):.3f}" for column in columns)])
    print_table([f"{name}: validation PSNR, dB", *sides, "difference"], rows)
