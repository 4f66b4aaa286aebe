"""Files of a training: lock, checkpoints, card and the weights to ship.

- `names`: what the folders and their files are called, without torch.
- `folder`, `lock`: a folder that one process at a time trains in.
- `checkpoint`, `phase_state`: state that a stopped training goes on from; `inputs`: what it has to go on with.
- `card`, `finished`: the file that marks a training as finished, and the check that it is whole.
- `export`: weights in half precision.
"""
