"""Figure 3: the size of f from t = 4 to t = 1, in an edge patch and in a flat patch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure as Picture
from matplotlib.patches import Rectangle as Frame

from srbench import Drawing, FigureStyle, Numbers, Rectangle, show_image, to_uint8
from srbench_ode_ivp.figures.network import first_at_hand, image_pair

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from srbench import FigureContext, RecordedFigure

SCALE = 4.0
TIMES = tuple(tenths / 10 for tenths in range(40, 9, -2))
"""Decreasing times, with one solver step between consecutive times."""
DATASET, IMAGE = "Set5", "baby"
EDGE, FLAT = "edge patch", "flat patch"
PATCHES = {EDGE: Rectangle(136, 178, 60, 45), FLAT: Rectangle(96, 262, 60, 45)}
"""Patches of the image: an eye, and the cheek below it."""
DEMO_PATCHES = {EDGE: Rectangle(198, 92, 60, 45), FLAT: Rectangle(280, 135, 60, 45)}
"""Patches of the demo photograph, an astronaut: the eyes, and the background."""
COLOURS = {EDGE: FigureStyle.VERMILLION, FLAT: FigureStyle.GREEN}
GREY = 255
HEADER = ("patch", "left", "top", "width", "height", "t", "mean_abs_f")
AXIS = "mean |f|\n[grey levels per unit of t]"


def draw(context: FigureContext) -> Drawing:
    """Draw the image with both patches marked, the patches enlarged, and the mean of |f| over each against t."""
    network, remarks = first_at_hand(context, SCALE)
    pair, name = image_pair(context, DATASET, IMAGE, SCALE)
    patches = DEMO_PATCHES if context.demo else PATCHES
    states = network.states(pair.lr, SCALE, TIMES)
    sizes = [network.size_of_slope(state, t) for state, t in zip(states, TIMES, strict=True)]
    curves = {patch: [float(part.cut(size, name).mean()) * GREY for size in sizes] for patch, part in patches.items()}
    restored = to_uint8(states[-1], context.protocol.quantise)
    cut = {patch: part.cut(restored, name) for patch, part in patches.items()}
    picture = _picture(pair.hr, cut, patches, curves)
    numbers = Numbers(
        HEADER,
        [
            (patch, *patches[patch], *point)
            for patch, curve in curves.items()
            for point in zip(TIMES, curve, strict=True)
        ],
    )
    shown = [index for index, t in enumerate(TIMES) if t.is_integer()]
    table = Numbers(
        ("patch", *(f"t = {TIMES[index]:g}" for index in shown), "largest at t"),
        [(patch, *(curve[index] for index in shown), largest_at(curve)) for patch, curve in curves.items()],
        "Mean of |f| over a patch, in grey levels per unit of t:",
    )
    caption = f"Network: {network.label}. Image: {name}, LR of x{SCALE:g}. Patches are shown as restored, I(1)."
    return Drawing(picture, numbers, (table,), (trend(curves), caption, *remarks), (tuple(cut.values()),))


def redraw(context: FigureContext, recorded: RecordedFigure) -> Picture:
    """Draw the picture again from the recorded numbers and patches; the image is read from its dataset."""
    curves: dict[str, list[float]] = {}
    patches: dict[str, Rectangle] = {}
    for line in recorded.lines:
        curves.setdefault(line["patch"], []).append(float(line["mean_abs_f"]))
        patches[line["patch"]] = Rectangle(*(int(line[name]) for name in HEADER[1:5]))
    first = next(iter(patches.values()))
    (cut,) = recorded.crops([(first.height, first.width, len(patches))])
    pair, _ = image_pair(context, DATASET, IMAGE, SCALE)
    return _picture(pair.hr, dict(zip(patches, cut, strict=True)), patches, curves)


def largest_at(curve: Sequence[float]) -> float:
    """Return the time t at which |f| is largest."""
    return TIMES[max(range(len(TIMES)), key=lambda index: curve[index])]


def trend(curves: Mapping[str, Sequence[float]]) -> str:
    """Return a sentence on whether |f| grows towards t = 1 at an edge and shrinks in a flat patch, as in the paper."""
    grows = {patch: curve[-1] > curve[0] for patch, curve in curves.items()}
    words = [
        f"{curve[0]:.3g} at t = {TIMES[0]:g} and {curve[-1]:.3g} at t = {TIMES[-1]:g} in the {patch}"
        for patch, curve in curves.items()
    ]
    agree = {(True, False): "both as in the paper", (False, True): "both unlike the paper"}
    alike = "growing" if grows[EDGE] else "shrinking"
    verdict = agree.get((grows[EDGE], grows[FLAT]), f"{alike} towards t = 1 in both, unlike the paper in one")
    return f"Mean |f| is {', '.join(words)}: {verdict} (there it grows towards t = 1 at an edge, shrinks where flat)."


def _picture(
    hr: NDArray[np.uint8],
    restored: Mapping[str, NDArray[np.uint8]],
    patches: Mapping[str, Rectangle],
    curves: Mapping[str, Sequence[float]],
) -> Picture:
    picture = Picture(figsize=(FigureStyle.PAGE, 3.0))
    panels = picture.subplot_mosaic(
        [["image", EDGE, f"{EDGE} |f|"], ["image", FLAT, f"{FLAT} |f|"]], width_ratios=[1.3, 0.75, 1.3]
    )
    show_image(panels["image"], hr)
    for patch, part in patches.items():
        corner = (part.left - 0.5, part.top - 0.5)
        frame = Frame(corner, part.width, part.height, fill=False, edgecolor=COLOURS[patch], linewidth=1.5)
        panels["image"].add_patch(frame)
        show_image(panels[patch], restored[patch])
        panels[patch].set_title(patch, color=COLOURS[patch])
        _curve(panels[f"{patch} |f|"], curves[patch], COLOURS[patch])
    panels[f"{EDGE} |f|"].tick_params(labelbottom=False)
    panels[f"{FLAT} |f|"].set_xlabel("t")
    for patch in patches:
        panels[f"{patch} |f|"].set_ylabel(AXIS, fontsize=FigureStyle.SMALL)
    return picture


def _curve(panel: Axes, curve: Sequence[float], colour: str) -> None:
    panel.plot(TIMES, curve, color=colour, marker="o", markersize=3, linewidth=1.2)
    panel.set_xlim(TIMES[0] + 0.1, TIMES[-1] - 0.1)  # t falls to the right, in the order of the solver
    panel.set_ylim(bottom=0)
    panel.margins(y=0.1)
