"""Training recipes of the networks, at the budgets of their papers; one module a paper, each with `RECIPES`.

Where a paper's text is not at hand, a setting is that of its authors' code; the README says which is which.
"""

from __future__ import annotations

from srbench_classics.recipes import d_dbpn, drcn, drrn, han, idn, lapsrn, nlsn, rdn, realsr, reduced, san, srfbn

RECIPES = (
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
