"""The images and loss weights that a training was begun with, and that it has to be resumed with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.errors import TrainingError
from srbench.storage.json_file import read_json
from srbench.training.storage.checkpoint import write_json
from srbench.training.storage.names import INPUTS, STATE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from srbench.data.training_set.training_set import TrainingSet


def check_inputs(
    folder: Path, images: TrainingSet, validation: TrainingSet | None, loss_weights: Mapping[str, str]
) -> None:
    """Check that a resumed training has the inputs that it was begun with; note those of a new one.

    Args:
        folder: Folder of the training.
        images: All images of the recipe's data.
        validation: Images of the recipe's validation sets; None: training images are held out.
        loss_weights: Weights that each loss uses, by name of the loss (`Objective.weights_used`).

    Raises:
        TrainingError: if the inputs differ, or if the file that names them is damaged.
        StoreError: if the file cannot be written.
    """
    path = folder / INPUTS
    used = dict(loss_weights)
    if not (path.is_file() and (folder / STATE).is_file()):
        document: dict[str, object] = {
            "images": len(images),
            "fingerprint": images.fingerprint,
            "left_out": list(images.left_out),
        }
        if validation is not None:
            document["validation"] = validation.fingerprint
        write_json(path, {**document, "loss_weights": used})
        return
    recorded = read_json(path, TrainingError, "begin anew with --restart")
    if not isinstance(recorded, dict) or not {"fingerprint", "images"} <= recorded.keys():
        raise TrainingError(f"{path}: damaged (entries are missing); begin anew with --restart")
    if recorded.get("loss_weights", used) != used:
        raise TrainingError(
            f"{folder}: begun with other weights of a loss ({recorded['loss_weights']} then, {used} now); "
            "restore them, or begin anew with --restart"
        )
    if validation is not None and recorded.get("validation") != validation.fingerprint:
        raise TrainingError(f"{folder}: begun with other validation images; restore them, or begin anew with --restart")
    if recorded["fingerprint"] != images.fingerprint:
        raise TrainingError(
            f"{folder}: begun with other training images ({recorded['images']} then, {len(images)} now, or "
            "other pixels); restore them, or begin anew with --restart"
        )
