"""Perceptual index of the PIRM 2018 challenge (Blau, Mechrez, Timofte, Michaeli, Zelnik-Manor 2018)."""

from __future__ import annotations


def perceptual_index(ma: float, niqe: float) -> float:
    """Return the perceptual index ((10 - Ma) + NIQE) / 2; lower is better.

    Both scores are measured on luma with 4 pixels cropped from every side. The mean index of a dataset equals the index
    of its mean scores, because the formula is linear.
    """
    return ((10 - ma) + niqe) / 2
