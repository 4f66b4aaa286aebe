"""Download of a file: resumed after an interruption, verified, and moved into place only when complete."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from requests import Response

    from srbench.errors import SrbenchError

TIMEOUT = 30
"""Seconds without a byte after which the connection is given up."""
CHUNK = 1 << 20
"""Bytes per chunk."""


def download(url: str, path: Path, sha256: str, *, progress: bool, fault: type[SrbenchError]) -> Path:
    """Download `url` to `path`, and return `path`.

    An existing file is kept if it has the right SHA-256, or if none is known. An interrupted download is resumed if the
    server supports it and the file on the server has not changed.

    Args:
        url: Address of the file.
        path: Where to put the file.
        sha256: The expected SHA-256; empty if unknown.
        progress: Whether to show a progress bar.
        fault: Type of the error to raise.

    Raises:
        SrbenchError: of type `fault`, if the server can't be reached or refuses, or if the SHA-256 differs.
    """
    import pooch
    from filelock import FileLock

    pooch.get_logger().setLevel("WARNING")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(path.with_name(f".{path.name}.lock")):
            known = f"sha256:{sha256}" if sha256 else None
            resuming = Resuming(path, progress=progress)
            pooch.retrieve(url, known, fname=path.name, path=path.parent, downloader=resuming)
    except OSError as error:  # includes all errors of requests
        raise fault(f"{url}: not fetched ({_reason(error)}); try again, or download it by hand to {path}") from error
    except ValueError as error:  # pooch raises it if the hash differs
        raise fault(
            f"{url}: its SHA-256 is not {sha256}; the transfer was damaged, or the file on the server was replaced; "
            "try again"
        ) from error
    return path


def _reason(error: Exception) -> str:
    """Return the text of the innermost cause, since requests wraps a refused connection in four other errors."""
    while error.args and isinstance(inner := getattr(error.args[0], "reason", error.args[0]), Exception):
        error = inner
    return " ".join(str(error).split())


class Resuming:
    """Resuming downloader for pooch, whose default one always starts from the first byte.

    The partial file is kept beside `path` until it is complete, with the server's identifier of the file's version, so
    that parts of two versions are never joined.
    """

    def __init__(self, path: Path, *, progress: bool) -> None:
        self.part = path.with_name(f".{path.name}.part")
        self.version = path.with_name(f".{path.name}.version")
        self.bar = partial(_bar, path.name) if progress else _no_bar

    def __call__(self, url: str, output_file: str, pooch: object) -> None:
        """Fetch `url` to `output_file`; the signature is pooch's."""
        del pooch
        import requests

        headers = {"Accept-Encoding": "identity"}
        start = self.part.stat().st_size if self.part.exists() and self.version.exists() else 0
        if start:
            headers |= {"Range": f"bytes={start}-", "If-Range": self.version.read_text()}
        with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as response:
            if response.status_code == requests.codes.requested_range_not_satisfiable:
                self._forget()  # the partial file is longer than the file on the server: start again
                self(url, output_file, None)
                return
            response.raise_for_status()
            if response.status_code != requests.codes.partial_content:
                start = 0
                self._remember(response.headers)
            self._write(response, start)
        self.part.replace(output_file)
        self._forget()

    def _write(self, response: Response, start: int) -> None:
        import requests

        length = response.headers.get("Content-Length")
        total = start + int(length) if length else None
        with self.part.open("ab" if start else "wb") as file, self.bar(total, start) as advance:
            for chunk in response.iter_content(CHUNK):
                file.write(chunk)
                advance(len(chunk))
        if total is not None and self.part.stat().st_size != total:
            raise requests.ConnectionError(f"received {self.part.stat().st_size} of {total} bytes")

    def _remember(self, headers: Mapping[str, str]) -> None:
        """Store the version of the file: a strong ETag or a date, as If-Range accepts (RFC 9110, section 13.1.5)."""
        etag = headers.get("ETag", "")
        strong = "" if etag.startswith("W/") else etag
        self._forget()
        if version := strong or headers.get("Last-Modified", ""):
            self.version.write_text(version)

    def _forget(self) -> None:
        self.part.unlink(missing_ok=True)
        self.version.unlink(missing_ok=True)


@contextmanager
def _bar(name: str, total: int | None, start: int) -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (TextColumn(name), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=total, completed=start)
        yield partial(bar.advance, task)


@contextmanager
def _no_bar(total: int | None, start: int) -> Iterator[Callable[[int], None]]:
    del total, start
    yield lambda _: None
