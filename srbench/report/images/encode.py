"""Images of the page as lossless files, inside the page or beside it."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PIL import Image

from srbench.imaging.image_io import write_png
from srbench.imaging.window import cut
from srbench.report.images.crops import CROP, STEP, error_map, finite, places, whole_psnr

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from srbench.report.images.scenes import Scene

SITE_WINDOW = 100_000
"""Side in HR pixels of what a page shows that has files beside it: whole images."""
PAGE_WINDOW = 256
"""Largest side in HR pixels of the part of an image that lies in the page."""
PAGE_BYTES = 10_000_000
"""Size of all images in the page, by which this side is chosen."""
PIXEL_BYTES = 2.0
"""Size of a pixel in the page, as lossless WebP in base64: 1.4 of the most detailed parts of Set14, and some more."""


def page_window(pictures: int) -> int:
    """Return the side in HR pixels of the windows of so many pictures that fit the page.

    It is a multiple of the loupe's step, and the loupe fits in.
    """
    side = (PAGE_BYTES / (PIXEL_BYTES * max(1, pictures))) ** 0.5
    return max(CROP, min(PAGE_WINDOW, int(side) // STEP * STEP))


@dataclass
class ImageFolder:
    """A place for the page's images: the page itself, or a folder beside it.

    Args:
        folder: Folder of the page, whose subfolder ``images`` receives full-size PNG files; None: windows of the
            images lie in the page as lossless WebP.
    """

    folder: Path | None = None
    written: list[Path] = field(default_factory=list)

    def window(self, pictures: int) -> int:
        """Return the side in HR pixels of the part that is shown of each of so many pictures."""
        return SITE_WINDOW if self.folder else page_window(pictures)

    def scene(self, scene: Scene) -> dict[str, Any]:
        """Return a scene as plain data, with an address for each of its images."""
        top, left, height, width = scene.window
        factor = round(scene.scale) if scene.scale == round(scene.scale) and scene.lr.shape != scene.hr.shape else 1
        whole = self.folder is not None
        lr_part = (top // factor, left // factor, -(-height // factor), -(-width // factor))
        stem = f"{scene.dataset}-x{scene.scale:g}-{scene.name}"
        hr = scene.hr if whole else cut(scene.hr, scene.window)
        return {
            "dataset": scene.dataset,
            "scale": scene.scale,
            "name": scene.name,
            "width": hr.shape[1],
            "height": hr.shape[0],
            "window": None if whole else [left, top, width, height],
            "xs": places(hr.shape[1]),
            "ys": places(hr.shape[0]),
            "hr": self.address(hr, f"{stem}-HR"),
            "lr": self.address(scene.lr if whole else cut(scene.lr, lr_part), f"{stem}-LR"),
            "sr": [
                {
                    "method": picture.method,
                    "psnr": list(map(finite, picture.crops.psnr)),
                    "lpips": list(picture.crops.lpips),
                    **self._compared(picture.image if whole else cut(picture.image, scene.window), hr, stem, number),
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


def _plain(name: str) -> str:
    """Return `name` with everything replaced that is special in a file's name or an address."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", name)
