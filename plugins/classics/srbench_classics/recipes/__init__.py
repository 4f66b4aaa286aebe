"""Training recipes of the networks, one file a paper, at each paper's budget with cuts for the profiles."""

from __future__ import annotations

from srbench_classics.recipes import enet, feqe, mslapsrn, srcnn, srgan, tsrn

RECIPES = (
    *srcnn.RECIPES,
    *mslapsrn.RECIPES,
    *srgan.RECIPES,
    *feqe.RECIPES,
    *enet.RECIPES,
    *tsrn.RECIPES,
)
"""Recipes of all papers."""
