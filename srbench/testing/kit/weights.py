"""Checks of a plugin's checkpoint files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from srbench.errors import SrbenchError, one_line
from srbench.testing.check import Problem, Skipped, Unchecked, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from srbench.testing.checked import Checked

HASH = re.compile("[0-9a-f]{64}")


@check(
    "weights-hash",
    "every checkpoint has its SHA-256, and the files at hand have it",
    "write the file's SHA-256 (sha256sum FILE) into the WeightsSpec; get a file that differs again",
)
def weights_hash(plugin: Checked) -> Iterator[Problem | Unchecked]:
    """Yield checkpoints without a SHA-256, and files with another one; without either, there is nothing to check."""
    from srbench.storage.file_hashes import file_hash
    from srbench.storage.roots import data_roots
    from srbench.weights.files import find_weights, verify_weights

    if not plugin.weights:
        raise Skipped("no weights")
    for spec in plugin.weights:
        item = f"weights {spec.name}"
        if spec.sha256 and not HASH.fullmatch(spec.sha256):
            yield Problem(item, "has no SHA-256 of 64 digits")
            continue
        try:
            path = find_weights(spec, data_roots([]))
            if path and not spec.known(path.name):
                yield Problem(item, f"has no SHA-256; that of {path.name} is {file_hash(path)}")
            elif not path and not (spec.sha256 or spec.sha256_start):
                yield Unchecked(item, f"no SHA-256 is published, and {spec.filename} is not at hand")
            elif path:
                verify_weights(spec, path)
        except SrbenchError as error:
            yield Problem(item, one_line(error))


@check(
    "weights-load",
    "the checkpoints at hand load as tensors alone, without code of a pickle",
    "save the state dict, as safetensors or with torch.save(model.state_dict()), not the network itself",
)
def weights_load(plugin: Checked) -> Iterator[Problem]:
    """Yield files that don't load, or that would run code."""
    from srbench.storage.roots import data_roots
    from srbench.weights.files import find_weights
    from srbench.weights.state_dict import load_state_dict

    files = 0
    for spec in plugin.weights:
        try:
            path = find_weights(spec, data_roots([]))
            if path:
                files += 1
                load_state_dict(path, spec)
        except SrbenchError as error:
            yield Problem(f"weights {spec.name}", one_line(error))
    if not files:
        raise Skipped("no file of weights at hand")
