"""Wrappers around a network's forward pass, by name.

`self` is the self-ensemble: the mean over the eight flips and rotations of the LR image (Timofte et al. 2016; EDSR,
Sec. 3.3). `patch` is the patch ensemble (`srbench.inference.patch_ensemble`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.errors import UnknownName, UsageError
from srbench.inference.patch_ensemble import patch_ensemble
from srbench.inference.self_ensemble import self_ensemble

if TYPE_CHECKING:
    from collections.abc import Callable

    from srbench.models.prediction import Forward

WRAPPERS: dict[str, Callable[[Forward, float], Forward]] = {
    "self": lambda forward, _scale: self_ensemble(forward),
    "patch": patch_ensemble,
}
"""Wrappers by name; each takes the inner forward pass and its scale, and returns the outer one."""


def wrap(forward: Forward, names: tuple[str, ...], scale: float) -> Forward:
    """Return `forward` inside the named wrappers.

    Args:
        forward: The forward pass of the network.
        names: Names of the wrappers, innermost first.
        scale: Upscaling factor.

    Raises:
        UnknownName: if a wrapper is unknown.
        UsageError: if a wrapper is listed twice, which would only cost time.
    """
    for name in names:
        if name not in WRAPPERS:
            raise UnknownName("ensemble", name, WRAPPERS)
        if names.count(name) > 1:
            raise UsageError(f"ensemble {','.join(names)}: {name!r} is listed twice; list each wrapper once")
        forward = WRAPPERS[name](forward, scale)
    return forward
