"""The card of a finished training: a JSON file beside the weights that says how they were trained."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from srbench.errors import TrainingError

if TYPE_CHECKING:
    from collections.abc import Mapping

WEIGHTS = "weights.safetensors"
"""Name of the file with a training's result."""

CARD = "card.json"
"""Name of the card; its presence marks a training as finished."""


def of_older_srbench(identity: Mapping[str, Any]) -> bool:
    """Return whether an older srbench made this identity, in which networks are the paths of their code."""
    model = identity.get("model") if isinstance(identity, dict) else None
    return isinstance(model, dict) and "build" in model


@dataclass(frozen=True)
class TrainingCard:
    """Typed access to the JSON document of a card.

    The document is kept whole, so that cards of older and newer versions are passed on unchanged. Reading a missing or
    malformed entry raises `TrainingError`.
    """

    document: dict[str, Any]
    file: Path = field(default=Path(CARD), compare=False)
    """File that the card was read from, for messages."""

    @classmethod
    def read(cls, path: Path) -> TrainingCard:
        """Read the card at `path`: the file itself, or the folder of the training.

        Raises:
            TrainingError: if the file is missing or damaged.
        """
        file = path / CARD if path.is_dir() else path
        try:
            document = json.loads(file.read_text(encoding="utf-8"))
        except OSError as error:
            raise TrainingError(f"{file}: not readable: {error.strerror or error}") from error
        except ValueError as error:
            raise TrainingError(f"{file}: damaged ({error}); train anew with --restart") from error
        if not isinstance(document, dict):
            raise TrainingError(f"{file}: damaged (not a JSON object); train anew with --restart")
        if of_older_srbench(document.get("trained_with", {})):
            raise TrainingError(f"{file}: written by an older srbench, whose keys mean something else; train again")
        return cls(document, file)

    def write(self, path: Path) -> None:
        """Write the document to the file `path`, completely or not at all.

        Raises:
            StoreError: if the file cannot be written.
        """
        from srbench.training.storage.checkpoint import write_json  # imports torch, which `job` does without

        write_json(path, self.document)

    @property
    def model(self) -> str:
        """Name of the trained model."""
        return str(self._entry("trained_with", "model", "name"))

    @property
    def held_out(self) -> list[str]:
        """Names of the validation images."""
        return list(self._entry("images", "held_out"))

    @property
    def left_out(self) -> list[str]:
        """Names of the images that were not trained on, with the reasons."""
        return list(self._entry("images", "left_out"))

    @property
    def validation_fingerprint(self) -> str:
        """Fingerprint of the validation images; in older cards that of all images."""
        own = self._entry("validation").get("fingerprint")
        return str(own or self._entry("images", "fingerprint"))

    @property
    def best_psnr(self) -> float | None:
        """PSNR in dB of the best validation; None if there was none."""
        psnr: float | None = self._entry("validation", "best_psnr")
        return psnr

    @property
    def last(self) -> dict[str, Any]:
        """Last row of the learning curve; empty if there is none."""
        return dict(self._entry("validation", "last") or {})

    @property
    def last_psnr(self) -> float | None:
        """PSNR in dB of the validation at the last step; None if there was none."""
        psnr: float | None = self.last.get("psnr")
        return psnr

    @property
    def warnings(self) -> list[str]:
        """Warnings about the balance between network and discriminator; older cards have none."""
        return list(self.document.get("warnings", ()))

    def _entry(self, *keys: str) -> Any:
        entry: Any = self.document
        for key in keys:
            if not isinstance(entry, dict) or key not in entry:
                raise TrainingError(f"{self.file}: damaged (no entry {'.'.join(keys)}); train anew with --restart")
            entry = entry[key]
        return entry
