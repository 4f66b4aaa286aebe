"""Inference: running a network on an image, as a whole, in tiles, or in an ensemble."""
