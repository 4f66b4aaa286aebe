"""Images of the page as lossless files, inside the page or beside it."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PIL import Image

from srbench.imaging.image_io import write_png

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from srbench.report.images.scenes import Scene


@dataclass
class ImageFolder:
    """A place for the page's images: the page itself, or a folder beside it.

    Args:
        folder: Folder of the page, whose subfolder ``images`` receives full-size PNG files; None: windows of the
            images lie in the page as lossless WebP.
    """

    folder: Path | None = None
    written: list[Path] = field(default_factory=list)

    def scene(self, scene: Scene) -> dict[str, Any]:
        """Return a scene as plain data, with an address for each of its images."""
        top, left, height, width = scene.window
        factor = round(scene.scale) if scene.scale == round(scene.scale) and scene.lr.shape != scene.hr.shape else 1
        whole = self.folder is not None
        lr_part = (top // factor, left // factor, -(-height // factor), -(-width // factor))
        stem = _plain(f"{scene.dataset}-x{scene.scale:g}-{scene.name}")
        hr = scene.hr if whole else _cut(scene.hr, scene.window)
        return {
            "dataset": scene.dataset,
            "scale": scene.scale,
            "name": scene.name,
            "width": hr.shape[1],
            "height": hr.shape[0],
            "window": None if whole else [left, top, width, height],
            "tileAt": [left, top, width, height] if whole else [0, 0, width, height],
            "hr": self._address(hr, f"{stem}-HR"),
            "lr": self._address(scene.lr if whole else _cut(scene.lr, lr_part), f"{stem}-LR"),
            "sr": [
                {
                    "method": picture.method,
                    "src": self._address(
                        picture.image if whole else _cut(picture.image, scene.window), f"{stem}-{number}"
                    ),
                    "tiles": list(picture.tiles),
                }
                for number, picture in enumerate(scene.pictures)
            ],
        }

    def _address(self, image: NDArray[np.uint8], name: str) -> str:
        if self.folder is None:
            memory = io.BytesIO()
            Image.fromarray(image).save(memory, "WEBP", lossless=True, quality=80, method=4)
            return "data:image/webp;base64," + base64.b64encode(memory.getvalue()).decode("ascii")
        path = self.folder / "images" / f"{name}.png"
        write_png(path, image)
        self.written.append(path)
        return f"images/{name}.png"


def _cut(image: NDArray[np.uint8], part: tuple[int, int, int, int]) -> NDArray[np.uint8]:
    top, left, height, width = part
    return image[top : top + height, left : left + width]


def _plain(name: str) -> str:
    """Return `name` with everything replaced that is special in a file's name or an address."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", name)
