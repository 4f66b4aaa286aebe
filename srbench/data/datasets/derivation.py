"""Descriptions of how a derived dataset is made: in words for people, and as data for keys."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from srbench.data.datasets.split import named_part
from srbench.errors import PluginError
from srbench.specs.dataset import DatasetSpec, DerivedDatasetSpec
from srbench.specs.identity import derivation_identity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from srbench.registry import Registry


def derived_spec(name: str, registry: Registry[DatasetSpec] | None) -> DerivedDatasetSpec | None:
    """Return the spec of the derived dataset `name`, a registered one or a part of a split (``photos#train``), or None.

    Raises:
        UsageError: if a split has no such part.
    """
    if registry is not None and name in registry:
        spec = registry.get(name)
        return spec if isinstance(spec, DerivedDatasetSpec) else None
    if os.path.isdir(name) or (part := named_part(name)) is None:  # noqa: PTH112 - takes any text
        return None
    whole, split = part
    return DerivedDatasetSpec(f"{Path(whole).name}#{split.part}", sources=(whole,), part=split)


def describe_derivation(
    spec: DerivedDatasetSpec, registry: Registry[DatasetSpec] | None, within: tuple[str, ...] = ()
) -> str:
    """Return the derivation of `spec` in words.

    ``T91 + BSDS500, without T91/t65, HR 2 times smaller by matlab-uint8, train of 700:101:102 by SHA-256, seed 0``. A
    source that is itself derived is followed by its description in parentheses; a folder is given by its name.

    Args:
        spec: The derived dataset.
        registry: Registered datasets, where sources are looked up.
        within: Names of the datasets that have this one as a source.

    Raises:
        PluginError: if the dataset is derived from itself.
    """
    _check_not_circular(spec, within)
    inner = (*within, spec.name)
    text = [" + ".join(_described_source(name, registry, inner) for name in spec.sources)]
    if spec.exclude:
        text.append(f"without {' and '.join(spec.exclude)}")
    if spec.downscale:
        text.append(f"HR {spec.downscale.by:g} times smaller by {spec.downscale.mode}")
    if spec.degradation:
        text.append(f"LR by {spec.degradation.label}")
    if split := spec.part:
        shares = ":".join(map(str, split.shares))
        text.append(f"{split.part} of {shares} by SHA-256, seed {split.seed}")
    return ", ".join(text)


def identify_derivation(
    spec: DerivedDatasetSpec, registry: Registry[DatasetSpec] | None, within: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return the derivation of `spec` as data for keys; arguments and errors are those of `describe_derivation`."""
    _check_not_circular(spec, within)
    inner = (*within, spec.name)
    sources: list[Any] = []
    for name in spec.sources:
        source, label = derived_spec(name, registry), _label(name, registry)
        sources.append([label, identify_derivation(source, registry, inner)] if source else label)
    return derivation_identity(spec, sources)


def describe_all(names: Iterable[str], registry: Registry[DatasetSpec] | None) -> dict[str, str]:
    """Return the `describe_derivation` of the derived datasets among `names`, by name."""
    specs = ((name, derived_spec(name, registry)) for name in names)
    return {name: describe_derivation(spec, registry) for name, spec in specs if spec}


def identify_all(names: Iterable[str], registry: Registry[DatasetSpec] | None) -> dict[str, dict[str, Any]]:
    """Return the `identify_derivation` of the derived datasets among `names`, by name."""
    specs = ((name, derived_spec(name, registry)) for name in names)
    return {name: identify_derivation(spec, registry) for name, spec in specs if spec}


def _described_source(name: str, registry: Registry[DatasetSpec] | None, within: tuple[str, ...]) -> str:
    spec, label = derived_spec(name, registry), _label(name, registry)
    return f"{label} ({describe_derivation(spec, registry, within)})" if spec else label


def _label(name: str, registry: Registry[DatasetSpec] | None) -> str:
    if registry is not None and name in registry:
        return registry.get(name).name
    return Path(name).resolve().name if Path(name).is_dir() else name


def _check_not_circular(spec: DerivedDatasetSpec, within: tuple[str, ...]) -> None:
    if spec.name in within:
        raise PluginError(
            f"dataset {spec.name} is derived from itself, through {' and '.join(within)}; name other sources"
        )
