"""The object that ``"module:attribute"`` or ``"path/to/file.py:attribute"`` names."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

from srbench.errors import CODE_ERRORS, PluginError, UsageError, one_line, suggestion
from srbench.loading.source_folders import is_file, module_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType


def load(target: str | Callable[..., Any]) -> Any:
    """Return the object that ``"module:attribute"`` or ``"path/to/file.py:attribute"`` names.

    A `Component`, or any other callable, is returned as it is. A file is imported as a module of the packages around it
    (`srbench.loading.source_folders`).

    Raises:
        UsageError: if `target` has another form, or the file does not exist.
        PluginError: if the module cannot be imported or has no such attribute.
    """
    if not isinstance(target, str):
        return target  # a `Component`, or any other callable
    module_name, _, attribute = target.rpartition(":")
    if not module_name or not attribute:
        raise UsageError(f"{target!r} does not name an object; write module:attribute or file.py:Class")
    if is_file(target) and not Path(module_name).is_file():
        problem = "not a regular file" if Path(module_name).exists() else "no such file"
        raise UsageError(f"{module_name}: {problem}; name a Python file")
    try:
        module = module_in(Path(module_name)) if is_file(target) else importlib.import_module(module_name)
    except UsageError:
        raise
    except CODE_ERRORS as error:
        raise PluginError(f"{target}: {module_name} does not import: {one_line(error)}{_advice(error)}") from error
    return _attribute(module, module_name, attribute)


def _attribute(module: ModuleType, module_name: str, attribute: str) -> Any:
    found: Any = module
    try:
        for part in attribute.split("."):
            found = getattr(found, part)
    except AttributeError:
        raise PluginError(f"{module_name} has no {attribute!r}{suggestion(attribute, _defined(module))}") from None
    except CODE_ERRORS as error:  # a module's __getattr__
        raise PluginError(f"{module_name}: asked for {attribute!r}: {one_line(error)}") from error
    return found


def _defined(module: ModuleType) -> list[str]:
    """Return the public classes and functions that a module defines itself."""
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and (inspect.isclass(value) or inspect.isroutine(value))
        and value.__module__ == module.__name__
    ]


def _advice(error: BaseException) -> str:
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return ""
    return f"; install {error.name.partition('.')[0]}, or name the folder that holds it in PYTHONPATH"
