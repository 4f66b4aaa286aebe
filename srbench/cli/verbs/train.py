"""``srbench train``: train the network of a recipe."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from srbench.catalog import load_catalog
from srbench.cli.options import (
    SEED,
    CheckpointPath,
    data_option,
    device_option,
    json_option,
    many,
    out_option,
    scale_option,
    split_datasets,
)
from srbench.cli.output import echo_json
from srbench.cli.progress.training import announcer, is_main_process, training_progress
from srbench.errors import UsageError
from srbench.specs.model import parse_scale
from srbench.specs.recipe import PROFILES
from srbench.storage.roots import data_roots
from srbench.terminal.counted import counted

if TYPE_CHECKING:
    from srbench.catalog import Catalog
    from srbench.specs.recipe import Recipe
    from srbench.training.job import TrainingJob


@click.command()
@click.option("--plugin", "plugin_name", default="", help="The plugin of the recipe; unset: any.")
@click.option("--recipe", "recipe_name", required=True, help="The recipe to train (srbench list recipes).")
@click.option("--phase", default="", help="The last phase to train.  [default: the recipe's last]")
@click.option(
    "--profile",
    type=click.Choice(PROFILES),
    default="paper",
    show_default=True,
    help="Budget: demo (seconds, on photographs that ship with srbench's dependencies), quick (minutes on a CPU), "
    "short (meant for 20 min of a GPU), paper.",
)
@click.option(
    "--seed",
    type=SEED,
    default=0,
    show_default=True,
    help="Seed of initial weights, patches and noise.",
)
@scale_option("The scale, if the model has separate weights for each scale.")
@click.option(
    "--start",
    type=CheckpointPath(path_type=Path),
    default=None,
    help="Weights to start from (fine-tuning): a file, or its address on the Hub.",
)
@many("--train-data", split=split_datasets, help="Datasets, folders or parts (DIR#train) that replace the recipe's.")
@many("--valid-data", split=split_datasets, help="Datasets or folders to validate on; unset: those of the recipe.")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="PATH=VALUE",
    help="Change a setting of the recipe, e.g. l1.budget.steps=15000. Repeatable.",
)
@device_option
@click.option(
    "--precision",
    type=click.Choice(["auto", "32-true", "bf16-mixed"]),
    default="auto",
    show_default=True,
    help="auto: bfloat16 autocast on hardware that multiplies bfloat16 natively.",
)
@click.option(
    "--devices", type=click.IntRange(min=1), default=1, show_default=True, help="Number of training processes (DDP)."
)
@click.option("--resume", is_flag=True, help="Continue an interrupted training; start a new one if there is none.")
@click.option("--restart", is_flag=True, help="Delete the training of the last phase and start it again.")
@click.option(
    "--save-every", type=click.IntRange(min=1), default=None, help="Steps between checkpoints.  [default: 1 min]"
)
@click.option(
    "--samples",
    type=click.IntRange(min=0),
    default=2,
    show_default=True,
    help="Validation images whose SR image is kept at each validation, for srbench report; 0: none.",
)
@data_option
@out_option("Output folder.")
@json_option
def train(
    plugin_name: str,
    recipe_name: str,
    phase: str,
    profile: str,
    seed: int,
    scale: str,
    start: Path | None,
    train_data: tuple[str, ...],
    valid_data: tuple[str, ...],
    settings: tuple[str, ...],
    device: str,
    precision: Any,
    devices: int,
    resume: bool,
    restart: bool,
    save_every: int | None,
    samples: int,
    data: tuple[Path, ...],
    out: Path,
    as_json: bool,
) -> None:
    """Train a network as in its paper, at the paper's budget or that of a profile.

    The weights, checkpoints, curve.csv, samples and TensorBoard events are written to OUT/training/. Use several GPUs
    with --devices N, or torchrun -m srbench train ...

    \b
      srbench train --recipe pcarn-m --profile quick
      srbench train --recipe pcarn-m --profile quick --phase l1 --set l1.budget.steps=15000 --resume
    """
    if resume and restart:
        raise UsageError("--resume and --restart: they exclude each other; choose one")
    catalog = load_catalog()
    if plugin_name:
        _check_owner(catalog, plugin_name, recipe_name)
    from srbench.training.job import make_job
    from srbench.training.nearest_training import nothing_to_resume
    from srbench.training.recipe.override import override
    from srbench.training.run import Hardware, TrainingRun
    from srbench.training.trainer import ReportSchedule

    def change(recipe: Recipe) -> Recipe:
        for assignment in settings:
            recipe = override(recipe, assignment)
        if train_data:  # the recipe's validation sets match only its own training data
            recipe = replace(recipe, data=train_data, validation=())
        return replace(recipe, validation=valid_data) if valid_data else recipe

    wanted_scale = parse_scale(scale) if scale else None
    job = make_job(catalog, recipe_name, profile, seed, phase, wanted_scale, change)
    sets = {"data": train_data, "validation": valid_data}
    changed = (*settings, *(f"{name}={','.join(names)}" for name, names in sets.items() if names))
    job = replace(job, changed=changed)
    if start:
        job = replace(job, start=start, start_sha256=_sha256(start))
    if resume and is_main_process() and (nothing := nothing_to_resume(job, out)):
        click.echo(nothing, err=True)
    finished = not restart and job.done(out)
    with training_progress(job, catalog, quiet=as_json) as observe:
        training = TrainingRun(
            catalog,
            data_roots(data),
            out,
            Hardware(device, precision, devices),
            ReportSchedule(save_steps=save_every, samples=samples),
            "restart" if restart else "resume" if resume else "new",
            observe,
            announcer(quiet=as_json),
        )
        path = training.train(job)
    if is_main_process():
        _report(job, path, finished_before=finished, as_json=as_json)


def _sha256(start: Path) -> str:
    from srbench.storage.file_hashes import file_hash
    from srbench.weights.checkpoint_file import check_file

    check_file(start, "--start")
    return file_hash(start)


def _check_owner(catalog: Catalog, plugin: str, recipe: str) -> None:
    catalog.plugin(plugin)
    owner = catalog.recipes.owner(recipe).name
    if owner != plugin:
        raise UsageError(f"recipe {recipe!r} belongs to plugin {owner}, not to {plugin}; leave out --plugin")


def _report(job: TrainingJob, path: Path, *, finished_before: bool, as_json: bool) -> None:
    from srbench.training.storage.card import TrainingCard

    card = TrainingCard.read(path.parent)
    if as_json:
        echo_json({"weights": str(path), **card.document})
        return
    psnr = card.last_psnr
    validation = f", {psnr:.2f} dB on {counted(len(card.held_out), 'image')} held out" if psnr else ""
    changed = f" with {', '.join(job.changed)}" if job.changed else ""
    title = f"{job.recipe.name} {job.phase.name} at {job.profile}{changed}, seed {job.seed}"
    already = "already finished, " if finished_before else ""
    click.echo(f"{title}: {already}{card.last.get('step', 0)} steps{validation}")
    click.echo(f"weights: {path}")
    if taken := (card.document.get("started_from") or {}).get("taken"):
        click.echo(f"started from {taken}")
    for warning in card.warnings:
        click.echo(f"warning: {warning}")
    for name in card.left_out:
        click.echo(f"left out: {name}")
