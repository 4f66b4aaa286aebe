"""The architectures, and how to build each."""

from __future__ import annotations

from srbench import ModelSpec

ANY = None
PAPERS = (2, 3, 4)

MODELS = (
    *(
        ModelSpec(
            kernel,
            "srbench_classics.interpolation:Interpolation",
            scales=ANY,
            kwargs={"kernel": kernel},
            joint=True,
            grey="keep",
            halo=radius,
            resize_aware=True,
            summary="MATLAB's imresize, in the mode that made the LR image",
        )
        for kernel, radius in (("nearest", 1), ("bilinear", 1), ("bicubic", 2))
    ),
    ModelSpec(
        "srcnn",
        "srbench_classics.srcnn:SRCNN",
        scales=ANY,
        halo=10,
        paper="Dong et al., TPAMI 2016",
        summary="9-5-5 on the luma",
    ),
    ModelSpec(
        "vdsr",
        "srbench_classics.vdsr:VDSR",
        scales=ANY,
        kwargs={"bias": False},
        joint=True,
        halo=22,
        paper="Kim et al., CVPR 2016",
        summary="20 layers on the luma, without biases as the released weights are",
    ),
    ModelSpec(
        "vdsr-rgb",
        "srbench_classics.vdsr:VDSR",
        scales=ANY,
        kwargs={"channels": 3},
        joint=True,
        halo=22,
        paper="Kim et al., CVPR 2016",
        summary="20 layers on RGB",
    ),
    ModelSpec(
        "lapsrn",
        "srbench_classics.lapsrn:LapSRN",
        scales=(2, 4, 8),
        kwargs={"bias": False},
        halo=17,
        paper="Lai et al., CVPR 2017",
        summary="Laplacian pyramid on the luma, without biases as the released weights are",
    ),
    ModelSpec(
        "srresnet",
        "srbench_classics.srresnet:SRResNet",
        scales=PAPERS,
        halo=40,
        paper="Ledig et al., CVPR 2017",
        summary="without batch normalisation, as later papers train and count it",
    ),
    ModelSpec(
        "srresnet-bn",
        "srbench_classics.srresnet:SRResNet",
        scales=PAPERS,
        kwargs={"batch_norm": True},
        halo=40,
        paper="Ledig et al., CVPR 2017",
        summary="with batch normalisation, as in the paper",
    ),
    ModelSpec(
        "edsr-baseline",
        "srbench_classics.edsr:EDSR",
        scales=PAPERS,
        kwargs={"blocks": 16, "features": 64, "residual_weight": 1.0},
        halo=36,
        paper="Lim et al., CVPRW 2017",
        summary="16 blocks of 64 features",
    ),
    ModelSpec(
        "edsr",
        "srbench_classics.edsr:EDSR",
        scales=PAPERS,
        halo=68,
        paper="Lim et al., CVPRW 2017",
        summary="32 blocks of 256 features",
    ),
    ModelSpec(
        "rdn",
        "srbench_classics.rdn:RDN",
        scales=PAPERS,
        halo=133,
        paper="Zhang et al., CVPR 2018",
        summary="16 residual dense blocks of 8 layers",
    ),
    ModelSpec(
        "rcan",
        "srbench_classics.rcan:RCAN",
        scales=PAPERS,
        paper="Zhang et al., ECCV 2018",
        summary="10 groups of 20 blocks with channel attention",
    ),
    ModelSpec(
        "carn",
        "srbench_classics.carn:CARN",
        scales=PAPERS,
        halo=21,
        paper="Ahn et al., ECCV 2018",
        summary="one upsampler",
    ),
    ModelSpec(
        "carn-multi",
        "srbench_classics.carn:CARN",
        scales=PAPERS,
        kwargs={"scale": PAPERS},
        joint=True,
        halo=21,
        paper="Ahn et al., ECCV 2018",
        summary="an upsampler for each scale, as the authors train it",
    ),
    ModelSpec(
        "carn-m",
        "srbench_classics.carn:CARN",
        scales=PAPERS,
        kwargs={"scale": PAPERS, "efficient": True, "groups": 4},
        joint=True,
        halo=21,
        paper="Ahn et al., ECCV 2018",
        summary="recursive, group convolutions, an upsampler for each scale",
    ),
    ModelSpec(
        "imdn",
        "srbench_classics.imdn:IMDN",
        scales=PAPERS,
        paper="Hui et al., ACM MM 2019",
        summary="six information multi-distillation blocks",
    ),
)
