"""Weights that srbench trained and a plugin ships: the file, and the card beside it that describes the training."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from srbench.errors import PluginError, one_line
from srbench.specs.method import MethodSpec
from srbench.specs.weights import WeightsSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

BUNDLED_LICENCE = "Apache-2.0; trained on images that are for research use"
"""Licence of weights that srbench trained and a plugin ships."""


def read_card(package: str, stem: str) -> dict[str, Any]:
    """Return the card of ``<package>/<stem>.safetensors``, as written by ``srbench bundle``.

    Raises:
        PluginError: if the card is missing or damaged.
    """
    try:
        card: dict[str, Any] = json.loads(files(package).joinpath(f"{stem}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, ModuleNotFoundError) as error:
        raise PluginError(f"bundled weights {package}:{stem}.json: {error}") from error
    return card


def bundled_weights(package: str, stem: str, name: str, licence: str = BUNDLED_LICENCE) -> WeightsSpec:
    """Return the spec of weights that ship inside a package as ``<stem>.safetensors`` with their card, ``<stem>.json``.

    Args:
        package: Package that holds the files.
        stem: Path of the files inside the package, without suffix.
        name: Name to register the weights under.
        licence: Licence of the weights.

    Raises:
        PluginError: if the card is missing or damaged.
    """
    card = read_card(package, stem)
    try:
        data = " and ".join(card["trained"]["trained_with"]["data"])
        sha256, steps = str(card["sha256"]), ", then ".join(_steps(card["trained"]))
    except (KeyError, TypeError, AttributeError) as error:
        raise PluginError(
            f"{package}:{stem}.json: no card of bundled weights ({one_line(error)}); write it with srbench bundle"
        ) from error
    return WeightsSpec(
        name,
        filename=f"{stem.rpartition('/')[2]}.safetensors",
        url="",
        sha256=sha256,
        licence=licence,
        origin=f"trained by srbench on {data}: {steps}",
        resource=f"{package}:{stem}.safetensors",
        downloadable=False,
    )


def bundled_method(
    package: str,
    stem: str | Mapping[float, str],
    model: str,
    *,
    name: str = "",
    licence: str = BUNDLED_LICENCE,
    **fields: Any,
) -> tuple[tuple[WeightsSpec, ...], MethodSpec]:
    """Return the weights that ship in the folder ``weights`` of `package`, and the method that uses them.

    The weights of ``weights/<stem>.safetensors`` are named ``<stem>-bundled``.

    Args:
        package: the plugin's package.
        stem: file name of the weights without extension; file names by scale for networks trained for one scale.
        model: name of the model.
        name: name of the method; by default ``<stem>-bundled``, or ``<model>-bundled`` for weights by scale. Its former
            name, with ``-shipped``, is an alias.
        licence: licence of the weights.
        **fields: further fields of the method.

    Raises:
        PluginError: if a card beside the weights is missing or damaged.
    """
    stems = (stem,) if isinstance(stem, str) else tuple(stem.values())
    weights = tuple(bundled_weights(package, f"weights/{file}", _bundled_name(file), licence) for file in stems)
    if isinstance(stem, str):
        bundled: str | dict[float, str] = _bundled_name(stem)
        default = _bundled_name(stem)
    else:
        bundled = {scale: _bundled_name(file) for scale, file in stem.items()}
        default = _bundled_name(model)
    name = name or default
    aliases = former_names(name)
    return weights, MethodSpec(name, model, source="bundled", bundled=bundled, aliases=aliases, **fields)


def former_names(name: str) -> tuple[str, ...]:
    """Return the names that a method of bundled weights had before: with ``-shipped`` in place of ``-bundled``."""
    return (name.removesuffix("-bundled") + "-shipped",) if name.endswith("-bundled") else ()


def _bundled_name(stem: str) -> str:
    return f"{stem}-bundled"


def _steps(trained: dict[str, Any] | None) -> list[str]:
    """Return the steps of each phase, e.g. ``14000 steps l1``, after those of the training that it started from."""
    if trained is None:
        return []
    before = _steps((trained.get("started_from") or {}).get("trained"))
    phases = trained["trained_with"]["phases"]
    return [*before, *(f"{phase['budget']['steps']} steps {phase['name']}" for phase in phases)]
