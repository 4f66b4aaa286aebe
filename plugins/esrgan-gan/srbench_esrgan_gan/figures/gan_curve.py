"""Figure 7: the two losses of GAN training over its steps, and the discriminator's accuracy."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, NamedTuple

from matplotlib.figure import Figure as Picture

from srbench import TRAINING_CARD, Drawing, FigureStyle, Numbers, Unavailable, read_training_curve
from srbench_esrgan_gan.figures import SCALE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from srbench import FigureContext, RecordedFigure

PERCEPTUAL, ADVERSARIAL = "vgg", "adversarial"
COLUMNS = (PERCEPTUAL, ADVERSARIAL, "accuracy_real", "accuracy_fake")
"""Columns of a training curve that are drawn."""
HEADER = ("training", "step", "perceptual", "adversarial", "accuracy_real", "accuracy_fake")
"""Columns of the figure's numbers."""
COLOURS = {
    "perceptual": FigureStyle.BLUE,
    "adversarial": FigureStyle.PURPLE,
    "accuracy_real": FigureStyle.GREEN,
    "accuracy_fake": FigureStyle.VERMILLION,
}
"""Line colours; blue and purple for the losses are the report's."""
GUESSING = 0.5
"""Accuracy of a discriminator that guesses."""
DASHES = {"accuracy_fake": "--"}
GAPS = "Gaps: the other side's turns, in which a value is not computed. Points: means since the point before."
CHANCE = math.log(2)
"""Adversarial loss (Eq. 6) of a discriminator that cannot tell SR from HR; the relativistic loss is twice as large."""


class Report(NamedTuple):
    """A report of a training: means since the previous report, unweighted losses and accuracies from 0 to 1.

    Values are None where the side that they belong to did not train.
    """

    step: int
    perceptual: float | None
    adversarial: float | None
    accuracy_real: float | None
    accuracy_fake: float | None


class GanCurve(NamedTuple):
    """A GAN training: its curve, whether its loss is relativistic, and the trainer's warnings."""

    reports: list[Report]
    relativistic: bool
    warnings: list[str]


def draw(context: FigureContext) -> Drawing:
    """Draw both losses and the accuracy, with a column of panels for each completed training."""
    curves_by_row: dict[str, GanCurve] = {}
    remarks = []
    for row in context.figure.rows:
        try:
            curves_by_row[row.label] = read_gan_curve(context.training(row.method, SCALE))
        except Unavailable as reason:
            remarks.append(f"Not drawn: {row.label}: {reason}.")
    if not curves_by_row:
        raise Unavailable(" ".join(remarks).rstrip("."))
    numbers = Numbers(HEADER, [(label, *report) for label, curve in curves_by_row.items() for report in curve.reports])
    ends = [_ends(context, label, curve) for label, curve in curves_by_row.items()]
    header = ("training", "steps", "perceptual, last", "adversarial, last", "accuracy, last", "PSNR", "LPIPS")
    warnings = [f"{label}: {warning}." for label, curve in curves_by_row.items() for warning in curve.warnings]
    table = Numbers(header, ends, "The end of each training, and Set14 x4:")
    seed = "Seed 0. Dotted: the adversarial loss, and below the accuracy, of a discriminator that can't tell."
    curves = {label: (curve.reports, curve.relativistic) for label, curve in curves_by_row.items()}
    return Drawing(_picture(curves), numbers, (table,), (*warnings, seed, *remarks))


def redraw(context: FigureContext, recorded: RecordedFigure) -> Picture:
    """Draw the picture again from its recorded numbers; each row's recipe says whether its loss is relativistic."""
    recipes = {recipe.name: recipe for recipe in context.catalog.recipes}
    curves: dict[str, tuple[list[Report], bool]] = {}
    for row in context.figure.rows:
        reports = [_report(line) for line in recorded.lines if line["training"] == row.label]
        adversary = recipes[context.catalog.methods.get(row.method).recipe_for(SCALE)].phases[-1].adversary
        if reports:
            curves[row.label] = (reports, adversary is not None and adversary.loss == "relativistic")
    return _picture(curves)


def _report(line: Mapping[str, str]) -> Report:
    """Return the report in a line of the recorded numbers."""
    return Report(int(line["step"]), *(float(line[name]) if line[name] else None for name in HEADER[2:]))


def _picture(curves: Mapping[str, tuple[Sequence[Report], bool]]) -> Picture:
    """Draw a column of panels for each training: perceptual loss, adversarial loss and accuracy over the steps."""
    picture = Picture(figsize=(FigureStyle.PAGE, 5.0))
    grid = picture.subplots(3, len(curves), sharex="col", sharey="row", squeeze=False, height_ratios=(2, 2, 2))
    for column, (label, (reports, relativistic)) in enumerate(curves.items()):
        perceptual, adversarial, accuracy = grid[:, column]
        kind = "relativistic" if relativistic else "non-saturating"
        _line(perceptual, reports, "perceptual")
        perceptual.set(yscale="log", title=label)
        _line(adversarial, reports, "adversarial")
        chance = CHANCE * (2 if relativistic else 1)
        _guide(adversarial, chance)
        adversarial.set_yscale("log")
        adversarial.set_title(f"{kind}; dotted, {chance:.2f}: can't tell", fontsize=FigureStyle.SMALL)
        for name, images in (("accuracy_real", "on HR"), ("accuracy_fake", "on SR")):
            _line(accuracy, reports, name, images)
        _guide(accuracy, GUESSING)
        accuracy.set(ylim=(-0.03, 1.03), xlabel="training step")
        accuracy.set_title(f"dotted, {GUESSING:g}: random guessing", fontsize=FigureStyle.SMALL)
    names = ("perceptual loss\n(VGG, unweighted)", "adversarial loss\n(unweighted)", "discriminator's\naccuracy")
    for panel, name in zip(grid[:, 0], names, strict=True):
        panel.set_ylabel(name)
    handles, labels = grid[2][0].get_legend_handles_labels()
    picture.legend(handles, labels, loc="outside lower center", ncols=2, title=GAPS)
    return picture


def _guide(panel: Axes, level: float) -> None:
    """Draw a dotted horizontal line."""
    panel.axhline(level, color=FigureStyle.RULE, linewidth=0.9, linestyle=":")


def read_gan_curve(folder: Path) -> GanCurve:
    """Return the GAN training in `folder`, with losses divided by the weights that the training card names.

    Raises:
        Unavailable: if the curve or the card is missing.
        DataError: if the curve belongs to another kind of training.
    """
    lines = read_training_curve(folder, COLUMNS, "a training with a discriminator and VGG")
    try:
        card = (folder / TRAINING_CARD).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise Unavailable(f"{error.filename}: no such file; train it first (srbench train)") from None
    document = json.loads(card)
    phase = document["trained_with"]["phases"][-1]
    weights = (*_weights(phase), 1.0, 1.0)
    reports = []
    for line in lines:
        values = [
            float(line[name]) / weight if line[name] else None for name, weight in zip(COLUMNS, weights, strict=True)
        ]
        reports.append(Report(int(line["step"]), *values))
    return GanCurve(reports, phase["adversary"]["loss"] == "relativistic", list(document.get("warnings", ())))


def _weights(phase: Mapping[str, Any]) -> tuple[float, float]:
    """Return the weights of the perceptual and the adversarial term, as a card holds them."""
    perceptual = next(term["weight"] for term in phase["losses"] if term["loss"]["name"] == PERCEPTUAL)
    return perceptual, phase["adversary"]["weight"]


def _line(panel: Axes, reports: Sequence[Report], name: str, label: str = "") -> None:
    """Draw the values of a column over the steps, with gaps where there are none."""
    values = [getattr(report, name) for report in reports]
    shown = [math.nan if value is None else value for value in values]
    steps = [report.step for report in reports]
    panel.plot(
        steps,
        shown,
        color=COLOURS[name],
        linestyle=DASHES.get(name, "-"),
        linewidth=1.1,
        marker=".",
        markersize=2.5,
        label=label or name,
    )


def _ends(context: FigureContext, label: str, curve: GanCurve) -> tuple[object, ...]:
    """Return the line of a training in the table of ends: steps, last losses and accuracy, PSNR and LPIPS."""
    real, fake = (_last(curve.reports, name) for name in ("accuracy_real", "accuracy_fake"))
    accuracy = None if real is None or fake is None else (real + fake) / 2
    losses = (_last(curve.reports, name) for name in ("perceptual", "adversarial"))
    quality = (context.value(label, metric) for metric in ("psnr", "lpips"))
    return label, curve.reports[-1].step, *losses, accuracy, *quality


def _last(reports: Sequence[Report], name: str) -> float | None:
    """Return the last value that is not None, or None if there is none."""
    return next((value for report in reversed(reports) if (value := getattr(report, name)) is not None), None)
