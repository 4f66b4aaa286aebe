"""Checkpoints: the network as safetensors, and one state file with everything else that the next step depends on."""

from __future__ import annotations

import io
import json
import random
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from safetensors.torch import save as safetensors_bytes

from srbench.errors import SrbenchError, StoreError, TrainingError, WeightsError
from srbench.storage.atomic import atomic_write
from srbench.training.storage.names import STATE
from srbench.weights.state_dict import load_state_dict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from torch import Tensor

MOST_STEPS = 10**8
"""Bound of the number of steps, which has eight digits in names of files."""


def write_network(path: Path, network: Mapping[str, Tensor]) -> None:
    """Write the state dict `network` as safetensors, completely or not at all.

    Raises:
        StoreError: if the file cannot be written.
    """
    tensors = {key: value.detach().cpu().contiguous() for key, value in network.items()}
    write_bytes(path, safetensors_bytes(tensors, {}))  # with an empty entry, as the weights that ship: the same bytes


def write_json(path: Path, document: Mapping[str, Any]) -> None:
    """Write `document` as JSON, completely or not at all.

    Raises:
        StoreError: if the file cannot be written.
    """
    write_bytes(path, (json.dumps(document, indent=1) + "\n").encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file, completely or not at all.

    Raises:
        StoreError: if it cannot be written, e.g. on a full disk; the message names the file.
    """
    try:
        with atomic_write(path) as temporary:
            temporary.write_bytes(content)
    except OSError as error:
        raise StoreError(f"{path}: not written: {error.strerror or error}") from error


def network_name(step: int) -> str:
    """Return the name of the network's file of a checkpoint after `step` steps."""
    return f"step-{step:08d}.safetensors"


@contextmanager
def naming_damage(path: Path) -> Iterator[None]:
    """Raise what the content of a damaged state file leads to as `TrainingError` with the file's name.

    Errors of srbench, interruptions and a lack of memory are left as they are.
    """
    try:
        yield
    except (SrbenchError, MemoryError, torch.cuda.OutOfMemoryError):
        raise
    except Exception as error:
        text = " ".join(f"{type(error).__name__}: {error}".split())[:120]
        raise TrainingError(f"{path}: damaged ({text}); begin anew with --restart") from error


class Checkpoints:
    """The checkpoints of one training, in its folder.

    The state file names the network's file and is replaced last: whenever the process dies, the state and the network
    that it names belong together.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.newest: Path | None = None

    def save(self, step: int, network: Mapping[str, Tensor], state: Mapping[str, Any]) -> Path:
        """Write a checkpoint and delete the previous one.

        Args:
            step: number of steps taken.
            network: state dict of the network.
            state: everything else; ``step``, ``network`` (file name) and ``rng`` are added.

        Returns:
            The network's file.

        Raises:
            StoreError: if a file cannot be written; the previous checkpoint is kept.
        """
        path = self.folder / network_name(step)
        buffer = io.BytesIO()
        torch.save({**state, "step": step, "network": path.name, "rng": rng_state()}, buffer)
        try:
            write_network(path, network)
            write_bytes(self.folder / STATE, buffer.getvalue())
        except StoreError as error:
            kept = f"the checkpoint before it is kept: {self.newest}" if self.newest else "there is none before it"
            raise StoreError(f"{error}; {kept}; make room and go on with --resume") from error
        self.newest = path
        for old in self.folder.glob("step-*.safetensors"):
            if old != path:
                with suppress(OSError):
                    old.unlink()
        return path

    def last(self) -> Path | None:
        """Return the network's file of the last checkpoint, whichever process wrote it; None if there is none."""
        if self.newest is None:
            with suppress(TrainingError):
                self._state()
        return self.newest

    def load(self) -> tuple[dict[str, Tensor], dict[str, Any]] | None:
        """Return the network's state dict and the state of the last checkpoint; None if there is none.

        Raises:
            TrainingError: if the state file is damaged.
            WeightsError: if the network's file is missing or damaged.
        """
        state = self._state()
        if state is None or self.newest is None:
            return None
        try:
            return load_state_dict(self.newest), state
        except WeightsError as error:
            raise WeightsError(f"{error}; the checkpoint is damaged, begin anew with --restart") from error

    def _state(self) -> dict[str, Any] | None:
        path = self.folder / STATE
        if not path.is_file():
            return None
        with naming_damage(path):
            state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
            step, name = state["step"], state["network"]
            if type(step) is not int or not 0 <= step < MOST_STEPS or name != network_name(step):
                raise ValueError(f"step {step!r:.20} and network {name!r:.40}")
            self.newest = self.folder / name
        return state


def rng_state() -> dict[str, Any]:
    """Return the state of the global random generators of Python, NumPy and torch.

    It consists of plain types, which `torch.load` reads without executing code.
    """
    kind, keys, position, has_gauss, cached = np.random.get_state(legacy=True)  # noqa: NPY002 - plugins may draw from it
    return {
        "python": random.getstate(),
        "numpy": [str(kind), np.asarray(keys).tolist(), int(position), int(has_gauss), float(cached)],
        "torch": torch.get_rng_state(),
        # of the GPU that trains alone: asking the others would take memory on each of them
        "cuda": [torch.cuda.get_rng_state()] if torch.cuda.is_available() else [],
    }


def set_rng_state(state: Mapping[str, Any]) -> None:
    """Restore the random generators to the state that `rng_state` returned."""
    version, internal, gauss = state["python"]
    random.setstate((version, tuple(internal), gauss))
    kind, keys, *rest = state["numpy"]
    np.random.set_state((kind, np.array(keys, dtype=np.uint32), *rest))  # noqa: NPY002 - as in rng_state
    torch.set_rng_state(state["torch"])
    if state["cuda"] and torch.cuda.is_available():
        # older checkpoints hold the states of all GPUs of their machine, which may have had more or fewer
        states, device = state["cuda"], torch.cuda.current_device()
        torch.cuda.set_rng_state(states[device if device < len(states) else 0])
