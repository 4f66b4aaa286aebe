"""Checkpoints released by ESRGAN's authors."""

from __future__ import annotations

from srbench import WeightsSpec
from srbench_esrgan_gan.models import RRDB

WEIGHTS = (
    WeightsSpec(
        "esrgan",
        filename="ESRGAN_SRx4_DF2KOST_official-ff704c30.pth",
        url="https://github.com/xinntao/Real-ESRGAN/releases/download/v0.1.1/ESRGAN_SRx4_DF2KOST_official-ff704c30.pth",
        # from mirrors; the publisher only states the first eight digits, in the file name
        sha256="ff704c30ff560305e48ed1f4db895e525ab6bc81a46fafe80c0094a271c806d9",
        licence="BSD-3-Clause (where it lies), Apache-2.0 (ESRGAN's repository)",
        origin="ESRGAN's authors', trained on DIV2K, Flickr2K and OST for x4, in BasicSR's layout",
        convert=RRDB.convert,
        copies={"RRDB_ESRGAN_x4.pth": "65fece06e1ccb48853242aa972bdf00ad07a7dd8938d2dcbdf4221b59f6372ce"},
    ),
)
