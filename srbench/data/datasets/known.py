"""The datasets of the field: names, sizes, sources, and fingerprints of good copies."""

from __future__ import annotations

from srbench.specs.dataset import Archive, DatasetSpec

_SELFEXSR = "Huang et al., Single Image Super-Resolution from Transformed Self-Exemplars, CVPR 2015"
_BERKELEY = "Berkeley's terms: non-commercial research and education"


def _edsr_pack(name: str) -> tuple[Archive, ...]:
    """Return the benchmark pack of EDSR (Lim et al., CVPRW 2017): one archive with four datasets and LR images."""
    return (
        Archive(
            "https://cv.snu.ac.kr/research/EDSR/benchmark.tar",
            hr=f"{name}/HR/*.png",
            lr={scale: f"{name}/LR_bicubic/X{scale:g}/*.png" for scale in (2.0, 3.0, 4.0)},
        ),
    )


def _div2k(part: str, hr_sha256: str, x2_sha256: str) -> tuple[Archive, ...]:
    """Return the archives of DIV2K.

    The SHA-256 values are those of TensorFlow Datasets (``url_checksums/div2k.txt``), which has none for x3 and x4.
    """
    home = "https://data.vision.ee.ethz.ch/cvl/DIV2K"
    lr = [
        Archive(f"{home}/DIV2K_{part}_LR_bicubic_X{scale:g}.zip", sha256, lr={scale: f"X{scale:g}/*.png"})
        for scale, sha256 in ((2.0, x2_sha256), (3.0, ""), (4.0, ""))
    ]
    return (Archive(f"{home}/DIV2K_{part}_HR.zip", hr_sha256, hr=f"DIV2K_{part}_HR/*.png"), *lr)


DATASETS = (
    DatasetSpec(
        "Set5",
        "five classic photographs",
        images=5,
        lr_mode="matlab-uint8",
        fingerprints={
            "HR": "f993be416b199b237591697d8fee3cfccdd02818cb7fe743481e2bcf6de18a66",
            "X2": "0d1ca79d8359e3e146db75cedbb769a3ce0186316d4a5c862a8d8a695fbec722",
            "X3": "2e160e4ab17cc5aae886c1c5ce2f3d2df9c2621e9e8abaf1b15549e18e57bf84",
            "X4": "272c3b1f325fd760a4e99fbf9efc1015228574d05c5c741c39a0a00b50b0f2d5",
        },
        archives=_edsr_pack("Set5"),
        licence="none stated; research use",
        paper="Bevilacqua et al., Low-Complexity Single-Image Super-Resolution, BMVC 2012",
    ),
    DatasetSpec(
        "Set14",
        "fourteen classic photographs and drawings, one of them grey",
        images=14,
        lr_mode="matlab-uint8",
        fingerprints={
            "HR": "310a5aa10d5840af730d7c431833bd1c49f0e7e96780a1feaaa332d0158d56ae",
            "X2": "a2ac39a6e507ceeaf5973a98d7528546abce66ba2ec8194b0b5d1715e89e0655",
            "X3": "63860b9f313ef0fda8ff292032a128e36081c68aecab912aa126cbbd242da479",
            "X4": "f49e3ec92a809ba63d52d55e9238e357b4cb3240b50ae997c5a6320a73fef941",
        },
        archives=_edsr_pack("Set14"),
        licence="none stated; research use",
        paper="Zeyde et al., On Single Image Scale-Up Using Sparse-Representations, 2010",
    ),
    DatasetSpec(
        "B100",
        "100 photographs, 321x481: the val part of BSDS500",
        aliases=("BSD100", "BSDS100"),
        images=100,
        lr_mode="matlab-uint8",
        fingerprints={"HR": "594dff95b06f29145c7c3728febcd82a05b50db8407268ef46a449fafb9ab89f"},
        exact=False,
        archives=_edsr_pack("B100"),
        licence=_BERKELEY,
        paper="Martin et al., A Database of Human Segmented Natural Images, ICCV 2001",
    ),
    DatasetSpec(
        "Urban100",
        "100 photographs of buildings (SelfExSR's own copy has LR images at x2 that don't belong to its HR images)",
        images=100,
        lr_mode="matlab-uint8",
        archives=_edsr_pack("Urban100"),
        licence="Creative Commons, by the photographers on Flickr",
        paper=_SELFEXSR,
    ),
    DatasetSpec(
        "Manga109",
        "one page of each of 109 Japanese comics",
        images=109,
        archives=(Archive("http://www.manga109.org/en/download.html"),),
        licence="academic use, on request; may not be passed on",
        paper="Matsui et al., Sketch-Based Manga Retrieval Using Manga109 Dataset, 2017",
    ),
    DatasetSpec(
        "DIV2K",
        "the 100 validation images of DIV2K, about 2040 pixels wide",
        aliases=("DIV2K_valid", "DIV2K-valid"),
        images=100,
        archives=_div2k(
            "valid",
            "20dd31fd84d777bc1cf5d6b7654a3f569c0aec74458ae094122ad1d0489900fc",
            "60eed9875c697df51204aa579e2a699e1d5215095788a097ff54dd17e2664d57",
        ),
        licence="academic research only",
        paper="Agustsson and Timofte, NTIRE 2017 Challenge on Single Image Super-Resolution, CVPRW 2017",
    ),
    DatasetSpec(
        "DIV2K-train",
        "the 800 training images of DIV2K (3.5 GB, with LR images 4.9 GB)",
        aliases=("DIV2K_train",),
        images=800,
        archives=_div2k(
            "train",
            "9d0b9c463f6e35b6c62cc6a930ee2224f670b34c1df841a57670f9acf0f6c335",
            "a53a424317575838dadce4bcd97cf7b744d6855f43740ed5f0245af3cf4bd850",
        ),
        licence="academic research only",
        paper="Agustsson and Timofte, NTIRE 2017 Challenge on Single Image Super-Resolution, CVPRW 2017",
        split="train",
    ),
    DatasetSpec(
        "T91",
        "91 small training images",
        aliases=("91-image", "General91"),
        images=91,
        fingerprints={"HR": "90347b22a461f46733e9be566d867835f77516c3c5109a43991a0fe1bec49002"},
        archives=(Archive("http://mmlab.ie.cuhk.edu.hk/projects/SRCNN/SRCNN_train.zip", hr="Train/*.bmp"),),
        licence="none stated; research use",
        paper="Yang et al., Image Super-Resolution via Sparse Representation, TIP 2010",
        split="train",
    ),
    DatasetSpec(
        "BSDS500",
        "400 training photographs: its train and test parts (its val part is B100 and stays out)",
        aliases=("BSDS", "BSD500"),
        images=400,
        fingerprints={"HR": "01fbb65fd155357702f8db2c2252dbebe76260cdef9910365f734956ade8e7a8"},
        exact=False,
        archives=(
            Archive(
                "https://www.eecs.berkeley.edu/Research/Projects/CS/vision/grouping/BSR/BSR_bsds500.tgz",
                hr="BSDS500/data/images/t[er]*/*.jpg",
            ),
        ),
        licence=_BERKELEY,
        paper="Arbelaez et al., Contour Detection and Hierarchical Image Segmentation, TPAMI 2011",
        split="train",
    ),
    DatasetSpec(
        "RealSR-sample",
        "five photographed pairs of NTIRE 2019's Real SR challenge, LR of HR's size, at an unnamed focal ratio",
        images=5,
        archives=(Archive("https://data.vision.ee.ethz.ch/cvl/ntire19/"),),
        licence="challenge participants; research use",
        paper="Cai et al., NTIRE 2019 Challenge on Real Image Super-Resolution, CVPRW 2019",
    ),
    DatasetSpec(
        "RealSR",
        "photographs at two focal lengths, aligned, a set a scale; LR as large as HR (versions 1, 2) or smaller (3)",
        aliases=("RealSR(V3)",),
        images=30,  # test pairs at each scale in version 1, which papers print; the later versions have other pairs
        archives=(Archive("https://github.com/csjcai/RealSR"),),
        licence="none stated; research use",
        paper="Cai et al., Toward Real-World Single Image Super-Resolution, ICCV 2019",
        split="both",
    ),
    DatasetSpec(
        "AIM2020",
        "real LR and HR photographs of the AIM 2020 challenge, one set a scale",
        archives=(Archive("https://data.vision.ee.ethz.ch/cvl/aim20/"),),
        licence="challenge participants; research use",
        paper="Wei et al., AIM 2020 Challenge on Real Image Super-Resolution, ECCVW 2020",
        split="both",
    ),
    DatasetSpec(
        "demo",
        "photographs that ship with scikit-image: always at hand, not comparable with any paper",
        images=5,
        licence="public domain, CC0 and research use",
        provider="srbench.data.datasets.demo:images",
    ),
)
