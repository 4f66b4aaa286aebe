"""srbench: train and evaluate super-resolution methods, and print the papers' tables again.

The names of `__all__` are what plugins may import; docs/plugin-guide.md describes each. All are imported on first use,
so that importing srbench costs nothing. Type checkers read them in `__init__.pyi`.
"""

from __future__ import annotations

__version__ = "0.1.0"

_PUBLIC = {
    "srbench.api.images": "psnr ssim",
    "srbench.api.measure": "evaluate run score",
    "srbench.api.result": "Result",
    "srbench.bench.results.table_result": "TableResult=Result",
    "srbench.data.datasets.demo": "demo_images=images",
    "srbench.data.datasets.pairs": "Pair",
    "srbench.data.datasets.split": "SPLIT_PARTS=PARTS part_sizes",
    "srbench.errors": (
        "DataError PluginError SrbenchError StoreError Unavailable UnknownName UsageError WeightsError suggestion"
    ),
    "srbench.execution.executor": "Executor ExecutorSetup TaskObserver",
    "srbench.execution.task": "Needs Outcome Task run_task",
    "srbench.figures.context": "FigureContext",
    "srbench.figures.crop_strips": "redraw_crops",
    "srbench.figures.crops": "Crop crops_side_by_side",
    "srbench.figures.maps": "colour_bar show_image show_map",
    "srbench.figures.recorded": "RecordedFigure",
    "srbench.figures.strips": "Strip Tile draw_strips repeat_pixels",
    "srbench.frames.images": "read_records",
    "srbench.frames.printed": "read_published",
    "srbench.frames.results": "read_results",
    "srbench.hookspecs": "hookimpl",
    "srbench.imaging.colour": "as_rgb luma shave",
    "srbench.imaging.hr_crop": "lr_side",
    "srbench.imaging.image_io": "read_image",
    "srbench.imaging.rectangle": "Rectangle",
    "srbench.imaging.resize": "ResizeKernel=Kernel imresize",
    "srbench.loading": "load_object=load",
    "srbench.losses.batch": "Batch",
    "srbench.metrics.niqe": "NIQE_BORDER=BORDER Niqe",
    "srbench.metrics.pi": "perceptual_index",
    "srbench.metrics.pll": "error_and_sigma pll",
    "srbench.metrics.psnr_sigma": "psnr_sigma",
    "srbench.metrics.sample": "Sample",
    "srbench.metrics.setup": "MetricSetup",
    "srbench.metrics.specs.no_reference": "NO_REFERENCE_METRICS=METRICS",
    "srbench.metrics.subject": "Subject",
    "srbench.models.call": "takes_scale",
    "srbench.models.prediction": "Prediction",
    "srbench.models.tensors": "to_tensor to_uint8",
    "srbench.nn.cascade": "Cascade EResidualBlock ResidualBlock",
    "srbench.nn.colour": "rgb_to_ycbcr ycbcr_to_rgb",
    "srbench.nn.padding": "pad_to_multiple",
    "srbench.nn.resize": "imresize_tensor=imresize",
    "srbench.nn.shift": "DIV2K_MEAN MeanShift drop_mean_shift",
    "srbench.nn.upsample": "PerScale PixelShuffleUpsampler shuffle_stages",
    "srbench.nn.vgg_discriminator": "VggDiscriminator",
    "srbench.pictures.labels": "place_labels",
    "srbench.pictures.style": "FigureStyle",
    "srbench.published": "PublishedTable published_table",
    "srbench.records.record": "Record",
    "srbench.records.tracker": "Tracker",
    "srbench.records.training_step": "TrainingStep",
    "srbench.search.strategy": "Forecast Strategy",
    "srbench.specs.adversary": "Adversary Turn",
    "srbench.specs.dataset": "Archive DatasetSpec Degradation DerivedDatasetSpec Downscale Split",
    "srbench.specs.drawing": "Drawing Numbers",
    "srbench.specs.extension": "CommandSpec ExecutorOption ExecutorSpec RendererSpec",
    "srbench.specs.figure": "Figure",
    "srbench.specs.images": "ImagesSpec",
    "srbench.specs.loss": "LossSpec",
    "srbench.specs.method": "MethodSpec",
    "srbench.specs.metric": "MetricSpec",
    "srbench.specs.model": "Component KeyLayout ModelSpec",
    "srbench.specs.opener": "CheckpointOpenerSpec OpenedCheckpoint",
    "srbench.specs.optimizer": "Adam Sgd",
    "srbench.specs.protocol": "Protocol ResizeMode",
    "srbench.specs.recipe": (
        "Budget CPU_TRAINING_SETS CustomObjective Cut ONE_CYCLE Phase Recipe Schedule Term profile_cuts"
    ),
    "srbench.specs.search_space": "SearchSpace",
    "srbench.specs.table": "Claim Column REDUCED_GROUP Row Rule Table columns with_reduced",
    "srbench.specs.weights": "WeightsSpec",
    "srbench.storage.file_hashes": "file_hash",
    "srbench.training.monitoring.curve": "read_training_curve",
    "srbench.training.storage.names": "TRAINING_CARD=CARD",
    "srbench.weights.bundled": "BUNDLED_LICENCE bundled_method bundled_weights",
    "srbench.weights.state_dict": "load_state_dict rename_layers select_submodule",
}
"""Public names by the module that defines them; ``name=original`` where they differ."""
_LAZY = {
    name: f"{module}:{original or name}"
    for module, names in _PUBLIC.items()
    for name, _, original in (entry.partition("=") for entry in names.split())
}
"""The objects that public names denote, as ``module:attribute``."""
__all__ = sorted([*_LAZY, "__version__"])  # noqa: PLE0605 - the names stand once, above


def __getattr__(name: str) -> object:
    """Import a public name on first use."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__} has no attribute {name!r}")
    from importlib import import_module

    module, _, attribute = _LAZY[name].partition(":")
    value: object = getattr(import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
