"""Specs of the methods: interpolation, and the networks with released weights or SR images."""

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
        summary="a re-implementation's weights; it prints 37.65 / 33.77 / 31.45 dB on Set5",
    ),
    MethodSpec(
        "lapsrn",
        "lapsrn",
        weights={4: "lapsrn"},
        source="released",
        paper="Lai et al., CVPR 2017",
        summary="a re-implementation's weights, x4 only",
    ),
    MethodSpec("carn-m", "carn-m", weights="carn-m", source="released", paper="Ahn et al., ECCV 2018"),
    MethodSpec(
        "imdn",
        "imdn",
        weights={scale: f"imdn-x{scale}" for scale in (2, 3, 4)},
        source="released",
        paper="Hui et al., ACM MM 2019",
    ),
    MethodSpec("srcnn", "srcnn", images="srcnn-images", paper="Dong et al., TPAMI 2016"),
    MethodSpec("mslapsrn", images="mslapsrn-images", paper="Lai et al., TPAMI 2018"),
    MethodSpec("srresnet", "srresnet", images="srresnet-images", paper="Ledig et al., CVPR 2017"),
    MethodSpec("srgan", "srresnet", images="srgan-images", paper="Ledig et al., CVPR 2017"),
    MethodSpec("feqe", images="feqe-images", paper="Vu et al., ECCVW 2018"),
    MethodSpec("enet", images="enet-images", paper="Sajjadi et al., ICCV 2017", summary="ENet-PAT"),
    MethodSpec("tsrn-g", images="tsrn-g-images", paper="Gondal et al., ECCVW 2018"),
    MethodSpec("edsr", "edsr", images="edsr-images", paper="Lim et al., CVPRW 2017"),
    MethodSpec("rdn", "rdn", images="rdn-images", paper="Zhang et al., CVPR 2018"),
    MethodSpec("rcan", "rcan", images="rcan-images", paper="Zhang et al., ECCV 2018"),
    MethodSpec("idn", "idn", images="idn-images", paper="Hui et al., CVPR 2018"),
    MethodSpec("san", "san", images="san-images", paper="Dai et al., CVPR 2019"),
    MethodSpec("han", "han", images="han-images", paper="Niu et al., ECCV 2020"),
    MethodSpec("nlsa", "nlsa", images="nlsa-images", paper="Mei et al., CVPR 2021"),
)
