"""Files of a training: checkpoints, exported weights, the training card, and the lock on the folder."""
