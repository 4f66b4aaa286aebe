"""Checks and statistics during training: validation, training curve, divergence, GAN balance, running means."""
