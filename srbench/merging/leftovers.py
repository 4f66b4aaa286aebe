"""Files of results folders beside records and tables, and what to do about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.terminal.counted import counted
from srbench.training.storage.names import TRAININGS, training_folders

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from srbench.merging.records import Source


def leftovers(source: Source) -> list[str]:
    """Return one line for each kind of file in a source that is not merged, with what the user can do about it."""
    lines = []
    trainings = [path for path in training_folders(source.folder) if path.is_dir()]
    if trainings:
        lines.append(
            f"{source.name}/{TRAININGS}: {counted(len(trainings), 'training')} not copied; their records are merged, "
            "and copying the folders saves the weights and a later training"
        )
    figures, others = 0, 0
    for path in _files(source.folder):
        if path.name.startswith("figure-"):
            figures += 1
        elif not path.name.startswith("table-"):
            others += 1
    if figures:
        lines.append(
            f"{source.name}: {counted(figures, 'file')} of figures not merged; draw them with srbench run --figure"
        )
    if others:
        lines.append(f"{source.name}: {counted(others, 'other file')} not merged; copy those that you need")
    return lines


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files in a folder and one level below it, except records and trainings."""
    for path in sorted(folder.iterdir()):
        if path.is_file():
            yield path
        elif path.is_dir() and path.name not in {"records", TRAININGS}:
            yield from (inner for inner in sorted(path.iterdir()) if inner.is_file())
