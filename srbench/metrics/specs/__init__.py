"""Specifications of the built-in metrics: fidelity, perceptual and no-reference."""
