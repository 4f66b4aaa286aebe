"""Tables 1 and 2, and Table 1 on real pairs."""

from __future__ import annotations

from typing import Literal

from srbench import Claim, Column, Row, Table, columns
from srbench_gpnas_ensemble.datasets import AIM, REAL_LIKE, REAL_PAIRS
from srbench_gpnas_ensemble.methods import BAIDU, DRN, RCAN, RCAN_STAR, THREE, method_name
from srbench_gpnas_ensemble.models import REAL, REDUCED, SCALES

PUBLISHED = "srbench_gpnas_ensemble:published.csv"
PROTOCOL = "rgb"
PRINTED = {DRN: "DRN*", RCAN_STAR: "RCAN*", RCAN: "RCAN"}
"""Row labels of the three networks."""
SINGLES = tuple((network,) for network in THREE)
SIZES = (RCAN_STAR, RCAN)
"""The pair of networks of one architecture but different size."""
PAIRS = ((DRN, RCAN_STAR), SIZES, (DRN, RCAN))
"""Ensembles of two networks, in the order of Table 1."""
DENIED_AT = 4.0
"""Scale at which Table 1 prints the pair of two sizes with the highest PSNR, not the lowest, as the text has it."""
GROUPS = ("Single model", "Two models", "Three models")
"""Row groups by number of networks; Table 1 ranks within each of the first two."""


def label(networks: tuple[str, ...]) -> str:
    """Return the row label that Table 1 prints for an ensemble of `networks`."""
    return "3-Model Ensemble" if networks == THREE else "+".join(PRINTED[network] for network in networks)


def row(networks: tuple[str, ...]) -> Row:
    """Return the row of Table 1 for an ensemble of `networks`."""
    return Row(label(networks), method=method_name(*networks), group=GROUPS[len(networks) - 1])


def reduced(networks: tuple[str, ...], kind: str = REDUCED, end: str = ", reduced") -> Row:
    """Return the row of smaller networks that corresponds to the paper's row.

    Args:
        networks: the members.
        kind: end of the methods' names.
        end: end of the row's label.
    """
    return Row.as_reduced(label(networks), method_name(*networks, kind=kind), ending=end)


def claims(places: tuple[Column, ...]) -> tuple[Claim, ...]:
    """Return the claims of Sec. 5.1 in each of the columns `places`, and questions of srbench.

    Every ensemble beats its members; "the best results are always from the 3-model ensemble"; of the pairs "the one
    combining RCAN and RCAN* is consistently worse than others", which Table 1 denies at x4. Unequal members decide the
    last as much as their architectures do, so that srbench also asks which pair gains more over its members.
    """
    mixed = [pair for pair in PAIRS if pair != SIZES]
    return tuple(
        claim
        for column in places
        for claim in (
            *(beats(networks, (member,), column) for networks in (*PAIRS, THREE) for member in networks),
            *(beats(pair, SIZES, column, "srbench" if column.scale == DENIED_AT else "paper") for pair in mixed),
            *(beats(THREE, pair, column) for pair in PAIRS),
            *(gains_more(pair, SIZES, column) for pair in mixed),
        )
    )


def beats(
    networks: tuple[str, ...], rival: tuple[str, ...], column: Column, asked_by: Literal["paper", "srbench"] = "paper"
) -> Claim:
    """Return the claim that an ensemble beats one of its members, or another ensemble.

    Args:
        networks: the ensemble's networks.
        rival: the networks of the other row.
        column: the cell in which they are compared.
        asked_by: whose claim it is (`srbench.Claim.asked_by`).
    """
    verb = "beats its member" if len(rival) == 1 else "beats"
    return Claim(f"{label(networks)} {verb} {label(rival)}", label(networks), label(rival), column, asked_by=asked_by)


def gains_more(pair: tuple[str, ...], other: tuple[str, ...], column: Column) -> Claim:
    """Return the question whether `pair` gains more over the mean of its members than `other` does.

    Args:
        pair: networks of the first pair.
        other: networks of the second pair.
        column: the cell in which they are compared.
    """
    ours, others = (tuple(label((network,)) for network in networks) for networks in (pair, other))
    text = f"{label(pair)} (two architectures) gains more over its members than {label(other)} (two sizes of one)"
    return Claim(text, label(pair), label(other), column, ours, others, asked_by="srbench")


def quality(dataset: str, scales: tuple[float, ...] = SCALES) -> tuple[Column, ...]:
    """Return columns for PSNR and SSIM on `dataset` at each of `scales`."""
    return columns(("psnr", "ssim"), dataset, scales)


def psnr_alone(places: tuple[Column, ...]) -> tuple[Column, ...]:
    """Return the PSNR columns, in which claims are decided."""
    return tuple(column for column in places if column.metric == "psnr")


BICUBIC = Row("Bicubic", method="bicubic", group="srbench", reference=True, grey="keep")
ROWS = (*SINGLES, *PAIRS, THREE)
SPLIT_NOTE = "The paper doesn't say what Table 1 was measured on; 600 training pairs were held out for validation."
RGB_NOTE = "The paper names no colour space: PSNR and SSIM are those of RGB, border = scale."
TABLE_1 = Table(
    "1",
    "Single models and model ensembles",
    (*map(row, ROWS), *map(reduced, ROWS), BICUBIC),
    (*quality(AIM), *quality(REAL_LIKE)),
    PUBLISHED,
    protocol=PROTOCOL,
    notes=(
        SPLIT_NOTE,
        RGB_NOTE,
        "Printed ranks (superscripts) are within the three single models, and within the three pairs.",
        "Doubtful ranks, kept as printed: RCAN x4 SSIM is 2nd by its value, DRN*+RCAN* x3 SSIM is 2nd by its value.",
    ),
    claims=claims(psnr_alone((*quality(AIM), *quality(REAL_LIKE)))),
)

ON_REAL_PAIRS = quality(REAL_PAIRS)
TABLE_1_REAL = Table(
    "1-real",
    "Table 1's question on real pairs of equal size, with reduced networks",
    (
        *(reduced(networks, kind=REDUCED + REAL, end=", reduced, equal sizes") for networks in ROWS),
        BICUBIC,
    ),
    ON_REAL_PAIRS,
    PUBLISHED,
    protocol=PROTOCOL,
    notes=(
        "Not in the paper. LR and HR are of one size: Bicubic is LR as it is.",
        "The scale is that of the synthetic pairs that the networks were trained on, and how many pixels are shaved.",
        "Five pairs: a test over images can't decide alone.",
    ),
    claims=claims(psnr_alone(ON_REAL_PAIRS)),
)

OURS = "Baidu (ours)"
SERVER_ONLY = "only the challenge's server has the hidden test images that Table 2 was measured on"
TEAMS = (
    "ALONG",
    "CETC-CSKT",
    "SR-IM",
    "DeepBlueAI",
    "JNSR",
    "OPPO_CAMERA",
    "Kailos",
    "SR_DL",
    "Noah_TerminalVision",
    "Webbzhou",
    "TeamInception",
    "lyl",
    "MCML-Yonsei",
    "MoonCloud",
    "qwq",
    "SrDance",
    "MLP_SR",
    "RRDN_IITKGP",
    "congxiaofeng",
    "AiAiR",
    "GDUT-SL",
)
THIS_RUN = "This run"
LARGEST_FIRST = (4.0, 3.0, 2.0)
"""The order in which Table 2 prints its tracks."""
TABLE_2 = Table(
    "2",
    "The three tracks of the AIM 2020 Real Image Super-Resolution Challenge",
    (
        Row(OURS, reason=f"{SERVER_ONLY}; {THIS_RUN} is trained and measured on the AIM2020 images at hand"),
        *(Row(team, reason=f"{SERVER_ONLY}; the team's network is not public") for team in TEAMS),
        Row(THIS_RUN, method=BAIDU, reference=True),
    ),
    quality(AIM, LARGEST_FIRST),
    PUBLISHED,
    protocol=PROTOCOL,
    column_axes=("scale", "metric"),
    notes=(
        RGB_NOTE,
        "This run is measured on the AIM2020 images at hand (the HR of the challenge's test images is not public).",
        "Its rank is the one that its number would have among the 22 teams'.",
        'The x3 block\'s second column is headed "PSNR" in print, a typo for SSIM.',
        "qwq x2 PSNR is printed with two decimals, AiAiR x3 PSNR is printed as 18.1903: both kept as they are.",
    ),
)

TABLES = (TABLE_1, TABLE_1_REAL, TABLE_2)
