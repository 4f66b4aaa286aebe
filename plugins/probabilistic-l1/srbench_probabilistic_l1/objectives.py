"""Training objectives: the paper's loss in all its variants, and the losses to which it is compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from srbench import Term

if TYPE_CHECKING:
    from collections.abc import Mapping

BETA = 0.01
"""Penalty factor of Eq. 10; the best value of Table 2."""
BETAS = (0.001, 0.005, 0.01, 0.05, 0.1)
IMITATION, DISTILLATION = 0.1, 0.001
"""Weights of the two losses of PISR. They are our choice, because its text is not available here."""


@dataclass(frozen=True)
class Objective:
    """A training objective: loss terms to minimise, and the network that they need."""

    name: str
    terms: tuple[Term, ...]
    sigma: bool
    """Whether the network needs a sigma branch."""
    summary: str
    network: Mapping[str, Any] = field(default_factory=dict)
    """Further arguments of the network with its branch."""


L1 = Term("l1")
EQ8 = Term("expected-l1", kwargs={"threshold": "patch"})
"""Eq. 8, with errors below the average counted as zero (Sec. 4.3).

The paper does not say which errors. Here it is those that stand for sigma, so that the random part goes to the hard
pixels, while all pixels keep their l1.
"""


def auxiliary(beta: float = BETA) -> Term:
    """Return Eq. 10 for use beside a loss of mu: mu is detached."""
    return Term("auxiliary-sigma", kwargs={"beta": beta})


ALONE = Term("auxiliary-sigma", kwargs={"beta": BETA, "detach": False, "signed": True})
"""Eq. 10 as the only loss, from which mu learns too (Sec. 4.3), and therefore exactly as printed."""
ALONE_FROM = 0.001
"""Initial sigma of Eq. 10 alone.

HR = mu + sigma does not determine mu and sigma separately, so mu keeps an offset from HR of the initial sigma. From
0.5, as with the other objectives, 2000 steps end at 9.6 dB; the paper prints l1's 33.57 dB.
"""


def ours(beta: float = BETA) -> Objective:
    """Return the objective of Eq. 8 and 10, the paper's choice."""
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
"""Objectives of Table 1."""
OTHER_BETAS = tuple(ours(beta) for beta in BETAS if beta != BETA)
"""Objectives of Table 2 but for the best, which is `OURS`."""
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
"""Objective of Table 4.

The weight is our choice: with it, the gradient of the distance is a ninth of l1's for bicubic x2 images of Set14.
"""
TEACHER = Objective(
    "teacher", (L1, Term("imitation", weight=IMITATION)), sigma=False, summary="l1 and an encoding of HR like LR"
)
"""Objective of PISR's teacher, which sees HR."""
STUDENT = Objective(
    "student", (L1, Term("teacher", weight=DISTILLATION)), sigma=False, summary="l1 and the teacher's features (PISR)"
)
