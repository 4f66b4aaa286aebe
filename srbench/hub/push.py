"""Files pushed to a repository of models on the Hub, in one commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from srbench.errors import UsageError
from srbench.hub.address import HubAddress
from srbench.hub.library import LOG_IN, endpoint, hub_errors, library, quiet_progress

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

README = "README.md"
"""File that the page of a repository shows."""


@dataclass(frozen=True)
class Repository:
    """A repository of models to push to, as it is on the Hub."""

    name: str
    """``org/repo``."""
    exists: bool
    has_readme: bool

    @classmethod
    def look(cls, text: str) -> Repository:
        """Return the repository that `text` names, ``org/repo`` or ``hf://org/repo``; nothing is changed there.

        Raises:
            UsageError: if it is not the name of one, if nobody is logged in, or if the Hub can't be reached.
        """
        address = HubAddress.parse(text if "://" in text else f"hf://{text}")
        if address.path or address.revision or address.kind != "model":
            raise UsageError(f"--push {text}: not the name of a repository of models; write --push org/repo")
        what = str(address)
        hub = library(f"--push {text}", UsageError)
        if hub.get_token() is None:
            raise UsageError(f"{what}: needs a token that may write; {LOG_IN}")
        with hub_errors(what, UsageError):
            api = _api(hub)
            exists = bool(api.repo_exists(address.repo))
            return cls(address.repo, exists, exists and bool(api.file_exists(address.repo, README)))

    def push(self, files: Mapping[str, Path | bytes], message: str, *, private: bool) -> str:
        """Push `files` in one commit, and return its hash; a repository that does not exist is created.

        Args:
            files: Paths or contents by path in the repository.
            message: Message of the commit.
            private: Whether a repository that is created is private.

        Raises:
            UsageError: if the Hub refuses, or can't be reached.
        """
        what = f"hf://{self.name}"
        hub = library(what, UsageError)
        with hub_errors(what, UsageError), quiet_progress():
            api = _api(hub)
            api.create_repo(self.name, private=private or None, exist_ok=True)
            operations = [
                hub.CommitOperationAdd(
                    path_in_repo=name, path_or_fileobj=content if isinstance(content, bytes) else str(content)
                )
                for name, content in files.items()
            ]
            return str(api.create_commit(self.name, operations, commit_message=message).oid)


def _api(hub: Any) -> Any:
    return hub.HfApi(endpoint=endpoint(), library_name="srbench")
