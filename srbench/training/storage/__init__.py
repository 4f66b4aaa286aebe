"""Files of a training: lock, checkpoints, card and the weights to ship."""
