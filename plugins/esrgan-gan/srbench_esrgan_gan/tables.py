"""Tables 1 to 5: the report's rows, and rows of reduced networks on freely available images."""

from __future__ import annotations

from typing import Literal

from srbench import Claim, Row, Table, columns, with_reduced
from srbench_esrgan_gan.protocol import ESRGAN_GAN

PUBLISHED = "srbench_esrgan_gan:published.csv"
TEST = "NTIRE2017-half-test"
"""The report's test images: the halved NTIRE 2017 images; which 102 of them the report takes is unknown."""
AT_HAND = ("Set5", "Set14", "B100", "Photographs-test")
"""Datasets that are not in the report, for networks trained on a CPU."""
METRICS = ("psnr", "ssim", "lpips")
COLUMNS = columns(METRICS, (TEST, *AT_HAND), 4.0)
DECIDING = (TEST, "Set14", "B100", "Photographs-test")
"""Datasets on which claims are decided; Set5 has too few images."""
OTHERS = "srbench"
"""Group of rows that the report does not have."""
Asker = Literal["paper", "srbench"]
"""Origin of a claim (`Claim.asked_by`)."""

INCOMPARABLE = {
    "ssim": "its author's code measures it with scikit-image's defaults for floats: a range of 2, a uniform window",
    "lpips": "its author's code normalises each image by its own mean and deviation first",
}
"""Reasons why the printed values of a metric cannot be compared, by metric."""
NOTES = (
    "The split is ours; its author's code makes LR by OpenCV's area averaging, which the text doesn't say.",
    "Only the first dataset has printed values: the others are for the reduced networks.",
)


def full_and_reduced(rows: dict[str, str]) -> tuple[Row, ...]:
    """Return the report's rows for a mapping of labels to methods, followed by the rows of reduced networks."""
    return with_reduced(Row(label, method=method) for label, method in rows.items())


def beats(metric: str, better: str, worse: str, finding: str, asked_by: Asker = "paper") -> tuple[Claim, ...]:
    """Return the claim that `better` beats `worse` in `metric`, once for each deciding dataset.

    Args:
        metric: the compared metric.
        better: label of the row that should win.
        worse: label of the row that should lose.
        finding: the finding in words, the text of each claim.
        asked_by: ``paper`` for a finding of the report, ``srbench`` for a question that it doesn't ask.
    """
    return tuple(Claim(finding, better, worse, column, asked_by=asked_by) for column in columns(metric, DECIDING, 4.0))


def table(number: int, title: str, rows: tuple[Row, ...], claims: tuple[Claim, ...], *notes: str) -> Table:
    """Return one of the five tables, which share columns, protocol and notes.

    Args:
        number: number of the table in the report.
        title: its title.
        rows: its rows.
        claims: findings of the report to test.
        *notes: notes beside the common ones.
    """
    return Table(
        str(number),
        title,
        rows,
        COLUMNS,
        PUBLISHED,
        protocol=ESRGAN_GAN.name,
        column_axes=("dataset", "metric"),
        notes=(*notes, *NOTES),
        incomparable=INCOMPARABLE,
        claims=claims,
    )


SHALLOW, DEEPER, DEEPEST = (f"CNN ({depth} RRDB blocks)" for depth in (2, 10, 15))
TABLE_1 = table(
    1,
    "CNNs of different depth",
    (
        Row("Baseline (NN)", method="nearest", grey="keep"),
        Row("Baseline (Bilinear Interp.)", method="bilinear", grey="keep"),
        *full_and_reduced({SHALLOW: "esrgan-cnn-2", DEEPER: "esrgan-cnn-10", DEEPEST: "esrgan-cnn-15"}),
    ),
    (
        # the report says the opposite, that more depth was "not successful" (Sec. 5.2.1)
        *beats("psnr", DEEPEST, SHALLOW, "15 RRDBs beat 2 in PSNR (in print by 0.13 dB: hardly)", "srbench"),
        *beats("lpips", DEEPEST, SHALLOW, "15 RRDBs beat 2 in LPIPS (in print by 0.002: hardly)", "srbench"),
        *beats("psnr", DEEPER, SHALLOW, "10 RRDBs beat 2 in PSNR (in print by 0.06 dB: hardly)", "srbench"),
    ),
)

L1, L2 = "CNN (L1 loss)", "CNN (L2 loss)"
TABLE_2 = table(
    2,
    "L1 against L2, 2 RRDBs, 100 epochs",
    full_and_reduced({L1: "esrgan-cnn-2-100", L2: "esrgan-cnn-2-l2-100"}),
    (
        *beats("psnr", L2, L1, "L2 beats L1 in PSNR"),
        *beats("lpips", L1, L2, "L1 beats L2 in LPIPS"),
    ),
)

CNN, GAN = "CNN (2 blocks and L1 loss)", "GAN"
REMEDY = "GAN, against collapse"
TABLE_3 = table(
    3,
    "The CNN against the GAN",
    (
        *full_and_reduced({CNN: "esrgan-cnn-2", GAN: "esrgan-gan"}),
        Row(REMEDY, method="esrgan-gan-remedy", group=OTHERS, reference=True),
        Row.as_reduced(REMEDY, "esrgan-gan-remedy-reduced"),
        Row("ESRGAN", method="esrgan", group=OTHERS, reference=True),
    ),
    (
        *beats("lpips", GAN, CNN, "the GAN beats the CNN in LPIPS"),
        *beats("psnr", CNN, GAN, "the CNN beats the GAN in PSNR"),
        *beats("lpips", REMEDY, CNN, "the GAN against collapse beats the CNN in LPIPS", "srbench"),
        *beats("psnr", CNN, REMEDY, "the CNN beats the GAN against collapse in PSNR", "srbench"),
    ),
    "ESRGAN's release has seen most images of NTIRE2017-half-test: it was trained on DIV2K.",
)

DUAL, TRIAD = "GAN (dual loss)", "GAN (triad loss)"
TABLE_4 = table(
    4,
    "Dual loss (perceptual, adversarial) against triad loss (with L1)",
    full_and_reduced({DUAL: "esrgan-gan", TRIAD: "esrgan-gan-triad"}),
    (
        *beats("lpips", DUAL, TRIAD, "dual beats triad in LPIPS"),
        *beats("psnr", TRIAD, DUAL, "triad beats dual in PSNR"),
    ),
)

PRE, POST = "GAN (pre-activation)", "GAN (post-activation)"
TABLE_5 = table(
    5,
    "Perceptual loss before and behind the activation",
    full_and_reduced({PRE: "esrgan-gan-pre", POST: "esrgan-gan"}),
    (
        *beats("lpips", POST, PRE, "behind the activation beats before it in LPIPS"),
        *beats("psnr", POST, PRE, "behind the activation beats before it in PSNR"),
    ),
    "The printed row before the activation is 15.94 dB, 10 below bilinear: a failed training, not a loss compared.",
)

TABLES = (TABLE_1, TABLE_2, TABLE_3, TABLE_4, TABLE_5)
