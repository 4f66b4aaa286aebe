"""Cache of the output of ``--help``, ``list`` and ``show``, which cost most for what they print.

What these verbs print follows from the code and data of srbench and its plugins, from the settings and, for ``show``,
from what lies in the data roots and among the measured tables. As long as no file among these has changed, the text
of the last time is printed again, without importing a plugin, click or anything else. What can't be known to be the
same is worked out anew, and a damaged or unwritable cache costs time alone. Kept is text, never code; of the
environment, which may hold passwords, only a hash is stored.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from srbench.cli.process.file_states import States
from srbench.storage.roots import cache_dir

if TYPE_CHECKING:
    from srbench.cli.writing.streams import SafeStream

OF_SESSIONS = frozenset(
    {
        *("_", "SHLVL", "PWD", "OLDPWD"),
        *("TERM_SESSION_ID", "ITERM_SESSION_ID", "WT_SESSION", "WINDOWID", "KITTY_WINDOW_ID", "GNOME_TERMINAL_SCREEN"),
        *("TMUX", "TMUX_PANE", "STY", "WINDOW"),
        *("SSH_CLIENT", "SSH_CONNECTION", "SSH_TTY", "SSH_AUTH_SOCK", "XDG_SESSION_ID"),
    }
)
"""Variables that shells change from command to command, or that differ between terminals; plugins may read others."""
SETTINGS = ("srbench.toml", "pyproject.toml")
"""Settings files, of the working folder and those above it."""
HELP = ("-h", "--help")
WITHOUT_VALUE = ("--no-pager",)
"""Options of ``list`` and ``show`` that a cached command may have."""
WITH_VALUE = ("--table", "--tables", "--plugin")
"""Options of ``list`` and ``show``, with a value, that a cached command may have."""
SETTLED = 2.0
"""Seconds before the start within which no file may have changed: another change would bear the same time."""
MOST = 64
"""Most outputs that are cached."""
HEAVY = ("torch", "numpy", "huggingface_hub")
"""Modules whose import shows that an output depends on more than is looked at."""


class CachedCommand:
    """A command line whose output can be cached.

    Args:
        arguments: The command line without the program.
        stdout: Stream that the output is printed to.
    """

    def __init__(self, arguments: list[str], stdout: SafeStream) -> None:
        self.started = time.time()
        self.arguments = arguments
        self.of_data = arguments[0] == "show" and arguments[-1] not in HELP
        self.key = {
            "arguments": arguments,
            "python": [sys.version, sys.prefix, *sys.path],
            "folder": os.getcwd(),  # noqa: PTH109 - a text
            "environment": {name: text for name, text in os.environ.items() if name not in OF_SESSIONS},
            "terminal": _terminal(stdout),
            "encoding": stdout.written_as,
        }

    def replay(self) -> bool:
        """Print the cached output, and return whether there was one that is known to hold."""
        cached = self._cached()
        for text, paged in cached:
            if paged:
                from srbench.cli.process.pager import show_pages

                show_pages(text)
            else:
                sys.stdout.write(text)
        return bool(cached)

    def store(self, texts: list[str]) -> None:
        """Store the output of this process for the next one, unless it depends on what can't be looked at.

        Args:
            texts: What was printed, in order; a `Paged` text went through the pager.
        """
        import json

        from srbench.errors import SrbenchError

        if not texts or any(module in sys.modules for module in HEAVY):
            return
        with suppress(OSError, ValueError, SrbenchError):  # SrbenchError: of settings, which the command has not read
            trees = self._trees()
            if trees is None:
                return
            files, path = _files(trees), self._path()
            path.parent.mkdir(parents=True, exist_ok=True)
            states = _states(files, trees)
            if states.newest >= (self.started - SETTLED) * 1e9:  # it may have changed after it was read
                return
            pages = sys.modules.get("srbench.cli.process.pager")
            document = {
                "files": files,
                "trees": trees,
                "state": states.digest(),
                "texts": [[text, pages is not None and isinstance(text, pages.Paged)] for text in texts],
            }
            temporary = path.with_name(f".{path.name}.{os.getpid()}")
            try:
                temporary.write_text(json.dumps(document), encoding="utf-8")
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)
            by_age = sorted(path.parent.glob("*.json"), key=lambda file: file.stat().st_mtime_ns)
            for old in by_age[:-MOST]:
                old.unlink(missing_ok=True)

    def _cached(self) -> list[tuple[str, bool]]:
        """Return the texts of the cached output, and which go through a pager; empty: none that is known to hold."""
        import json

        try:
            path = self._path()
            if not path.is_file():  # a named pipe would be waited for
                return []
            document = json.loads(path.read_text(encoding="utf-8"))
            texts = [(str(text), bool(paged)) for text, paged in document["texts"]]
            holds = _states(document["files"], document["trees"]).digest() == document["state"]
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            return []
        return texts if holds else []

    def _path(self) -> Path:
        """Return the file of the output, whose name is a hash of the command line and its surroundings."""
        import json
        from hashlib import blake2b

        text = json.dumps(self.key, sort_keys=True)
        return _folder() / f"{blake2b(text.encode(), digest_size=16).hexdigest()}.json"

    def _trees(self) -> list[str] | None:
        """Return the folders from which the output was made; None where that can't be known."""
        trees = {str(Path(__file__).parents[2])}
        catalog = sys.modules.get("srbench.catalog")
        if catalog is not None and catalog.load_catalog.cache_info().currsize:  # a verb's own help asks no plugin
            plugins = catalog.load_catalog().plugins.values()
            if not all(plugin.ok for plugin in plugins):
                return None  # the cause may lie in a module that is not there any more
            trees |= {place for plugin in plugins for place in _places(plugin.package)}
        if self.of_data:
            from srbench.settings import setting
            from srbench.storage.roots import data_roots

            trees |= {os.path.abspath(root) for root in data_roots()}  # noqa: PTH100
            # tables of the plugin that were measured, whose numbers are counted
            trees |= {os.path.abspath(setting("out") / name) for name in self.arguments[1:] if name[0] != "-"}  # noqa: PTH100
        return sorted(trees)


def cached_command(arguments: list[str], stdout: SafeStream) -> CachedCommand | None:
    """Return a command line whose output is cached; None for any other.

    Also None where the catalog is loaded: then this process is no start of the command line.
    """
    if not arguments or "srbench.catalog" in sys.modules or not _is_cached(arguments):
        return None
    try:
        return CachedCommand(arguments, stdout)
    except OSError:  # the working folder is gone
        return None


def _is_cached(arguments: list[str]) -> bool:
    """Return whether a command line is one of those whose output is cached."""
    if arguments[-1] in HELP:
        return not any(argument.startswith("-") for argument in arguments[:-1])
    if arguments[0] not in {"list", "show"}:
        return False
    rest = iter(arguments[1:])
    for argument in rest:
        if argument in WITH_VALUE:
            if (next(rest, "-")).startswith("-"):
                return False
        elif argument.startswith("-") and argument not in WITHOUT_VALUE:
            return False
    return len(arguments) > 1


def _terminal(stdout: SafeStream) -> list[int] | None:
    """Return the columns and lines of the terminal that is printed to; None: no terminal, and help has 80 columns."""
    with suppress(OSError, ValueError, AttributeError):
        return [*os.get_terminal_size(stdout.fileno()), stdout.isatty(), sys.stdin is not None and sys.stdin.isatty()]
    return None


def _folder() -> Path:
    """Return the folder of the cached outputs."""
    return cache_dir().absolute() / "answers"


def _states(files: list[str], trees: list[str]) -> States:
    """Return the states of files, of folders with all in them, and of the installed distributions."""
    states = States(without=str(_folder()))
    for place in sys.path:
        states.distributions(place or ".")
    for path in files:
        states.file(path)
    for folder in trees:
        states.tree(folder)
    return states


def _files(trees: list[str]) -> list[str]:
    """Return the settings files and the files of imported modules outside `trees`, without Python's own modules."""
    here = Path.cwd()
    files = {str(folder / name) for folder in (here, *here.parents) for name in SETTINGS}
    if (settings := sys.modules.get("srbench.settings")) is not None and (user := settings.user_file()) is not None:
        files.add(os.path.abspath(user))  # noqa: PTH100
    python = str(Path(os.__file__).parent)
    inside = tuple(folder + os.sep for folder in trees)
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if not isinstance(path, str) or path.startswith(inside):
            continue
        if not path.startswith(python) or "site-packages" in path or "dist-packages" in path:
            files.add(path)
    return sorted(files)


def _places(package: str) -> list[str]:
    """Return the folders of a package, of which a namespace has several, or the file of a module; empty: nowhere."""
    module: Any = sys.modules.get(package)
    places = [str(place) for place in getattr(module, "__path__", ())]
    file = getattr(module, "__file__", None)
    return places or ([str(file)] if file else [])
