"""The click group of srbench, whose verbs are registered by plugins and imported by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from srbench.builtin import COMMANDS
from srbench.cli.empty_values import refuse_empty_values
from srbench.cli.process.completion import add_completion
from srbench.cli.process.flags import add_to
from srbench.cli.process.json_stdout import release
from srbench.errors import PluginError, UnknownName, UsageError, with_place
from srbench.loading import load

if TYPE_CHECKING:
    from srbench.specs.extension import CommandSpec

BUILTIN = {spec.name: spec for spec in COMMANDS}
"""Specs of srbench's verbs by name."""
OPTIONS = frozenset({"version", "help"})
"""Words that are no verbs but options."""


class Verbs(click.Group):
    """Click group of srbench's verbs, followed by those of plugins (`srbench_commands`).

    A plugin cannot replace a verb of srbench.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the command line, in which no value may be empty, whatever the verb."""
        refuse_empty_values(args)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all verbs: srbench's in the order they are declared, plugins' by name."""
        del ctx
        return [*BUILTIN, *_plugin_commands()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the verb `cmd_name`.

        Raises:
            UsageError: if it is a word for which there is an option, such as ``version``.
            UnknownName: if no verb of that name is registered; the message suggests the nearest verbs.
            PluginError: if its code cannot be imported.
        """
        del ctx
        spec = BUILTIN.get(cmd_name) or _plugin_commands().get(cmd_name)
        if spec is None and cmd_name in OPTIONS:
            raise UsageError(f"unknown command {cmd_name!r}; write srbench --{cmd_name}")
        if spec is None:
            raise UnknownName("command", cmd_name, [*BUILTIN, *_plugin_commands()])
        command = load(spec.command)
        if not isinstance(command, click.Command):
            raise PluginError(
                f"verb {spec.name} of plugin {spec.plugin}: {spec.command} is a {type(command).__name__}; it must be a "
                "click command"
            )
        add_to(command)
        add_completion(command)
        if spec.name not in BUILTIN:
            release()
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of verbs; a verb of a plugin that cannot be imported is listed with the reason."""
        rows = []
        for name in self.list_commands(ctx):
            if summary := BUILTIN[name].summary if name in BUILTIN else _plugin_commands()[name].summary:
                rows.append((name, summary))
                continue
            try:
                command = self.get_command(ctx, name)
                rows.append((name, command.get_short_help_str(formatter.width) if command else ""))
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # noqa: BLE001 - the code of a plugin's verb may raise anything
                rows.append((name, f"(failed: {with_place(error)})"))
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _plugin_commands() -> dict[str, CommandSpec]:
    """Return the specs of the plugins' verbs by name.

    This imports all plugins, so it is not called for srbench's verbs.
    """
    from srbench.catalog import load_catalog

    return {spec.name: spec for spec in load_catalog().commands if spec.name not in BUILTIN}
