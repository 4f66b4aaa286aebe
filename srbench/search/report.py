"""Report of a search: ranking, predicted and measured PSNR, and the costs of the best architecture."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any

from srbench.errors import PluginError
from srbench.search.pareto import front

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from srbench.search.search import Candidate, Evaluated, SearchOutcome
    from srbench.search.strategy import Forecast


LIMITS = ("max_params", "max_mult_adds", "max_latency")
"""Settings that are limits, which are part of the file names."""
USUAL_BATCH = 2
"""Default of ``--batch``, which the names of the files leave out."""
FEWEST = 3
"""Minimum number of predictions for a rank correlation."""


@dataclass(frozen=True)
class Line:
    """Line of a report: one evaluated architecture."""

    rank: int | None
    """Rank by PSNR, 1 for the best; None without a value."""
    architecture: str
    psnr: float | None
    """Measured PSNR in dB."""
    predicted: float | None
    """PSNR in dB that was predicted before the training."""
    deviation: float | None
    """Standard deviation of the prediction in dB."""
    params: float | None
    """Number of parameters; None if the evaluation failed, since the architecture may not be buildable."""
    mult_adds: float | None
    """Number of mult-adds for a 1280 x 720 HR image; None if the evaluation failed."""
    pareto: bool
    """Whether the architecture is on the Pareto front of PSNR and mult-adds (`pareto.front`)."""
    remark: str = ""
    """Reason why there is no value: not trained, diverged, or the error."""


@dataclass(frozen=True)
class Report:
    """Result of a search: settings, ranking and the recommended architecture."""

    title: str
    settings: Mapping[str, Any]
    lines: tuple[Line, ...]
    """Evaluated architectures, the best first."""
    best: Line | None
    """Candidate with the best predicted mean, trained or not; without predictions, the best measured one."""
    best_predicted: Forecast | None
    """Prediction for `best`; None without predictions."""

    @property
    def stem(self) -> str:
        """File name without suffix: ``search-drn-gp-quick-seed0``, with another batch and the limits at the end."""
        settings = self.settings
        ends = [f"batch{settings['batch']}"] if settings.get("batch", USUAL_BATCH) != USUAL_BATCH else []
        ends += [
            f"{name.replace('_', '-')}{value:.15g}" for name, value in settings.items() if name in LIMITS and value
        ]
        seed = f"seed{settings['seed']}"
        return "-".join(["search", settings["space"], settings["strategy"], settings["profile"], seed, *ends])

    @property
    def summary(self) -> str:
        """Sentence about the best architecture."""
        if self.best is None:
            return "no architecture has a value"
        if self.best_predicted is None:
            return f"best measured: {self.best.architecture}, {self.best.psnr:.3f} dB (this strategy predicts nothing)"
        mean, deviation = self.best_predicted.mean, self.best_predicted.deviation
        measured = "not trained" if self.best.psnr is None else f"measured {self.best.psnr:.3f} dB"
        sentence = f"best predicted: {self.best.architecture}, {mean:.3f} ± {deviation:.3f} dB ({measured})"
        first = self.lines[0]
        if first == self.best or first.psnr is None:
            return sentence
        return f"{sentence}; best measured: {first.architecture}, {first.psnr:.3f} dB"

    @property
    def foresight(self) -> str:
        """Sentence about the error of the predictions before training; empty for fewer than three predictions.

        Beside the error in dB stands that in predicted deviations, as root mean square too: 1 if these are right.
        """
        predicted = [
            (line.predicted, line.psnr, line.deviation)
            for line in self.lines
            if line.predicted is not None and line.psnr is not None
        ]
        if len(predicted) < FEWEST:
            return ""
        from scipy.stats import kendalltau

        error = _root_mean_square(mean - measured for mean, measured, _ in predicted)
        tau = kendalltau(*zip(*((mean, measured) for mean, measured, _ in predicted), strict=True)).statistic
        order = f", Kendall's τ {tau:+.2f}" if math.isfinite(tau) else ""  # equal numbers have no order
        ratios = [(mean - measured) / deviation for mean, measured, deviation in predicted if deviation]
        in_deviations = (
            f", {_root_mean_square(ratios):.1f} of their deviations" if len(ratios) == len(predicted) else ""
        )
        return (
            f"predicted before training, {len(predicted)} architectures: {error:.3f} dB{in_deviations} off (root mean "
            f"square){order}"
        )

    def as_object(self) -> dict[str, Any]:
        """Return the mapping that ``--json`` prints."""
        best = None if self.best is None else asdict(self.best)
        predicted = None if self.best_predicted is None else asdict(self.best_predicted)
        lines = [asdict(line) for line in self.lines]
        return {"search": dict(self.settings), "best": best, "best_predicted": predicted, "evaluated": lines}


def _root_mean_square(values: Iterable[float]) -> float:
    return math.sqrt(fmean(value**2 for value in values))


def make_report(outcome: SearchOutcome, settings: Mapping[str, Any]) -> Report:
    """Return the report on `outcome`, with the costs of the evaluated architectures and of the best one."""
    measured = [evaluated for evaluated in outcome.evaluated if evaluated.value is not None]
    points = [(evaluated.candidate.cost.mult_adds, evaluated.value or 0.0) for evaluated in measured]
    on_front = {id(measured[index]) for index in front(points)}
    ranked = sorted(measured, key=lambda evaluated: -(evaluated.value or 0.0))
    lines = [_line(evaluated, rank, pareto=id(evaluated) in on_front) for rank, evaluated in enumerate(ranked, 1)]
    lines += [_line(evaluated, None, pareto=False) for evaluated in outcome.evaluated if evaluated.value is None]
    best, predicted = _best(outcome, lines)
    return Report(f"search of {settings['space']} by {settings['strategy']}", settings, tuple(lines), best, predicted)


def _line(evaluated: Evaluated, rank: int | None, *, pareto: bool) -> Line:
    forecast, cost, record = evaluated.asked.predicted, evaluated.candidate.cost, evaluated.record
    remark = "" if rank else next(iter(record.missing.values()), record.error)
    mean, deviation = (forecast.mean, forecast.deviation) if forecast else (None, None)
    params, mult_adds = (None, None) if record.status == "failed" else (cost.params, cost.mult_adds)
    return Line(rank, evaluated.candidate.label, evaluated.value, mean, deviation, params, mult_adds, pareto, remark)


def _best(outcome: SearchOutcome, lines: Sequence[Line]) -> tuple[Line | None, Forecast | None]:
    """Return `Report.best` and `Report.best_predicted`."""
    if outcome.predictions is None:
        return (lines[0] if lines and lines[0].rank else None), None
    if outcome.recommended is None:
        return None, None
    candidate, predicted = outcome.candidates[outcome.recommended], outcome.predictions[outcome.recommended]
    trained = next((line for line in lines if line.architecture == candidate.label), None)
    return trained or _untrained(candidate), predicted


def _untrained(candidate: Candidate) -> Line:
    params, mult_adds, remark = None, None, "not trained"
    try:
        params, mult_adds = candidate.cost.params, candidate.cost.mult_adds
    except PluginError as error:  # the report names it; the trainings that were made stay useful
        remark = f"not trained, and can't be built: {error}"
    return Line(None, candidate.label, None, None, None, params, mult_adds, pareto=False, remark=remark)
