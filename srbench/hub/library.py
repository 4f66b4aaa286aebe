"""The library ``huggingface_hub``, and its errors as one line each."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from srbench.errors import SrbenchError, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

EXTRA = "srbench[hub]"
"""What to install for it."""
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


@contextmanager
def named(what: str, fault: type[SrbenchError]) -> Iterator[None]:
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
    except errors.GatedRepoError as error:
        raise fault(f"{what}: gated; accept its terms on its page, and {LOG_IN}") from error
    except errors.RepositoryNotFoundError as error:
        raise fault(f"{what}: no such repository, or a private one; check its name, or {LOG_IN}") from error
    except errors.RevisionNotFoundError as error:
        raise fault(f"{what}: no such revision; name a branch, tag or commit of the repository") from error
    except errors.LocalEntryNotFoundError as error:  # before its parent, EntryNotFoundError
        raise fault(f"{what}: {_not_reached(error)}") from error
    except errors.EntryNotFoundError as error:
        raise fault(f"{what}: no such file in the repository; check its path") from error
    except errors.OfflineModeIsEnabled as error:
        raise fault(f"{what}: {OFFLINE}") from error
    except errors.LocalTokenNotFoundError as error:
        raise fault(f"{what}: needs a token; {LOG_IN}") from error
    except errors.HfHubHTTPError as error:
        raise fault(f"{what}: {_refused(error)}") from error
    except Exception as error:  # of the transfer: connections, disks, the library's own checks
        raise fault(f"{what}: not transferred ({one_line(error)[:300]}); try again") from error


OFFLINE = "not in the Hub's cache on this machine, and HF_HUB_OFFLINE is set; unset it, or fetch the file before"


def _not_reached(error: Exception) -> str:
    """Return why a file that is not cached was not fetched."""
    from huggingface_hub import constants

    if constants.is_offline_mode():
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
