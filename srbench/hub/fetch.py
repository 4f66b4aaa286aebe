"""Files and folders fetched from the Hub into its cache on this machine, which other programs share."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from srbench.hub.library import endpoint, hub_errors, library, quiet_progress

if TYPE_CHECKING:
    from srbench.errors import SrbenchError
    from srbench.hub.address import HubAddress

_SHA256 = re.compile(r"[0-9a-f]{64}")
_GIT_SHA1 = re.compile(r"[0-9a-f]{40}")


def fetch_file(address: HubAddress, fault: type[SrbenchError]) -> Path:
    """Return the file at `address` in the Hub's cache (``HF_HOME``), fetched unless the newest version is there.

    Without network, or with ``HF_HUB_OFFLINE``, the version that was fetched last is returned.

    Args:
        address: Address of a file.
        fault: Type of the error to raise.

    Raises:
        SrbenchError: of type `fault`, if it can't be fetched, or if its bytes are not those that the repository lists.
    """
    what = str(address)
    if not address.path:
        raise fault(f"{what}: a whole repository; name a file in it: {what}/FILE")
    hub = library(what, fault)
    from huggingface_hub import errors

    place = {"repo_type": address.kind, "revision": address.revision or None, "endpoint": endpoint()}
    with hub_errors(what, fault), quiet_progress():
        unreached = _unreached(hub, hub.hf_hub_url(address.repo, address.path, **place))
        try:
            path = Path(
                hub.hf_hub_download(
                    address.repo, address.path, **place, library_name="srbench", local_files_only=bool(unreached)
                )
            )
        except errors.LocalEntryNotFoundError as error:
            raise error from (unreached or error.__cause__)
    _check(path, what, fault)
    return path


def fetch_folder(address: HubAddress, fault: type[SrbenchError]) -> Path:
    """Return the folder at `address` in the Hub's cache, with all files in it, as `fetch_file`.

    Args:
        address: Address of a folder, or of a whole repository.
        fault: Type of the error to raise.

    Raises:
        SrbenchError: of type `fault`, if it can't be fetched, holds no file, or if a file's bytes are not those that
            the repository lists.
    """
    what = str(address)
    hub = library(what, fault)
    with hub_errors(what, fault), quiet_progress():
        root = Path(
            hub.snapshot_download(
                address.repo,
                repo_type=address.kind,
                revision=address.revision or None,
                allow_patterns=[f"{address.path}/*"] if address.path else None,
                library_name="srbench",
                endpoint=endpoint(),
            )
        )
    folder = root / address.path
    files = sorted(file for file in folder.rglob("*") if file.is_file()) if folder.is_dir() else []
    if not files:
        raise fault(f"{what}: no such folder in the repository; check its path")
    for file in files:
        _check(file, what, fault)
    return folder


def _unreached(hub: Any, url: str) -> Exception | None:
    """Return why no server answers at `url`; None if one does, whatever it answers.

    The library would ask for half a minute.
    """
    from huggingface_hub import errors

    try:
        hub.get_hf_file_metadata(url, endpoint=endpoint())
    except (errors.HfHubHTTPError, errors.FileMetadataError):
        return None
    except Exception as error:  # noqa: BLE001 - of whichever library it uses for connections
        return error
    return None


def _check(path: Path, what: str, fault: type[SrbenchError]) -> None:
    """Compare a file with the hash that it is stored under: SHA-256 of large files, git's SHA-1 of others.

    Raises:
        SrbenchError: of type `fault`, if it differs; the file is removed, so that the next call fetches it again.
    """
    stored = path.resolve()
    expected = stored.name
    if _SHA256.fullmatch(expected):
        with stored.open("rb") as file:
            actual = hashlib.file_digest(file, "sha256").hexdigest()
    elif _GIT_SHA1.fullmatch(expected):
        content = stored.read_bytes()
        actual = hashlib.sha1(b"blob %d\0%b" % (len(content), content), usedforsecurity=False).hexdigest()
    else:  # a cache without links
        return
    if actual != expected:
        stored.unlink()
        path.unlink(missing_ok=True)
        raise fault(f"{what}: damaged: its hash is {actual}, and the repository lists {expected}; try again")
