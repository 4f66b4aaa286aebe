"""Specs of the methods: interpolation, and the networks with released weights or a recipe."""

from __future__ import annotations

from srbench import MethodSpec

METHODS = (
    MethodSpec("nearest", "nearest", summary="nearest-neighbour interpolation"),
    MethodSpec("bilinear", "bilinear", summary="bilinear interpolation, MATLAB's imresize"),
    MethodSpec("bicubic", "bicubic", summary="bicubic interpolation, MATLAB's imresize"),
    MethodSpec(
        "vdsr",
        "vdsr",
        weights="vdsr",
        source="released",
        paper="Kim et al., CVPR 2016",
        summary="a re-implementation's weights; it prints 37.65 / 33.77 / 31.45 dB on Set5; the authors': vdsr-authors",
    ),
    MethodSpec(
        "vdsr-authors",
        "vdsr-y",
        weights="vdsr-authors",
        source="released",
        paper="Kim et al., CVPR 2016",
        summary="the authors' weights, with biases",
    ),
    MethodSpec(
        "srcnn",
        "srcnn",
        weights={4: "srcnn-x4"},
        source="released",
        recipe="srcnn",
        paper="Dong et al., TPAMI 2016",
        summary="the authors' 9-5-5, x4 only",
    ),
    MethodSpec(
        "lapsrn",
        "lapsrn",
        weights={4: "lapsrn"},
        source="released",
        paper="Lai et al., CVPR 2017",
        summary="a re-implementation's weights, x4 only",
    ),
    MethodSpec(
        "mslapsrn",
        "mslapsrn",
        weights="mslapsrn",
        source="released",
        recipe="mslapsrn",
        paper="Lai et al., TPAMI 2018",
    ),
    MethodSpec(
        "enet",
        "enet",
        weights={4: "enet"},
        source="released",
        recipe="enet",
        paper="Sajjadi et al., ICCV 2017",
        summary="ENet-PAT: made for perception (LPIPS, NIQE), at the cost of PSNR and SSIM",
    ),
    MethodSpec(
        "idn",
        "idn",
        weights={scale: f"idn-x{scale}" for scale in (2, 3, 4)},
        source="released",
        paper="Hui et al., CVPR 2018",
    ),
    MethodSpec(
        "carn",
        "carn",
        weights={2: "carn-x2"},
        source="released",
        paper="Ahn et al., ECCV 2018",
        summary="the authors' weights, x2 only",
    ),
    MethodSpec("carn-m", "carn-m", weights="carn-m", source="released", paper="Ahn et al., ECCV 2018"),
    MethodSpec(
        "imdn",
        "imdn",
        weights={scale: f"imdn-x{scale}" for scale in (2, 3, 4)},
        source="released",
        paper="Hui et al., ACM MM 2019",
    ),
    MethodSpec("srresnet", "srresnet-bn", source="trained", recipe="srresnet", paper="Ledig et al., CVPR 2017"),
    MethodSpec("srgan", "srresnet-bn", source="trained", recipe="srgan", paper="Ledig et al., CVPR 2017"),
    MethodSpec("feqe", "feqe", source="trained", recipe="feqe", paper="Vu et al., ECCVW 2018"),
    MethodSpec("tsrn-g", "tsrn", source="trained", recipe="tsrn-g", paper="Gondal et al., ECCVW 2018"),
)
