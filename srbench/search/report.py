"""What a search leaves to read: ranking, predicted against measured, and what the best costs."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any

from srbench.search.pareto import front

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from srbench.search.search import Candidate, Evaluated, SearchOutcome
    from srbench.search.strategy import Forecast


LIMITS = ("max_params", "max_mult_adds", "max_latency")
FEWEST = 3
"""Predictions that say something of their order."""


@dataclass(frozen=True)
class Line:
    """One evaluated architecture."""

    rank: int | None
    """1: the best PSNR; None: it has none."""
    architecture: str
    psnr: float | None
    predicted: float | None
    """Before it was trained, in dB."""
    deviation: float | None
    params: float | None
    mult_adds: float | None
    """For a 1280 x 720 HR image; None, as `params`: its evaluation failed, and it may not be buildable at all."""
    pareto: bool
    """No other has both a higher PSNR and fewer mult-adds."""
    remark: str = ""


@dataclass(frozen=True)
class Report:
    """A search's result as values; the first of `lines` is the best."""

    title: str
    settings: Mapping[str, Any]
    lines: tuple[Line, ...]
    best: Line | None
    """Of the best predicted mean among all candidates, trained or not; where nothing predicts, the best measured."""
    best_predicted: Forecast | None

    @property
    def stem(self) -> str:
        """Of its files: ``search-drn-gp-quick-seed0``, and the limits behind, so that rivals lie beside each other."""
        settings = self.settings
        limits = (f"{name.replace('_', '-')}{value:g}" for name, value in settings.items() if name in LIMITS and value)
        seed = f"seed{settings['seed']}"
        return "-".join(["search", settings["space"], settings["strategy"], settings["profile"], seed, *limits])

    @property
    def said(self) -> str:
        """The best, in a sentence."""
        if self.best is None:
            return "no architecture has a value"
        if self.best_predicted is None:
            return f"best measured: {self.best.architecture}, {self.best.psnr:.3f} dB (this strategy predicts nothing)"
        mean, deviation = self.best_predicted.mean, self.best_predicted.deviation
        measured = "not trained" if self.best.psnr is None else f"measured {self.best.psnr:.3f} dB"
        said = f"best predicted: {self.best.architecture}, {mean:.3f} ± {deviation:.3f} dB ({measured})"
        first = self.lines[0]
        if first == self.best or first.psnr is None:
            return said
        return f"{said}; best measured: {first.architecture}, {first.psnr:.3f} dB"

    @property
    def foresight(self) -> str:
        """How well the strategy foresaw what it chose, in a sentence; empty where it did so fewer than three times."""
        pairs = [
            (line.predicted, line.psnr) for line in self.lines if line.predicted is not None and line.psnr is not None
        ]
        if len(pairs) < FEWEST:
            return ""
        from scipy.stats import kendalltau

        error = math.sqrt(fmean((predicted - measured) ** 2 for predicted, measured in pairs))
        tau = kendalltau(*zip(*pairs, strict=True)).statistic
        order = f", Kendall's τ {tau:+.2f}" if math.isfinite(tau) else ""  # equal numbers have no order
        return f"predicted before training, {len(pairs)} architectures: {error:.3f} dB off (root mean square){order}"

    def as_object(self) -> dict[str, Any]:
        """For ``--json``."""
        best = None if self.best is None else asdict(self.best)
        predicted = None if self.best_predicted is None else asdict(self.best_predicted)
        lines = [asdict(line) for line in self.lines]
        return {"search": dict(self.settings), "best": best, "best_predicted": predicted, "evaluated": lines}


def make_report(outcome: SearchOutcome, settings: Mapping[str, Any]) -> Report:
    """The report on `outcome`; costs are worked out for the evaluated and the best."""
    measured = [one for one in outcome.evaluated if one.value is not None]
    points = [(one.candidate.cost.mult_adds, one.value or 0.0) for one in measured]
    on_front = {id(measured[number]) for number in front(points)}
    ranked = sorted(measured, key=lambda one: -(one.value or 0.0))
    lines = [_line(one, rank, pareto=id(one) in on_front) for rank, one in enumerate(ranked, 1)]
    lines += [_line(one, None, pareto=False) for one in outcome.evaluated if one.value is None]
    best, predicted = _best(outcome, lines)
    return Report(f"search of {settings['space']} by {settings['strategy']}", settings, tuple(lines), best, predicted)


def _line(one: Evaluated, rank: int | None, *, pareto: bool) -> Line:
    expected, cost = one.asked.predicted, one.candidate.cost
    remark = "" if rank else next(iter(one.record.missing.values()), one.record.error)
    mean, deviation = (expected.mean, expected.deviation) if expected else (None, None)
    params, mult_adds = (None, None) if one.record.status == "failed" else (cost.params, cost.mult_adds)
    return Line(rank, one.candidate.label, one.value, mean, deviation, params, mult_adds, pareto, remark)


def _best(outcome: SearchOutcome, lines: Sequence[Line]) -> tuple[Line | None, Forecast | None]:
    if outcome.predictions is None:
        return (lines[0] if lines and lines[0].rank else None), None
    if outcome.recommended is None:
        return None, None
    candidate, predicted = outcome.candidates[outcome.recommended], outcome.predictions[outcome.recommended]
    trained = next((line for line in lines if line.architecture == candidate.label), None)
    return trained or _untrained(candidate), predicted


def _untrained(candidate: Candidate) -> Line:
    cost = candidate.cost
    return Line(
        None, candidate.label, None, None, None, cost.params, cost.mult_adds, pareto=False, remark="not trained"
    )
