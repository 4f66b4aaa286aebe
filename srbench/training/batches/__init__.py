"""Training batches: random patches of the training images, with LR read or made from HR."""
