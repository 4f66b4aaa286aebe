"""Figure 2: sigma during training, which falls to zero under Eq. 6 but not under Eq. 8 and 10."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matplotlib.figure import Figure as Picture

from srbench import Drawing, FigureStyle, Numbers, Unavailable, read_training_curve
from srbench_probabilistic_l1.figures import EQ_6, OURS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from srbench import FigureContext, RecordedFigure

SCALE = 2.0
COLUMNS = ("sigma_mean", "sigma_p5", "sigma_p50", "sigma_p95")
"""Columns of a training curve that are drawn."""
HEADER = ("objective", "step", *COLUMNS)
"""Columns of the figure's numbers."""
LEVEL = 1 / 255
"""A grey level in units of RGB in [0, 1]."""
FLOOR = 1e-16
"""Lowest value drawn: sigma can be exactly 0, which a logarithmic axis cannot show."""
COLOURS = {EQ_6: FigureStyle.VERMILLION, OURS: FigureStyle.BLUE}


class Sigma(NamedTuple):
    """Mean and percentiles of sigma at a step, in [0, 1].

    They are taken over a sample of the pixels, and averaged since the previous row.
    """

    step: int
    mean: float
    p5: float
    p50: float
    p95: float


def draw(context: FigureContext) -> Drawing:
    """Draw mean and percentiles of sigma over the steps of both trainings, with a panel each and a common axis."""
    curves: dict[str, list[Sigma]] = {}
    remarks = []
    for row in context.figure.rows:
        try:
            curves[row.label] = read_sigma(context.training(row.method, SCALE))
        except Unavailable as reason:
            remarks.append(f"Not drawn: {row.label}: {reason}.")
    if not curves:
        raise Unavailable(" ".join(remarks).rstrip("."))
    numbers = Numbers(HEADER, [(label, *sigma) for label, curve in curves.items() for sigma in curve])
    ends = Numbers(
        ("objective", "steps", "mean, first", "mean, last", "median, last", "95 %, last", "PSNR Set14 x2"),
        [_ends(label, curve, context.value(label, "psnr")) for label, curve in curves.items()],
        "Where sigma begins and ends:",
    )
    return Drawing(_picture(curves), numbers, (ends,), (*_sentences(curves), *remarks))


def redraw(_context: FigureContext, recorded: RecordedFigure) -> Picture:
    """Draw the picture again from its recorded numbers."""
    curves: dict[str, list[Sigma]] = {}
    for line in recorded.lines:
        curves.setdefault(line["objective"], []).append(_sigma(line))
    return _picture(curves)


def _picture(curves: Mapping[str, Sequence[Sigma]]) -> Picture:
    """Draw a panel for each training, with a common logarithmic axis."""
    picture = Picture(figsize=(FigureStyle.PAGE, 3.0))
    panels = picture.subplots(1, len(curves), sharey=True, squeeze=False)[0]
    for panel, (label, curve) in zip(panels, curves.items(), strict=True):
        _panel(panel, label, curve)
    panels[0].set_ylabel("sigma")
    picture.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=4)
    return picture


def read_sigma(folder: Path) -> list[Sigma]:
    """Return sigma over the steps of the training in `folder`; errors as in `srbench.read_training_curve`."""
    return [_sigma(line) for line in read_training_curve(folder, COLUMNS, "a training with a sigma branch")]


def _sigma(line: Mapping[str, str]) -> Sigma:
    """Return sigma from a line of a training curve, or of the figure's numbers."""
    return Sigma(int(line["step"]), *(float(line[name]) for name in COLUMNS))


def _panel(panel: Axes, label: str, curve: Sequence[Sigma]) -> None:
    """Draw mean, median and the range of 90 % of the pixels of one training."""
    steps = [sigma.step for sigma in curve]
    mean, low, median, high = ([max(value, FLOOR) for value in values] for values in list(zip(*curve, strict=True))[1:])
    panel.fill_between(steps, low, high, color=COLOURS[label], alpha=0.25, linewidth=0, label="5 to 95 % of the pixels")
    panel.plot(steps, mean, color=COLOURS[label], linewidth=1.2, label="mean")
    panel.plot(steps, median, color=COLOURS[label], linewidth=0.9, linestyle="--", label="median")
    panel.axhline(LEVEL, color=FigureStyle.BLACK, linewidth=0.9, linestyle=":", label="one grey level")
    panel.set(yscale="log", ylim=(FLOOR / 30, 3), xlabel="training step", title=label)
    panel.set_xlim(0, steps[-1])


def _ends(label: str, curve: Sequence[Sigma], psnr: float | None) -> tuple[object, ...]:
    """Return the line of a training in the table of first and last values."""
    first, last = curve[0], curve[-1]
    return label, last.step, first.mean, last.mean, last.p50, last.p95, psnr


def _sentences(curves: Mapping[str, Sequence[Sigma]]) -> list[str]:
    """Return the remarks: where the mean of sigma ends, and what is drawn at the floor."""
    ends = [f"{curve[-1].mean:.2g} under {label} after {curve[-1].step} steps" for label, curve in curves.items()]
    sentences = [f"Mean sigma ends at {', at '.join(ends)} (in [0, 1], where a grey level is {LEVEL:.2g})."]
    if set(curves) == {EQ_6, OURS}:
        ratio = curves[OURS][-1].mean / max(curves[EQ_6][-1].mean, FLOOR)
        sentences.append(f"That of {OURS} is {ratio:.3g} times that of {EQ_6} in the end.")
    if any(min(sigma[1:]) < FLOOR for curve in curves.values() for sigma in curve):
        sentences.append(f"Drawn at {FLOOR:g} is what is smaller, or exactly 0.")
    return [*sentences, "Seed 0; sigma is of a sample of the pixels of the patches, averaged since the report before."]
