"""Sizes of files on their servers, without downloading them."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from srbench.data.fetch.hub import web_address
from srbench.errors import SrbenchError

if TYPE_CHECKING:
    from collections.abc import Iterable

PATIENCE = 4.0
"""Seconds to wait for all answers together."""


def remote_sizes(urls: Iterable[str], patience: float = PATIENCE) -> dict[str, int]:
    """Return the sizes in bytes of those files at `urls` whose servers state them in time.

    Args:
        urls: Addresses of files.
        patience: Seconds to wait for all answers together.
    """
    sizes: dict[str, int] = {}

    def ask(url: str) -> None:
        import requests

        try:
            answer = requests.head(web_address(url), allow_redirects=True, timeout=patience)
            length = answer.headers.get("Content-Length", "") if answer.ok else ""
        except (requests.RequestException, SrbenchError, OSError, ValueError):
            return
        if length.isdecimal() and int(length):
            sizes[url] = int(length)

    # daemon threads, so that the command does not wait for slow servers
    threads = [threading.Thread(target=ask, args=(url,), daemon=True) for url in dict.fromkeys(urls)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + patience
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    return dict(sizes)
