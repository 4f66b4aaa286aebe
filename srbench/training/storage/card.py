"""The card of a finished training: a JSON file beside the weights that says how they were trained."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from srbench.errors import TrainingError
from srbench.storage.json_file import read_json
from srbench.training.storage.names import CARD

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ANEW = "train anew with --restart"
"""Advice of messages about a damaged card."""


def has_older_identity(identity: Mapping[str, Any]) -> bool:
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
        if not file.exists():
            raise TrainingError(f"{file}: not readable: No such file or directory")
        document = read_json(file, TrainingError, ANEW)
        if not isinstance(document, dict):
            raise TrainingError(f"{file}: damaged (not a JSON object); {ANEW}")
        if wrong := _wrong_entry(document):
            raise TrainingError(f"{file}: damaged ({wrong}); {ANEW}")
        if has_older_identity(document.get("trained_with", {})):
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
    def weights_sha256(self) -> str:
        """SHA-256 of the file with the weights; empty in older cards."""
        return str(self.document.get("weights_sha256", ""))

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
        fingerprint = self._entry("validation").get("fingerprint")
        return str(fingerprint or self._entry("images", "fingerprint"))

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
        """Warnings about a loss that rose and about the balance with a discriminator; older cards have none."""
        return list(self.document.get("warnings", ()))

    def _entry(self, *keys: str) -> Any:
        entry: Any = self.document
        for key in keys:
            if not isinstance(entry, dict) or key not in entry:
                raise TrainingError(f"{self.file}: damaged (no entry {'.'.join(keys)}); {ANEW}")
            entry = entry[key]
        return entry


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


LARGEST = 1e12
"""Bound of the numbers in a card; beyond it they are no steps, pixels or decibels."""
_ENTRIES: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "trained_with": (lambda value: isinstance(value, dict), "an object"),
    "trained_with.model": (lambda value: isinstance(value, dict), "an object"),
    "trained_with.model.name": (lambda value: isinstance(value, str), "a text"),
    "images": (lambda value: isinstance(value, dict), "an object"),
    "images.held_out": (_is_texts, "a list of texts"),
    "images.left_out": (_is_texts, "a list of texts"),
    "images.fingerprint": (lambda value: isinstance(value, str), "a text"),
    "validation": (lambda value: isinstance(value, dict), "an object"),
    "validation.fingerprint": (lambda value: isinstance(value, str), "a text"),
    "validation.best_psnr": (_is_number, "a number"),
    "validation.last": (lambda value: isinstance(value, dict), "an object"),
    "validation.last.psnr": (_is_number, "a number"),
    "validation.last.step": (_is_number, "a number"),
    "warnings": (_is_texts, "a list of texts"),
    "weights_sha256": (lambda value: isinstance(value, str), "a text"),
}
"""Types of the entries that srbench reads; missing ones, and null, are left to `TrainingCard`'s properties."""


def _wrong_entry(document: Mapping[str, Any]) -> str:
    """Return the name of an entry with another type than in any card that srbench writes; empty if none has."""
    for path, (fits, expected) in _ENTRIES.items():
        entry: Any = document
        for key in path.split("."):
            entry = entry.get(key) if isinstance(entry, dict) else None
        if entry is not None and not fits(entry):
            return f"{path} is not {expected}"
    return ""
