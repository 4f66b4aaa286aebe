"""Figure 8: the savings of group convolution and shared blocks, and their cost in quality (paper, Sec. 4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from matplotlib.figure import Figure as Picture

from srbench import Drawing, FigureStyle, Numbers, place_labels
from srbench_pcarn.figures import JOINT, JOINT_M
from srbench_pcarn.recipes import GROUPS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection

    from srbench import FigureContext, RecordedFigure

PCARN, MOBILE, DEPTHWISE = "PCARN", "G4R", "G64R"
HEADER = ("variant", "groups", "shared", "params", "macs", "params_saved", "macs_saved", "psnr", "ssim")
COSTS = {"params": ("Parameters [K]", 1e3, "{:.0f}K"), "macs": ("Mult-adds for 1280x720 [G]", 1e9, "{:.1f}G")}
QUALITY = {"psnr": "PSNR [dB]", "ssim": "SSIM"}
PLAIN, SHARED, REFERENCE = FigureStyle.BLUE, FigureStyle.ORANGE, FigureStyle.GREY
NAMES = {PLAIN: "separate blocks", SHARED: "shared blocks (R)", REFERENCE: PCARN}
COMPARED = 2
"""Least number of measured networks for a panel of quality."""
UNMEASURED = (
    "Costs alone: no quality is measured, which takes trained networks (run --figure 8 --profile short, on a GPU)."
)
SHOWN_HEADER = (
    *("variant", "groups", "shared", "params [K]", "times fewer", "mult-adds [G]", "times fewer ", "PSNR [dB]", "SSIM"),
)


class Variant(NamedTuple):
    """A network of the figure with its measured values, None where a value was not measured."""

    label: str
    groups: int
    shared: bool
    params: float | None
    macs: float | None
    psnr: float | None
    ssim: float | None

    @property
    def colour(self) -> str:
        """Colour of the kind of network."""
        return REFERENCE if self.label == PCARN else SHARED if self.shared else PLAIN


def draw(context: FigureContext) -> Drawing:
    """Draw the costs of all networks, and their quality as far as it was measured."""
    variants = [_variant(context, PCARN, 1, shared=False)]
    for groups in GROUPS:
        variants += [_variant(context, f"G{groups}{'R' * shared}", groups, shared=shared) for shared in (False, True)]
    first = variants[0]
    lines = [
        (*variant[:5], _ratio(first.params, variant.params), _ratio(first.macs, variant.macs), *variant[5:])
        for variant in variants
    ]
    numbers = Numbers(HEADER, lines)
    shown = Numbers(SHOWN_HEADER, [_shown(line) for line in lines])
    remarks = () if any(variant.psnr is not None for variant in variants) else (UNMEASURED,)
    return Drawing(_picture(variants), numbers, (shown, _beside_print(context)), remarks)


def redraw(_context: FigureContext, recorded: RecordedFigure) -> Picture:
    """Draw the picture again from its recorded numbers."""
    return _picture(
        [
            Variant(
                line["variant"],
                int(line["groups"]),
                line["shared"] == "True",
                *(float(line[name]) if line[name] else None for name in ("params", "macs", "psnr", "ssim")),
            )
            for line in recorded.lines
        ]
    )


def _shown(line: tuple[Any, ...]) -> tuple[object, ...]:
    variant, groups, shared, params, macs, fewer_params, fewer_macs, psnr, ssim = line
    return (
        variant,
        groups,
        shared,
        None if params is None else params / 1e3,
        None if fewer_params is None else f"{fewer_params:.2f}",
        None if macs is None else macs / 1e9,
        None if fewer_macs is None else f"{fewer_macs:.2f}",
        psnr,
        ssim,
    )


def _picture(variants: Sequence[Variant]) -> Picture:
    """Draw bars of both costs, and below them quality over cost where it was measured of two networks or more."""
    seen = [
        metric for metric in QUALITY if sum(getattr(variant, metric) is not None for variant in variants) >= COMPARED
    ]
    picture = Picture(figsize=(FigureStyle.PAGE, 3.4 + 2.4 * len(seen)))
    panels = picture.subplots(1 + len(seen), 2, squeeze=False, height_ratios=[1.5, *(1 for _ in seen)])
    for column, cost in enumerate(COSTS):
        _bars(panels[0][column], variants, cost)
        for line, metric in enumerate(seen, start=1):
            _scatter(panels[line][column], variants, cost, metric)
    for panel in panels[:, 1]:
        panel.set_ylabel("")
    picture.legend(
        handles=[_key(panels[0][0], colour, name) for colour, name in NAMES.items()],
        loc="outside upper center",
        ncols=3,
        title=None if seen else UNMEASURED,
    )
    for line in range(1, 1 + len(seen)):
        for column, cost in enumerate(COSTS):
            _names(panels[line][column], variants, cost, seen[line - 1])
    return picture


def _variant(context: FigureContext, label: str, groups: int, *, shared: bool) -> Variant:
    params, macs, psnr, ssim = (context.value(label, metric) for metric in ("params", "macs", "psnr", "ssim"))
    return Variant(label, groups, shared, params, macs, psnr, ssim)


def _bars(panel: Axes, variants: Sequence[Variant], cost: str) -> None:
    title, unit, text = COSTS[cost]
    whole = getattr(variants[0], cost)
    for place, variant in enumerate(variants):
        value = getattr(variant, cost)
        if value is None:
            continue
        panel.barh(place, value / unit, color=variant.colour)
        saved = "" if variant is variants[0] or not whole else f"  ({whole / value:.1f} times fewer)"
        panel.annotate(
            text.format(value / unit) + saved,
            (value / unit, place),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
            fontsize=6.5,
            color="black",
        )
    panel.set_yticks(range(len(variants)), [variant.label for variant in variants])
    panel.invert_yaxis()
    panel.margins(x=0.3)
    panel.set_xlabel(f"{title}\nin brackets: against PCARN")


def _drawn(variants: Sequence[Variant], cost: str, metric: str) -> list[tuple[Variant, tuple[float, float]]]:
    unit = COSTS[cost][1]
    return [
        (variant, (getattr(variant, cost) / unit, getattr(variant, metric)))
        for variant in variants
        if None not in {getattr(variant, cost), getattr(variant, metric)}
    ]


def _scatter(panel: Axes, variants: Sequence[Variant], cost: str, metric: str) -> None:
    for variant, (x, y) in _drawn(variants, cost, metric):
        panel.scatter(x, y, color=variant.colour, s=18, zorder=2)
    panel.set_xlim(left=0)
    panel.margins(x=0.12, y=0.18)
    panel.set_xlabel(COSTS[cost][0])
    panel.set_ylabel(f"{QUALITY[metric]}, Set14 x4")


def _names(panel: Axes, variants: Sequence[Variant], cost: str, metric: str) -> None:
    drawn = _drawn(variants, cost, metric)
    place_labels(panel, [place for _, place in drawn], [variant.label for variant, _ in drawn])


def _key(panel: Axes, colour: str, name: str) -> PathCollection:
    return panel.scatter([], [], color=colour, marker="s", label=name)


def _beside_print(context: FigureContext) -> Numbers:
    """Return the numbers of Sec. 4.3 beside those measured here: ratios of costs, and differences in quality."""
    value: Callable[[str, str], float | None] = context.value
    pairs = ((PCARN, MOBILE), (JOINT, JOINT_M))
    lines: list[tuple[str, float | None, str]] = []
    for cost, word, printed in (("params", "parameters", "four times"), ("macs", "mult-adds", "nearly three times")):
        lines += [(f"{word}, {a} / {b}", _ratio(value(a, cost), value(b, cost)), printed) for a, b in pairs]
    for label, metric, printed in (
        (MOBILE, "psnr", "0.20 dB"),
        (MOBILE, "ssim", "0.0053"),
        (DEPTHWISE, "psnr", "0.32 dB"),
    ):
        loss = _difference(value(PCARN, metric), value(label, metric))
        lines.append((f"{metric.upper()}, {PCARN} - {label}", loss, printed))
    return Numbers(("against Sec. 4.3", "measured", "printed"), lines, "What the text says:")


def _ratio(whole: float | None, part: float | None) -> float | None:
    return whole / part if whole and part else None


def _difference(whole: float | None, part: float | None) -> float | None:
    return None if whole is None or part is None else whole - part
