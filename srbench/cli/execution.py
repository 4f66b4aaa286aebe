"""Choice of the executor that runs the jobs of a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.loading import load

if TYPE_CHECKING:
    from srbench.catalog import Catalog
    from srbench.execution.executor import Executor

DEFAULT = "local"
"""Name of the executor that commands use."""


def executor_of(catalog: Catalog, processes: int, name: str = DEFAULT) -> Executor:
    """Return the registered executor `name`, set to run up to `processes` processes at a time.

    Args:
        catalog: The catalog with the executors.
        processes: Number of jobs to run at a time.
        name: Name of the executor.

    Raises:
        UnknownName: if no executor of that name is registered.
    """
    executor: Executor = load(catalog.executors.get(name).build)(processes)
    return executor
