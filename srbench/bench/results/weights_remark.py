"""Remarks on weights that are not the authors': their origin, or data, budget and precision of the training here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench.inference.method import ResolvedMethod
    from srbench.records.record import Record


def weights_remark(method: ResolvedMethod | None) -> str:
    """Return the origin of the weights if they are not the authors', else an empty string."""
    if method is None or not (method.uses_foreign_weights or method.source in {"bundled", "trained"}):
        return ""
    if method.members:
        return "; ".join(dict.fromkeys(filter(None, map(weights_remark, method.members))))
    if method.source == "released":
        return f"not the authors' weights: {method.weights_spec.origin}" if method.weights_spec else ""
    if method.training is None and method.source == "trained":
        return ""  # only the blended weights are trained here, and the blend has its own remark
    if method.training is None:
        return f"weights that srbench trained and ships ({method.weights.name if method.weights else method.name})"
    budgets = ", then ".join(
        f"{phase.name} {phase.budget.steps} of {paper.budget.steps} steps of {phase.budget.batch} patches"
        for phase, paper in zip(method.training.recipe.phases, method.training.paper.phases, strict=True)
    )
    data = ", ".join(method.training.recipe.data)
    paper_data = papers_training_data(method)
    instead = f" in place of {paper_data}" if paper_data else ""
    return f"trained here on {data}{instead}: {budgets}"


def papers_training_data(method: ResolvedMethod | None) -> str:
    """Return the paper's training images if `method` was trained here on others in their place; else empty."""
    if method is None:
        return ""
    paper_data = method.training.recipe.paper_data if method.training else ""
    return ", ".join(dict.fromkeys(filter(None, (paper_data, *map(papers_training_data, method.members)))))


def precision_remark(records: Sequence[Record]) -> str:
    """Return the precision of the trainings here, as of ``srbench train --precision``; empty if nothing was trained.

    ``--precision auto`` depends on the machine, so that seeds can differ: ``precision bf16-mixed (seeds 0, 1), 32-true
    (seed 2)``.
    """
    seeds: dict[str, list[int]] = {}
    for record in records:
        if words := " and ".join(sorted(_precisions(record.training))):
            seeds.setdefault(words, []).append(record.cell.seed)
    if len(seeds) < 2:
        return f"precision {next(iter(seeds))}" if seeds else ""
    parts = (f"{words} (seed{'s' * (len(of) > 1)} {', '.join(map(str, of))})" for words, of in seeds.items())
    return f"precision {', '.join(parts)}"


def _precisions(card: Mapping[str, Any]) -> set[str]:
    """Return the precisions that a training card names: its own, and those of its start or of an ensemble's members."""
    nested = [_precisions(value) for value in card.values() if isinstance(value, Mapping)]
    return {card["precision"]}.union(*nested) if "precision" in card else set().union(*nested)
