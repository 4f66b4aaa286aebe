"""Tables of all papers with made-up measurements: rendering is tested here, not measuring."""

from __future__ import annotations

from dataclasses import replace

import pytest

from srbench.bench.planning.options import Options
from srbench.bench.planning.plan import make_plan
from srbench.bench.planning.selection import Selection
from srbench.bench.results.gather import gather
from srbench.bench.results.verdict import Verdict
from srbench.catalog import load_catalog

VERDICTS = (Verdict.REPRODUCED, Verdict.DIFFERS, Verdict.RULE_INFERRED, Verdict.OTHER_DEVICE, Verdict.OTHER_CONVENTION)


def measure(result, rows):
    """`result` with a measured number wherever a row of `rows` has a metric; every second printed one with seeds."""
    entries = []
    for number, entry in enumerate(result.entries):
        if entry.row in rows and entry.metric:
            value = (entry.published.value if entry.published else 30.0) * (1 + (number % 7 - 3) / 1000)
            verdict = VERDICTS[number % len(VERDICTS)] if entry.published else Verdict.UNPUBLISHED
            deviation = 0.0123 if entry.published and number % 2 else None
            measured = replace(entry, measured=value, verdict=verdict, seed_std=deviation, remarks="", protocol="")
            entries.append(measured)
        else:
            entries.append(entry)
    return replace(result, entries=tuple(entries))


@pytest.fixture(scope="session")
def unmeasured():
    """The tables of all plugins, nothing measured, by plugin and number."""
    catalog = load_catalog()
    return {
        f"{plugin.name}-{table.id}": gather(
            make_plan(catalog, plugin, table, Selection(), Options(), (), None, hash_files=False), {}
        )
        for plugin in catalog.plugins.values()
        for table in plugin.tables.values()
    }


@pytest.fixture(scope="session")
def full(unmeasured):
    """The same, with every cell measured: as wide and as long as they can get."""
    return {name: measure(result, set(result.table.rows)) for name, result in unmeasured.items()}


@pytest.fixture(scope="session")
def partly(unmeasured):
    """The same, with every second row measured."""
    return {name: measure(result, set(result.table.rows[::2])) for name, result in unmeasured.items()}
