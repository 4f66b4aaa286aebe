"""Import of objects that are named by a string, only when they are used."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from srbench.errors import PluginError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable


def load(target: str | Callable[..., Any]) -> Any:
    """Return the object that ``"module:attribute"`` or ``"path/to/file.py:attribute"`` names.

    A `Component`, or any other callable, is returned as it is.

    Raises:
        UsageError: if `target` has another form, or the file does not exist.
        PluginError: if the module cannot be imported or has no such attribute.
    """
    if not isinstance(target, str):
        return target  # a `Component`, or any other callable
    module_name, _, attribute = target.rpartition(":")
    if not module_name or not attribute:
        raise UsageError(f"{target!r} does not name an object; write module:attribute or file.py:Class")
    try:
        module = _from_file(Path(module_name)) if module_name.endswith(".py") else importlib.import_module(module_name)
    except UsageError:
        raise
    except Exception as error:
        raise PluginError(f"{target}: {module_name} does not import: {type(error).__name__}: {error}") from error
    try:
        return getattr(module, attribute)
    except AttributeError:
        from srbench.errors import suggestion

        public = [name for name in vars(module) if not name.startswith("_")]
        raise PluginError(f"{module_name} has no {attribute!r}{suggestion(attribute, public)}") from None


def _from_file(path: Path) -> Any:
    if not path.is_file():
        raise UsageError(f"{path}: no such file")
    name = f"_srbench_file_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UsageError(f"{path}: not a Python file; name a file that ends in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and pickle look up modules in sys.modules
    spec.loader.exec_module(module)
    return module
