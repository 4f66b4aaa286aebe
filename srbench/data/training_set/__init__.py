"""Training sets: images decoded once into a flat pixel array, with LR at each scale."""
