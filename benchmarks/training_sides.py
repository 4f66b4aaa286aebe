"""The training loops that are compared: plain PyTorch, BasicSR and srbench; each calls `turn` after its steps.

Beside them is what they work on: a job of L1 alone, and pairs of images as PNG files.
"""

from __future__ import annotations

import sys
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

import torch
from basicsr_functions import basicsr
from torch import nn
from torch.utils.data import DataLoader, RandomSampler
from training_turns import LeftOut, Setup

from srbench import Phase, Recipe, Term
from srbench.catalog import load_catalog
from srbench.imaging.image_io import write_png
from srbench.models.build import builder
from srbench.models.call import takes_scale
from srbench.training import fabric
from srbench.training.job import TrainingJob
from srbench.training.run import Hardware, TrainingRun
from srbench.training.trainer import ReportSchedule

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from srbench import Budget, ModelSpec
    from srbench.data.training_set.training_set import TrainingSet


def contenders(device: str) -> dict:
    """Return the loops by name: with PyTorch's defaults, and srbench in float32 and in the device's own precision."""
    ours = dict.fromkeys(["32-true", fabric.native_precision(device)])
    return {
        "plain, float32": plain,
        "BasicSR, float32": basic_sr,
        **{f"srbench, {precision}": partial(srbench, precision=precision) for precision in ours},
    }


def l1_job(model: ModelSpec, budget: Budget, sources: Sequence[str], scale: int, hold_out: int = 0) -> TrainingJob:
    """Return a training of `model` with L1 alone.

    Args:
        model: The network.
        budget: Steps, batch and patch.
        sources: Names of the datasets.
        scale: Scale of the training.
        hold_out: Number of images for validation.
    """
    l1 = Phase("l1", (Term("l1"),), budget)
    recipe = Recipe(f"benchmark-{model.name}", model.name, (l1,), tuple(sources), scales=(scale,), hold_out=hold_out)
    losses = (load_catalog().losses.get("l1"),)
    return TrainingJob(recipe, recipe, model, "paper", 0, (float(scale),), losses=losses)


def write_pairs(images: TrainingSet, scale: int, folder: Path) -> None:
    """Write HR and LR of the images as PNG files, for the loops that read files."""
    for index in range(len(images)):
        write_png(folder / "HR" / f"{index:04}.png", images.hr(index, scale))
        write_png(folder / "LR" / f"{index:04}.png", images.lr(index, scale))


def network(job: TrainingJob) -> nn.Module:
    """Return the job's network, called as ``network(lr)``, with the weights that srbench's `build_network` draws."""
    torch.manual_seed(job.seed)
    module = builder(job.model, job.scales[0], job.recipe.lr_mode)()
    return AtScale(module, job.scales[0]) if takes_scale(module) else module


class AtScale(nn.Module):
    def __init__(self, module, scale):
        super().__init__()
        self.module, self.scale = module, scale

    def forward(self, lr):
        return self.module(lr, self.scale)


def plain(setup: Setup, turn):
    """Train as people usually do: float32, NCHW, PyTorch's Adam and L1, and PNG files through a DataLoader."""
    from training_data import Files  # imports timing.py, which sets one thread

    torch.set_num_threads(setup.threads)
    budget, cuda = setup.job.phase.budget, setup.device.startswith("cuda")
    files = Files(setup.files)
    sampler = RandomSampler(files, replacement=True, num_samples=10**9)  # endless: starting workers is not timed
    loader = DataLoader(files, budget.batch, sampler=sampler, num_workers=setup.workers, pin_memory=cuda)
    model = network(setup.job).to(setup.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=budget.learning_rate)
    loss = nn.L1Loss()
    for step, (lr, hr) in enumerate(loader, 1):
        lr, hr = (patches.to(setup.device, non_blocking=True) for patches in (lr, hr))  # noqa: PLW2901 - as is common
        optimizer.zero_grad()
        loss(model(lr), hr).backward()
        optimizer.step()
        if step % setup.steps == 0:
            turn()


def basic_sr(setup: Setup, turn):
    """Train with BasicSR's SRModel, PairedImageDataset and loaders, in the loop of its `train.py` without logging.

    The network is the one that all sides train, registered with BasicSR.
    """
    try:
        found = basicsr("models.sr_model")
    except ImportError as error:
        raise LeftOut(f"BasicSR does not import: {error}") from error
    if found is None:
        raise LeftOut("BasicSR is not installed")
    data, fetch = basicsr("data"), basicsr("data.prefetch_dataloader")
    basicsr("utils.registry").ARCH_REGISTRY.register(network)
    cuda = setup.device.startswith("cuda")
    torch.backends.cudnn.benchmark = True  # as in BasicSR's train.py
    options = basicsr_options(setup, cuda=cuda)
    images = options["datasets"]["train"]
    files = data.build_dataset(images)
    sampler = basicsr("data.data_sampler").EnlargedSampler(files, 1, 0, ratio=1000)
    loader = data.build_dataloader(files, images, num_gpu=options["num_gpu"], sampler=sampler, seed=0)
    model = found.SRModel(options)
    batches = fetch.CUDAPrefetcher(loader, options) if cuda else fetch.CPUPrefetcher(loader)
    for step in count(1):
        batch = batches.next()
        model.update_learning_rate(step)
        model.feed_data(batch)
        model.optimize_parameters(step)
        if step % setup.steps == 0:
            turn()


def basicsr_options(setup: Setup, *, cuda):
    budget = setup.job.phase.budget
    scale = int(setup.job.scales[0])
    return {
        "num_gpu": int(cuda),
        "dist": False,
        "rank": 0,
        "is_train": True,
        "path": {},
        "network_g": {"type": "network", "job": setup.job},
        "train": {
            "total_iter": 10**9,
            "optim_g": {"type": "Adam", "lr": budget.learning_rate, "betas": (0.9, 0.999)},
            "scheduler": {"type": "MultiStepLR", "milestones": [10**9], "gamma": 0.5},
            "pixel_opt": {"type": "L1Loss", "loss_weight": 1.0, "reduction": "mean"},
        },
        "datasets": {
            "train": {
                "name": "png",
                "type": "PairedImageDataset",
                "dataroot_gt": str(setup.files / "HR"),
                "dataroot_lq": str(setup.files / "LR"),
                "io_backend": {"type": "disk"},
                "gt_size": scale * budget.patch,
                "scale": scale,
                "phase": "train",
                "use_hflip": True,
                "use_rot": True,
                "batch_size_per_gpu": budget.batch,
                "num_worker_per_gpu": setup.workers,
                "prefetch_mode": "cuda" if cuda else "cpu",
                "pin_memory": cuda,
            }
        },
    }


def srbench(setup: Setup, turn, *, precision, kept=True):
    """Train with `srbench train`; its reports are the turns, so they are timed too.

    Args:
        setup: Setup of the comparison.
        turn: Function to call after each turn.
        precision: Precision of srbench.
        kept: Whether srbench's malloc settings apply; otherwise malloc keeps its defaults.
    """
    if not kept:
        fabric.keep_freed_memory = lambda: None
    out = setup.out / f"{precision}-{kept}"
    turns = setup.job.phase.budget.steps // setup.steps
    schedule = ReportSchedule(reports=turns, validations=1, save_seconds=float("inf"))
    machine = Hardware(setup.device, precision)
    observe = Observer(turn)
    TrainingRun(load_catalog(), (setup.data,), out, machine, schedule, "new", observe).train(setup.job)
    sys.exit("more turns were taken than the job has")


class Observer:
    def __init__(self, turn):
        self.turn = turn

    def __call__(self, _state):
        self.turn()
