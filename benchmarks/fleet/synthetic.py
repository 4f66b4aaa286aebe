"""A synthetic plugin of any number of cells: tables x rows x datasets x scales x metrics x seeds.

Every row is a method that is trained here, so that seeds count. Its network does nothing, its images are noise, and
`made_up` takes the place of measuring: the records have the size of real ones, and their numbers mean nothing.
"""

from __future__ import annotations

import random
import types
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

import srbench
from srbench import builtin
from srbench.catalog import Catalog
from srbench.provenance import versions
from srbench.records.record import Record
from srbench.registry import Plugin

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.bench.planning.job import Job

ROWS, DATASETS, SCALES, METRICS, SEEDS = 25, 10, (2.0, 4.0), ("psnr", "ssim", "brightness", "contrast"), 5
CELLS = ROWS * DATASETS * len(SCALES) * len(METRICS) * SEEDS
"""Number of cells of a table."""
IMAGES = 5
"""Number of images of a dataset."""
NAME = "fleet"
PUBLISHED = "table,row,dataset,scale,metric,value,std,rank,note"
TRAINING_SET = "fleet-training"


def catalog_of(tables: int, folder: Path) -> Catalog:
    """Return srbench's catalog with the synthetic plugin of so many tables, whose printed values lie in `folder`.

    Args:
        tables: Number of tables, each of `CELLS` cells.
        folder: Folder on the import path; it gets a package with the printed values.
    """
    methods = [f"fleet-{table}-{row}" for table, row in product(range(tables), range(ROWS))]
    budget = srbench.Budget(100, 16, 48, 1e-4)
    recipes = [
        srbench.Recipe(name, "fleet-net", (srbench.Phase("l1", (srbench.Term("l1"),), budget),), (TRAINING_SET,))
        for name in methods
    ]
    recipes = [srbench.Recipe(**{**vars(recipe), "kwargs": {"row": recipe.name}}) for recipe in recipes]
    module = types.SimpleNamespace(
        __doc__="A synthetic plugin.",
        srbench_models=srbench.hookimpl(lambda: [srbench.ModelSpec("fleet-net", "torch.nn:Identity", scales=SCALES)]),
        srbench_recipes=srbench.hookimpl(lambda: recipes),
        srbench_methods=srbench.hookimpl(lambda: [srbench.MethodSpec.trained_by(recipe) for recipe in recipes]),
        srbench_datasets=srbench.hookimpl(lambda: [srbench.DatasetSpec(name) for name in (*sets(), TRAINING_SET)]),
        srbench_metrics=srbench.hookimpl(
            lambda: [srbench.MetricSpec(name, "builtins:float", "higher") for name in METRICS[2:]]
        ),
        srbench_tables=srbench.hookimpl(lambda: [table(number, folder) for number in range(tables)]),
    )
    catalog = Catalog()
    catalog.register(Plugin("builtin"), builtin)
    catalog.register(Plugin(NAME), module)
    if error := catalog.plugins[NAME].error:
        raise SystemExit(error)
    return catalog


def sets() -> list[str]:
    """Return the names of the datasets."""
    return [f"fleet-set-{number}" for number in range(DATASETS)]


def table(number: int, folder: Path) -> srbench.Table:
    """Return a table with a printed value for each cell, which are written into `folder`."""
    rows = tuple(srbench.Row(f"row {row}", method=f"fleet-{number}-{row}") for row in range(ROWS))
    columns = tuple(
        srbench.Column(metric, dataset, scale) for dataset, scale, metric in product(sets(), SCALES, METRICS)
    )
    package = folder / f"fleet_{number}"
    package.mkdir(exist_ok=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    lines = [
        f"{number},{row.label},{column.dataset},{column.scale:g},{column.metric},{20 + place / 100:.2f},,,"
        for place, (row, column) in enumerate(product(rows, columns))
    ]
    (package / "published.csv").write_text("\n".join([PUBLISHED, *lines]), encoding="utf-8")
    claims = tuple(srbench.Claim("is better", row.label, rows[0].label, columns[0]) for row in rows[1:])
    return srbench.Table(
        str(number), "Synthetic", rows, columns, published=f"fleet_{number}:published.csv", claims=claims
    )


def write_images(root: Path) -> None:
    """Write the images of all datasets, a folder each, under `root`."""
    noise = np.random.default_rng(0)
    for name in (*sets(), TRAINING_SET):
        (root / name).mkdir(parents=True)
        for image in range(IMAGES):
            pixels = noise.integers(0, 256, (64, 64, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(root / name / f"image-{image}.png")


def made_up(job: Job) -> list[Record]:
    """Return a record with made-up values for each cell of a job, with everything else that a real one holds."""
    if job.dataset is None or job.method.training is None:
        raise SystemExit(f"{job.method.name}: not a job of the synthetic plugin")
    card = {"trained_with": job.method.training.identity, "key": job.method.training.key, "seed": job.seed}
    records = []
    for metric in job.metrics:
        draw = random.Random(f"{job.method.name} {job.dataset.name} {metric.spec.name} {job.seed}")  # noqa: S311
        values = {files.name: 30 + draw.random() for files in job.dataset.images}
        mean = sum(values.values()) / len(values)
        records.append(
            Record(
                job.cell(metric),
                "ok",
                values,
                mean,
                (min(values.values()), max(values.values())),
                seconds=2.0,
                device="cpu: made up, 1 threads",
                versions=versions(),
                weights={"weights.safetensors": job.method.training.key},
                dataset_fingerprint=job.dataset_hash,
                lr=job.lr,
                protocol=job.protocol.identity(),
                training=card,
                source=job.method.source,
                identity=job.identity(metric),
            )
        )
    return records
