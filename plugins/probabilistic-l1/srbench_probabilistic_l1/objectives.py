"""What the paper trains with: its own loss in all its variants, and what it compares them with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from srbench import Term

if TYPE_CHECKING:
    from collections.abc import Mapping

BETA = 0.01
"""Table 2's best."""
BETAS = (0.001, 0.005, 0.01, 0.05, 0.1)
IMITATION, DISTILLATION = 0.1, 0.001
"""Weights of the two losses of PISR, which are ours: its text is not at hand."""


@dataclass(frozen=True)
class Objective:
    """Terms to minimise, and whether the network needs a sigma branch for them."""

    name: str
    terms: tuple[Term, ...]
    sigma: bool
    summary: str
    network: Mapping[str, Any] = field(default_factory=dict)
    """What the network with its branch is built with beside."""


L1 = Term("l1")
EQ8 = Term("expected-l1", kwargs={"threshold": "patch"})
"""Errors under the average count as zero (Sec. 4.3). Which: here those that stand for sigma in Eq. 8, so that the
random part goes to the hard pixels, while all pixels keep their l1."""


def auxiliary(beta: float = BETA) -> Term:
    """Eq. 10 beside a loss of mu: mu is detached."""
    return Term("auxiliary-sigma", kwargs={"beta": beta})


ALONE = Term("auxiliary-sigma", kwargs={"beta": BETA, "detach": False, "signed": True})
"""Eq. 10 by itself, which mu learns from too (Sec. 4.3), and therefore by its letter."""
ALONE_FROM = 0.001
"""Sigma at the start of it: HR = mu + sigma says nothing of the two apart, and mu keeps off HR by what sigma starts
with. From 0.5, as the other objectives start, 2000 steps end at 9.6 dB; the paper prints l1's 33.57 dB."""


def ours(beta: float = BETA) -> Objective:
    """Eq. 8 and 10, the paper's choice."""
    name = "ours" if beta == BETA else f"beta={beta:g}"
    return Objective(name, (EQ8, auxiliary(beta)), sigma=True, summary=f"Eq. 8 and Eq. 10 with beta {beta:g}")


OURS = ours()
ABLATION = (
    Objective("l1", (L1,), sigma=False, summary="l1"),
    Objective("eq8", (EQ8,), sigma=False, summary="Eq. 8 (l_E)"),
    Objective(
        "eq10",
        (ALONE,),
        sigma=True,
        summary="Eq. 10 through mu and sigma",
        network={"initial_sigma": ALONE_FROM},
    ),
    Objective("l1+eq10", (L1, auxiliary()), sigma=True, summary="l1 and Eq. 10"),
    OURS,
)
"""Table 1."""
OTHER_BETAS = tuple(ours(beta) for beta in BETAS if beta != BETA)
"""Table 2 without its best, which is `OURS`."""
NAIVE = Objective("eq6", (Term("naive-l1"),), sigma=True, summary="Eq. 6: trainable sigma, which collapses")
NOISY = Objective("eq7", (Term("noisy-l1"),), sigma=False, summary="Eq. 7: constant sigma (Noise2Noise)")
LAPLACE = Objective(
    "laplace",
    (Term("expected-l1", kwargs={**EQ8.kwargs, "distribution": "laplace"}), auxiliary()),
    sigma=True,
    summary="Eq. 8 and 10 with the footnote's Laplace distribution",
)
L2 = Objective("l2", (Term("l2"),), sigma=False, summary="l2")

EDGE = Objective("edge", (Term("canny-edge"),), sigma=False, summary="l1 with twice the weight on edges (Seif 2018)")
RIEMANN = Objective(
    "riemann", (L1, Term("riemann", weight=0.002)), sigma=False, summary="l1 and a Riemannian distance (Mu 2019)"
)
"""Table 4. At this weight, which is ours, the distance's gradient is a ninth of l1's for bicubic x2 images of Set14."""
TEACHER = Objective(
    "teacher", (L1, Term("imitation", weight=IMITATION)), sigma=False, summary="l1 and an encoding of HR like LR"
)
"""What PISR's teacher learns, which sees HR."""
STUDENT = Objective(
    "student", (L1, Term("teacher", weight=DISTILLATION)), sigma=False, summary="l1 and the teacher's features (PISR)"
)
