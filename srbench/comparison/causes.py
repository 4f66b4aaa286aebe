"""Circumstances in which two cells differ: weights, data, protocol, budget, seeds, device, versions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from srbench.comparison.table_cells import TableCell
    from srbench.records.record import Record

DIGITS = 12
"""Hex digits of a hash that are shown."""
Facet = dict[str, str]
"""Texts of a circumstance by name, such as the version of each library; the name is empty where there is only one."""
NOT_MEASURED = "not measured"
"""Circumstance of a cell that only one side has a number for: the remarks there say why."""
ORDER = (
    *("method", "weights", "training", "budget", "seeds", "data", "protocol", "version", "network", "options"),
    *("tiles", "device", "library", "printed number", "remarks"),
)
"""Circumstances, those that matter most first."""
_BY_SEED = frozenset({"weights"})
"""Circumstances that differ from seed to seed."""
_OPTIONAL = frozenset({("method", "source"), ("data", "LR"), ("options", ""), ("seeds", "")})
"""Circumstances and names that records and tables of older versions lack, so that their absence is no difference."""


@dataclass(frozen=True)
class Cause:
    """A circumstance of a measurement in which two cells differ."""

    circumstance: str
    """Kind of circumstance: `NOT_MEASURED`, or one of `ORDER`, such as ``weights`` or ``protocol``."""
    name: str
    """Name of the file, setting or library; empty if there is only one."""
    before: str
    """Text on the first side; empty: unknown there."""
    after: str
    """Text on the second side; empty: unknown there."""


def causes(
    before: TableCell, after: TableCell, records_before: Sequence[Record], records_after: Sequence[Record]
) -> tuple[Cause, ...]:
    """Return the recorded circumstances in which two cells of one place differ, those that matter most first.

    Remarks are compared only if nothing else differs, as they repeat much of it.

    Args:
        before: The first cell.
        after: The second cell.
        records_before: Records of the first cell (`CellRecords.records`); none: not known.
        records_after: Records of the second cell.
    """
    if (before.measured is None) != (after.measured is None):
        return (Cause(NOT_MEASURED, "", _remarks(before, after)[""], _remarks(after, before)[""]),)
    differences = _differences(_facets_of_cell(before), _facets_of_cell(after))
    if records_before and records_after:
        recorded = _differences(facets(records_before), facets(records_after))
        known = {(cause.circumstance, cause.name) for cause in recorded}
        differences = [*recorded, *(cause for cause in differences if (cause.circumstance, cause.name) not in known)]
        differences.sort(key=lambda cause: ORDER.index(cause.circumstance))
    if differences or before.note == after.note:
        return tuple(differences)
    return tuple(_differences({"remarks": _remarks(before, after)}, {"remarks": _remarks(after, before)}))


def facets(records: Sequence[Record]) -> dict[str, Facet]:
    """Return the facets of one cell's records (one record per seed), by circumstance."""
    merged: dict[str, Facet] = {}
    for record in records:
        for circumstance, facet in _facets(record).items():
            for name, text in facet.items():
                if len(records) > 1 and circumstance in _BY_SEED:
                    name = f"{name} (seed {record.cell.seed})".strip()  # noqa: PLW2901 - a name for each seed
                merged.setdefault(circumstance, {})[name] = text
    return merged


def _facets(record: Record) -> dict[str, Facet]:
    identity = record.identity
    model, metric, dataset = (_mapping(identity.get(name)) for name in ("model", "metric", "dataset"))
    training, budget = _training(record.training)
    return {
        "method": {"": record.cell.method, "source": record.source},
        "weights": {name: sha256[:DIGITS] for name, sha256 in record.weights.items()},
        "training": training,
        "budget": {"": record.cell.profile, **budget},
        "data": {
            "": record.dataset_fingerprint[:DIGITS],
            "LR": record.lr,
            "made": record.dataset_made,
            "derivation": _text(dataset.get("derivation", "")),
            "images": str(len(record.finite)) if record.cell.dataset else "",
        },
        "protocol": {"": record.cell.protocol, **{name: _text(value) for name, value in record.protocol.items()}},
        "version": {
            f"of {kind}": _text(spec.get("version", "")) for kind, spec in (("network", model), ("metric", metric))
        },
        "network": {
            "": _text(model.get("name", "")),
            **{name: _text(value) for name, value in _mapping(model.get("arguments")).items()},
        },
        "tiles": {"": _text(identity.get("tile", ""))},
        "device": {"": record.device},
        "library": dict(record.versions),
    }


def _training(card: Mapping[str, Any]) -> tuple[Facet, Facet]:
    """Return recipe and images of a training card, and its budget by phase."""
    trained_with = _mapping(card.get("trained_with"))
    training = {
        "recipe": _text(card.get("recipe", "")),
        "images": _text(_mapping(card.get("images")).get("fingerprint", ""))[:DIGITS],
        "precision": _text(card.get("precision", "")),
    }
    phases = trained_with.get("phases")
    budget = {
        f"{name} of {_text(phase.get('name', ''))}": _text(value)
        for phase in map(_mapping, phases if isinstance(phases, list) else ())
        for name, value in _mapping(phase.get("budget")).items()
    }
    return training, budget


def _facets_of_cell(cell: TableCell) -> dict[str, Facet]:
    """Return the circumstances that the columns of ``cells.csv`` name."""
    return {
        "budget": {"": cell.profile},
        "protocol": {"": cell.protocol},
        "seeds": {"": "" if cell.seeds is None else str(cell.seeds)},
        "data": {"images": str(cell.n_images or "")},
        "options": {"": cell.options},
        "printed number": {"": "" if cell.published is None else f"{cell.published:.10g}"},
    }


def _differences(before: Mapping[str, Facet], after: Mapping[str, Facet]) -> list[Cause]:
    causes = []
    for circumstance in dict.fromkeys((*before, *after)):
        facet_before, facet_after = before.get(circumstance, {}), after.get(circumstance, {})
        optional = circumstance == "library"
        for name in dict.fromkeys((*facet_before, *facet_after)):
            one, other = facet_before.get(name, ""), facet_after.get(name, "")
            unknown = not (one and other) and (optional or (circumstance, name) in _OPTIONAL)
            if one != other and not unknown:
                causes.append(Cause(circumstance, name, one, other))
    return causes


def _remarks(cell: TableCell, other: TableCell) -> Facet:
    """Return the remarks of `cell` that `other` lacks."""
    others = set(other.note.split("; "))
    return {"": "; ".join(remark for remark in cell.note.split("; ") if remark not in others)}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
