"""The experiments of results/evidence/plan.md."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.experiments import rules
from benchmarks.experiments.lines import Compared

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.experiments.lines import Line

SEEDS = (0, 1, 2)


@dataclass(frozen=True)
class Experiment:
    """An experiment of the plan."""

    name: str
    answer: str
    """The answer that it is about."""
    suspected: str
    changed: str
    compared: tuple[Compared, ...]
    read: Callable[[Sequence[Line]], str] = field(repr=False)
    """Function that returns how the experiment is read by the plan's rule."""


EXPERIMENTS = (
    Experiment(
        "equals",
        "not every ensemble beats its members (gpnas-ensemble, Table 1)",
        "DRN* is 0.1 dB weaker than RCAN",
        "two RCAN* of different seeds, of equal strength, as an ensemble (x4, Real-like)",
        tuple(
            Compared(f"mean of seeds {first} and {second} against seed {seed}", f"pair{first}-{second}", f"seed{seed}")
            for first, second in ((0, 3), (0, 4), (3, 4))
            for seed in (first, second)
        ),
        rules.of_equals,
    ),
    Experiment(
        "rates",
        "L2 beats L1 by 0.1 dB, not by 0.8 (esrgan-gan, Table 2)",
        "reading of the paper: the learning rate",
        "L1 and L2 at a third of the rate and at three times the rate of `quick`",
        (
            *(
                Compared(f"{loss.upper()} at {rate} the rate against itself", f"{loss}-{label}", loss)
                for loss in ("l1", "l2")
                for label, rate in (("third", "a third of"), ("thrice", "three times"))
            ),
            Compared("L2 against L1 at a third of the rate", "l2-third", "l1-third"),
            Compared("L2 against L1 at the rate of quick", "l2", "l1"),
            Compared("L2 against L1 at three times the rate", "l2-thrice", "l1-thrice"),
        ),
        rules.of_rates,
    ),
    Experiment(
        "vgg",
        "the worse PSNR before the activation isn't seen (esrgan-gan, Table 5)",
        "the printed row is a failed training",
        "the perceptual loss before the activation at 10 and 100 times its weight",
        (Compared(rules.TEN, "ten", "cnn"), Compared(rules.HUNDRED, "hundred", "cnn")),
        rules.of_vgg,
    ),
    Experiment(
        "adversary",
        "hardly any gain of the GAN against collapse is its adversary's (esrgan-gan, Table 3)",
        "budget",
        "the adversary's weight 0, and 1e-2 in place of 1e-3",
        (Compared(rules.STRONG, "strong{seed}", "none{seed}", SEEDS),),
        rules.of_adversary,
    ),
    Experiment(
        "simultaneous",
        "the GAN's better LPIPS isn't seen (esrgan-gan, Table 3)",
        "reading of the paper: what a turn is",
        "the same losses, both networks learning in every step",
        (Compared(rules.BOTH, "both{seed}", "cnn{seed}", SEEDS),),
        rules.of_simultaneous,
    ),
    Experiment(
        "longer",
        "triad's worse LPIPS isn't seen (esrgan-gan, Table 4)",
        "budget: neither has left the CNN",
        "a GAN phase of 4,800 steps in place of 1,200",
        (Compared(rules.DUAL, "dual", "triad"),),
        rules.of_longer,
    ),
    Experiment(
        "solvers",
        "Runge-Kutta loses to Euler and VDSR+t at x1.1 (ode-ivp)",
        "budget",
        "8,000 steps in place of 2,000",
        (
            Compared(rules.AGAINST_T, "vdsr-ivp{seed}", "vdsr-t{seed}", SEEDS),
            Compared("Runge-Kutta against Euler", "vdsr-ivp{seed}", "vdsr-ivp-euler{seed}", SEEDS),
        ),
        rules.of_solvers,
    ),
    Experiment(
        "depth",
        "15 and 10 RRDBs are worse than 2 (esrgan-gan, Table 1)",
        "budget",
        "4,800 steps in place of 1,200",
        tuple(
            Compared(f"{blocks} RRDBs against 2", f"rrdb{blocks}-{{seed}}", "rrdb2-{seed}", SEEDS)
            for blocks in (15, 10)
        ),
        rules.of_depth,
    ),
    Experiment(
        "precision",
        "15 and 10 RRDBs are worse than 2: the precision (esrgan-gan, Table 1)",
        "two of their three seeds were trained in float32, those of 2 RRDBs with bfloat16",
        "2 RRDBs in float32",
        (Compared(rules.FLOAT32, "float{seed}", "bfloat{seed}", SEEDS),),
        rules.of_precision,
    ),
)
