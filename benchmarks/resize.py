"""Bicubic resizing, 720p to a quarter and back: time, and difference from MATLAB's result."""

from __future__ import annotations

import cv2
import numpy as np
import skimage.data
import skimage.transform
import torch
from basicsr_functions import basicsr
from timing import milliseconds, print_table

from srbench.imaging.resize import imresize


def contenders(image, scale):
    """Return functions by name that resize uint8 RGB `image`, from the type that each library needs, to [0, 255]."""
    height, width = round(image.shape[0] * scale), round(image.shape[1] * scale)
    levels, unit = image.astype(np.float64), image.astype(np.float32) / 255
    planes = torch.from_numpy(image).movedim(-1, 0)[None].float()
    functions = {
        "srbench, matlab-double": lambda: imresize(levels, scale, mode="matlab-double"),
        "srbench, matlab-uint8": lambda: imresize(image, scale),
        "scikit-image": lambda: skimage.transform.resize(image, (height, width), 3, anti_aliasing=scale < 1) * 255,
        "torch, antialias": lambda: torch.nn.functional.interpolate(
            planes, size=(height, width), mode="bicubic", antialias=True
        ),
        "OpenCV, INTER_CUBIC": lambda: cv2.resize(image, (width, height), interpolation=cv2.INTER_CUBIC),
    }
    if module := basicsr("utils.matlab_functions"):
        functions["BasicSR"] = lambda: module.imresize(unit, scale) * 255
    return functions


def as_image(result):
    return result[0].movedim(0, -1).numpy() if isinstance(result, torch.Tensor) else result.astype(np.float64)


def main() -> None:
    photo = np.tile(skimage.data.astronaut(), (2, 3, 1))[:720, :1280]
    for title, image, scale in [("720p to 1/4", photo, 1 / 4), ("1/4 to 720p", imresize(photo, 1 / 4), 4)]:
        functions = contenders(image, scale)
        times = milliseconds(functions)
        exact = imresize(image.astype(np.float64), scale, mode="matlab-double")
        unknown = (float("nan"), float("nan"))
        port, tensors = times.get("BasicSR", unknown), times["torch, antialias"]
        print_table(
            [title, "min ms", "median ms", "medians: BasicSR / this", "medians: torch / this", "largest error, of 255"],
            [
                [
                    name,
                    f"{best:.1f}",
                    f"{middle:.1f}",
                    f"{port[1] / middle:.1f}",
                    f"{tensors[1] / middle:.2f}",
                    f"{np.abs(as_image(functions[name]()) - exact).max():.2g}",
                ]
                for name, (best, middle) in sorted(times.items(), key=lambda item: item[1])
            ],
        )
        print()


if __name__ == "__main__":
    main()
