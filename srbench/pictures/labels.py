"""Labels of points in a panel, placed so that they cover neither each other nor the points."""

from __future__ import annotations

from itertools import combinations
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
ROUNDS = 500
"""Number of steps of the placement; a limit in seconds would place labels differently on another machine."""
TRIES = (
    {"expand": (1.15, 1.35), "force_text": (0.4, 0.6), "force_static": (0.3, 0.5)},
    {"expand": (1.3, 1.6), "force_text": (0.6, 0.9), "force_static": (0.5, 0.8)},
    {"expand": (1.1, 1.2), "force_text": (0.2, 0.4), "force_static": (0.6, 1.0)},
    {"expand": (1.5, 2.0), "force_text": (0.3, 1.2), "force_static": (0.4, 1.2)},
    {"expand": (1.2, 1.4), "force_text": (1.0, 0.4), "force_static": (1.0, 0.4)},
)
"""Settings of adjustText, which promises no result: the first without a collision, or with the fewest, is kept."""
FAR = 6.0
"""Distance in points from which a line joins a label to its marker."""


def place_labels(
    panel: Axes,
    points: Sequence[tuple[float, float]],
    labels: Sequence[str],
    *,
    colours: Sequence[str] | None = None,
    radii: Sequence[float] = (),
    avoid: Sequence[tuple[tuple[float, float], float]] = (),
) -> list[Text]:
    """Write labels near their points, apart from each other and from the markers, with a line where one is far away.

    Call it last: the limits of the axes and the size of the picture must be final.

    Args:
        panel: The panel.
        points: The points, in data coordinates.
        labels: One label per point.
        colours: Colour of each label; None: that of all text.
        radii: Radius of each point's marker in typographic points; empty: 3 for all.
        avoid: Further markers that labels must not cover, each with its radius.

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
    if not texts:
        return texts
    sizes = list(radii) or [RADIUS] * len(points)
    markers = [*zip(points, sizes, strict=True), *avoid]
    boxes = [_box(panel, place, radius) for place, radius in markers]
    found = []
    for settings in TRIES:
        for text, place in zip(texts, points, strict=True):
            text.set_position(place)
        _adjust(panel, points, texts, boxes, settings)
        found.append((_collisions(panel, texts, boxes), [text.get_position() for text in texts]))
        if not found[-1][0]:
            break
    _, best = min(found, key=lambda entry: entry[0])
    for text, place, point, radius in zip(texts, best, points, sizes, strict=True):
        text.set_position(place)
        _join(panel, text, point, radius)
    return texts


def _adjust(
    panel: Axes,
    points: Sequence[tuple[float, float]],
    texts: list[Text],
    boxes: Sequence[Bbox],
    settings: dict[str, tuple[float, float]],
) -> None:
    # the distance to the next label, which adjustText takes for its first step, is not finite with one alone
    radius = {"explode_radius": 1.0} if len(texts) == 1 else {}
    to_data = panel.transData.inverted()
    objects = [box.transformed(to_data) for box in boxes]
    x, y = zip(*points, strict=True)
    adjust_text(texts, x, y, objects=objects, ax=panel, iter_lim=ROUNDS, **settings, **radius)


def _collisions(panel: Axes, texts: Sequence[Text], boxes: Sequence[Bbox]) -> int:
    """Return how many labels cover each other or a marker, or leave the panel at the left or below."""
    places = [text.get_window_extent() for text in texts]
    pairs = sum(a.overlaps(b) for a, b in combinations(places, 2))
    covered = sum(place.overlaps(box) for place in places for box in boxes)
    inside = panel.get_window_extent()
    outside = sum(place.x0 < inside.x0 or place.y0 < inside.y0 for place in places)
    return int(pairs + covered + outside)


def _box(panel: Axes, point: tuple[float, float], radius: float) -> Bbox:
    """Return the box around a marker in pixels."""
    picture = panel.get_figure(root=True)
    assert picture is not None  # noqa: S101 - a panel is in a picture
    x, y = panel.transData.transform(point)
    reach = radius * picture.dpi / 72
    return Bbox.from_extents(x - reach, y - reach, x + reach, y + reach)


def _join(panel: Axes, text: Text, point: tuple[float, float], radius: float) -> None:
    """Draw a line from a marker to its label if that is further away than `FAR`."""
    box, target = text.get_window_extent(), _box(panel, point, 0.0)
    x = min(max(target.x0, box.x0), box.x1)
    y = min(max(target.y0, box.y0), box.y1)
    reach = _box(panel, point, radius + FAR)
    if reach.x0 <= x <= reach.x1 and reach.y0 <= y <= reach.y1:
        return
    panel.annotate(
        "",
        point,
        xytext=tuple(panel.transData.inverted().transform((x, y))),
        arrowprops={
            "arrowstyle": "-",
            "color": FigureStyle.RULE,
            "linewidth": 0.6,
            "shrinkA": 1,
            "shrinkB": radius,
        },
    )
