"""The tables and records of an output folder at a git revision, read without touching the working tree."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from srbench.errors import StoreError, UsageError, printable
from srbench.escape import visible

_COMPARED = re.compile(rb"(?:[^/]+/)?table-[^/]+\.cells\.csv|records/[0-9a-f]{2}/[^/]+\.json")
"""Files of an output folder that are compared."""
_REGULAR = (b"100644", b"100755")
"""Modes of files in a git tree; those of links and submodules are left out."""
_HOOK_VARIABLES = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
"""Variables by which git, when it calls a hook, names another repository than that of the current folder."""


@dataclass(frozen=True)
class Tree:
    """A folder in the history of a git repository."""

    repository: Path
    """Some folder of the working tree."""
    sha: str


def find_tree(text: str, folder: Path) -> Tree:
    """Return the folder in the history of a repository that `text` names.

    Args:
        text: ``REVISION:PATH``, as git reads it, or a revision alone, which stands for `folder` at that revision.
        folder: Output folder that a revision alone stands for; it need not exist any more.

    Raises:
        UsageError: if there is no git, no repository, or no such revision.
        StoreError: if the revision has no such folder.
    """
    revision, colon, path = text.partition(":")
    if not revision or revision.startswith("-") or "\0" in text:
        raise UsageError(
            f"{visible(text)!r}: neither a folder nor a git revision; name a folder, REVISION or REVISION:FOLDER"
        )
    folder = Path() if colon else folder
    where = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.is_dir())
    prefix = _git(where, "rev-parse", "--show-prefix")
    if prefix is None or prefix.returncode:
        lacking = "git is not installed" if prefix is None else f"{where} is in no git repository"
        raise UsageError(f"{text}: no such folder, and {lacking}, so it is no revision either; name a folder")
    if not _object(where, f"{revision}^{{tree}}"):
        shallow = _git(where, "rev-parse", "--is-shallow-repository")
        hint = (
            "this clone is shallow: git fetch --unshallow" if shallow and shallow.stdout == b"true\n" else "see git log"
        )
        raise UsageError(f"{text}: neither a folder nor a git revision of {where}; {hint}")
    if not colon:
        path = os.fsdecode(prefix.stdout.removesuffix(b"\n")) + folder.absolute().relative_to(where).as_posix()
        path = path.removesuffix(".")
    path = path.rstrip("/")
    sha = _object(where, f"{revision}:{path}")
    kind = _git(where, "cat-file", "-t", sha) if sha else None
    if not kind or kind.stdout != b"tree\n":
        problem = "is not a folder" if sha else "does not exist"
        raise StoreError(
            f"{revision}: {path} {problem} at that revision; write REVISION:FOLDER with the folder's path from the top "
            "of the repository"
        )
    return Tree(where, sha)


def write_tree(tree: Tree, text: str, folder: Path) -> None:
    """Write the tables and records of a git tree into `folder`; other files, and links, are left out.

    Args:
        tree: The folder in the history.
        text: Name of the tree for messages.
        folder: Existing folder that receives the files.

    Raises:
        StoreError: if git cannot read the tree.
    """
    listed = _git(tree.repository, "ls-tree", "-r", "-z", "--full-tree", tree.sha)
    if listed is None or listed.returncode:
        raise StoreError(f"{text}: git can't read it ({_complaint(listed)}); check the repository with git fsck")
    files = []
    for line in filter(None, listed.stdout.split(b"\0")):
        head, _, path = line.partition(b"\t")
        mode, _kind, sha = head.split()
        if mode in _REGULAR and _COMPARED.fullmatch(path) and b".." not in path.split(b"/"):
            files.append((sha, PurePosixPath(os.fsdecode(path))))
    contents = _git(tree.repository, "cat-file", "--batch", stdin=b"".join(sha + b"\n" for sha, _ in files))
    if contents is None or contents.returncode:
        raise StoreError(f"{text}: git can't read its files ({_complaint(contents)}); check it with git fsck")
    data, start = contents.stdout, 0
    for _, file in files:
        end = data.index(b"\n", start)
        _sha, *header = data[start:end].split()
        if len(header) != 2 or header[0] != b"blob":
            raise StoreError(f"{text}: git lacks the content of {file}; fetch it, or check with git fsck")
        start = end + 1
        end = start + int(header[1])
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data[start:end])
        start = end + 1


def _object(where: Path, name: str) -> str:
    """Return the hash of a git object; empty if there is none of that name."""
    done = _git(where, "rev-parse", "--verify", "--quiet", name)
    return done.stdout.decode("ascii", "replace").strip() if done and not done.returncode else ""


def _git(where: Path, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes] | None:
    """Return the finished git command; None if git is not installed."""
    environment = {name: value for name, value in os.environ.items() if name not in _HOOK_VARIABLES} | {"LC_ALL": "C"}
    try:
        return subprocess.run(  # noqa: S603 - no shell, and no argument that the user gave begins with a dash
            ["git", "-C", str(where), *arguments],  # noqa: S607 - the user's git
            input=stdin,
            capture_output=True,
            check=False,
            env=environment,
        )
    except FileNotFoundError:
        return None


def _complaint(failed: subprocess.CompletedProcess[bytes] | None) -> str:
    """Return why a git command failed; None stands for a git that is not installed."""
    if failed is None:
        return "git is not installed"
    return visible(printable(os.fsdecode(failed.stderr).strip())) or f"exit code {failed.returncode}"
