"""PCARN: Efficient Deep Neural Network for Photo-realistic Image Super-resolution (Ahn, Kang and Sohn, 2019)."""

from __future__ import annotations

from typing import Any

from srbench import Figure, ImagesSpec, KeyLayout, MethodSpec, ModelSpec, Recipe, Table, WeightsSpec, hookimpl
from srbench_pcarn import shipped
from srbench_pcarn.figures import FIGURES
from srbench_pcarn.methods import METHODS
from srbench_pcarn.recipes import GROUPS, PAPER, RECIPES
from srbench_pcarn.tables import TABLES

PCARN_PYTORCH = KeyLayout("nmhkahn/PCARN-pytorch", "srbench_pcarn.checkpoint:convert_pcarn")
BUILD = "srbench_pcarn.model:PCARN"
RECEPTIVE_FIELD = 21
"""Radius of PCARN's receptive field in LR pixels, at any scale.

The first convolution adds 1, the nine residual blocks 18, the upsampler and the last convolution together 2; the 1x1
convolutions add nothing.
"""

MOBILE: dict[str, Any] = {"groups": 4, "efficient": True, "recursive": True}
REDUCED = 16
"""Number of features of the networks for a CPU that stand in for those of Tables 1 to 3, which have 64."""


def pcarn(name: str, summary: str, *, scales: tuple[float, ...] = (2.0, 3.0, 4.0), **kwargs: Any) -> ModelSpec:
    """Return the spec of a PCARN with an upsampler for each of `scales`.

    Args:
        name: the model's name.
        summary: one-line description.
        scales: the scales.
        **kwargs: further arguments of `PCARN`.
    """
    return ModelSpec(
        name,
        build=BUILD,
        scales=scales,
        kwargs={"scales": scales, **kwargs},
        joint=True,
        receptive_radius=RECEPTIVE_FIELD,
        layouts=(PCARN_PYTORCH,),
        paper=PAPER,
        summary=summary,
    )


@hookimpl
def srbench_models() -> list[ModelSpec]:
    """Return PCARN and PCARN-M, the ablation of Table 1 and the efficient variants of Fig. 8 (both at x4 only)."""
    x4 = (4.0,)
    neither: dict[str, Any] = {"local_cascading": False, "global_cascading": False, "global_residual": False}
    ablation: dict[str, tuple[str, dict[str, Any]]] = {
        "pcarn-baseline": ("Table 1: no cascading, no global residual", neither),
        "pcarn-local": ("Table 1: local cascading", {**neither, "local_cascading": True}),
        "pcarn-global": ("Table 1: global cascading", {**neither, "global_cascading": True}),
        "pcarn-local-global": ("Table 1: local and global cascading", {"global_residual": False}),
        "pcarn-single": ("Table 1: PCARN with the x4 upsampler alone", {}),
    }
    return [
        pcarn("pcarn", "cascading residual network, x2, x3 and x4 in one"),
        pcarn("pcarn-m", "PCARN with grouped, shared residual blocks (G4R of Fig. 8)", **MOBILE),
        *(pcarn(name, summary, scales=x4, **kwargs) for name, (summary, kwargs) in ablation.items()),
        *(
            pcarn(f"{name}-reduced", f"{summary}; reduced to {REDUCED} features", scales=x4, features=REDUCED, **kwargs)
            for name, (summary, kwargs) in ablation.items()
        ),
        *(
            pcarn(
                f"pcarn-g{groups}{'r' if recursive else ''}",
                f"Fig. 8: {groups} groups{', shared blocks' if recursive else ''}",
                scales=x4,
                groups=groups,
                efficient=True,
                recursive=recursive,
            )
            for groups in GROUPS
            for recursive in (False, True)
        ),
    ]


@hookimpl
def srbench_weights() -> list[WeightsSpec]:
    """Return the authors' checkpoint and the weights that srbench trained, each with a card in ``weights/``."""
    return [
        WeightsSpec(
            "pcarn-m",
            filename="PCARN-M.pth",
            url="https://raw.githubusercontent.com/nmhkahn/PCARN-pytorch/"
            "5d5bc7f1bbfba43db589c6355ab86eeb912f010f/checkpoints/PCARN-M.pth",
            sha256="a7e328d6c87991ec81540d6b0b15723714443d0c276bec0e864aae441ef16a24",
            licence="MIT",
            origin="trained by the paper's authors on DIV2K with the GAN and VGG losses",
            convert=PCARN_PYTORCH.convert,
        ),
        *shipped.WEIGHTS,
    ]


@hookimpl
def srbench_images() -> list[ImagesSpec]:
    """Return the SR images of PCARN and PCARN-M, which the README of the authors' repository links."""
    return [
        ImagesSpec(
            f"{name.lower()}-images",
            name,
            "https://drive.google.com/drive/folders/17ZNnDhYlY6-n1JcaDMh2_2V-q-Eu7bGT",
            "none stated for the images; the code is MIT",
            "Set5, Set14, B100 and Urban100, by the README of the authors' repository; its code numbers files from "
            "00001 in the order of the images' names: give them the names of the HR images",
            written="truncated",
        )
        for name in ("PCARN", "PCARN-M")
    ]


@hookimpl
def srbench_methods() -> tuple[MethodSpec, ...]:
    """Return the methods with weights from the authors, as far as they are available, and the trained ones."""
    return METHODS


@hookimpl
def srbench_tables() -> tuple[Table, ...]:
    """Return Tables 1 to 6."""
    return TABLES


@hookimpl
def srbench_figures() -> tuple[Figure, ...]:
    """Return Figures 1 to 13, of which 1 to 4 are sketches that are not drawn."""
    return FIGURES


@hookimpl
def srbench_recipes() -> tuple[Recipe, ...]:
    """Return the recipes of PCARN, PCARN-M, and the rows of Tables 1 to 3."""
    return RECIPES
