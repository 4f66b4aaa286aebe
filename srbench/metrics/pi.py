"""Perceptual index of the PIRM 2018 challenge (Blau, Mechrez, Timofte, Michaeli, Zelnik-Manor 2018)."""

from __future__ import annotations


def perceptual_index(ma: float, niqe: float) -> float:
    """((10 - Ma) + NIQE) / 2; lower is better. Both scores are of luma, with 4 pixels of border shaved.

    A set's mean index is the index of its means, as the formula is linear.
    """
    return ((10 - ma) + niqe) / 2
