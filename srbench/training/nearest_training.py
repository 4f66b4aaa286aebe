"""The training on disk that is most like a job, for a user who wanted to resume it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from srbench.errors import TrainingError
from srbench.storage.json_file import read_json
from srbench.training.recipe.differences import differences
from srbench.training.storage.card import has_older_identity
from srbench.training.storage.names import CARD, RECIPE, STATE, training_folders

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.training.job import TrainingJob

SHOWN = 4
"""Number of differences that are listed."""


def nothing_to_resume(job: TrainingJob, root: Path) -> str:
    """Return a hint for a user who resumes where there is nothing to resume; empty if there is something.

    Args:
        job: The training that was asked for.
        root: Output folder.
    """
    part: TrainingJob | None = job
    while part is not None:
        if part.done(root) or (part.folder(root) / STATE).is_file():
            return ""
        part = part.before
    if any(stopped(folder) for folder in training_folders(root, f"{job.stem}-*")):
        return ""  # the run refuses to begin beside it, and says how it differs
    nothing = f"nothing to resume for this recipe ({job.folder(root).name}); it begins anew"
    found = nearest_training(job, root)
    if found is None:
        return nothing
    folder, changed = found
    more = f" and {len(changed) - SHOWN} more" if len(changed) > SHOWN else ""
    return f"{nothing}; the nearest training, {folder}, differs in {', '.join(changed[:SHOWN])}{more}"


def stopped(folder: Path) -> bool:
    """Return whether a training in `folder` was stopped before its end, so that it can be resumed."""
    return (folder / STATE).is_file() and not (folder / CARD).is_file() and (folder / RECIPE).is_file()


def nearest_training(job: TrainingJob, root: Path) -> tuple[Path, list[str]] | None:
    """Return the folder of the training with the fewest differences from `job`, and these; None if there is none.

    Only other trainings of the same network are compared. Of equally near ones it is the one that is named like `job`.
    Damaged ones are passed over, and the folder of `job`, in which a run may have ended before its first checkpoint.
    """
    identity = job.identity
    network = identity["model"]["name"]
    found: list[tuple[int, bool, Path, list[str]]] = []
    planned = job.folder(root)
    for folder in training_folders(root):
        if folder == planned:
            continue
        try:
            recipe = read_json(folder / RECIPE, TrainingError, "remove the folder")
        except TrainingError:
            continue
        if not isinstance(recipe, dict) or has_older_identity(recipe):
            continue
        model = recipe.get("model")
        if isinstance(model, dict) and model.get("name") == network:
            changed = _with_phase_names(differences(recipe, identity), identity)
            found.append((len(changed), not folder.name.startswith(job.stem), folder, changed))
    if not found:
        return None
    *_, folder, changed = min(found, key=lambda entry: entry[:2])
    return folder, changed


def _with_phase_names(changed: list[str], identity: dict[str, Any]) -> list[str]:
    """Return differences with the names of phases as in ``--set``: ``l1.budget`` for ``phases.0.budget``."""
    names = [str(phase.get("name", index)) for index, phase in enumerate(identity["phases"])]

    def name(match: re.Match[str]) -> str:
        index = int(match["index"])
        return f"{names[index]}." if index < len(names) else match[0]

    return [re.sub(r"^phases\.(?P<index>\d+)\.", name, line) for line in changed]
