"""Specs of checkpoints in the layout of EDSR's training code: EDSR, RCAN and NLSN.

EDSR's files have plain addresses, each with the first eight digits of its SHA-256 in its name; no more are published.
RCAN's and NLSN's authors name folders, from which a person gets the files.
"""

from __future__ import annotations

from srbench import WeightsSpec
from srbench_classics import key_layouts

EDSR_MODELS = "https://cv.snu.ac.kr/research/EDSR/models"
TRAINED = "released by the authors, trained on DIV2K for"

EDSR_WEIGHTS = (
    *(
        WeightsSpec(
            f"{network}-x{scale}",
            filename=f"{network.replace('-', '_')}_x{scale}-{digits}.pt",
            url=f"{EDSR_MODELS}/{network.replace('-', '_')}_x{scale}-{digits}.pt",
            sha256="",
            sha256_start=digits,
            licence="MIT",
            origin=f"{TRAINED} x{scale}; EDSR-PyTorch's",
            convert=key_layouts.EDSR_PYTORCH.convert,
        )
        for network, scale, digits in (
            ("edsr-baseline", 2, "1bc95232"),
            ("edsr-baseline", 3, "abf2a44e"),
            ("edsr-baseline", 4, "6b446fab"),
            ("edsr", 2, "0edfb8a3"),
            ("edsr", 3, "ea3ef2c6"),
            ("edsr", 4, "4f62e9ef"),
        )
    ),
    *(
        WeightsSpec(
            f"{network}-x{scale}",
            filename=filename.format(scale=scale),
            url=url,
            sha256="",
            licence="none stated by the authors",
            origin=f"{TRAINED} x{scale}; the file is in a folder that its page names",
            convert=layout.convert,
            downloadable=False,
        )
        for network, layout, filename, url in (
            ("rcan", key_layouts.RCAN, "RCAN_BIX{scale}.pt", "https://github.com/yulunzhang/RCAN"),
            ("nlsn", key_layouts.NLSN, "NLSN_x{scale}.pt", "https://github.com/HarukiYqM/Non-Local-Sparse-Attention"),
        )
        for scale in (2, 3, 4)
    ),
)
