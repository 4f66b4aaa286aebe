"""PCARN: Efficient Deep Neural Network for Photo-realistic Image Super-resolution (Ahn, Kang and Sohn, 2019)."""

from __future__ import annotations

from typing import Any

from srbench import MethodSpec, ModelSpec, Table, WeightsSpec, hookimpl
from srbench_pcarn.tables import TABLES

PAPER = "arXiv:1903.02240"
BUILD = "srbench_pcarn.model:PCARN"
RECEPTIVE_FIELD = 21
"""Its radius in LR pixels, at any scale: the first convolution 1, eighteen in nine residual blocks, then 2 for the
upsampler and the last one together. The 1x1 convolutions add nothing."""

MOBILE: dict[str, Any] = {"groups": 4, "efficient": True, "recursive": True}
FIGURE_8_GROUPS = (2, 4, 8, 16, 32, 64)


def pcarn(name: str, summary: str, *, scales: tuple[float, ...] = (2.0, 3.0, 4.0), **kwargs: Any) -> ModelSpec:
    """A `ModelSpec` of a PCARN with an upsampler for each of `scales`."""
    return ModelSpec(
        name,
        build=BUILD,
        scales=scales,
        kwargs={"scales": scales, **kwargs},
        joint=True,
        halo=RECEPTIVE_FIELD,
        paper=PAPER,
        summary=summary,
    )


@hookimpl
def srbench_models() -> list[ModelSpec]:
    """PCARN and PCARN-M, the ablation of Table 1 and the efficient variants of Fig. 8 (both at x4 only)."""
    x4 = (4.0,)
    neither: dict[str, Any] = {"local_cascading": False, "global_cascading": False, "global_residual": False}
    return [
        pcarn("pcarn", "cascading residual network, x2, x3 and x4 in one"),
        pcarn("pcarn-m", "PCARN with grouped, shared residual blocks (G4R of Fig. 8)", **MOBILE),
        pcarn("pcarn-baseline", "Table 1: no cascading, no global residual", scales=x4, **neither),
        pcarn("pcarn-local", "Table 1: local cascading", scales=x4, **{**neither, "local_cascading": True}),
        pcarn("pcarn-global", "Table 1: global cascading", scales=x4, **{**neither, "global_cascading": True}),
        pcarn("pcarn-local-global", "Table 1: local and global cascading", scales=x4, global_residual=False),
        pcarn("pcarn-single", "Table 1: PCARN with the x4 upsampler alone", scales=x4),
        *(
            pcarn(
                f"pcarn-g{groups}{'r' if recursive else ''}",
                f"Fig. 8: {groups} groups{', shared blocks' if recursive else ''}",
                scales=x4,
                groups=groups,
                efficient=True,
                recursive=recursive,
            )
            for groups in FIGURE_8_GROUPS
            for recursive in (False, True)
        ),
    ]


@hookimpl
def srbench_weights() -> list[WeightsSpec]:
    """The authors' release."""
    return [
        WeightsSpec(
            "pcarn-m",
            filename="PCARN-M.pth",
            url="https://raw.githubusercontent.com/nmhkahn/PCARN-pytorch/"
            "5d5bc7f1bbfba43db589c6355ab86eeb912f010f/checkpoints/PCARN-M.pth",
            sha256="a7e328d6c87991ec81540d6b0b15723714443d0c276bec0e864aae441ef16a24",
            licence="MIT",
            origin="trained by the paper's authors on DIV2K with the GAN and VGG losses",
            convert="srbench_pcarn.checkpoint:convert_pcarn_m",
        )
    ]


@hookimpl
def srbench_methods() -> list[MethodSpec]:
    """What the authors released weights for, as far as they are at hand."""
    return [
        MethodSpec(
            "pcarn-m",
            model="pcarn-m",
            weights="pcarn-m",
            source="released",
            paper=PAPER,
            summary="GAN-trained PCARN-M: made for perception (LPIPS, NIQE), at the cost of PSNR and SSIM",
        )
    ]


@hookimpl
def srbench_tables() -> tuple[Table, ...]:
    """Tables 1 to 6."""
    return TABLES
