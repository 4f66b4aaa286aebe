"""Training recipes of the networks, one file a paper, at each paper's budget with cuts for the profiles.

Where a paper's text is not at hand, a setting is that of its authors' code; the README says which is which.
"""

from __future__ import annotations

from srbench_classics.recipes import (
    d_dbpn,
    drcn,
    drrn,
    enet,
    feqe,
    han,
    idn,
    lapsrn,
    mslapsrn,
    nlsn,
    rdn,
    realsr,
    reduced,
    san,
    srcnn,
    srfbn,
    srgan,
    tsrn,
)

RECIPES = (
    *srcnn.RECIPES,
    *mslapsrn.RECIPES,
    *srgan.RECIPES,
    *feqe.RECIPES,
    *enet.RECIPES,
    *tsrn.RECIPES,
    *san.RECIPES,
    *han.RECIPES,
    *nlsn.RECIPES,
    *rdn.RECIPES,
    *idn.RECIPES,
    *realsr.RECIPES,
    *drcn.RECIPES,
    *lapsrn.RECIPES,
    *drrn.RECIPES,
    *d_dbpn.RECIPES,
    *srfbn.RECIPES,
    *reduced.RECIPES,
)
"""Recipes of all papers."""
