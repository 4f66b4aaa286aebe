"""Recognition of datasets and methods by what a user types; lists are not split inside a known name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from srbench.bench.planning.name_lists import is_folder
from srbench.hub.address import is_hub_address
from srbench.storage.roots import data_roots

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from srbench.catalog import Catalog


def is_dataset(catalog: Catalog, name: str, data: Sequence[Path]) -> bool:
    """Return whether `name` is a registered dataset, a folder, or a folder of a data root.

    Args:
        catalog: Catalog in which the name is looked up.
        name: Name or path; a leading ``~`` is the home folder.
        data: Folders of ``--data``.
    """
    places = (os.path.expanduser(name), *_in_roots(name, data))  # noqa: PTH111 - any text
    return name in catalog.datasets or any(map(is_folder, places))


def located(catalog: Catalog, name: str, data: Sequence[Path]) -> str:
    """Return the path of a folder of a data root that `name` names (``Set5/HR``); otherwise `name`.

    A dataset on the Hub is fetched.

    Args:
        catalog: Catalog in which the name is looked up.
        name: Name, path or address on the Hub; a leading ``~`` is the home folder. Registered names and existing
            folders stay as they are.
        data: Folders of ``--data``.

    Raises:
        UsageError: if an address is not valid.
        DataError: if it can't be fetched.
    """
    if is_hub_address(name):
        from srbench.data.fetch.hub import local_folder  # imports an HTTP client

        return local_folder(name)
    path = os.path.expanduser(name)  # noqa: PTH111 - any text
    if name in catalog.datasets or is_folder(path):
        return path
    return next(filter(os.path.isdir, _in_roots(name, data)), path)


def _in_roots(name: str, data: Sequence[Path]) -> list[str]:
    bases = [os.path.join(root, *sub) for root in data_roots(data) for sub in ((), ("data",))]  # noqa: PTH118 - any text
    return [os.path.join(base, name) for base in bases]  # noqa: PTH118 - any text


def is_method(catalog: Catalog, name: str) -> bool:
    """Return whether `name` is a registered method or model, an existing file, or a class or function of one."""
    file, _, attribute = name.rpartition(":")
    files = [name, *([file] if attribute.isidentifier() else [])]
    is_file = any(os.path.isfile(os.path.expanduser(path)) for path in files)  # noqa: PTH111, PTH113 - any text
    return name in catalog.methods or name in catalog.models or is_file
