"""Specs of NIQE, Ma, PI and NIMA and of their weights; importing them loads no heavy library."""

from __future__ import annotations

from math import inf

from srbench.specs.metric import MetricSpec
from srbench.specs.weights import WeightsSpec

GITHUB = "https://github.com"

METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        "niqe",
        "srbench.metrics.niqe:Niqe",
        "lower",
        title="NIQE",
        range=(0.0, inf),
        reference=False,
        weights=("niqe-parameters",),
        tolerance=0.05,
        paper="Mittal, Soundararajan, Bovik 2013",
        summary="natural image quality evaluator on Y (rounded), 4 pixels cropped from every side",
    ),
    MetricSpec(
        "niqe_grey",
        "srbench.metrics.niqe:NiqeGrey",
        "lower",
        title="NIQE (grey)",
        range=(0.0, inf),
        reference=False,
        weights=("niqe-parameters",),
        tolerance=0.05,
        paper="Mittal, Soundararajan, Bovik 2013",
        summary="NIQE on MATLAB's rgb2gray, 4 pixels cropped from every side",
    ),
    MetricSpec(
        "ma",
        "srbench.metrics.ma:Ma",
        "higher",
        aliases=("nrqm",),
        title="Ma",
        range=(0.0, 10.0),
        reference=False,
        weights=("nrqm-model",),
        tolerance=0.05,
        paper="Ma, Yang, Yang, Yang 2017, arXiv:1612.05890",
        summary="learned no-reference score for super-resolution on Y (rounded), 4 pixels cropped from every side",
    ),
    MetricSpec(
        "pi",
        "srbench.metrics.pi:Pi",
        "lower",
        title="PI",
        range=(0.0, inf),
        reference=False,
        weights=("nrqm-model", "niqe-parameters"),
        tolerance=0.05,
        paper="Blau et al. 2018, arXiv:1809.07517",
        summary="perceptual index of the PIRM 2018 challenge: ((10 - Ma) + NIQE) / 2",
    ),
    MetricSpec(
        "nima",
        "srbench.metrics.nima:Nima",
        "higher",
        title="NIMA",
        range=(1.0, 10.0),
        reference=False,
        weights=("nima-mobilenet",),
        tolerance=0.005,
        tolerance_retrained=0.05,
        paper="Talebi, Milanfar 2018",
        summary="mean rating of the whole image by idealo's MobileNet, trained on AVA",
    ),
)

WEIGHTS: tuple[WeightsSpec, ...] = (
    WeightsSpec(
        "niqe-parameters",
        filename="niqe_modelparameters.mat",
        url=f"{GITHUB}/roimehrez/PIRM2018/raw/master/utils/niqe_release/modelparameters.mat",
        sha256="fa2aa4d12dd9595c3fb6bf8b4e1a15c79d5d1469238d0901c88dead195be578d",
        licence="free to use and distribute with the notice of the University of Texas at Austin",
        origin="parameters by NIQE's authors, fitted to 125 undistorted photographs, as distributed by the PIRM 2018 "
        "challenge",
    ),
    WeightsSpec(
        "nrqm-model",
        filename="NRQM_model.mat",
        url="https://huggingface.co/chaofengc/IQA-PyTorch-Weights/resolve/main/NRQM_model.mat",
        sha256="",
        licence="MIT",
        origin="model by Ma's authors (github.com/chaoma99/sr-metric, model.mat), as distributed by pyiqa",
    ),
    WeightsSpec(
        "nima-mobilenet",
        filename="nima_mobilenet_aesthetic.hdf5",
        url=f"{GITHUB}/idealo/image-quality-assessment/raw/master/models/MobileNet/weights_mobilenet_aesthetic_0.07.hdf5",
        sha256="e563ad91b3d47410e45f7238f07ab8f6abd1bd0c4b18a4b0af9c681a21a91cb2",
        licence="Apache-2.0",
        origin="idealo's MobileNet, trained on the aesthetic ratings of AVA",
    ),
)
