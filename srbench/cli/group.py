"""A click group whose verbs are registered by plugins and imported by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from srbench.builtin import COMMANDS
from srbench.errors import UnknownName
from srbench.loading import load

if TYPE_CHECKING:
    from srbench.specs.extension import CommandSpec

BUILTIN = {spec.name: spec for spec in COMMANDS}


class Verbs(click.Group):
    """Verbs of srbench, then those of plugins (`srbench_commands`); a verb of srbench cannot be replaced."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all verbs: srbench's in the order they are declared, plugins' by name."""
        del ctx
        return [*BUILTIN, *_of_plugins()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a verb.

        Raises:
            UnknownName: if nobody registered it; it suggests the nearest verb.
            PluginError: if its code cannot be imported.
        """
        del ctx
        spec = BUILTIN.get(cmd_name) or _of_plugins().get(cmd_name)
        if spec is None:
            raise UnknownName("command", cmd_name, [*BUILTIN, *_of_plugins()])
        command: click.Command = load(spec.command)
        return command


def _of_plugins() -> dict[str, CommandSpec]:
    """Return the verbs of plugins by name; finding them imports all plugins, and so a known verb does not ask."""
    from srbench.catalog import load_catalog

    return {spec.name: spec for spec in load_catalog().commands if spec.name not in BUILTIN}
