"""Training batches: patch cutting and augmentation, sampling of images and scales, and LR made online."""
