"""Import of a Python file together with the modules beside it, as if it were run or its package were installed.

The folder of the file, the folder above its outermost package (folders with an ``__init__.py``) and the current folder
are searched first for imports, also for those that a network makes later, when it is built or called
(`search_folders_of`). Files of other folders may have modules of the same names: only those of one file's folders are
in ``sys.modules`` at a time.
"""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from srbench.errors import CODE_ERRORS, PluginError, UsageError

if TYPE_CHECKING:
    from types import ModuleType


@dataclass(eq=False)
class SourceFolders:
    """The folders that the imports of a file are searched in, with the modules that were imported from them."""

    paths: tuple[str, ...]
    modules: dict[str, ModuleType] = field(default_factory=dict)
    """Modules by name while other folders are searched."""
    files: dict[Path, tuple[tuple[int, int], ModuleType]] = field(default_factory=dict)
    """Time and size of each file that was imported, and its module."""


_known: dict[tuple[str, ...], SourceFolders] = {}
_searched: list[SourceFolders] = []
"""The folders that are searched now, if any."""
_imported_before: set[str] = set()
"""Top-level names that were imported before any file was: srbench, plugins and libraries."""


def is_file(target: str) -> bool:
    """Return whether `target` is ``path/to/file.py:attribute``."""
    return target.rpartition(":")[0].endswith(".py")


def search_folders_of(target: object) -> None:
    """Search the folders of a file for imports again, if `target` is ``path/to/file.py:attribute``."""
    if isinstance(target, str) and is_file(target):
        _search(_folders_of(Path(target.rpartition(":")[0]).resolve())[0])


def importable(folder: Path) -> None:
    """Let modules of `folder` be imported, after those of all other folders."""
    if str(folder) not in sys.path:
        sys.path.append(str(folder))


def module_in(path: Path) -> ModuleType:
    """Import the file at `path`, unless it is imported and unchanged, and return its module.

    Raises:
        UsageError: if it is not a Python file.
        PluginError: if its package has the name of another one that is imported already.

    Errors of the file itself are raised as they are.
    """
    path = path.resolve()
    folders, package = _folders_of(path)
    _search(folders)
    status = path.stat()
    state = status.st_mtime_ns, status.st_size
    known = folders.files.get(path)
    if known and known[0] == state:
        return known[1]
    if known:  # the file was changed
        for name in _modules_of(folders):
            del sys.modules[name]
        folders.files.clear()
    module = _import(path, package)
    folders.files[path] = state, module
    return module


def _import(path: Path, package: str) -> ModuleType:
    if not package:
        return _import_alone(path)
    outermost = package.partition(".")[0]
    if outermost in _imported_before:
        raise PluginError(f"{path}: its package {outermost!r} has the name of another one that is in use; rename it")
    try:
        importlib.import_module(package)
    except CODE_ERRORS:
        try:  # it may not need its package, whose other modules may need what is not installed
            return _import_alone(path)
        except CODE_ERRORS:
            pass
        raise
    if path.name == "__init__.py":
        return sys.modules[package]
    return importlib.import_module(f"{package}.{path.stem}")


def _import_alone(path: Path) -> ModuleType:
    """Import a file that is in no package."""
    name = path.stem if path.stem.isidentifier() and not _is_taken(path.stem) else f"_srbench_file_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UsageError(f"{path}: not a Python file; name a file that ends in .py")
    if (known := sys.modules.get(name)) and getattr(known, "__file__", None) == str(path):
        return known  # a file beside it has imported it
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses, pickle and circular imports look modules up in sys.modules
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module


def _is_taken(name: str) -> bool:
    """Return whether a module of this name is imported, or could be, from elsewhere than the searched folders."""
    searched = {path for folders in _searched for path in folders.paths}
    elsewhere = [path for path in sys.path if path not in searched]
    taken = name in _imported_before or name in sys.stdlib_module_names
    return taken or importlib.machinery.PathFinder.find_spec(name, elsewhere) is not None


def _folders_of(path: Path) -> tuple[SourceFolders, str]:
    """Return the folders that the imports of a file are searched in, and the dotted name of its package."""
    root = path.parent
    names: list[str] = []
    while (root / "__init__.py").is_file() and root.name.isidentifier():
        names.insert(0, root.name)
        root = root.parent
    paths = tuple(dict.fromkeys(map(str, (root, path.parent, Path.cwd()))))
    return _known.setdefault(paths, SourceFolders(paths)), ".".join(names)


def _search(folders: SourceFolders) -> None:
    """Search `folders` for imports, and no longer those that were searched before."""
    if folders in _searched:
        return
    if not _imported_before:
        _imported_before.update(name.partition(".")[0] for name in sys.modules)
    for before in _searched:
        before.modules = _modules_of(before)
        for name in before.modules:
            del sys.modules[name]
        for path in before.paths:
            if path in sys.path:  # code of the user may have changed the list
                sys.path.remove(path)
    importlib.invalidate_caches()  # files may be newer than the last look into their folder
    sys.path[:0] = folders.paths
    sys.modules.update(folders.modules)
    _searched[:] = [folders]


def _modules_of(folders: SourceFolders) -> dict[str, ModuleType]:
    """Return the modules in ``sys.modules`` that were imported from `folders`, by name."""
    return {
        name: module
        for name, module in sys.modules.items()
        if name.partition(".")[0] not in _imported_before and _lies_in(module, folders.paths)
    }


def _lies_in(module: ModuleType, paths: tuple[str, ...]) -> bool:
    places = vars(module).get("__file__"), *(vars(module).get("__path__") or ())
    place = next((Path(place) for place in places if isinstance(place, str)), None)
    if place is None or {"site-packages", "dist-packages"} & set(place.parts):
        return False
    return any(place.is_relative_to(path) for path in paths)
