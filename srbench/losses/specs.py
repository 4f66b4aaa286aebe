"""Specs of srbench's built-in losses and of the weights they need."""

from __future__ import annotations

from srbench.specs.loss import LossSpec
from srbench.specs.weights import WeightsSpec

TORCHVISION = WeightsSpec(
    "vgg19",
    filename="vgg19-dcbb9e9d.pth",
    url="https://download.pytorch.org/models/vgg19-dcbb9e9d.pth",
    sha256="",
    sha256_start="dcbb9e9d",
    licence="BSD-3-Clause",
    origin="torchvision's, trained on ImageNet",
)
CAFFE_NORMALISED = WeightsSpec(
    "vgg19-caffe-normalised",
    filename="vgg19-caffe-normalised-fp16.safetensors",
    url="https://github.com/xunhuang1995/AdaIN-style",  # its encoder has the same layers with the same numbers
    sha256="4d33df50a11a905850fa81ab234da47572fa920e7e0865c94b6404b3e1b9b065",
    licence="CC-BY-4.0",
    origin="VGG19 of Simonyan and Zisserman, trained on ImageNet in Caffe, with filters scaled to a mean activation of "
    "1 as in Gatys et al.; stored in float16",
    downloadable=False,
)
WEIGHTS = (TORCHVISION, CAFFE_NORMALISED)

LOSSES = (
    LossSpec("l1", "srbench.losses.l1:L1", summary="mean absolute error"),
    LossSpec("l2", "srbench.losses.l2:L2", summary="mean squared error"),
    LossSpec(
        "charbonnier",
        "srbench.losses.charbonnier:Charbonnier",
        paper="Lai et al. 2017, Deep Laplacian Pyramid Networks, arXiv:1704.03915",
        summary="smooth approximation of L1; eps",
    ),
    LossSpec(
        "ms-ssim",
        "srbench.losses.ms_ssim:MsSsim",
        paper="Wang, Simoncelli and Bovik 2003; as a loss Zhao et al. 2017, arXiv:1511.08861",
        summary="1 - multi-scale structural similarity; levels",
    ),
    LossSpec(
        "edge",
        "srbench.losses.edge:Edge",
        paper="Ma et al. 2020, Structure-Preserving Super Resolution, arXiv:2003.13081",
        summary="L1 between the magnitudes of Sobel gradients",
    ),
    LossSpec(
        "vgg",
        "srbench.losses.vgg:Vgg",
        weights=(TORCHVISION.name, CAFFE_NORMALISED.name),
        paper="Johnson, Alahi and Fei-Fei 2016, arXiv:1603.08155",
        summary="distance between VGG19 features; layers, distance, reduction, weights, normalise",
    ),
    LossSpec(
        "texture",
        "srbench.losses.texture:Texture",
        weights=(TORCHVISION.name, CAFFE_NORMALISED.name),
        paper="Gatys, Ecker and Bethge 2015, arXiv:1505.07376; for SR Sajjadi et al. 2017, arXiv:1612.07919",
        summary="distance between Gram matrices of VGG19 features; layers, patch, divide_by, weights, normalise",
    ),
)
