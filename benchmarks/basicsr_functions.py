"""Access to BasicSR's functions, if installed (`uv pip install --no-deps --no-build-isolation basicsr`)."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


def basicsr(module: str) -> ModuleType | None:
    """Return a module of BasicSR, or None if BasicSR is not installed."""
    if find_spec("basicsr") is None:
        return None
    # BasicSR's release of 2022 imports a module that torchvision has since renamed
    renamed = "torchvision.transforms.functional_tensor"
    if find_spec(renamed) is None:
        sys.modules[renamed] = import_module("torchvision.transforms._functional_tensor")
    return import_module(f"basicsr.{module}")
