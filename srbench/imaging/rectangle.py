"""Rectangular parts of images, in pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from srbench.errors import PluginError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = TypeVar("Pixels", bound=np.generic)


class Rectangle(NamedTuple):
    """Rectangle in an image: column and row of its upper left pixel, counted from 0, and its width and height."""

    left: int
    top: int
    width: int
    height: int

    @classmethod
    def middle(cls, image: NDArray[Pixels], side: int) -> Rectangle:
        """Return the central square of `side` pixels of `image` (H, W, ...), clipped to the image if it is smaller."""
        height, width = (min(side, length) for length in image.shape[:2])
        return cls((image.shape[1] - width) // 2, (image.shape[0] - height) // 2, width, height)

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns, with which an array of pixels (H, W, ...) is indexed."""
        return slice(self.top, self.top + self.height), slice(self.left, self.left + self.width)

    def cut(self, image: NDArray[Pixels], name: str) -> NDArray[Pixels]:
        """Return the part of `image` (H, W, ...) in this rectangle; `name` denotes the image in the error.

        Raises:
            PluginError: if the rectangle is empty or not completely inside the image (every rectangle is declared by
                a plugin).
        """
        height, width = image.shape[:2]
        inside = (
            self.left >= 0 and self.top >= 0 and self.left + self.width <= width and self.top + self.height <= height
        )
        if not inside or self.width < 1 or self.height < 1:
            raise PluginError(
                f"{name}: the rectangle of {self.width}x{self.height} at ({self.left}, {self.top}) is not inside the "
                f"image of {width}x{height} pixels; correct it in the plugin"
            )
        return image[self.slices]
