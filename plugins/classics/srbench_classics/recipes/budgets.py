"""Budgets and training sets that several papers share."""

from __future__ import annotations

from srbench import ONE_CYCLE, Budget, Schedule

PHASE = "train"
EPOCH = 1000
"""Steps per epoch in EDSR's and RDN's training code, and in all code that is built on them."""
DIV2K = ("DIV2K-train",)
IMAGES_291 = ("T91", "BSDS500/train")
"""T91 and the 200 images called BSDS200 elsewhere: the training part of BSDS300, which is that of BSDS500."""
HALVED = Schedule("step", every=1 / 5, gamma=0.5)
"""Learning-rate schedule that halves the rate every 200 of 1000 epochs."""
THOUSAND_EPOCHS = Budget(1000 * EPOCH, 16, 48, 1e-4, HALVED)
"""Budget of RCAN's code, and of code that is built on it: 16 LR patches of 48 pixels, Adam at 1e-4."""
SHORT = Budget(20_000, 16, 48, 2e-4, ONE_CYCLE)
"""Budget meant for 20 minutes on one GPU, not measured there yet."""
SHORT_ONLINE = Budget(20_000, 16, 96, 2e-4, ONE_CYCLE)
"""The same for recipes whose patches are HR pixels."""
