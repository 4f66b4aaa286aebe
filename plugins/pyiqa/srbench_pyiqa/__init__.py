"""All metrics of pyiqa as pyiqa:<name>; pyiqa itself is an extra, srbench-pyiqa[pyiqa]."""

from __future__ import annotations

from srbench import MetricSpec, hookimpl
from srbench_pyiqa.names import LISTED, Listed

VERSIONS = {"pyiqa:pi": 2}
"""Versions above 1, by metric. 2: `pi` gets RGB, since pyiqa converts it to BT.601 luma, and no longer luma."""


@hookimpl
def srbench_metrics() -> list[MetricSpec]:
    """Return pyiqa's metrics."""
    return list(map(bridged, LISTED.values()))


def bridged(listed: Listed) -> MetricSpec:
    """Return the spec of one of pyiqa's metrics."""
    name = f"pyiqa:{listed.name}"
    return MetricSpec(
        name,
        f"srbench_pyiqa.bridge:{listed.name}",
        listed.better,
        title=listed.name,
        reference=listed.reference,
        version=VERSIONS.get(name, 1),
        summary=f"pyiqa's {listed.name} on {'luma' if listed.luma else 'RGB'}, the protocol's border cropped",
    )
