"""Datasets: the report's images, and photographs small enough for a CPU, each split into three parts as in Sec. 4.1."""

from __future__ import annotations

from srbench import SPLIT_PARTS, DerivedDatasetSpec, Downscale, Split, part_sizes

SHARES = (700, 101, 102)
"""Numbers of images for training, validation and test. The report has 903; NTIRE 2017 (DIV2K) published 900."""

NTIRE = ("DIV2K-train", "DIV2K")
PHOTOGRAPHS = ("T91", "BSDS500")
DUPLICATES = ("T91/t65",)
"""Images left out: T91/t65 is the same picture as T91/t36."""
FINGERPRINTS = {
    "train": "f78be83c2d9e0c87857856c8ac81e1fe8ae9cb67e274cca7c4a4a6ec4fb6ca1e",
    "valid": "315a0e92960f84076b06a9f126b1d808674a847a909e9ab23e7a5bd65d5608d1",
    "test": "a55dd1b74160e44b8dce38ae662a304c471a5088223da4a3d81660ded376a8d0",
}
"""SHA-256 fingerprints of the HR pixels of each part of the photographs, as decoded by Pillow."""

_NTIRE_SIZES = part_sizes(900, SHARES)
_PHOTOGRAPHS_SIZES = part_sizes(490, SHARES)

DATASETS = (
    *(
        DerivedDatasetSpec(
            f"NTIRE2017-half-{part}",
            f"the {part} part of DIV2K's 900 images, halved, in proportion to the report's 700:101:102 (it counts 903)",
            images=_NTIRE_SIZES[SPLIT_PARTS.index(part)],
            licence="academic research only",
            paper="Agustsson and Timofte, NTIRE 2017 Challenge on Single Image Super-Resolution, CVPRW 2017",
            split="test" if part == "test" else "train",
            sources=NTIRE,
            downscale=Downscale(2),
            part=Split(part, SHARES),
        )
        for part in SPLIT_PARTS
    ),
    *(
        DerivedDatasetSpec(
            f"Photographs-{part}",
            f"the {part} part of 490 photographs: T91, less one that is there twice, and BSDS500, split 700:101:102",
            images=_PHOTOGRAPHS_SIZES[SPLIT_PARTS.index(part)],
            fingerprints={"HR": FINGERPRINTS[part]},
            exact=False,
            licence="of T91 none stated, of BSDS500 Berkeley's terms: research use",
            split="test" if part == "test" else "train",
            sources=PHOTOGRAPHS,
            exclude=DUPLICATES,
            part=Split(part, SHARES),
        )
        for part in SPLIT_PARTS
    ),
)
