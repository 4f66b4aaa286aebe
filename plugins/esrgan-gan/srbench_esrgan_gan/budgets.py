"""How long the report trains (Sec. 4.3), and what the profiles make of it. Patches are HR's: LR is made online."""

from __future__ import annotations

from srbench import Budget, Schedule

EPOCH = 44
"""Steps: 700 images, 16 at a time, one patch of each."""
PATCH = 128
"""HR pixels. The text names no size; this is the one in the code of its author, and ESRGAN's."""
HALVED = Schedule("step", every=1 / 2, gamma=0.5)

PIXEL = Budget(200 * EPOCH, 16, PATCH, 1e-4, HALVED)
PIXEL_100 = Budget(100 * EPOCH, 16, PATCH, 1e-4)
"""Table 2's, which end where the rate would have been halved."""
GAN = Budget(250 * EPOCH, 16, PATCH, 1e-4)
"""50 epochs of the discriminator, then twice 50 of the generator and 50 of the discriminator."""

FALL, COSINE = Schedule("one-cycle"), Schedule("cosine")
"""Far fewer steps than the report's want a higher rate, which then falls to nothing."""
DEMO = Budget(60, 4, 64, 1e-3, FALL)
DEMO_GAN = Budget(10, 2, 64, 1e-4)
QUICK = Budget(1200, 8, 96, 1e-3, FALL)
"""Of the reduced networks; of Table 2's too, whose L1 row so is Table 1's."""
QUICK_GAN = Budget(1200, 4, 96, 2e-4, COSINE)
"""With VGG a patch costs ten times as much: 480 steps of the generator."""
QUICK_SIMULTANEOUS = Budget(480, 4, 96, 2e-4, COSINE)
QUICK_REMEDY = Budget(534, 4, 96, 2e-4, COSINE)
SHORT = Budget(20_000, 16, 192, 4e-4, FALL)
SHORT_GAN = Budget(5000, 16, PATCH, 1e-4, COSINE)
"""Both meant for 20 minutes of one GPU together, where they have not been measured yet."""
