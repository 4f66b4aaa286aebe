"""Specs of the architectures for LR images of HR's size (RealSR, versions 1 and 2)."""

from __future__ import annotations

from srbench import ModelSpec

_CAI = "Cai et al., ICCV 2019"

# No receptive radius: a tile that does not begin at a multiple of 4 is unshuffled differently from the whole image.
REAL_MODELS = tuple(
    ModelSpec(name, build, joint=True, equal_size=True, features="tail", paper=paper, summary=summary)
    for name, build, paper, summary in (
        ("realsr-dps", "srbench_classics.kpn:DPS", _CAI, "equal sizes: KPN's trunk, pixels in place of kernels"),
        ("realsr-kpn", "srbench_classics.kpn:KPN", _CAI, "equal sizes: a 19x19 kernel for every pixel"),
        ("realsr-lp-kpn", "srbench_classics.kpn:LPKPN", _CAI, "equal sizes: 5x5 kernels on a Laplacian pyramid"),
        (
            "realsr-srresnet",
            "srbench_classics.real:RealSRResNet",
            "Ledig et al., CVPR 2017",
            "equal sizes: on the shuffled luma, one sub-pixel convolution",
        ),
        (
            "realsr-rcan",
            "srbench_classics.real:RealRCAN",
            "Zhang et al., ECCV 2018",
            "equal sizes: on the shuffled luma, 10 groups of 10 blocks",
        ),
    )
)
