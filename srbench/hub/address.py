"""Addresses of files and folders on the Hub: ``hf://[datasets/]org/repo/path[@revision]``."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import quote, unquote

from srbench.errors import UsageError

PREFIX = "hf://"
HOME = "https://huggingface.co"
"""Address of the Hub itself, for links."""
FORM = "hf://org/repo/path[@revision], or hf://datasets/org/repo/path[@revision]"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}")
"""An organisation's or repository's name."""
_PULL_REQUEST = re.compile(r"refs/(?:pr/\d+|convert/[\w.-]+)")
"""The revisions with a slash that may stand behind the repository; others stand at the end."""
_KINDS: dict[str, Literal["model", "dataset"]] = {"models": "model", "datasets": "dataset"}
_OTHER_KINDS = frozenset({"spaces", "kernels", "buckets"})


@dataclass(frozen=True)
class HubAddress:
    """A file or folder in a repository on the Hub."""

    repo: str
    """Name of the repository, ``org/repo``."""
    path: str = ""
    """Path inside the repository; empty: all of it."""
    revision: str = ""
    """Branch, tag or commit; empty: the repository's ``main``."""
    kind: Literal["model", "dataset"] = "model"
    """Kind of the repository."""

    @classmethod
    def parse(cls, text: str) -> HubAddress:
        """Return the address that `text` denotes, with its revision at the end or, as elsewhere, behind ``org/repo``.

        A ``@`` or ``,`` in a name is written ``%40`` or ``%2C``.

        Raises:
            UsageError: if it is no such address.
        """
        body = text.removeprefix(PREFIX)
        first, _, rest = body.partition("/")
        kind = _KINDS.get(first, "model")
        if first in _KINDS:
            body = rest
        repo, place, early = _split_repo(body)
        path, _, late = place.partition("@")
        inside = unquote(path)
        names = repo.split("/")
        problem = ""
        if not text.startswith(PREFIX) or first in _OTHER_KINDS or len(names) != 2 or not all(map(_is_name, names)):
            problem = "names no repository of models or datasets"
        elif early and late:
            problem = "names two revisions"
        elif body.endswith("@"):
            problem = "names an empty revision"
        elif any(part in {"", ".", ".."} for part in inside.split("/")) and inside:
            problem = "holds an empty or relative part"
        if problem:
            raise UsageError(f"{text}: {problem}; write {FORM}")
        return cls(repo, inside, unquote(early or late), kind)

    def __str__(self) -> str:
        """Return the address as `parse` reads it."""
        path = f"/{_quoted(self.path)}" if self.path else ""
        return f"{PREFIX}{self._prefix}{self.repo}{path}" + (f"@{_quoted(self.revision)}" if self.revision else "")

    @property
    def name(self) -> str:
        """Last part of the path; empty for a whole repository."""
        return PurePosixPath(self.path).name

    @property
    def page(self) -> str:
        """Address of the page that shows it in a browser."""
        place = f"/blob/{quote(self.revision or 'main', safe='')}/{quote(self.path)}" if self.path else ""
        return f"{HOME}/{self._prefix}{self.repo}{place}"

    def file_url(self, endpoint: str = "") -> str:
        """Return the address that a server sends the file from; `endpoint` is its root, by default the Hub's."""
        revision = quote(self.revision or "main", safe="")
        return f"{(endpoint or HOME).rstrip('/')}/{self._prefix}{self.repo}/resolve/{revision}/{quote(self.path)}"

    def beside(self, name: str) -> HubAddress:
        """Return the address of the file `name` in the same folder."""
        return replace(self, path=str(PurePosixPath(self.path).with_name(name)))

    @property
    def _prefix(self) -> str:
        return "datasets/" if self.kind == "dataset" else ""


def is_hub_address(text: object) -> bool:
    """Return whether `text` is a string that begins as an address on the Hub."""
    return isinstance(text, str) and text.startswith(PREFIX)


def _split_repo(body: str) -> tuple[str, str, str]:
    """Split ``org/repo[@revision][/path...]`` into the repository, the rest, and the revision between the two."""
    parts = body.split("/")
    repo = "/".join(parts[:2])
    place = "/".join(parts[2:])
    repo, at, revision = repo.partition("@")
    if not at:
        return repo, place, ""
    behind = "/".join([revision, *parts[2:]])
    if special := _PULL_REQUEST.match(behind):
        return repo, behind[special.end() :].removeprefix("/"), special[0]
    return repo, place, revision


def _is_name(text: str) -> bool:
    return bool(_NAME.fullmatch(text))


def _quoted(text: str) -> str:
    return text.replace("%", "%25").replace("@", "%40").replace(",", "%2C")
