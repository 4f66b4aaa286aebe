"""The results as one JSON file, written anew after every measurement."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from srbench.errors import StoreError, UsageError
from srbench.storage.atomic import write_atomically
from srbench.storage.json_file import read_json

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.gpu.stage import Values

SCHEMA = 1
ADVICE = "remove it, or use another --out"


class Results:
    """The results in ``gpu.json``: by stage its items by name, what was left out, and why it ended early.

    Args:
        path: The file; if it is there, its results are kept.
        made_with: The options that all results of a file share.

    Raises:
        StoreError: if the file is damaged.
        UsageError: if it was made with other options.
    """

    def __init__(self, path: Path, made_with: dict[str, Any]) -> None:
        self.path = path
        self.document: dict[str, Any] = {"schema": SCHEMA, "made_with": made_with, "stages": {}}
        if path.exists():
            self.document = read_json(path, StoreError, ADVICE)
            if not _is_whole(self.document):
                raise StoreError(f"{path}: not results of this benchmark; {ADVICE}")
            if (self.document["schema"], self.document["made_with"]) != (SCHEMA, made_with):
                earlier = self.document["made_with"]
                raise UsageError(f"{path}: was made with {earlier}, not {made_with}; use another --out")

    def check_card(self, card: str) -> None:
        """Note the card that measures.

        Raises:
            UsageError: if another has measured what is in the file.
        """
        if (known := self.document.setdefault("card", card)) != card:
            raise UsageError(f"{self.path}: was measured on {known}, and this is {card}; use another --out")

    def stage(self, name: str) -> dict[str, Any]:
        """Return what is known of a stage, which is filled in place."""
        empty = {"items": {}, "left_out": [], "error": "", "seconds": 0.0}
        entry: dict[str, Any] = self.document["stages"].setdefault(name, empty)
        return entry

    def done(self, name: str) -> dict[str, Values]:
        """Return the items of a stage that were measured; one that failed or was cut short is measured again."""
        return {key: values for key, values in self.stage(name)["items"].items() if not again(values)}

    def add(self, name: str, key: str, values: Values) -> None:
        """Keep an item, on the disk too."""
        self.stage(name)["items"][key] = values
        self.save()

    def save(self) -> None:
        """Write the file; it is whole at any time."""
        write_atomically(self.path, json.dumps(self.document, indent=1) + "\n")


def _is_whole(document: Any) -> bool:
    keys = {"schema", "made_with", "stages"}
    return isinstance(document, dict) and document.keys() >= keys and isinstance(document["stages"], dict)


def again(values: Values) -> bool:
    """Return whether an item has to be measured in the next call."""
    return "error" in values or bool(values.get("unfinished"))
