"""Specs of LPIPS, MS-SSIM and the metrics of a model's sigma, and of the weights they need."""

from __future__ import annotations

from math import inf

from srbench.specs.metric import MetricSpec
from srbench.specs.weights import WeightsSpec

TORCHVISION = "https://download.pytorch.org/models"
ZHANG = "Zhang et al. 2018, arXiv:1801.03924"
HE_CHENG = "He and Cheng 2022, Revisiting l1 Loss in Super-Resolution"


def lpips(network: str, attribute: str, weights: str, *, aliases: tuple[str, ...] = ()) -> MetricSpec:
    """Return the spec of LPIPS on one backbone.

    Args:
        network: Name of the backbone, the suffix of the metric's name.
        attribute: Class in `srbench.metrics.lpips`.
        weights: Name of the backbone's weights.
        aliases: Other names of the metric. With aliases, the metric is plain ``lpips``, the variant that papers report.
    """
    return MetricSpec(
        "lpips" if aliases else f"lpips_{network}",
        f"srbench.metrics.lpips:{attribute}",
        "lower",
        aliases=aliases,
        title="LPIPS" if aliases else f"LPIPS ({network})",
        range=(0.0, inf),
        weights=(weights,),
        tolerance=0.0006,
        paper=ZHANG,
        summary=f"learned perceptual distance v0.1 on {network}, RGB",
    )


MS_SSIM = MetricSpec(
    "ms_ssim",
    "srbench.metrics.ms_ssim:ms_ssim",
    "higher",
    aliases=("ms-ssim",),
    title="MS-SSIM",
    range=(0.0, 1.0),
    decimals=4,
    tolerance=0.0005,
    paper="Wang, Simoncelli and Bovik 2003",
    summary="multi-scale structural similarity, five levels",
)
PLL = MetricSpec(
    "pll",
    "srbench.metrics.pll:pll",
    "higher",
    title="PLL",
    requires=("sigma",),
    decimals=2,
    tolerance=0.01,
    paper=f"{HE_CHENG}, Eq. 11",
    summary="mean log density of HR under the model's Gaussian, images in [0, 1], sigma at least one grey level",
)
PSNR_SIGMA = MetricSpec(
    "psnr_sigma",
    "srbench.metrics.psnr_sigma:psnr_sigma",
    "higher",
    title="PSNR(sigma)",
    unit="dB",
    range=(0.0, inf),
    requires=("sigma",),
    decimals=2,
    tolerance=0.01,
    paper=f"{HE_CHENG}, Table 7",
    summary="PSNR between the model's sigma and its actual error |HR - mu|",
)
METRICS = (
    lpips("alex", "LpipsAlex", "alexnet", aliases=("lpips_alex",)),
    lpips("squeeze", "LpipsSqueeze", "squeezenet1_1"),
    lpips("vgg", "LpipsVgg", "vgg16"),
    MS_SSIM,
    PLL,
    PSNR_SIGMA,
)

WEIGHTS = (
    WeightsSpec(
        "alexnet",
        filename="alexnet-owt-7be5be79.pth",
        url=f"{TORCHVISION}/alexnet-owt-7be5be79.pth",
        sha256="7be5be791159472b1fbf3c69796f7cb30dca7ad8466c2df70058c37116cdee02",
        licence="BSD-3-Clause",
        origin="torchvision's, trained on ImageNet",
        copies={
            # the convolutions alone
            "alexnet-torchvision-features.safetensors": (
                "9f97fd313f4da83dbe6bbfbe6effca1241de9edfcd7c53386261ed9697286dd9"
            ),
        },
    ),
    WeightsSpec(
        "squeezenet1_1",
        filename="squeezenet1_1-b8a52dc0.pth",
        url=f"{TORCHVISION}/squeezenet1_1-b8a52dc0.pth",
        sha256="b8a52dc049b60e4b6ab68ad0df457362afab8b6304b2febdc1650a5dab4d7e7b",
        licence="BSD-3-Clause",
        origin="torchvision's, trained on ImageNet",
        copies={
            # the convolutions alone, in float16
            "squeezenet1_1-torchvision-features-fp16.safetensors": (
                "9a513da1c6f9eac8a50b18443e2d8585c377cab41ab63df1e02f7abc267cc30a"
            ),
        },
    ),
    WeightsSpec(
        "vgg16",
        filename="vgg16-397923af.pth",
        url=f"{TORCHVISION}/vgg16-397923af.pth",
        sha256="397923af8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0",
        licence="BSD-3-Clause",
        origin="torchvision's, trained on ImageNet",
    ),
)
