"""The contents of a finished training's card: recipe, both budgets, data, validation, machine."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from srbench.device import device_name
from srbench.provenance import versions
from srbench.storage.file_hashes import file_hash
from srbench.training.storage.card import TrainingCard
from srbench.training.storage.names import CARD, WEIGHTS

if TYPE_CHECKING:
    from pathlib import Path

    from lightning_fabric import Fabric

    from srbench.data.training_set.training_set import TrainingSet
    from srbench.training.job import TrainingJob
    from srbench.training.monitoring.reporter import Reporter
    from srbench.training.objective.objective import Objective


def card_document(
    job: TrainingJob,
    weights: Path,
    start: Path | None,
    objective: Objective,
    whole: TrainingSet,
    images: TrainingSet,
    held_out: TrainingSet,
    fabric: Fabric,
    reporter: Reporter,
) -> dict[str, Any]:
    """Return the JSON document of a finished training's card.

    Args:
        job: What was trained.
        weights: File of the result.
        start: Weights that the phase started from; None: the network's initialisation.
        objective: What was minimised.
        whole: All images of the recipe's data.
        images: The images that were trained on.
        held_out: The validation images.
        fabric: Precision, processes and device.
        reporter: The curve, the best validation, and the state of a GAN.
    """
    step, psnr = reporter.best
    return {
        "recipe": job.recipe.name,
        "phase": job.phase.name,
        "profile": job.profile,
        "seed": job.seed,
        "key": job.key,
        "weights_sha256": file_hash(weights),
        "trained_with": job.identity,
        "paper_budget": {
            phase.name: vars(phase.budget) | {"schedule": vars(phase.budget.schedule)} for phase in job.paper.phases
        },
        "paper_data": list(job.paper.data),
        "changed": list(job.changed),
        "started_from": _started_from(start),
        "loss_weights": dict(objective.weights_used),
        "images": {
            "trained_on": len(images),
            "held_out": list(held_out.names),
            "left_out": list(whole.left_out),
            "fingerprint": whole.fingerprint,
            "made": dict(sorted(job.derivation_texts.items())),
        },
        "validation": {
            "data": list(job.recipe.validation),
            "fingerprint": held_out.fingerprint,
            "best_step": step,
            "best_psnr": psnr if step else None,
            "last": reporter.curve.rows[-1] if reporter.curve else None,
        },
        "adversary": dict(reporter.balance.last),
        "warnings": reporter.warnings,
        "precision": str(fabric._precision.precision),  # noqa: SLF001 - Fabric has no public name for it
        "processes": fabric.world_size,
        "device": device_name(str(fabric.device)),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": versions(),
    }


def _started_from(start: Path | None) -> dict[str, Any] | None:
    """Describe the weights that the phase starts from, with the card beside them if srbench trained them."""
    if start is None:
        return None
    card = start.with_name(CARD)
    trained = TrainingCard.read(card).document if start.name == WEIGHTS and card.is_file() else None
    return {"file": start.name, "sha256": file_hash(start), "trained": trained}
