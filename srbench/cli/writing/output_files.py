"""Checks of what a command will write, before hours are spent on what it writes."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from srbench.errors import SrbenchError, StoreError, UsageError
from srbench.storage.atomic import output_folder
from srbench.storage.regular_file import require_regular_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path


@contextmanager
def writable_outputs(
    files: Iterable[tuple[str, Path | None]], folders: Mapping[str, Path | None] = {}
) -> Iterator[None]:
    """Check that files and folders can be written, and create the folders for the block.

    Folders that are created and stay empty are removed after the block.

    Args:
        files: Files, each after the option that names it, e.g. ``--csv``; None: the option is not given.
        folders: Folder by the option that names it.

    Raises:
        UsageError: if something that is no regular file is in the place of a file, or if two options name one file.
        StoreError: if a folder cannot be created or written.
    """
    with ExitStack() as stack:
        taken: dict[Path, str] = {}
        for option, file in files:
            if file is not None:
                check_output_file(option, file)
                if other := taken.get(file.absolute()):
                    raise UsageError(f"{option} {file}: {other} names this file too; name another one")
                taken[file.absolute()] = option
                stack.enter_context(output_folder(file.parent, option))
        for option, folder in folders.items():
            if folder is not None:
                stack.enter_context(output_folder(folder, option))
        yield


def check_output_file(option: str, file: Path) -> None:
    """Check that `file` can be a new file, or replace a regular one.

    Raises:
        UsageError: if it is a folder, a device or a pipe; the message begins with `option`.
        StoreError: if it can't be looked at, e.g. because its name is too long.
    """
    try:
        exists = file.exists()
    except OSError as error:
        raise StoreError(f"{option} {file}: can't be written ({error.strerror}); use another file") from error
    if exists:
        try:
            require_regular_file(file)
        except SrbenchError as error:
            raise UsageError(f"{option} {error}") from error
