"""Images of the page as lossless files, inside the page or beside it."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from srbench.imaging.image_io import write_png
from srbench.imaging.rectangle import Rectangle
from srbench.report.images.crops import CROP, STEP, error_map, finite, places, whole_psnr
from srbench.storage.canonical_hash import canonical_hash

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from srbench.report.images.scenes import Scene

SITE_WINDOW = 100_000
"""Side in HR pixels of the windows of a page with files beside it, which shows whole images."""
PAGE_WINDOW = 256
"""Largest side in HR pixels of the part of an image that lies in the page."""
PAGE_BYTES = 10_000_000
"""Bytes of all images in the page, by which the side of the windows is chosen."""
PIXEL_BYTES = 2.0
"""Bytes of a pixel in the page, as lossless WebP in base64: 1.4 for the most detailed parts of Set14, and some more."""


def page_window(pictures: int) -> int:
    """Return the side in HR pixels of windows of which `pictures` fit the page.

    It is a multiple of the loupe's step, and at least the side of the loupe.
    """
    side = (PAGE_BYTES / (PIXEL_BYTES * max(1, pictures))) ** 0.5
    return max(CROP, min(PAGE_WINDOW, int(side) // STEP * STEP))


@dataclass
class PageImages:
    """A place for the page's images: the page itself, or a folder beside it.

    Args:
        folder: Folder of the page, whose subfolder ``images`` receives full-size PNG files; None: windows of the
            images lie in the page as lossless WebP.
    """

    folder: Path | None = None
    written: list[Path] = field(default_factory=list)
    """Files that were written beside the page."""

    def window(self, pictures: int) -> int:
        """Return the side in HR pixels of the part that is shown of each of `pictures` images."""
        return SITE_WINDOW if self.folder else page_window(pictures)

    def scene(self, scene: Scene) -> dict[str, Any]:
        """Return a scene as plain data, with an address for each of its images."""
        whole_images = self.folder is not None
        stem = f"{scene.dataset}-x{scene.scale:g}-{scene.name}"

        def shown(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
            return image if whole_images else image[scene.window.slices]

        hr = shown(scene.hr)
        return {
            "dataset": scene.dataset,
            "scale": scene.scale,
            "name": scene.name,
            "width": hr.shape[1],
            "height": hr.shape[0],
            "window": None if whole_images else list(scene.window),
            "xs": places(hr.shape[1]),
            "ys": places(hr.shape[0]),
            "hr": self.address(hr, f"{stem}-HR"),
            "lr": self.address(scene.lr if whole_images else _lr_part(scene), f"{stem}-LR"),
            "sr": [
                {
                    "method": picture.method,
                    "psnr": list(map(finite, picture.crops.psnr)),
                    "lpips": list(picture.crops.lpips),
                    **self._compared(shown(picture.image), hr, stem, number),
                }
                for number, picture in enumerate(scene.pictures)
            ],
        }

    def address(self, image: NDArray[np.uint8], name: str) -> str:
        """Return the address of an image: its pixels, or a file of that name beside the page, which is written."""
        if self.folder is None:
            memory = io.BytesIO()
            Image.fromarray(image).save(memory, "WEBP", lossless=True, quality=80, method=4)
            return "data:image/webp;base64," + base64.b64encode(memory.getvalue()).decode("ascii")
        path = self.folder / "images" / f"{_plain(name)}.png"
        write_png(path, image)
        self.written.append(path)
        return f"images/{path.name}"

    def _compared(self, sr: NDArray[np.uint8], hr: NDArray[np.uint8], stem: str, number: int) -> dict[str, Any]:
        """Return the address of an SR image, its PSNR, and beside a page the address of its error map.

        A page that holds its images makes the error maps itself.
        """
        of_image: dict[str, Any] = {"src": self.address(sr, f"{stem}-{number}")}
        if sr.shape[:2] == hr.shape[:2]:
            of_image["whole"] = finite(whole_psnr(sr, hr))
            if self.folder:
                of_image["error"] = self.address(error_map(sr, hr), f"{stem}-{number}-error")
        return of_image


def _lr_part(scene: Scene) -> NDArray[np.uint8]:
    """Return the LR image of a scene's window, which lies on HR when it is stretched to the same size.

    If the window is not a whole number of LR pixels (256 pixels at x3, or x2.5), LR is enlarged to HR's pixels.
    """
    if scene.lr.shape[:2] == scene.hr.shape[:2]:
        return scene.lr[scene.window.slices]
    if not any(side % scene.scale for side in scene.window):
        factor = int(scene.scale)
        return scene.lr[Rectangle(*(side // factor for side in scene.window)).slices]
    left, top, width, height = scene.window
    rows, columns = (
        np.minimum((np.arange(start, start + length) + 0.5) / scene.scale, side - 1).astype(int)
        for start, length, side in zip((top, left), (height, width), scene.lr.shape[:2], strict=True)
    )
    enlarged: NDArray[np.uint8] = scene.lr[rows][:, columns]
    return enlarged


def _plain(name: str) -> str:
    """Return `name` without what is special in a file's name or an address.

    A name that is changed ends in its hash, so that two names stay two: those of Chinese images are underscores alone.
    """
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    return plain if plain == name else f"{plain}-{canonical_hash(name, 8)}"
