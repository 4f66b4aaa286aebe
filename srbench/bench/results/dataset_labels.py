"""Labels of datasets: their names, or as much of their paths as tells folders of one name apart."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def dataset_labels(datasets: Iterable[str]) -> dict[str, str]:
    """Return a label for each dataset: the last part of its path, or more parts if another dataset has the same.

    Args:
        datasets: Names and paths, as given on the command line: ``Set5``, ``~/siteA/test``, ``photos#test``.

    Returns:
        Labels by dataset, all different: ``siteA/test`` and ``siteB/test``.
    """
    return distinct_labels({dataset: _parts(dataset) for dataset in datasets})


def file_labels(files: Iterable[Path]) -> dict[Path, str]:
    """Return a label for each file: its name, or as much of its path as tells it apart from the others."""
    by_text = {str(file): file.resolve().parts for file in files}
    return {Path(text): label for text, label in distinct_labels(by_text).items()}


def distinct_labels(parts: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return for each key as few of its last parts as tell it apart from the others; if all are equal, the key."""
    longest = max(map(len, parts.values()), default=1)
    labels = {key: names[-1] for key, names in parts.items()}
    for count in range(2, longest + 1):
        for key in _ambiguous(labels):
            labels[key] = "/".join(parts[key][-count:])
    # the same folder under two names, such as a registered dataset and the folder that it lies in
    return labels | {key: key for key in _ambiguous(labels)}


def _parts(dataset: str) -> tuple[str, ...]:
    """Return the parts of the resolved path of a folder, or those of a name."""
    path, hash_sign, part = (dataset, "", "") if os.path.isdir(dataset) else dataset.partition("#")  # noqa: PTH112
    name = PurePath(path)
    plain = len(name.parts) == 1 and ".." not in name.parts
    names = Path(path).resolve().parts if not plain and os.path.isdir(path) else name.parts or (dataset,)  # noqa: PTH112
    return (*names[:-1], f"{names[-1]}{hash_sign}{part}")


def _ambiguous(labels: dict[str, str]) -> list[str]:
    """Return the keys whose label another key has too, whatever the letter case."""
    folded = Counter(label.casefold() for label in labels.values())
    return [key for key, label in labels.items() if folded[label.casefold()] > 1]
