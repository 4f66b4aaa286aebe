"""srbench: train and evaluate super-resolution methods, and print the papers' tables again."""

from __future__ import annotations

from srbench.drawing import Drawing, Numbers
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
from srbench.prediction import Prediction
from srbench.protocol import Protocol
from srbench.recipe import Adam, Adversary, Budget, Cut, Phase, Recipe, Schedule, Term, Turn
from srbench.search_space import SearchSpace
from srbench.specs import Archive, DatasetSpec, LossSpec, MethodSpec, MetricSpec, ModelSpec, Split, WeightsSpec
from srbench.table_specs import Claim, Column, Figure, Row, Table

__version__ = "0.1.0"

__all__ = [
    "Adam",
    "Adversary",
    "Archive",
    "Budget",
    "Claim",
    "Column",
    "Cut",
    "DataError",
    "DatasetSpec",
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
