"""What a network is wrapped in, by name.

`self`, self-ensemble: the mean over the eight flips and rotations of the input (Timofte et al. 2016; EDSR, Sec. 3.3).
`patch`: `srbench.inference.patch_ensemble`.
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
"""Each called with the forward pass that it is around, and its scale."""


def wrap(forward: Forward, names: tuple[str, ...], scale: float) -> Forward:
    """`forward` inside the named wrappers, innermost first.

    Raises `UnknownName`, and `UsageError` for one that is there twice, which would only cost.
    """
    for name in names:
        if name not in WRAPPERS:
            raise UnknownName("ensemble", name, WRAPPERS)
        if names.count(name) > 1:
            raise UsageError(f"ensemble {', then '.join(names)}: {name} is there twice; once is all that it can do")
        forward = WRAPPERS[name](forward, scale)
    return forward
