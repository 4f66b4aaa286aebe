"""Reading of JSON files that may be damaged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from srbench.storage.regular_file import require_regular_file

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.errors import SrbenchError


def read_json(path: Path, fault: type[SrbenchError], advice: str) -> Any:
    """Return the JSON document in a file.

    Args:
        path: The file.
        fault: Type of the error to raise.
        advice: What the user can do about a damaged file, for the message.

    Raises:
        SrbenchError: of type `fault`, if the file is missing, is not a regular file or can't be read, or if its content
            is not JSON, not UTF-8, or too deeply nested; the message is one line.
    """
    require_regular_file(path, fault)
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise fault(f"{path}: can't be read ({error.strerror or error}); {advice}") from error
    except (ValueError, RecursionError) as error:
        raise fault(f"{path}: damaged ({reason(error)}); {advice}") from error


def reason(error: BaseException) -> str:
    """Return why a JSON text could not be read, in a few words."""
    if isinstance(error, RecursionError):
        return "too deeply nested"
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8"
    return f"{type(error).__name__}: {str(error)[:80]}" if str(error) else type(error).__name__
