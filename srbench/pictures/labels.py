"""Labels of points in a panel, moved so that they cover neither each other nor the points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adjustText import adjust_text
from matplotlib.transforms import Bbox

from srbench.pictures.style import FigureStyle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.text import Text

RADIUS = 3.0
"""Radius of a marker in points, if none is given."""
ROUNDS = 1000
"""Number of steps of the placement; a limit in seconds would place labels differently on another machine."""


def place_labels(
    panel: Axes,
    points: Sequence[tuple[float, float]],
    labels: Sequence[str],
    *,
    colours: Sequence[str] | None = None,
    radii: Sequence[float] = (),
) -> list[Text]:
    """Write labels near their points, apart from each other and from the markers, with a line where one is far away.

    Call it last: the limits of the axes and the size of the picture must be final.

    Args:
        panel: The panel.
        points: The points, in data coordinates.
        labels: One label per point.
        colours: Colour of each label; None: that of all text.
        radii: Radius of each point's marker in typographic points, which labels must not cover; empty: 3 for all.

    Returns:
        The labels, in the order of `labels`.
    """
    picture = panel.get_figure(root=True)
    assert picture is not None  # noqa: S101 - a panel is in a picture
    picture.draw_without_rendering()  # the layout places the panels
    picture.set_layout_engine("none")
    texts = [
        panel.text(x, y, label, fontsize=FigureStyle.SMALL, ha="center", va="center", zorder=5)
        for (x, y), label in zip(points, labels, strict=True)
    ]
    for text, colour in zip(texts, colours or (), strict=bool(colours)):
        text.set_color(colour)
    if texts:
        # the distance to the next label, which adjustText takes for its first step, is not finite with one alone
        radius = {"explode_radius": 1.0} if len(texts) == 1 else {}
        adjust_text(
            texts,
            [x for x, _ in points],
            [y for _, y in points],
            objects=_boxes(panel, points, radii or [RADIUS] * len(points)),
            ax=panel,
            iter_lim=ROUNDS,
            **radius,
            expand=(1.15, 1.35),
            force_text=(0.4, 0.6),
            force_static=(0.3, 0.5),
            arrowprops={"arrowstyle": "-", "color": FigureStyle.RULE, "linewidth": 0.6, "zorder": 1},
        )
    return texts


def _boxes(panel: Axes, points: Sequence[tuple[float, float]], radii: Sequence[float]) -> list[Bbox]:
    """Return the boxes around the markers, in data coordinates."""
    pixels = panel.get_figure(root=True).dpi / 72  # type: ignore[union-attr]  # a panel is in a picture
    to_data = panel.transData.inverted()
    boxes = []
    for point, radius in zip(points, radii, strict=True):
        x, y = panel.transData.transform(point)
        reach = radius * pixels
        boxes.append(Bbox([to_data.transform((x - reach, y - reach)), to_data.transform((x + reach, y + reach))]))
    return boxes
