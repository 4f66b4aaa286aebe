"""``srbench completion``: the script that lets a shell complete commands, options and their values."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from srbench.cli.process.completion import VARIABLE
from srbench.errors import UsageError


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that completes verbs, options and values: plugins, tables, rows, datasets, metrics, ...

    \b
      echo 'eval "$(srbench completion bash)"' >> ~/.bashrc
      echo 'eval "$(srbench completion zsh)"' >> ~/.zshrc
      srbench completion fish > ~/.config/fish/completions/srbench.fish
    """
    found = get_completion_class(shell)
    if found is None:
        raise UsageError(f"{shell}: click knows no completion for it; update click")
    click.echo(found(ctx.find_root().command, {}, "srbench", VARIABLE).source())
