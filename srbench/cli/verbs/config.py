"""``srbench config``: the settings in force, and where each comes from."""

from __future__ import annotations

from pathlib import Path

import click

from srbench.cli.options import json_option
from srbench.cli.output import echo_json, echo_table
from srbench.settings import DEFAULTS, VARIABLES, Setting, settings_files, settings_in_force, user_file
from srbench.storage.roots import cache_dir


@click.command()
@json_option
def config(as_json: bool) -> None:
    """Print the settings that are in force, and where each comes from.

    An option comes before an environment variable (SRBENCH_DATA, SRBENCH_OUT, SRBENCH_DEVICE, SRBENCH_PROTOCOL,
    SRBENCH_JOBS), this before the project's file (srbench.toml, or [tool.srbench] of pyproject.toml, in the working
    folder or above it), this before the user's file, and this before the default. Data roots of all sources are
    searched, in this order; --protocol is that of eval, score and compare, since a paper's table has its own.

    \b
      data = ["/data/sr", "~/photos"]   # relative paths begin at the file's folder
      out = "results"
      device = "cuda:0"
      protocol = "matlab"
      jobs = 4
    """
    settings = [setting for name in DEFAULTS for setting in settings_in_force(name)]
    read, users = settings_files(), user_file()
    if as_json:
        echo_json(
            {
                "settings": [
                    {
                        "name": setting.name,
                        "value": _plain(setting),
                        "source": setting.source,
                        "variable": VARIABLES[setting.name],
                    }
                    for setting in settings
                ],
                "files": [str(path) for path in read],
                "user_file": str(users) if users else None,
                "cache": str(cache_dir()),
            }
        )
        return
    echo_table([[setting.name, _text(setting), setting.source] for setting in settings], ["setting", "value", "from"])
    click.echo()
    click.echo(f"read: {', '.join(map(str, read)) or 'no settings file'}")
    if users and users not in read:
        click.echo(f"user's file, not there: {users}")
    click.echo(f"cache, the last data root: {cache_dir()}")


def _plain(found: Setting) -> object:
    if isinstance(found.value, tuple):
        return [str(folder) for folder in found.value]
    return str(found.value) if isinstance(found.value, Path) else found.value


def _text(found: Setting) -> str:
    if not isinstance(found.value, tuple):
        return str(found.value)
    marked = (f"{folder}{'' if folder.is_dir() else ' (not there)'}" for folder in found.value)
    return "\n".join(marked) or "none"
