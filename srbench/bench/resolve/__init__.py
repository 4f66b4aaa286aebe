"""Resolution of names to methods, weights, metrics and datasets that are ready to use.

- `resolver`: the entry point, for methods, metrics and datasets.
- `method_weights`: weights that are released, bundled or trained here.
- `ad_hoc_methods`: methods described on the command line.
- `ensemble`: methods that are the mean of others.
- `compatibility`: checks of scales and image sizes.
- `dataset_copy`: comparison of a dataset with its known copy.
- `resolved`: resolved metrics and datasets.
"""
