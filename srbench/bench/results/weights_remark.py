"""Remarks on weights that are not the authors': their origin, or data and budget of the training here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from srbench.inference.method import ResolvedMethod


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
