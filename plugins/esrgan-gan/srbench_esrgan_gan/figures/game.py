"""Figure 7: the two losses of GAN training over its steps, and the discriminator's accuracy."""

from __future__ import annotations

import csv
import json
import math
from typing import TYPE_CHECKING, Any, NamedTuple

from matplotlib.figure import Figure as Picture

from srbench import TRAINING_CARD, TRAINING_CURVE, DataError, Drawing, Numbers, Unavailable
from srbench_esrgan_gan.figures import SCALE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from srbench import FigureContext

PERCEPTUAL, ADVERSARIAL = "vgg", "adversarial"
COLUMNS = (PERCEPTUAL, ADVERSARIAL, "accuracy_real", "accuracy_fake")
HEADER = ("training", "step", "perceptual", "adversarial", "accuracy_real", "accuracy_fake")
COLOURS = {"perceptual": "#4878a8", "adversarial": "#8e44ad", "accuracy_real": "#2e8b57", "accuracy_fake": "#d1813a"}
"""Line colours; blue and purple for the losses are the report's."""
CHANCE = math.log(2)
"""Adversarial loss (Eq. 6) of a discriminator that cannot tell SR from HR; the relativistic loss is twice as large."""
WON = 0.99


class Report(NamedTuple):
    """A row of a training curve: means since the previous row.

    Values are None where the side that they belong to did not train.
    """

    step: int
    perceptual: float | None
    adversarial: float | None
    accuracy_real: float | None
    accuracy_fake: float | None


class Game(NamedTuple):
    """A GAN training: its curve, whether its loss is relativistic, and the trainer's warnings."""

    reports: list[Report]
    relativistic: bool
    warnings: list[str]


def draw(context: FigureContext) -> Drawing:
    """Draw losses above and accuracy below, with a column of panels for each completed training."""
    games: dict[str, Game] = {}
    remarks = []
    for row in context.figure.rows:
        try:
            games[row.label] = read_game(context.training(row.method, SCALE))
        except Unavailable as reason:
            remarks.append(f"Not drawn: {row.label}: {reason}.")
    if not games:
        raise Unavailable(" ".join(remarks).rstrip("."))
    picture = Picture(figsize=(7.2, 4.2))
    above, below = picture.subplots(2, len(games), sharex="col", sharey="row", squeeze=False, height_ratios=(3, 2))
    for losses, accuracy, (label, game) in zip(above, below, games.items(), strict=True):
        _losses(losses, label, game)
        _accuracy(accuracy, game)
    above[0].set_ylabel("loss, unweighted")
    below[0].set_ylabel("accuracy")
    for panels in (above, below):
        panels[0].legend(fontsize=7)
    numbers = Numbers(HEADER, [(label, *report) for label, game in games.items() for report in game.reports])
    ends = [_ends(context, label, game) for label, game in games.items()]
    header = ("training", "steps", "perceptual, last", "adversarial, last", "accuracy, last", "PSNR", "LPIPS")
    warnings = [f"{label}: {warning}." for label, game in games.items() for warning in game.warnings]
    table = Numbers(header, ends, "The end of each training, and Set14 x4:")
    seed = "Seed 0. Dotted: an adversarial loss of a discriminator that can't tell; below, 0.99 and a coin."
    return Drawing(picture, numbers, (table,), (*warnings, seed, *remarks))


def read_game(folder: Path) -> Game:
    """Read the training curve in `folder`, with losses divided by the weights that the training card names.

    Raises:
        Unavailable: if the curve or the card is missing.
        DataError: if the curve belongs to another kind of training.
    """
    try:
        text = (folder / TRAINING_CURVE).read_text(encoding="utf-8")
        card = (folder / TRAINING_CARD).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise Unavailable(f"{error.filename} is not there") from None
    lines = list(csv.DictReader(text.splitlines()))
    if missing := [name for name in COLUMNS if not lines or name not in lines[0]]:
        raise DataError(
            f"{folder / TRAINING_CURVE}: no column {missing[0]!r}; expected a training with a discriminator and VGG"
        )
    document = json.loads(card)
    phase = document["trained_with"]["phases"][-1]
    weights = (*_weights(phase), 1.0, 1.0)
    reports = []
    for line in lines:
        values = [
            float(line[name]) / weight if line[name] else None for name, weight in zip(COLUMNS, weights, strict=True)
        ]
        reports.append(Report(int(line["step"]), *values))
    return Game(reports, phase["adversary"]["loss"] == "relativistic", list(document.get("warnings", ())))


def _weights(phase: Mapping[str, Any]) -> tuple[float, float]:
    """Return the weights of the perceptual and the adversarial term, as a card holds them."""
    perceptual = next(term["weight"] for term in phase["losses"] if term["loss"]["name"] == PERCEPTUAL)
    return perceptual, phase["adversary"]["weight"]


def _losses(panel: Axes, label: str, game: Game) -> None:
    for name in ("perceptual", "adversarial"):
        _line(panel, game.reports, name)
    panel.axhline(CHANCE * (2 if game.relativistic else 1), color="#777777", linewidth=0.7, linestyle=":")
    panel.set(yscale="log", title=label)


def _accuracy(panel: Axes, game: Game) -> None:
    for name, label in (("accuracy_real", "on HR"), ("accuracy_fake", "on SR")):
        _line(panel, game.reports, name, label)
    for level in (WON, 0.5):
        panel.axhline(level, color="#777777", linewidth=0.7, linestyle=":")
    panel.set(ylim=(-0.03, 1.03), xlabel="training step")


def _line(panel: Axes, reports: Sequence[Report], name: str, label: str = "") -> None:
    values = [getattr(report, name) for report in reports]
    shown = [math.nan if value is None else value for value in values]
    steps = [report.step for report in reports]
    panel.plot(steps, shown, color=COLOURS[name], linewidth=1.1, marker=".", markersize=2, label=label or name)


def _ends(context: FigureContext, label: str, game: Game) -> tuple[object, ...]:
    real, fake = (_last(game.reports, name) for name in ("accuracy_real", "accuracy_fake"))
    accuracy = None if real is None or fake is None else (real + fake) / 2
    losses = (_last(game.reports, name) for name in ("perceptual", "adversarial"))
    quality = (context.value(label, metric) for metric in ("psnr", "lpips"))
    return label, game.reports[-1].step, *losses, accuracy, *quality


def _last(reports: Sequence[Report], name: str) -> float | None:
    """Return the last value that is not None, or None if there is none."""
    return next((value for report in reversed(reports) if (value := getattr(report, name)) is not None), None)
