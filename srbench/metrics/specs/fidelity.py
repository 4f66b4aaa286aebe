"""Specs of PSNR, SSIM and the cost metrics; importing them loads no heavy library."""

from __future__ import annotations

from math import inf

from srbench.specs.metric import MetricSpec

PSNR = MetricSpec(
    "psnr",
    "srbench.metrics.psnr:psnr",
    "higher",
    title="PSNR",
    unit="dB",
    range=(0.0, inf),
    decimals=2,
    tolerance=0.01,
    tolerance_retrained=0.1,
    tolerance_inexact=0.02,
    summary="peak signal-to-noise ratio, 10 log10(255^2 / MSE)",
)
SSIM = MetricSpec(
    "ssim",
    "srbench.metrics.ssim:ssim",
    "higher",
    title="SSIM",
    range=(-1.0, 1.0),
    decimals=4,
    tolerance=0.0005,
    tolerance_retrained=0.002,
    paper="Wang et al. 2004",
    summary="structural similarity: Gaussian 11x11, sigma 1.5, K = (0.01, 0.03), valid region",
)
PARAMS = MetricSpec(
    "params",
    "srbench.metrics.params:params",
    "lower",
    title="Params",
    range=(0.0, inf),
    subject="model",
    reference=False,
    decimals=0,
    summary="parameters, biases included; a multi-scale model's upsamplers all count",
)
MACS = MetricSpec(
    "macs",
    "srbench.metrics.macs:macs",
    "lower",
    aliases=("mult-adds", "multadds"),
    title="MAs",
    range=(0.0, inf),
    subject="model",
    reference=False,
    decimals=0,
    summary="multiplications of the convolutions for a 1280x720 HR image",
)
RUNTIME = MetricSpec(
    "runtime_ms",
    "srbench.metrics.runtime:runtime_ms",
    "lower",
    title="Runtime",
    unit="ms",
    range=(0.0, inf),
    subject="model",
    reference=False,
    version=2,  # since version 2: at most 15 seconds of runs, and no measurement of large networks on a CPU
    decimals=1,
    repeatable=False,
    summary="median wall time of one forward pass to a 1280x720 HR image, on the device of the record",
)
PEAK_MEMORY = MetricSpec(
    "peak_memory",
    "srbench.metrics.memory:peak_memory",
    "lower",
    title="Memory",
    unit="B",
    range=(0.0, inf),
    subject="model",
    reference=False,
    decimals=0,
    repeatable=False,
    summary="bytes allocated at the peak of one forward pass to a 1280x720 HR image",
)
TRAINING_TIME = MetricSpec(
    "train_ms_per_iter",
    "srbench.training.step_time:ms_per_step",
    "lower",
    title="Training",
    unit="ms/iter",
    range=(0.0, inf),
    subject="training",
    reference=False,
    decimals=2,
    repeatable=False,
    summary="median wall time of a training step on patches of the budget's size, on the device of the record",
)
METRICS = (PSNR, SSIM, PARAMS, MACS, RUNTIME, PEAK_MEMORY, TRAINING_TIME)
