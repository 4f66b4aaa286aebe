"""Methods for the rows of the paper's tables: released checkpoints and trained recipes."""

from __future__ import annotations

from srbench import MethodSpec
from srbench_pcarn.initialisation import SCHEMES
from srbench_pcarn.recipes import ABLATION, EFFICIENT, PAPER


def trained(name: str, model: str, summary: str, recipe: str = "", phase: str = "") -> MethodSpec:
    """Return a method that a recipe trains and for which no weights were released.

    Args:
        name: the method's name.
        model: the model's name.
        summary: one-line description.
        recipe: the recipe's name; empty if it is the method's.
        phase: the phase whose result is used; empty for the last one.
    """
    return MethodSpec(name, model, source="trained", recipe=recipe or name, phase=phase, paper=PAPER, summary=summary)


def initialised(label: str) -> str:
    """Return the name of the method of Table 3's row `label`.

    The last row is the paper's choice, and therefore the network of Tables 1 and 2.
    """
    index = list(SCHEMES).index(label) + 1
    return f"pcarn-init-{index}" if index < len(SCHEMES) else "pcarn-single"


METHODS = (
    MethodSpec(
        "pcarn-m",
        "pcarn-m",
        weights="pcarn-m",
        source="released",
        bundled="pcarn-m-gan-bundled",
        recipe="pcarn-m",
        paper=PAPER,
        summary="GAN-trained PCARN-M: made for perception (LPIPS, NIQE), at the cost of PSNR and SSIM",
    ),
    MethodSpec(
        "pcarn-m-l1",
        "pcarn-m",
        source="bundled",
        bundled="pcarn-m-l1-bundled",
        recipe="pcarn-m",
        phase="l1",
        paper=PAPER,
        summary="PCARN-M before its GAN training: made for PSNR; trained by srbench on a cut budget",
    ),
    trained("pcarn", "pcarn", "PCARN: GAN-trained with the multi-scale discriminator"),
    trained("pcarn-l1", "pcarn", "PCARN before its GAN training", recipe="pcarn", phase="l1"),
    trained("pcarn-gan", "pcarn", "Table 2: PCARN with one discriminator"),
    *(trained(name, name, summary) for name, summary in (ABLATION | EFFICIENT).items()),
    *(trained(f"{name}-reduced", f"{name}-reduced", f"{summary}, reduced") for name, summary in ABLATION.items()),
    *(
        trained(initialised(label) + suffix, f"pcarn-single{suffix}", f"Table 3: {label}{said}")
        for label in list(SCHEMES)[:-1]
        for suffix, said in (("", ""), ("-reduced", ", reduced"))
    ),
    trained("pcarn-gan-reduced", "pcarn-single-reduced", "Table 2: one discriminator, reduced"),
    trained("pcarn-msd-reduced", "pcarn-single-reduced", "Table 2: multi-scale discriminator, reduced"),
)
