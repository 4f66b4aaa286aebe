"""Ma and PI, and all metrics of pyiqa as pyiqa:<name>; pyiqa itself is an extra, srbench-pyiqa[pyiqa]."""

from __future__ import annotations

from math import inf

from srbench import NO_REFERENCE_METRICS, MetricSpec, WeightsSpec, hookimpl
from srbench_pyiqa.names import LISTED, Listed

NRQM_MODEL = "nrqm-model"
NIQE = next(spec for spec in NO_REFERENCE_METRICS if spec.name == "niqe")
MA = MetricSpec(
    "ma",
    "srbench_pyiqa.ma:Ma",
    "higher",
    aliases=("nrqm",),
    title="Ma",
    range=(0.0, 10.0),
    reference=False,
    weights=(NRQM_MODEL,),
    tolerance=0.05,
    paper="Ma, Yang, Yang and Yang 2017, arXiv:1612.05890",
    summary="learned no-reference score for super-resolution, on Y (rounded), 4 pixels cropped, computed by pyiqa",
)
PI = MetricSpec(
    "pi",
    "srbench_pyiqa.ma:Pi",
    "lower",
    title="PI",
    range=(0.0, inf),
    reference=False,
    weights=(NRQM_MODEL, *NIQE.weights),
    tolerance=0.05,
    paper="Blau et al. 2018, arXiv:1809.07517",
    summary="perceptual index of the PIRM 2018 challenge: ((10 - Ma) + NIQE) / 2",
)


VERSIONS = {"pyiqa:pi": 2}
"""Versions above 1, by metric. 2: `pi` gets RGB, since pyiqa converts it to BT.601 luma, and no longer luma."""


@hookimpl
def srbench_metrics() -> list[MetricSpec]:
    """Return Ma, PI and pyiqa's metrics."""
    return [MA, PI, *map(bridged, LISTED.values())]


@hookimpl
def srbench_weights() -> list[WeightsSpec]:
    """Return the weights of Ma, its random forests."""
    return [
        WeightsSpec(
            NRQM_MODEL,
            filename="NRQM_model.mat",
            url="https://huggingface.co/chaofengc/IQA-PyTorch-Weights/resolve/main/NRQM_model.mat",
            sha256="",
            licence="MIT",
            origin="model by Ma's authors (github.com/chaoma99/sr-metric, model.mat), as distributed by pyiqa",
        )
    ]


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
