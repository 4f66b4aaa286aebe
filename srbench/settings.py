"""Defaults of options that a project, a user or the environment sets: data roots, output folder, device, and so on.

A setting is looked up in this order: the environment, the project's ``srbench.toml`` or ``[tool.srbench]`` of its
``pyproject.toml``, the user's ``config.toml``, srbench's default. An option of the command line comes before all.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from srbench.errors import UsageError, suggestion

PROJECT_FILE, PYPROJECT = "srbench.toml", "pyproject.toml"
USER_FILE_VARIABLE = "SRBENCH_CONFIG"
"""Variable that names another user's file; empty: none is read."""

Name = Literal["data", "out", "device", "protocol", "jobs"]
Value = tuple[Path, ...] | Path | str | int
DEFAULTS: Mapping[Name, Value] = {
    "data": (),
    "out": Path("results"),
    "device": "auto",
    "protocol": "standard",
    "jobs": 1,
}
"""The settings, and srbench's default of each."""
EXPECTED: Mapping[Name, str] = {
    "data": "a folder, or a list of folders",
    "out": "a folder",
    "device": "auto, cpu, cuda or cuda:N",
    "protocol": "the name of a protocol",
    "jobs": "a whole number of at least 1",
}
"""Kind of value that a setting takes, in words."""
VARIABLES: Mapping[Name, str] = {name: f"SRBENCH_{name.upper()}" for name in DEFAULTS}
"""Environment variable of each setting."""


@dataclass(frozen=True)
class Setting:
    """A setting that is in force, and where it comes from."""

    name: Name
    value: Value
    source: str
    """Environment variable, path of a file, or ``default``."""


def setting(name: Name) -> Any:
    """Return the value of a setting; of ``data`` see `data_folders`.

    Raises:
        UsageError: if a settings file, or the variable of the setting, is not as it must be.
    """
    return settings_in_force(name)[0].value


def data_folders() -> tuple[Path, ...]:
    """Return all data roots that are set, in the order in which they are searched.

    Raises:
        UsageError: as `setting`.
    """
    return tuple(folder for found in settings_in_force("data") for folder in _folders(found.value))


def settings_in_force(name: Name) -> list[Setting]:
    """Return a setting as it is in force; of data roots, which add up, one setting for each source that names some.

    Raises:
        UsageError: as `setting`.
    """
    found = [Setting(name, value, source) for source, value in _sources(name)]
    if not found:
        return [Setting(name, DEFAULTS[name], "default")]
    return found if name == "data" else found[:1]


def settings_files() -> list[Path]:
    """Return the files that are read, the first of them first: the project's and the user's, where there are any.

    Raises:
        UsageError: if a file that might be one can't be read, or the one that ``SRBENCH_CONFIG`` names isn't there.
    """
    return [path for path in (_project_file(), _user_file()) if path]


def user_file() -> Path | None:
    """Return the path of the user's file, whether it exists or not; None where ``SRBENCH_CONFIG`` is empty."""
    override = os.environ.get(USER_FILE_VARIABLE)
    if override is not None:
        return Path(override) if override else None
    from platformdirs import user_config_dir

    return Path(user_config_dir("srbench")) / "config.toml"


def _sources(name: Name) -> list[tuple[str, Value]]:
    """Return the values of a setting by source, the strongest first."""
    found: list[tuple[str, Value]] = []
    if text := os.environ.get(VARIABLES[name]):
        found.append((VARIABLES[name], _from_variable(name, text)))
    for path in settings_files():
        values = _read(path, path.stat().st_mtime_ns)
        if name in values:
            found.append((str(path), values[name]))
    return found


def _folders(value: Value) -> tuple[Path, ...]:
    return value if isinstance(value, tuple) else ()


def _from_variable(name: Name, text: str) -> Value:
    if name == "data":
        return tuple(Path(folder) for folder in text.split(os.pathsep) if folder)
    if name == "jobs" and text.strip().isdecimal():
        return _checked(name, int(text), VARIABLES[name], Path())
    return _checked(name, text, VARIABLES[name], Path())


def _project_file() -> Path | None:
    """Return the settings file of the nearest folder that has one, from the working folder upwards."""
    try:
        here = Path.cwd()
    except OSError:  # the folder is gone
        return None
    for folder in (here, *here.parents):
        for name in (PROJECT_FILE, PYPROJECT):
            path = folder / name
            if path.is_file() and (name == PROJECT_FILE or _is_settings(path)):
                return path
    return None


def _is_settings(path: Path) -> bool:
    """Return whether a ``pyproject.toml`` has a table ``[tool.srbench]``; a damaged one of another tool has none."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return "srbench" in text and _table_of(path, text) is not None


def _user_file() -> Path | None:
    path = user_file()
    if path is None or path.is_file():
        return path
    if os.environ.get(USER_FILE_VARIABLE):
        raise UsageError(f"{USER_FILE_VARIABLE}: {path} is no file; name a settings file, or leave it empty for none")
    return None


@lru_cache(maxsize=16)
def _read(path: Path, _modified: int) -> dict[Name, Value]:
    """Return the values of a file; `_modified`, its time, tells its versions apart.

    Raises:
        UsageError: if it is not TOML, has an unknown key, or a value of the wrong type; the message has file and line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: can't be read ({getattr(error, 'strerror', None) or 'not UTF-8'})") from error
    values: dict[Name, Value] = {}
    table = _table_of(path, text)
    if not isinstance(table, Mapping):
        raise UsageError(f"{path}, tool.srbench: not a table; write [tool.srbench] and the settings below it")
    for key, value in table.items():
        where = f"{path}, line {_line(text, key, in_pyproject=path.name == PYPROJECT)}"
        name = next((known for known in DEFAULTS if known == key), None)
        if name is None:
            raise UsageError(f"{where}: unknown setting {key!r}{suggestion(key, DEFAULTS)}")
        values[name] = _checked(name, value, where, path.parent)
    return values


def _table_of(path: Path, text: str) -> Any:
    """Return the settings in the text of a file; None where it is a ``pyproject.toml`` without any."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        if path.name == PYPROJECT and not re.search(r"^\s*\[\s*tool\s*\.\s*srbench\s*\]", text, re.MULTILINE):
            return None
        raise UsageError(f"{path}: not TOML: {error}; correct it, or take it away") from error
    if path.name != PYPROJECT:
        return document
    tool = document.get("tool")
    return tool.get("srbench") if isinstance(tool, Mapping) else None


def _line(text: str, key: str, *, in_pyproject: bool) -> int:
    """Return the line on which a key stands, counted from 1; that of its table if it is written in another way."""
    lines = text.splitlines()
    header = next((n for n, line in enumerate(lines) if re.match(r"\s*\[\s*tool\s*\.\s*srbench\b", line)), 0)
    first = header if in_pyproject else 0
    written = re.compile(rf"""\s*\[*\s*(?:tool\s*\.\s*srbench\s*\.\s*)?["']?{re.escape(key)}["']?\s*[\].=]""")
    return next((n for n, line in enumerate(lines) if n >= first and written.match(line)), first) + 1


def _checked(name: Name, value: Any, where: str, base: Path) -> Value:
    """Return a value in the form in which it is used; paths are relative to `base`.

    Raises:
        UsageError: if it is not what the setting needs; the message begins with `where`.
    """
    if name == "data" and isinstance(value, list) and value and all(map(_is_text, value)):
        return tuple(_path(folder, base) for folder in value)
    if name in {"data", "out"} and _is_text(value):
        return (_path(value, base),) if name == "data" else _path(value, base)
    if name == "device" and _is_text(value) and re.fullmatch(r"auto|cpu|cuda(:\d+)?|mps", value):
        return str(value)
    if name == "protocol" and _is_text(value):
        return str(value)
    if name == "jobs" and isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    raise UsageError(f"{where}: {name} = {_shown(value)}; it must be {EXPECTED[name]}")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _path(text: str, base: Path) -> Path:
    return base / os.path.expanduser(text)  # noqa: PTH111 - Path.expanduser raises for an unknown user


def _shown(value: Any) -> str:
    return repr(value) if not isinstance(value, bool) else str(value).lower()
