"""Inference: running a network on an image, as a whole, in tiles, or in an ensemble.

- `method`: a method with its files; `upscaler`: the same, loaded on a device and ready to run.
- `tiling`, `tile_size`: images that do not fit into memory.
- `self_ensemble`, `patch_ensemble`, `model_ensemble`: ensembles; `wrappers` applies them by name, and `pass_count`
  counts the forward passes.
- `weight_interpolation`: networks between two checkpoints.
- `sigma_map`: the predicted uncertainty as an image.
"""
