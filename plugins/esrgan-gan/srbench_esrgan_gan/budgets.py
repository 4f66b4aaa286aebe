"""Training budgets of the report (Sec. 4.3), and their reductions for the profiles.

Patch sizes are HR pixels, because LR is made online.
"""

from __future__ import annotations

from srbench import ONE_CYCLE, Budget, Schedule

EPOCH = 44
"""Steps per epoch: 700 images in batches of 16, one patch from each image."""
PATCH = 128
"""Side of a patch in HR pixels. The report names no size; this one is from its author's code, and is ESRGAN's too."""
HALVED = Schedule("step", every=1 / 2, gamma=0.5)

PIXEL = Budget(200 * EPOCH, 16, PATCH, 1e-4, HALVED)
PIXEL_100 = Budget(100 * EPOCH, 16, PATCH, 1e-4)
"""Budget of Table 2, which ends where the learning rate would be halved."""
GAN = Budget(250 * EPOCH, 16, PATCH, 1e-4)
"""Budget of the GAN phase.

It has 50 epochs of the discriminator, then twice 50 epochs of the generator and 50 of the discriminator.
"""

COSINE = Schedule("cosine")
"""Learning-rate schedule of the cut GAN budgets."""
DEMO = Budget(60, 4, 64, 1e-3, ONE_CYCLE)
DEMO_GAN = Budget(10, 2, 64, 1e-4)
QUICK = Budget(1200, 8, 96, 1e-3, ONE_CYCLE)
"""Budget of the reduced networks, those of Table 2 included, so that its reduced L1 row equals Table 1's."""
QUICK_GAN = Budget(1200, 4, 96, 2e-4, COSINE)
"""Budget of a reduced GAN: VGG makes a patch ten times as expensive, which leaves the generator 480 steps."""
QUICK_SIMULTANEOUS = Budget(480, 4, 96, 2e-4, COSINE)
QUICK_REMEDY = Budget(534, 4, 96, 2e-4, COSINE)
SHORT = Budget(20_000, 16, 192, 4e-4, ONE_CYCLE)
SHORT_GAN = Budget(5000, 16, PATCH, 1e-4, COSINE)
"""Budget of a GAN phase; with `SHORT` meant for 20 minutes of one GPU together, not measured there yet."""
