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
from srbench.prediction import Prediction
from srbench.protocol import Protocol
from srbench.specs import (
    Archive,
    Column,
    DatasetSpec,
    MethodSpec,
    MetricSpec,
    ModelSpec,
    Row,
    Table,
    WeightsSpec,
)

__version__ = "0.1.0"

__all__ = [
    "Archive",
    "Column",
    "DataError",
    "DatasetSpec",
    "MethodSpec",
    "MetricSpec",
    "ModelSpec",
    "PluginError",
    "Prediction",
    "Protocol",
    "Row",
    "SrbenchError",
    "StoreError",
    "Table",
    "Unavailable",
    "UnknownName",
    "UsageError",
    "WeightsError",
    "WeightsSpec",
    "__version__",
    "hookimpl",
]
