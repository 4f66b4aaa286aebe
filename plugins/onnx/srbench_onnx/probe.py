"""Probe of a network: its scale and the form of its images, found by running it on a small picture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn import functional

from srbench import UsageError, WeightsError
from srbench_onnx.form import RANGES, Form, Range

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from srbench_onnx.session import Session

SIZES = {1: (47, 61), 2: (46, 62), 4: (44, 60), 8: (56, 72), 16: (48, 80), 32: (96, 160), 64: (64, 192)}
"""Height and width of the picture, by the number that both are multiples of; neither is a multiple of twice that."""
CLOSE = 0.05
"""Mean difference in units of [0, 1] from which SR, made smaller again, no longer counts as the picture. Trained
networks come to less than 0.02; one for [0, 255] that is given [0, 1] is off by its biases, which are grey levels."""

DOUBTFUL, CLEARER = 0.005, 5.0
"""Mean difference from which another range of values than [0, 1] is taken if it fits better by this factor. IMDN's
network for [0, 255] is off by 0.0095 if it is given [0, 1], 17 times as much as with the right values."""


@dataclass(frozen=True)
class Probe:
    """Result of a run on a small picture: the form of images, the scale, and the sizes that the network takes."""

    form: Form
    scale: float
    multiple: int = 1
    """Number that the sides of LR must be multiples of."""
    fixed: tuple[int | None, int | None] = (None, None)
    """Height and width that LR must have; None: any."""
    difference: float = 0.0
    """Mean difference between the picture and SR, made smaller again, in units of [0, 1]."""

    @property
    def resembles(self) -> bool:
        """Whether SR looks like the picture; it does not if the network is untrained, or made for other values."""
        return self.difference < CLOSE


def probe(path: Path, session: Session, value_range: Range | None = None) -> Probe:
    """Run the network on a small picture, and return its scale and the form of its images.

    Args:
        path: The ONNX file, for error messages.
        session: The network.
        value_range: Range of its values; None: the one that fits best.

    Raises:
        WeightsError: if it does not return a larger image in any form, or takes images of other channels.
    """
    reasons = []
    for form in _forms(path, session):
        fixed = _fixed(session, form)
        for multiple, size in SIZES.items():
            height, width = fixed[0] or size[0], fixed[1] or size[1]
            picture = _picture(form.channels, height, width)
            try:
                output = form.out_of(session(form.into(picture)))
                scale = _scale(output, picture)
            except Exception as error:  # noqa: BLE001 - onnxruntime has no common class of errors
                reasons.append(" ".join(str(error).split()))
                continue
            if scale <= 1:
                raise WeightsError(
                    f"{path}: not for super-resolution: it returns an image of {output.shape[-1]} x {output.shape[-2]} "
                    f"for one of {width} x {height}; choose a network that enlarges"
                )
            step = 1 if None not in fixed else multiple
            return _in_range(session, Probe(form, scale, step, fixed), picture, value_range)
    raise WeightsError(f"{path}: it returns no larger image for a picture ({reasons[0][:160]}); export it anew")


def range_of(value: Any) -> Range | None:
    """Return the range of values that ``--model-arg range=...`` names; None for ``auto``.

    Raises:
        UsageError: if `value` is none of these.
    """
    names: dict[Any, Range | None] = {"auto": None, 1: "unit", 255: "byte", -1: "signed"}
    if value not in names:
        raise UsageError(f"--model-arg range={value}: write 1 for [0, 1], 255 for [0, 255], or -1 for [-1, 1]")
    return names[value]


def _forms(path: Path, session: Session) -> Iterator[Form]:
    """Yield the forms in which the network may take images, by the sizes of its input."""
    batch, *sides = session.shape
    if isinstance(batch, int) and batch > 1:
        raise WeightsError(f"{path}: it takes {batch} images at a time; export it for one, or for any number")
    plain = Form(dtype=session.dtype, takes="byte" if session.dtype == "uint8" else "unit")
    after, last = sides[0], sides[2]
    if after in {1, 3}:
        yield replace(plain, channels=after)
    elif last in {1, 3}:
        yield replace(plain, layout="NHWC", channels=last)
    elif isinstance(after, int) and isinstance(last, int):
        raise WeightsError(
            f"{path}: its input is {' x '.join(map(str, session.shape))}; srbench gives images of 3 channels (RGB) or "
            "1 (luma), first or last"
        )
    else:
        for channels in (3, 1):
            if not isinstance(after, int):
                yield replace(plain, channels=channels)
        for channels in (3, 1):
            if not isinstance(last, int):
                yield replace(plain, layout="NHWC", channels=channels)


def _fixed(session: Session, form: Form) -> tuple[int | None, int | None]:
    """Return the height and width that LR must have; None for a side of any length."""
    sides = session.shape[2:4] if form.layout == "NCHW" else session.shape[1:3]
    height, width = (side if isinstance(side, int) and side > 0 else None for side in sides)
    return height, width


def _picture(channels: int, height: int, width: int) -> NDArray[Any]:
    """Return a smooth picture with an edge, (1, C, h, w) in [0.1, 0.9], whose channels differ."""
    rows, columns = np.meshgrid(np.linspace(0, 1, height), np.linspace(0, 1, width), indexing="ij")
    waves = [0.5 + 0.3 * np.sin(4 * rows + (2 + index) * columns + index) for index in range(channels)]
    return (np.stack(waves)[None] + 0.1 * (columns > 0.5) * (rows > 0.3)).clip(0.1, 0.9).astype(np.float32)


def _scale(output: NDArray[Any], picture: NDArray[Any]) -> float:
    """Return the factor by which `output` is larger than `picture`.

    Raises:
        ValueError: if `output` is not an image of the same channels, or not enlarged evenly.
    """
    if output.ndim != 4 or output.shape[:2] != picture.shape[:2]:
        raise ValueError(f"it returned {output.shape} for {picture.shape}")
    down, right = (output.shape[axis] / picture.shape[axis] for axis in (2, 3))
    scale = round(down) if abs(down - round(down)) < 1e-9 else round(down, 3)
    if any(round(picture.shape[axis] * scale) != output.shape[axis] for axis in (2, 3)):
        raise ValueError(f"it enlarged by {down:.3f} downward and {right:.3f} to the right")
    return float(scale)


def _in_range(session: Session, found: Probe, picture: NDArray[Any], value_range: Range | None) -> Probe:
    """Return `found` with the range of values in which SR resembles the picture most, [0, 1] where that is as good."""
    given = value_range
    pairs = [(given, given)] if given else [(name, name) for name in RANGES] + [("byte", "unit"), ("unit", "byte")]
    if session.dtype == "uint8":
        pairs = [("byte", given)] if given else [("byte", name) for name in RANGES]
    tried = []
    for takes, returns in pairs:
        form = replace(found.form, takes=takes, returns=returns)
        small = _smaller(form.out_of(session(form.into(picture))), picture)
        difference = float(np.abs(small - picture).mean())
        tried.append(replace(found, form=form, difference=difference if np.isfinite(difference) else np.inf))
    usual, best = tried[0], min(tried, key=lambda entry: entry.difference)
    clearer = usual.difference > DOUBTFUL and best.difference * CLEARER < usual.difference
    return best if best.resembles and (clearer or not usual.resembles) else usual


def _smaller(sr: NDArray[Any], picture: NDArray[Any]) -> NDArray[Any]:
    """Return SR averaged over areas to the size of the picture."""
    small: NDArray[Any] = functional.interpolate(torch.from_numpy(sr), picture.shape[2:], mode="area").numpy()
    return small
