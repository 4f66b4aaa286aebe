"""A part of an image, in HR pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from srbench.errors import PluginError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = TypeVar("Pixels", bound=np.generic)


class Rectangle(NamedTuple):
    """Its left upper pixel, counted from the image's own at (0, 0), and how many pixels it is wide and high."""

    left: int
    top: int
    width: int
    height: int

    @classmethod
    def middle(cls, image: NDArray[Pixels], side: int) -> Rectangle:
        """The square of `side` pixels in the middle of `image` (H, W, ...), or as much of it as the image has."""
        height, width = (min(side, one) for one in image.shape[:2])
        return cls((image.shape[1] - width) // 2, (image.shape[0] - height) // 2, width, height)

    def cut(self, image: NDArray[Pixels], name: str) -> NDArray[Pixels]:
        """That part of `image` (H, W, ...). Raises `PluginError` with the image's `name` where it isn't all in there.

        Every rectangle is written down in a plugin, hence the error.
        """
        height, width = image.shape[:2]
        inside = (
            self.left >= 0 and self.top >= 0 and self.left + self.width <= width and self.top + self.height <= height
        )
        if not inside or self.width < 1 or self.height < 1:
            raise PluginError(
                f"{name}: no rectangle of {self.width}x{self.height} at ({self.left}, {self.top}) in an image of "
                f"{width}x{height} pixels"
            )
        return image[self.top : self.top + self.height, self.left : self.left + self.width]
