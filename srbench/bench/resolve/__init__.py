"""Resolution of names to methods, weights, metrics and datasets that are ready to use.

- `resolver`: the entry point, for methods, metrics and datasets.
- `method_weights`: weights that are released, bundled or trained here.
- `costs`: networks without weights, of which only the cost is measured.
- `ad_hoc_methods`: methods described on the command line.
- `checkpoint_networks`: checkpoints whose network a plugin finds.
- `ensemble`: methods that are the mean of others.
- `compatibility`: checks of scales and image sizes.
- `dataset_copy`: comparison of a dataset with its known copy.
- `absent`, `unknown`: names whose files are not at hand, for records that were measured with them.
- `resolved`: resolved metrics and datasets.
"""
