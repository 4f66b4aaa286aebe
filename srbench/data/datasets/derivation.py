"""How a dataset that is made of others is made, in words that identify it: they go into keys and records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from srbench.data.datasets.degradation import Degradation
from srbench.data.datasets.split import named_part
from srbench.errors import PluginError
from srbench.specs.dataset import DatasetSpec

if TYPE_CHECKING:
    from srbench.registry import Registry


def derived_spec(name: str, known: Registry[DatasetSpec] | None) -> DatasetSpec | None:
    """The spec of a set that is made of others: a registered one, or that of ``photos#train``. None: it is no such set.

    Raises `UsageError` for a part that no split has.
    """
    if known is not None and name in known:
        spec = known.get(name)
        return spec if spec.of else None
    if Path(name).is_dir() or (found := named_part(name)) is None:
        return None
    whole, portion = found
    return DatasetSpec(f"{Path(whole).name}#{portion.part}", of=(whole,), portion=portion)


def describe_derivation(spec: DatasetSpec, known: Registry[DatasetSpec] | None, within: tuple[str, ...] = ()) -> str:
    """``T91 + BSDS500, without T91/t65, HR 2 times smaller by matlab-uint8, train of 700:101:102 by SHA-256, seed 0``.

    A set in it that is made of others itself is followed by the same about it, in parentheses; folders go by their
    names. Raises `PluginError` for a set that is made of itself.
    """
    if spec.name in within:
        raise PluginError(f"dataset {spec.name} is made of itself, by way of {' and '.join(within)}")
    text = [" + ".join(_source(name, known, (*within, spec.name)) for name in spec.of)]
    if spec.without:
        text.append(f"without {' and '.join(spec.without)}")
    if spec.shrink != 1:
        text.append(f"HR {spec.shrink:g} times smaller by {spec.shrink_mode}")
    if maker := Degradation.of(spec):
        text.append(f"LR by {maker.label}")
    if split := spec.portion:
        shares = ":".join(map(str, split.shares))
        text.append(f"{split.part} of {shares} by SHA-256, seed {split.seed}")
    return ", ".join(text)


def describe_all(names: tuple[str, ...], known: Registry[DatasetSpec] | None) -> dict[str, str]:
    """Name -> `describe_derivation`, of those of `names` that are made of others."""
    specs = {name: spec for name in names if (spec := derived_spec(name, known))}
    return {name: describe_derivation(spec, known) for name, spec in specs.items()}


def _source(name: str, known: Registry[DatasetSpec] | None, within: tuple[str, ...]) -> str:
    spec = derived_spec(name, known)
    if known is not None and name in known:
        label = known.get(name).name
    else:
        label = Path(name).resolve().name if Path(name).is_dir() else name
    return f"{label} ({describe_derivation(spec, known, within)})" if spec else label
