"""The executor of a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.loading import load

if TYPE_CHECKING:
    from srbench.catalog import Catalog
    from srbench.execution.executor import Executor

DEFAULT = "local"


def executor_of(catalog: Catalog, processes: int, name: str = DEFAULT) -> Executor:
    """Return the registered executor `name`, with `processes` at a time.

    Raises:
        UnknownName: if nobody registered it.
    """
    executor: Executor = load(catalog.executors.get(name).build)(processes)
    return executor
