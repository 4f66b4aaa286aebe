"""A click group whose verbs are imported by name, and that suggests the nearest verb for a misspelt one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from srbench.errors import UnknownName
from srbench.loading import load

if TYPE_CHECKING:
    from collections.abc import Mapping


class Verbs(click.Group):
    """`verbs` maps each verb to the ``"module:attribute"`` of its command."""

    def __init__(self, *args: Any, verbs: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.verbs = dict(verbs or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs, in the order they are declared."""
        del ctx
        return list(self.verbs)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the verb; raises `UnknownName`."""
        del ctx
        if cmd_name not in self.verbs:
            raise UnknownName("command", cmd_name, self.verbs)
        command: click.Command = load(self.verbs[cmd_name])
        return command
