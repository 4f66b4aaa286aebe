"""Specs of SR images that authors published, and of where a person gets them.

Where nothing is known of an authors' page that offers the images of the test sets, `origin` says so; images that the
authors' own code writes with their network can be put into the same folder.
"""

from __future__ import annotations

from srbench import ImagesSpec
from srbench_classics.authors_weights import GITHUB, NO_LICENCE

X4 = (4.0,)
CODE_ONLY = (
    "the authors' page offers networks and test code that writes SR images; images of the test sets weren't found"
)

IMAGES = (
    ImagesSpec(
        "rdn-images",
        "RDN",
        f"{GITHUB}/yulunzhang/RDN/tree/master/RDN_TestCode/SR/BI/RDN",
        NO_LICENCE,
        "Set5 at x2, x3 and x4 in the authors' repository",
        fingerprints={
            ("Set5", 2.0): "2a9a725e9d7c2b8cc4ce8489f77430e47a23c96f5a03d7893add6673b763ca89",
            ("Set5", 3.0): "9b7a90d909aac32d3376917c4f9100ca48c87dbe6122f3e163aeef9de37e014e",
            ("Set5", 4.0): "5c72b604ce69e47b20f8e26e6821634a1e1b803429f1475ea43498ff0699e3a1",
        },
    ),
    ImagesSpec(
        "san-images",
        "SAN",
        f"{GITHUB}/daitao/SAN",
        NO_LICENCE,
        "'some of the test results', by the README of the authors' repository; Set5 at x4 gives 32.61 dB where the "
        "paper prints 32.64",
        fingerprints={("Set5", 4.0): "fea9d87166d6c45520061460ea88e6e0598f5b5a9cdcfab78c6581d8f5ab492f"},
    ),
    ImagesSpec(
        "rcan-images",
        "RCAN",
        f"{GITHUB}/yulunzhang/RCAN/tree/master/RCAN_TestCode/SR/BI/RCAN",
        NO_LICENCE,
        "Set5 at x2, x3, x4 and x8 in the authors' repository",
        written="rounded",
    ),
    ImagesSpec(
        "srresnet-images",
        "SRResNet",
        "https://twitter.app.box.com/s/lcue6vlrd01ljkdtdkhmfvk7vtjhetog",
        NO_LICENCE,
        "Set5, Set14 and BSD100 at x4, at the address that Ledig et al. print; SRResNet-MSE",
        aliases=("SRResNet-MSE",),
        scales=X4,
    ),
    ImagesSpec(
        "srgan-images",
        "SRGAN",
        "https://twitter.app.box.com/s/lcue6vlrd01ljkdtdkhmfvk7vtjhetog",
        NO_LICENCE,
        "Set5, Set14 and BSD100 at x4, at the address that Ledig et al. print; SRGAN-VGG54",
        aliases=("SRGAN-VGG54",),
        scales=X4,
    ),
    ImagesSpec(
        "enet-images",
        "ENet",
        "https://webdav.tue.mpg.de/pixel/enhancenet/",
        "none stated for the images; the network is CC BY-NC-ND",
        "the project page of EnhanceNet; ENet-PAT at x4",
        aliases=("ENet-PAT", "EnhanceNet", "EnhanceNet-PAT"),
        scales=X4,
    ),
    ImagesSpec(
        "feqe-images",
        "FEQE",
        "https://drive.google.com/file/d/1KMpp_6Rp4XmRCQxdRIRpC1XdBLS4WrcS/view",
        NO_LICENCE,
        "images of the test sets at x4, 'Paper results' in the README of the authors' repository, thangvubk/FEQE",
        scales=X4,
    ),
    ImagesSpec(
        "mslapsrn-images",
        "MSLapSRN",
        "http://vllab.ucmerced.edu/wlai24/LapSRN/",
        NO_LICENCE,
        "the project page of LapSRN and MSLapSRN; which sets it offers isn't known",
        aliases=("MSLapSRN_D5R8", "MSLapSRN-D5R8"),
    ),
    ImagesSpec(
        "srcnn-images",
        "SRCNN",
        "http://mmlab.ie.cuhk.edu.hk/projects/SRCNN.html",
        NO_LICENCE,
        CODE_ONLY,
    ),
    ImagesSpec(
        "tsrn-g-images",
        "TSRN-G",
        f"{GITHUB}/waleedgondal/Texture-based-Super-Resolution-Network",
        NO_LICENCE,
        CODE_ONLY,
        aliases=("TSRN",),
    ),
    ImagesSpec("idn-images", "IDN", f"{GITHUB}/Zheng222/IDN-Caffe", NO_LICENCE, CODE_ONLY),
    ImagesSpec("han-images", "HAN", f"{GITHUB}/wwlCape/HAN", NO_LICENCE, CODE_ONLY),
    ImagesSpec(
        "nlsa-images",
        "NLSA",
        f"{GITHUB}/HarukiYqM/Non-Local-Sparse-Attention",
        NO_LICENCE,
        CODE_ONLY,
        aliases=("NLSN",),
    ),
    ImagesSpec(
        "edsr-images",
        "EDSR",
        f"{GITHUB}/sanghyun-son/EDSR-PyTorch",
        NO_LICENCE,
        "the authors' page offers images of EDSR+ alone, the self-ensemble, which is another method; its test code "
        "writes those of EDSR",
    ),
)
