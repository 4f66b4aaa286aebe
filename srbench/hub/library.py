"""The library ``huggingface_hub``, and its errors as one line each."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from srbench.errors import SrbenchError, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

EXTRA = "srbench[hub]"
"""Requirement to install for it."""
LOG_IN = "log in (hf auth login, or HF_TOKEN)"


def library(what: str, fault: type[SrbenchError]) -> Any:
    """Return the module ``huggingface_hub``.

    Args:
        what: What needs it, for the message.
        fault: Type of the error to raise.

    Raises:
        SrbenchError: of type `fault`, if it is not installed.
    """
    try:
        import huggingface_hub
    except ImportError as error:
        raise fault(f"{what}: needs huggingface_hub, which is not installed; pip install '{EXTRA}'") from error
    return huggingface_hub


def endpoint() -> str | None:
    """Return the root of the server in place of the Hub, which ``HF_ENDPOINT`` names; None: the Hub."""
    return os.environ.get("HF_ENDPOINT", "").rstrip("/") or None


OFFLINE = "not in the Hub's cache on this machine, and HF_HUB_OFFLINE is set; unset it, or fetch the file before"
PROBLEMS = {
    "GatedRepoError": f"gated; accept its terms on its page, and {LOG_IN}",
    "RepositoryNotFoundError": f"no such repository, or a private one; check its name, or {LOG_IN}",
    "RevisionNotFoundError": "no such revision; name a branch, tag or commit of the repository",
    "LocalEntryNotFoundError": "",
    "EntryNotFoundError": "no such file in the repository; check its path",
    "OfflineModeIsEnabled": OFFLINE,
    "LocalTokenNotFoundError": f"needs a token; {LOG_IN}",
}
"""Problem of each of the library's errors, those that are kinds of others first; empty: it depends on the cause."""


@contextmanager
def hub_errors(what: str, fault: type[SrbenchError]) -> Iterator[None]:
    """Raise the library's errors as one line that says what to do.

    Args:
        what: Address that is fetched or pushed to.
        fault: Type of the error to raise.

    Raises:
        SrbenchError: of type `fault`.
    """
    from huggingface_hub import errors

    try:
        yield
    except SrbenchError:
        raise
    except Exception as error:  # also of the transfer: connections, disks
        known = (text for name, text in PROBLEMS.items() if isinstance(error, getattr(errors, name)))
        problem = next(known, "") or _problem(error, errors)
        raise fault(f"{what}: {problem}") from error


def _problem(error: Any, errors: Any) -> str:
    """Return the problem of an error that can have several causes."""
    if isinstance(error, errors.LocalEntryNotFoundError):
        return _not_reached(error)
    if isinstance(error, errors.HfHubHTTPError):
        return _refused(error)
    return f"not transferred ({one_line(error)[:300]}); try again"


def _not_reached(error: Exception) -> str:
    """Return why a file that is not cached was not fetched."""
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        return OFFLINE
    cause = error.__cause__
    reason = f" ({type(cause).__name__}: {' '.join(str(cause).split())[:200]})" if cause else ""
    return f"not reached{reason}, and not in the Hub's cache; check the network, or HF_ENDPOINT, and try again"


def _refused(error: Any) -> str:
    status = getattr(error.response, "status_code", None)
    if status in {401, 403}:
        return f"refused (status {status}); {LOG_IN}, with a token that may do this"
    message = getattr(error, "server_message", None) or " ".join(str(error).split())
    return f"the server answered with status {status} ({message[:200]}); try again later"


@contextmanager
def quiet_progress() -> Iterator[None]:
    """Leave out the library's progress bars where stderr is no terminal."""
    utils: Any = import_module("huggingface_hub.utils")
    if sys.stderr.isatty() or utils.are_progress_bars_disabled():
        yield
        return
    utils.disable_progress_bars()
    try:
        yield
    finally:
        utils.enable_progress_bars()
