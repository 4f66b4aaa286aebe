"""The effect of srbench's memory format and precision on learning: the same steps with and without them."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import nn
from training_sides import network

from srbench.data.training_set.training_set import split
from srbench.training.batches.sampler import PatchSampler
from srbench.training.learner import Learner
from srbench.training.monitoring.validation import validate
from srbench.training.recipe.learning_rate import learning_rate
from srbench.training.run import Hardware, TrainingRun
from srbench.training.trainer import ReportSchedule


def plain_curve(job, images, device):
    """Return (loss of each step, validation PSNR) in float32 and NCHW, on the batches that srbench draws."""
    trained_on, held_out = split(images, job.recipe.hold_out)
    budget = job.phase.budget
    seed = [job.seed, len(job.recipe.phases)]
    sampler = PatchSampler(
        trained_on, scales=job.scales, batch=budget.batch, patch=budget.patch, seed=seed, device=device
    )
    model = network(job).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=budget.learning_rate)
    loss, losses = nn.L1Loss(), []
    for step in range(budget.steps):
        batch = sampler.next()
        optimizer.param_groups[0]["lr"] = learning_rate(budget, step)
        optimizer.zero_grad()
        total = loss(model(batch.lr.contiguous()), batch.hr.contiguous())
        total.backward()
        optimizer.step()
        losses.append(total.detach())
    psnr = validate(Learner(model.eval()).predict, held_out, job.scales, device)
    return [float(value) for value in losses], psnr


def srbench_curve(job, catalog, data, out, machine):
    """Return the same, by `srbench train`."""
    states = []
    schedule = ReportSchedule(reports=job.phase.budget.steps, validations=1, save_seconds=float("inf"))
    TrainingRun(catalog, (data,), out, machine, schedule, "new", states.append).train(job)
    return [state.losses["loss"] for state in states], states[-1].psnr


def curves(job, seeds, images, catalog, data, out, device, precision):
    """Return (losses, PSNR) of each seed, by side; `precision` is srbench's."""
    sides = {"plain, float32": [], f"srbench, {precision}": []}
    for seed in range(seeds):
        seeded = replace(job, seed=seed)
        machine = Hardware(device, precision)
        results = plain_curve(seeded, images, device), srbench_curve(seeded, catalog, data, out, machine)
        for runs, result in zip(sides.values(), results, strict=True):
            runs.append(result)
    return sides
