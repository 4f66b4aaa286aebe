"""What the paper trains with: its own loss in all its variants, and what it compares them with."""

from __future__ import annotations

from dataclasses import dataclass

from srbench import Term

BETA = 0.01
"""Table 2's best."""
BETAS = (0.001, 0.005, 0.01, 0.05, 0.1)


@dataclass(frozen=True)
class Objective:
    """Terms to minimise, and whether the network needs a sigma branch for them."""

    name: str
    terms: tuple[Term, ...]
    sigma: bool
    summary: str


L1 = Term("l1")
EQ8 = Term("expected-l1", kwargs={"threshold": "patch"})
"""Errors under the average count as zero (Sec. 4.3). Which: here those that stand for sigma in Eq. 8, so that the
random part goes to the hard pixels, while all pixels keep their l1."""


def auxiliary(beta: float = BETA) -> Term:
    """Eq. 10 beside a loss of mu: mu is detached."""
    return Term("auxiliary-sigma", kwargs={"beta": beta})


ALONE = Term("auxiliary-sigma", kwargs={"beta": BETA, "detach": False, "signed": True})
"""Eq. 10 by itself, which mu learns from too (Sec. 4.3), and therefore by its letter."""


def ours(beta: float = BETA) -> Objective:
    """Eq. 8 and 10, the paper's choice."""
    name = "ours" if beta == BETA else f"beta={beta:g}"
    return Objective(name, (EQ8, auxiliary(beta)), sigma=True, summary=f"Eq. 8 and Eq. 10 with beta {beta:g}")


OURS = ours()
ABLATION = (
    Objective("l1", (L1,), sigma=False, summary="l1"),
    Objective("eq8", (EQ8,), sigma=False, summary="Eq. 8 (l_E)"),
    Objective("eq10", (ALONE,), sigma=True, summary="Eq. 10 through mu and sigma"),
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
