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
"""Texts by name; the name is empty where there is only one."""
NOT_MEASURED = "not measured"
"""Circumstance of a cell that only one side has a number for: the remarks there say why."""
ORDER = (
    *("method", "weights", "training", "budget", "seeds", "data", "protocol", "version", "network", "options"),
    *("tiles", "device", "library", "printed number", "remarks"),
)
"""Circumstances, those that matter most first."""


@dataclass(frozen=True)
class Cause:
    """A circumstance of a measurement in which two cells differ."""

    what: str
    """``weights``, ``data``, ``protocol``, ...: a name of `facets`, or of a column of ``cells.csv``."""
    name: str
    """Which file, setting or library; empty if there is only one."""
    before: str
    """Text on the first side; empty: not there."""
    after: str


def causes(
    before: TableCell, after: TableCell, records_before: Sequence[Record], records_after: Sequence[Record]
) -> tuple[Cause, ...]:
    """Return everything recorded in which two cells of one place differ, what matters most first.

    Remarks are compared only if nothing else differs, as they repeat much of it.

    Args:
        before: The first cell.
        after: The second cell.
        records_before: Records of the first cell (`Evidence.records`); none: not known.
        records_after: Records of the second cell.
    """
    if (before.measured is None) != (after.measured is None):
        return (Cause(NOT_MEASURED, "", _remarks(before, after)[""], _remarks(after, before)[""]),)
    found = _differences(_facets_of_cell(before), _facets_of_cell(after))
    if records_before and records_after:
        recorded = _differences(facets(records_before), facets(records_after))
        places = {(cause.what, cause.name) for cause in recorded}
        found = [*recorded, *(cause for cause in found if (cause.what, cause.name) not in places)]
        found.sort(key=lambda cause: ORDER.index(cause.what))
    if found or before.note == after.note:
        return tuple(found)
    return tuple(_differences({"remarks": _remarks(before, after)}, {"remarks": _remarks(after, before)}))


def facets(records: Sequence[Record]) -> dict[str, Facet]:
    """Return the circumstances of one cell's records (one a seed), as texts by name."""
    merged: dict[str, Facet] = {}
    for record in records:
        for what, facet in _facets(record).items():
            for name, text in facet.items():
                of_seed = f"{name} (seed {record.cell.seed})" if len(records) > 1 and what in _BY_SEED else name
                merged.setdefault(what, {})[of_seed.strip()] = text
    return merged


_BY_SEED = frozenset({"weights"})
"""Circumstances that differ from seed to seed."""
_OPTIONAL = frozenset({("method", "source"), ("data", "LR"), ("options", ""), ("seeds", "")})
"""Circumstances that records and tables of older versions do not name, so that their absence says nothing."""


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
    found = []
    for what in dict.fromkeys((*before, *after)):
        facet_before, facet_after = before.get(what, {}), after.get(what, {})
        for name in dict.fromkeys((*facet_before, *facet_after)):
            one, other = facet_before.get(name, ""), facet_after.get(name, "")
            unnamed = not (one and other) and (what == "library" or (what, name) in _OPTIONAL)
            if one != other and not unnamed:
                found.append(Cause(what, name, one, other))
    return found


def _remarks(cell: TableCell, other: TableCell) -> Facet:
    """Return the remarks of `cell` that `other` lacks."""
    others = set(other.note.split("; "))
    return {"": "; ".join(remark for remark in cell.note.split("; ") if remark not in others)}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
