"""Tables 1 to 6 of the paper."""

from __future__ import annotations

from typing import Literal

from srbench_classics import rules

from srbench import Claim, Column, Row, Table, columns, with_reduced
from srbench_pcarn.initialisation import SCHEMES
from srbench_pcarn.methods import initialised

PUBLISHED = "srbench_pcarn:published.csv"
DATASETS = ("Set5", "Set14", "B100", "Urban100")

UNKNOWN_NIMA = {"nima": "the paper's NIMA weights are unknown; idealo's, used here, give other values"}
ASSUMED = "The paper names neither data set nor scale here; Set14 x4, as in its Fig. 8, is assumed, and the values fit."


def beats(
    text: str, better: str, worse: str, metric: str = "psnr", asked_by: Literal["paper", "srbench"] = "paper"
) -> Claim:
    """Return a claim of Sec. 4.1 or 4.2 on what is assumed to be Set14 x4.

    Args:
        text: the claim in words.
        better: label of the row that should win.
        worse: label of the row that should lose.
        metric: the compared metric.
        asked_by: whose claim it is (`srbench.Claim.asked_by`).
    """
    return Claim(text, better, worse, Column(metric, "Set14", 4.0), asked_by=asked_by)


def ablation(
    table_id: str,
    title: str,
    rows: tuple[Row, ...],
    *metrics: str,
    claims: tuple[Claim, ...] = (),
    notes: tuple[str, ...] = (),
) -> Table:
    """Return a table with rows down and metrics across, on what is assumed to be Set14 x4.

    Args:
        table_id: the table's id.
        title: its title.
        rows: its rows.
        *metrics: its metrics.
        claims: what the text says of it.
        notes: notes beside the one on the assumption.
    """
    return Table(
        id=table_id,
        title=title,
        rows=rows,
        columns=tuple(Column(metric, "" if metric == "params" else "Set14", 4.0) for metric in metrics),
        published=PUBLISHED,
        protocol="pcarn",
        column_axes=("metric",),
        notes=(ASSUMED, *notes),
        claims=claims,
    )


TABLE_1 = ablation(
    "1",
    "Design of the generator, trained with L1",
    with_reduced(
        (
            Row("Baseline", method="pcarn-baseline"),
            Row("+ Local", method="pcarn-local"),
            Row("+ Global", method="pcarn-global"),
            Row("+ L/G", method="pcarn-local-global"),
            Row("+ Residual", method="pcarn-single"),
        )
    ),
    "params",
    "psnr",
    "ssim",
    claims=(
        beats("local cascading beats the baseline", "+ Local", "Baseline"),
        beats("global cascading gains more than local", "+ Global", "+ Local"),
        beats("both cascadings beat the baseline", "+ L/G", "Baseline"),
        beats("a global residual improves on both cascadings", "+ Residual", "+ L/G"),
    ),
    notes=("Params are printed in whole thousands, rounded down.",),
)
TABLE_2 = ablation(
    "2",
    "Adversarial training and the multi-scale discriminator (MSD)",
    with_reduced(
        (
            Row("PCARN (L1)", method="pcarn-l1", compared_as="pcarn-single"),  # Table 1's last row, as it prints
            Row("+ GAN", method="pcarn-gan"),
            # the paper doesn't say that Table 4 prints the same networks: its numbers are others, and not means of ten
            Row("+ MSD", method="pcarn", compared_as="pcarn (ten trainings)"),
        ),
        ("pcarn-single-reduced", "pcarn-gan-reduced", "pcarn-msd-reduced"),
    ),
    "lpips",
    "psnr",
    "ssim",
    claims=(
        beats("adversarial training beats L1 in LPIPS", "+ GAN", "PCARN (L1)", "lpips"),
        beats("L1 beats adversarial training in PSNR", "PCARN (L1)", "+ GAN"),
        beats("the multi-scale discriminator beats a single one in LPIPS", "+ MSD", "+ GAN", "lpips"),
        beats("a single discriminator beats the multi-scale one in PSNR", "+ GAN", "+ MSD", asked_by="srbench"),
    ),
    notes=("The row + MSD is the full PCARN, yet Table 4 prints other values for it; these are means of ten runs.",),
)
*_, OUR_SCHEME = SCHEMES
"""Label of the scheme that the paper chooses."""
TABLE_3 = ablation(
    "3",
    "Initialisation: a normal distribution's std, or a uniform one's range",
    with_reduced(Row(label, method=initialised(label)) for label in SCHEMES),
    "psnr",
    "ssim",
    claims=tuple(beats(f"{OUR_SCHEME} beats {label}", OUR_SCHEME, label) for label in SCHEMES if label != OUR_SCHEME),
)

DISTORTION, PERCEPTION, OURS = "Distortion-based", "Perception-based", "Ours"
METHODS = (
    Row("SRCNN", method="srcnn", group=DISTORTION, rule=rules.SRCNN),
    Row("MSLapSRN", method="mslapsrn", group=DISTORTION, rule=rules.MSLAPSRN),
    Row("SRResNet", method="srresnet", group=DISTORTION),
    Row("FEQE", method="feqe", group=DISTORTION),
    Row("SRGAN", method="srgan", group=PERCEPTION),
    Row("ENet", method="enet", group=PERCEPTION, rule=rules.ENET),
    Row("TSRN-G", method="tsrn-g", group=PERCEPTION),
    Row("PCARN", method="pcarn", group=OURS),
    Row("PCARN-M", method="pcarn-m", group=OURS),
    Row("PCARN-M (L1)", method="pcarn-m-l1", group="srbench", reference=True),
)


def comparison(table_id: str, title: str, *metrics: str, incomparable: dict[str, str] | None = None) -> Table:
    """Return a table at x4 with all nine methods across, and costs and metrics on the four datasets down.

    Args:
        table_id: the table's id.
        title: its title.
        *metrics: its metrics beside the costs.
        incomparable: reasons why measured values of a metric differ from printed ones, by metric.
    """
    return Table(
        id=table_id,
        title=title,
        rows=METHODS,
        columns=(*columns(("params", "macs"), scales=4.0), *columns(metrics, DATASETS, 4.0)),
        published=PUBLISHED,
        protocol="pcarn",
        row_axes=("dataset", "metric"),
        column_axes=("row",),
        notes=("SRGAN's costs are those of its generator, SRResNet.",),
        incomparable=incomparable or {},
    )


TABLE_4 = comparison("4", "x4 with full-reference measures and NIQE", "psnr", "ssim", "lpips", "niqe")
TABLE_5 = comparison("5", "x4 with no-reference measures", "ma", "pi", "nima", incomparable=UNKNOWN_NIMA)
TABLE_6 = Table(
    id="6",
    title="PCARN and PCARN-M at x2, x3 and x4",
    rows=(Row("PCARN", method="pcarn"), Row("PCARN-M", method="pcarn-m")),
    columns=columns(
        ("lpips", "niqe", "ma", "pi", "nima"), DATASETS, (2.0, 3.0, 4.0), order=("dataset", "metric", "scale")
    ),
    published=PUBLISHED,
    protocol="pcarn",
    row_axes=("dataset", "metric"),
    column_axes=("scale", "row"),
    incomparable=UNKNOWN_NIMA,
)

TABLES = (TABLE_1, TABLE_2, TABLE_3, TABLE_4, TABLE_5, TABLE_6)
