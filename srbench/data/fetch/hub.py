"""Downloads from the addresses in specs, on web servers or on the Hugging Face Hub."""

from __future__ import annotations

import os
import shutil
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from srbench.data.fetch.download import LARGEST, download
from srbench.errors import DataError, WeightsError
from srbench.hub.address import HubAddress, is_hub_address
from srbench.hub.fetch import fetch_file, fetch_folder
from srbench.hub.library import endpoint
from srbench.storage.atomic import atomic_write
from srbench.storage.file_hashes import file_hash

if TYPE_CHECKING:
    from srbench.errors import SrbenchError


def fetch(
    url: str, path: Path, sha256: str, *, progress: bool, fault: type[SrbenchError], largest: int = LARGEST
) -> Path:
    """Fetch `url` to `path`, and return `path`; the parameters and errors are those of `download`.

    What comes from the Hub goes through its cache (``HF_HOME``), and `path` is a copy.
    """
    if not is_hub_address(url):
        return download(url, path, sha256, progress=progress, fault=fault, largest=largest)
    if path.is_file() and (not sha256 or file_hash(path) == sha256):
        return path
    cached = fetch_file(HubAddress.parse(url), fault).resolve()
    if (size := cached.stat().st_size) > largest:
        raise fault(f"{url}: {size / 1e9:.3g} GB, which can't be the file; check the address")
    if sha256 and (actual := file_hash(cached)) != sha256:
        raise fault(f"{url}: its SHA-256 is {actual}, not {sha256}; the file in the repository was replaced")
    try:
        with atomic_write(path) as temporary:
            shutil.copyfile(cached, temporary)
    except OSError as error:
        raise fault(
            f"{path}: can't be written ({error.strerror or error}); choose another cache folder (SRBENCH_CACHE)"
        ) from error
    return path


def local_checkpoint(text: str) -> Path:
    """Return the path of a checkpoint that a user names by its path, or by its address on the Hub.

    Raises:
        UsageError: if the address is malformed.
        WeightsError: if it can't be fetched.
    """
    if is_hub_address(text):
        return fetch_file(HubAddress.parse(text), WeightsError)
    return Path(os.path.expanduser(text))  # noqa: PTH111 - Path.expanduser raises for an unknown user


def local_folder(text: str) -> str:
    """Return the local path of a folder of images at an address on the Hub, with its part of a split (``#train``).

    Raises:
        UsageError: if the address is malformed.
        DataError: if it can't be fetched.
    """
    address, hash_sign, part = text.partition("#")
    return f"{fetch_folder(HubAddress.parse(address), DataError)}{hash_sign}{part}"


def file_name(url: str) -> str:
    """Return the name of the file at an address, the last part of its path."""
    return HubAddress.parse(url).name if is_hub_address(url) else PurePosixPath(urlsplit(url).path).name


def beside(url: str, name: str) -> str:
    """Return the address of the file `name` in the folder of the file at `url`."""
    return str(HubAddress.parse(url).beside(name)) if is_hub_address(url) else urljoin(url, name)


def web_address(url: str) -> str:
    """Return the address of a file as one of a web server; addresses on the Hub are converted."""
    return HubAddress.parse(url).file_url(endpoint() or "") if is_hub_address(url) else url
