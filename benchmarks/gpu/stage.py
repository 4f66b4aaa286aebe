"""The stages of the benchmark: what each measures, how long it may take, and in which environment it starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

Values = dict[str, Any]
"""Results of a measurement, as plain data."""
Item = tuple[str, Callable[[], Values]]
"""Name of a measurement, and the function that makes it."""
Items = Callable[["Settings", Mapping[str, Values]], Iterable[Item]]
"""Function of the settings and of the values measured so far, which lists the items of a stage in order."""
WHOLE = 8.0
"""Minutes of the budget that the stages' seconds are meant for; another budget shortens or lengthens all alike."""
FIRST = ("pcarn-m", "edsr-baseline", "pcarn", "vdsr-ivp", "edsr-baseline+sigma", "esrgan-cnn-2", "gpnas-drn", "rcan")
"""Models that are measured first, as no time may be left for all: those that are worth training on a GPU."""
REPEATABLE = {"CUBLAS_WORKSPACE_CONFIG": ":4096:8"}
"""Without it cuBLAS may sum in another order each time; it must be set before CUDA starts."""


@dataclass(frozen=True)
class Settings:
    """Options of a run of the benchmark."""

    device: str
    """``cuda``, ``cuda:N`` or ``cpu``."""
    quick: bool
    """Whether everything is tiny: shows that the benchmark runs, measures nothing of interest."""
    data: tuple[Path, ...]
    """Data roots beside those of SRBENCH_DATA."""
    work: Path
    """Folder for trainings on their way, kept between calls."""
    home: Path
    """Folder for the archives of trainings."""
    networks: tuple[str, ...] = ()
    """Models to measure; none: all."""
    train: tuple[str, ...] = ()
    """Recipes to train, ``name`` or ``name:phase``."""
    seconds: float = 0.0
    """Time that is left for the stage that runs."""


@dataclass(frozen=True)
class Stage:
    """A part of the benchmark, which runs in a process of its own."""

    name: str
    title: str
    items: str
    """``"module:attribute"`` of its `Items`."""
    seconds: float
    """Time after which no further item starts, of a budget of `WHOLE` minutes."""
    item_seconds: float = 60.0
    """Time after which an item is given up: its process is killed, and a new one goes on with the next."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Environment variables that its process starts with."""


def _items(module: str, name: str = "items") -> str:
    return f"benchmarks.gpu.stages.{module}:{name}"


STAGES = (
    Stage("environment", "Machine", _items("environment"), 15),
    Stage("metrics", "Metrics and tensor code: device and CPU", _items("metrics"), 25),
    Stage("networks", "Networks: device and CPU", _items("networks"), 60),
    Stage("gradients", "Objectives and gradients: device and CPU", _items("gradients"), 30),
    Stage("determinism", "The same twice, and resumed", _items("determinism"), 45, 60, REPEATABLE),
    Stage("rate", "Training steps a second", _items("rate"), 130, 150),
    Stage("gains", "bfloat16, channels-last, torch.compile", _items("gains"), 80, 90),
    Stage("inference", "Inference to 1280 x 720", _items("inference"), 35, 30),
    Stage("budgets", "Minutes of the profile short", _items("budgets"), 40, 30),
    Stage("trainings", "Trainings", _items("trainings"), 0, 3600),
)
"""In the order in which they run; `trainings` takes all the time that is left, if recipes were named."""
