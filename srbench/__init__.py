"""srbench: train and evaluate super-resolution methods, and print the papers' tables again."""

from __future__ import annotations

from srbench.errors import (
    DataError,
    PluginError,
    SrbenchError,
    StoreError,
    Unavailable,
    UnknownName,
    UsageError,
    WeightsError,
)
from srbench.hookspecs import hookimpl
from srbench.models.prediction import Prediction
from srbench.specs.dataset import Archive, DatasetSpec, Degradation, DerivedDatasetSpec, Downscale, Split
from srbench.specs.drawing import Drawing, Numbers
from srbench.specs.figure import Figure
from srbench.specs.loss import LossSpec
from srbench.specs.method import MethodSpec
from srbench.specs.metric import MetricSpec
from srbench.specs.model import Component, ModelSpec
from srbench.specs.protocol import Protocol
from srbench.specs.recipe import Adam, Adversary, Budget, CustomObjective, Cut, Phase, Recipe, Schedule, Term, Turn
from srbench.specs.search_space import SearchSpace
from srbench.specs.table import Claim, Column, Row, Table
from srbench.specs.weights import WeightsSpec

__version__ = "0.1.0"

__all__ = [
    "Adam",
    "Adversary",
    "Archive",
    "Budget",
    "Claim",
    "Column",
    "Component",
    "CustomObjective",
    "Cut",
    "DataError",
    "DatasetSpec",
    "Degradation",
    "DerivedDatasetSpec",
    "Downscale",
    "Drawing",
    "Figure",
    "LossSpec",
    "MethodSpec",
    "MetricSpec",
    "ModelSpec",
    "Numbers",
    "Phase",
    "PluginError",
    "Prediction",
    "Protocol",
    "Recipe",
    "Row",
    "Schedule",
    "SearchSpace",
    "Split",
    "SrbenchError",
    "StoreError",
    "Table",
    "Term",
    "Turn",
    "Unavailable",
    "UnknownName",
    "UsageError",
    "WeightsError",
    "WeightsSpec",
    "__version__",
    "hookimpl",
]
