"""Specs of released checkpoints and their sources."""

from __future__ import annotations

from srbench import WeightsSpec
from srbench_classics import key_layouts
from srbench_classics.authors_weights import AUTHORS_WEIGHTS, GITHUB, NO_LICENCE, RAW
from srbench_classics.edsr_weights import EDSR_WEIGHTS

WEIGHTS = (
    *EDSR_WEIGHTS,
    WeightsSpec(
        "vdsr",
        filename="vdsr_pytorch.pth",
        url=f"{GITHUB}/twtygqyy/pytorch-vdsr",
        sha256="743861c3edb74e94d61c491ea8ec38f478bac7464d1e287e53cd5219589bcb46",
        licence=NO_LICENCE,
        origin="twtygqyy's PyTorch re-implementation, trained on 291 images for x2, x3 and x4, without biases; "
        "the state dict of the module pickled as model/model_epoch_50.pth",
        authors=False,
        convert=key_layouts.PYTORCH_VDSR.convert,
        downloadable=False,
    ),
    WeightsSpec(
        "lapsrn",
        filename="lapsrn_pytorch.pth",
        url=f"{GITHUB}/twtygqyy/pytorch-LapSRN",
        sha256="890b04f3f487b69e47c37ef87ce9a489cacc71e7c267d375be4d2f63b936a769",
        licence=NO_LICENCE,
        origin="twtygqyy's PyTorch re-implementation, trained on T91 and 200 images of BSDS for x4, without biases; "
        "the state dict of the module pickled as model/model_epoch_100.pth",
        authors=False,
        convert=key_layouts.PYTORCH_LAPSRN.convert,
        downloadable=False,
    ),
    WeightsSpec(
        "carn-m",
        filename="carn_m.pth",
        url=f"{RAW}/nmhkahn/CARN-pytorch/master/checkpoint/carn_m.pth",
        sha256="d48a759a84509351facb6b7c6d5bd6edec98b98519b8c464ee4ab44d2ba964ff",
        licence="MIT",
        origin="released by the authors, trained on DIV2K for x2, x3 and x4 together",
        convert=key_layouts.CARN_PYTORCH.convert,
    ),
    *(
        WeightsSpec(
            f"imdn-x{scale}",
            filename=f"IMDN_x{scale}.pth",
            url=f"{RAW}/Zheng222/IMDN/master/checkpoints/IMDN_x{scale}.pth",
            sha256=sha256,
            licence=NO_LICENCE,
            origin=f"released by the authors, trained on DIV2K for x{scale}",
            convert=key_layouts.IMDN.convert,
        )
        for scale, sha256 in (
            (2, "740b39653592bd3f49955a21cd9e16f2d37f2c413368cc09327601b8fbe42ce1"),
            (3, "11b1716a19bc16e5e353e1db798d476169338e631eb170c82d765559888cb028"),
            (4, "e660c38221147217a136debeb99eb304d62d9c0f73ac421ed66281b619719714"),
        )
    ),
    *AUTHORS_WEIGHTS,
)
