"""Panels with images, and with maps of one value per pixel.

If a panel has fewer pixels than the image, its pixels show means over the image's pixels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Picture
    from matplotlib.image import AxesImage
    from numpy.typing import NDArray

DARK_IS_LARGE = "gray_r"


def show_image(panel: Axes, image: NDArray[np.uint8]) -> None:
    """Draw `image`, uint8 (H, W, 3) or (H, W)."""
    panel.imshow(image, cmap="gray", vmin=0, vmax=255)
    _bare(panel)


def show_map(panel: Axes, values: NDArray[np.float64], top: float) -> AxesImage:
    """Draw an array as a grey map, from white (0) to black (`top` and above), and return it.

    Args:
        panel: Panel to draw into.
        values: Values (H, W).
        top: Smallest value that is drawn black.
    """
    artist = panel.imshow(values, cmap=DARK_IS_LARGE, vmin=0, vmax=top)
    _bare(panel)
    return artist


def colour_bar(picture: Picture, shown: AxesImage, panel: Axes, unit: str) -> None:
    """Draw the colour bar of a map beside its panel.

    Args:
        picture: Picture that holds the panel.
        shown: The map, as returned by `show_map`.
        panel: Panel of the map.
        unit: Label of the colour bar: the unit of the map's values.
    """
    bar = picture.colorbar(shown, ax=panel, shrink=0.85, pad=0.03, aspect=18, extend="max")
    bar.ax.tick_params(labelsize=7)
    bar.set_label(unit, fontsize=7)


def _bare(panel: Axes) -> None:
    panel.set(xticks=[], yticks=[])
    panel.spines[:].set_visible(False)
