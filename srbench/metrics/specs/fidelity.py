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
    title="Mult-adds",
    range=(0.0, inf),
    subject="model",
    reference=False,
    version=2,  # since version 2: matrix products (Linear layers, attention) count too
    decimals=0,
    conventions=("macs_with_biases", "macs_elementwise"),
    summary="multiplications of convolutions and matrix products for a 1280x720 HR image",
)
MACS_WITH_BIASES = MetricSpec(
    "macs_with_biases",
    "srbench.metrics.macs:macs_with_biases",
    "lower",
    title="Mult-adds (biases)",
    range=(0.0, inf),
    subject="model",
    reference=False,
    decimals=0,
    paper="Ahn et al. 2018 (CARN)",
    summary="macs, biases and mean shifts for a 1280x720 HR image, as CARN prints them",
)
MACS_ELEMENTWISE = MetricSpec(
    "macs_elementwise",
    "srbench.metrics.macs:macs_elementwise",
    "lower",
    title="Mult-adds (all)",
    range=(0.0, inf),
    subject="model",
    reference=False,
    decimals=0,
    paper="Hui et al. 2019 (IMDN)",
    summary="macs, biases and element-wise multiplications for a 1280x720 HR image, as IMDN prints them",
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
METRICS = (PSNR, SSIM, PARAMS, MACS, MACS_WITH_BIASES, MACS_ELEMENTWISE, RUNTIME, PEAK_MEMORY, TRAINING_TIME)
