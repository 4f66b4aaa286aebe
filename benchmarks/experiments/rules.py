"""How the experiments are read: the rules of results/evidence/plan.md, written before they ran."""

from __future__ import annotations

import math
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.experiments.lines import Line

DECIDING = "Set14"
"""Dataset on which a rule is read where several are measured."""
TEN, HUNDRED = "ten times the weight, against the CNN", "a hundred times the weight, against the CNN"
RATES = ("a third of the rate", "the rate of quick", "three times the rate")
SLOW_L1, FAST_L2 = "L1 at a third of the rate against itself", "L2 at three times the rate against itself"
STRONG = "adversary at 1e-2 against none"
BOTH = "GAN without turns against the CNN"
DUAL = "dual against triad"
AGAINST_T = "Runge-Kutta against VDSR+t"
SMALLEST, GAP = 1.1, -0.76
"""Scale at which Runge-Kutta is worse than VDSR+t, and by how much in dB with 2,000 steps and three seeds (plan.md)."""
DEPTHS = {"15 RRDBs against 2": -0.311, "10 RRDBs against 2": -0.269}
"""Comparisons of depths, with the difference in dB on Set14 at 1,200 steps and three seeds (docs/evidence.md)."""
FLOAT32 = "2 RRDBs in float32 against bfloat16"


def at(lines: Sequence[Line], text: str, metric: str, dataset: str = DECIDING) -> Line:
    """Return the line of a comparison."""
    return next(line for line in lines if (line.compared.text, line.place[2], line.place[0]) == (text, metric, dataset))


def shown(line: Line) -> str:
    """Return a difference with its interval."""
    digits = 4 if line.place[2] == "lpips" else 3
    limits = ", ".join(f"{limit:+.{digits}f}" for limit in line.test.interval or ())
    unit = "" if line.place[2] == "lpips" else " dB"
    return f"{line.test.difference:+.{digits}f}{unit} [{limits}]"


def excludes_zero(line: Line) -> bool:
    """Return whether the interval of a difference excludes 0."""
    return line.test.interval is not None and not line.test.interval[0] <= 0 <= line.test.interval[1]


def of_equals(lines: Sequence[Line]) -> str:
    """Return whether an ensemble of equals beats both of its members."""
    clear = [line for line in lines if line.test.interval and line.test.interval[0] > 0]
    if len(clear) == len(lines):
        return "**The mean beats both members in all three pairs**: unequal members are the reason."
    gains = [line.test.difference for line in lines]
    return (
        f"The mean beats its member in {len(clear)} of {len(lines)} comparisons, not in all: by the rule **averaging "
        f"gains nothing at this size**. These are the rule's words, and too strong ones: the gain over a member is "
        f"{fmean(gains):+.3f} dB on average, at most {max(gains):+.3f} dB."
    )


def of_rates(lines: Sequence[Line]) -> str:
    """Return whether a loss gains 0.3 dB by another learning rate."""
    gains = [line for line in lines if line.compared.text.endswith("against itself")]
    largest = max((at(lines, line.compared.text, "psnr") for line in gains), key=lambda line: line.test.difference)
    text = f"The largest gain on {DECIDING} is {shown(largest)} ({largest.compared.text})"
    if largest.test.difference >= 0.3:
        return f"{text}, 0.3 dB or more: **a rate that suits one loss**."
    equal = [at(lines, f"L2 against L1 at {rate}", "psnr").test.difference for rate in RATES]
    unequal = at(lines, SLOW_L1, "psnr"), at(lines, FAST_L2, "psnr")
    apart = unequal[1].means[0] - unequal[0].means[0]
    rough = largest.test.interval is not None and largest.test.interval[1] >= 0.3
    return (
        f"{text}, below 0.3 dB: by the rule **data, not the rate**."
        + " The interval, of a single training, doesn't exclude 0.3 dB." * rough
        + f" Data were not changed here. At equal rates L2 is ahead by {min(equal):+.3f} to {max(equal):+.3f} dB. With "
        f"three times the rate it is ahead of L1 with a third of it by {apart:+.3f} dB: a rate of its own for each "
        "could make a difference of the printed size."
    )


def of_vgg(lines: Sequence[Line]) -> str:
    """Return whether PSNR falls to the printed 16 dB."""
    means = [at(lines, compared, "psnr").means[0] for compared in (TEN, HUNDRED)]
    text = " and ".join(f"{mean:.2f} dB" for mean in means)
    if min(means) <= 16.0:
        return f"PSNR on {DECIDING} is {text}: **a weight, not a layer**."
    return f"PSNR on {DECIDING} is {text}, not 16 dB: **the weight alone doesn't explain the printed row**."


def of_adversary(lines: Sequence[Line]) -> str:
    """Return whether the adversary's weight moves LPIPS."""
    line = at(lines, STRONG, "lpips")
    text = f"LPIPS on {DECIDING} moves by {shown(line)}"
    if excludes_zero(line):
        return f"{text}: **the weight**."
    moved = [each for each in lines if each.place[2] == "lpips" and excludes_zero(each)]
    others = "".join(f" On {each.place[0]} the interval excludes 0: {shown(each)}." for each in moved)
    return f"{text}, within the seeds: by the rule **the budget** is suspected next; it wasn't changed here.{others}"


def of_simultaneous(lines: Sequence[Line]) -> str:
    """Return whether LPIPS falls by 0.03 without turns."""
    line = at(lines, BOTH, "lpips")
    text = f"LPIPS on {DECIDING} changes by {shown(line)} against the CNN"
    if line.test.difference <= -0.03:
        return f"{text}: **the turns**."
    return f"{text}, not by -0.03: **not the turns**; the perceptual weight is next."


def of_longer(lines: Sequence[Line]) -> str:
    """Return whether dual and triad part."""
    steps = [line for line in lines if line.place[2] == "lpips" and line.compared.text != DUAL]
    last = steps[-1]
    low, high = last.test.interval or (-math.inf, math.inf)
    text = f"At the last step LPIPS on the validation images is {shown(last)}"
    if high < 0:
        return f"{text}: **budget**."
    better = ", as dual isn't the better one; triad is" if low > 0 else ""
    return f"{text}: by the rule **they don't part**{better}."


def of_precision(lines: Sequence[Line]) -> str:
    """Return whether float32 and bfloat16 differ by 0.1 dB."""
    line = at(lines, FLOAT32, "psnr")
    low, high = line.test.interval or (-math.inf, math.inf)
    text = f"PSNR on {DECIDING} changes by {shown(line)}"
    if low > -0.1 and high < 0.1:
        return f"{text}, within 0.1 dB: **not the precision** of 2 RRDBs; 15 and 10 weren't trained in both."
    return f"{text}: **{'the precision can be a part of it' if line.test.difference >= 0.1 else 'open'}**."


def of_solvers(lines: Sequence[Line]) -> str:
    """Return whether the gap between Runge-Kutta and VDSR+t at x1.1 shrinks: its interval excludes that of the plan."""
    place = ("B100", SMALLEST, "psnr")
    line = next(line for line in lines if (line.compared.text, line.place) == (AGAINST_T, place))
    low, high = line.test.interval or (-math.inf, math.inf)
    text = f"At x{SMALLEST:g} Runge-Kutta differs from VDSR+t by {shown(line)}, {GAP:+.2f} dB at the plan's steps"
    if low > GAP:
        return f"{text}: it shrinks, **budget**."
    return (
        f"{text}: {'it grows' if high < GAP else 'no change'} with four times the steps, which are few beside the "
        "paper's. By the rule **reading** is suspected next, the loss divided by t - 1; it wasn't changed here."
    )


def of_depth(lines: Sequence[Line]) -> str:
    """Return whether the gap between 15 or 10 RRDBs and 2 closes: whether it is half of that of the plan, or turns."""
    found = {text: at(lines, text, "psnr") for text in DEPTHS}
    closed = [line.test.difference >= DEPTHS[text] / 2 for text, line in found.items()]
    text = " and ".join(
        f"{text} by {shown(line)} ({DEPTHS[text]:+.2f} dB at the plan's steps)" for text, line in found.items()
    )
    reading = "it closes, **budget**" if all(closed) else "it closes for one of them alone, **open**"
    return f"On {DECIDING} PSNR differs for {text}: {reading if any(closed) else 'it stays, **size**'}."
