"""srbench: train and evaluate super-resolution methods, and print the papers' tables again.

The names of `__all__` are what plugins may import; docs/plugin-guide.md describes each. Specs and errors are imported
here, all else on first use, so that importing srbench imports neither torch nor numpy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from srbench.errors import (
    DataError,
    PluginError,
    SrbenchError,
    StoreError,
    Unavailable,
    UnknownName,
    UsageError,
    WeightsError,
    suggestion,
)
from srbench.hookspecs import hookimpl
from srbench.models.prediction import Prediction
from srbench.specs.dataset import Archive, DatasetSpec, Degradation, DerivedDatasetSpec, Downscale, Split
from srbench.specs.drawing import Drawing, Numbers
from srbench.specs.extension import CommandSpec, ExecutorOption, ExecutorSpec, RendererSpec
from srbench.specs.figure import Figure
from srbench.specs.images import ImagesSpec
from srbench.specs.loss import LossSpec
from srbench.specs.method import MethodSpec
from srbench.specs.metric import MetricSpec
from srbench.specs.model import Component, KeyLayout, ModelSpec
from srbench.specs.opener import CheckpointOpenerSpec, OpenedCheckpoint
from srbench.specs.protocol import Protocol, ResizeMode
from srbench.specs.recipe import (
    CPU_TRAINING_SETS,
    ONE_CYCLE,
    Adam,
    Adversary,
    Budget,
    CustomObjective,
    Cut,
    Phase,
    Recipe,
    Schedule,
    Sgd,
    Term,
    Turn,
    profile_cuts,
)
from srbench.specs.search_space import SearchSpace
from srbench.specs.table import REDUCED_GROUP, Claim, Column, Row, Rule, Table, columns, with_reduced
from srbench.specs.weights import WeightsSpec

if TYPE_CHECKING:
    from srbench.api.images import psnr, ssim
    from srbench.api.measure import evaluate, run, score
    from srbench.api.result import Result
    from srbench.bench.results.table_result import Result as TableResult
    from srbench.data.datasets.demo import images as demo_images
    from srbench.data.datasets.pairs import Pair
    from srbench.data.datasets.split import PARTS as SPLIT_PARTS
    from srbench.data.datasets.split import part_sizes
    from srbench.execution.executor import Executor, ExecutorSetup, TaskObserver
    from srbench.execution.task import Needs, Outcome, Task, run_task
    from srbench.figures.context import FigureContext
    from srbench.figures.crop_strips import redraw_crops
    from srbench.figures.crops import Crop, crops_side_by_side
    from srbench.figures.maps import colour_bar, show_image, show_map
    from srbench.figures.recorded import RecordedFigure
    from srbench.figures.rectangle import Rectangle
    from srbench.figures.strips import Strip, Tile, draw_strips, repeat_pixels
    from srbench.frames.images import read_records
    from srbench.frames.printed import read_published
    from srbench.frames.results import read_results
    from srbench.imaging.colour import as_rgb, luma, shave
    from srbench.imaging.hr_crop import lr_side
    from srbench.imaging.image_io import read_image
    from srbench.imaging.resize import Kernel as ResizeKernel
    from srbench.imaging.resize import imresize
    from srbench.loading import load as load_object
    from srbench.losses.batch import Batch
    from srbench.metrics.niqe import BORDER as NIQE_BORDER
    from srbench.metrics.niqe import Niqe
    from srbench.metrics.pi import perceptual_index
    from srbench.metrics.pll import error_and_sigma, pll
    from srbench.metrics.psnr_sigma import psnr_sigma
    from srbench.metrics.sample import Sample
    from srbench.metrics.setup import MetricSetup
    from srbench.metrics.specs.no_reference import METRICS as NO_REFERENCE_METRICS
    from srbench.metrics.subject import Subject
    from srbench.models.call import takes_scale
    from srbench.models.tensors import to_tensor, to_uint8
    from srbench.nn.cascade import Cascade, EResidualBlock, ResidualBlock
    from srbench.nn.colour import rgb_to_ycbcr, ycbcr_to_rgb
    from srbench.nn.padding import pad_to_multiple
    from srbench.nn.resize import imresize as imresize_tensor
    from srbench.nn.shift import DIV2K_MEAN, MeanShift, drop_mean_shift
    from srbench.nn.upsample import PerScale, PixelShuffleUpsampler, shuffle_stages
    from srbench.nn.vgg_discriminator import VggDiscriminator
    from srbench.pictures.labels import place_labels
    from srbench.pictures.style import FigureStyle
    from srbench.published import PublishedTable, published_table
    from srbench.records.record import Record
    from srbench.records.training_step import TrainingStep
    from srbench.search.strategy import Forecast, Strategy
    from srbench.storage.file_hashes import file_hash
    from srbench.training.storage.card import CARD as TRAINING_CARD
    from srbench.training.storage.checkpoint import CURVE as TRAINING_CURVE
    from srbench.weights.bundled import BUNDLED_LICENCE, bundled_method, bundled_weights
    from srbench.weights.state_dict import load_state_dict, rename_layers, select_submodule

__version__ = "0.1.0"

_LAZY = {
    "BUNDLED_LICENCE": "srbench.weights.bundled:BUNDLED_LICENCE",
    "Batch": "srbench.losses.batch:Batch",
    "Cascade": "srbench.nn.cascade:Cascade",
    "Crop": "srbench.figures.crops:Crop",
    "DIV2K_MEAN": "srbench.nn.shift:DIV2K_MEAN",
    "EResidualBlock": "srbench.nn.cascade:EResidualBlock",
    "Executor": "srbench.execution.executor:Executor",
    "ExecutorSetup": "srbench.execution.executor:ExecutorSetup",
    "FigureContext": "srbench.figures.context:FigureContext",
    "FigureStyle": "srbench.pictures.style:FigureStyle",
    "Forecast": "srbench.search.strategy:Forecast",
    "MeanShift": "srbench.nn.shift:MeanShift",
    "MetricSetup": "srbench.metrics.setup:MetricSetup",
    "Needs": "srbench.execution.task:Needs",
    "Outcome": "srbench.execution.task:Outcome",
    "NIQE_BORDER": "srbench.metrics.niqe:BORDER",
    "NO_REFERENCE_METRICS": "srbench.metrics.specs.no_reference:METRICS",
    "Niqe": "srbench.metrics.niqe:Niqe",
    "Pair": "srbench.data.datasets.pairs:Pair",
    "PerScale": "srbench.nn.upsample:PerScale",
    "PixelShuffleUpsampler": "srbench.nn.upsample:PixelShuffleUpsampler",
    "PublishedTable": "srbench.published:PublishedTable",
    "Record": "srbench.records.record:Record",
    "RecordedFigure": "srbench.figures.recorded:RecordedFigure",
    "Rectangle": "srbench.figures.rectangle:Rectangle",
    "ResidualBlock": "srbench.nn.cascade:ResidualBlock",
    "Result": "srbench.api.result:Result",
    "ResizeKernel": "srbench.imaging.resize:Kernel",
    "SPLIT_PARTS": "srbench.data.datasets.split:PARTS",
    "Sample": "srbench.metrics.sample:Sample",
    "Strategy": "srbench.search.strategy:Strategy",
    "Strip": "srbench.figures.strips:Strip",
    "Subject": "srbench.metrics.subject:Subject",
    "TRAINING_CARD": "srbench.training.storage.card:CARD",
    "TRAINING_CURVE": "srbench.training.storage.checkpoint:CURVE",
    "TableResult": "srbench.bench.results.table_result:Result",
    "Task": "srbench.execution.task:Task",
    "TaskObserver": "srbench.execution.executor:TaskObserver",
    "Tile": "srbench.figures.strips:Tile",
    "TrainingStep": "srbench.records.training_step:TrainingStep",
    "VggDiscriminator": "srbench.nn.vgg_discriminator:VggDiscriminator",
    "as_rgb": "srbench.imaging.colour:as_rgb",
    "bundled_method": "srbench.weights.bundled:bundled_method",
    "bundled_weights": "srbench.weights.bundled:bundled_weights",
    "colour_bar": "srbench.figures.maps:colour_bar",
    "crops_side_by_side": "srbench.figures.crops:crops_side_by_side",
    "demo_images": "srbench.data.datasets.demo:images",
    "draw_strips": "srbench.figures.strips:draw_strips",
    "drop_mean_shift": "srbench.nn.shift:drop_mean_shift",
    "error_and_sigma": "srbench.metrics.pll:error_and_sigma",
    "evaluate": "srbench.api.measure:evaluate",
    "file_hash": "srbench.storage.file_hashes:file_hash",
    "imresize": "srbench.imaging.resize:imresize",
    "imresize_tensor": "srbench.nn.resize:imresize",
    "load_object": "srbench.loading:load",
    "load_state_dict": "srbench.weights.state_dict:load_state_dict",
    "lr_side": "srbench.imaging.hr_crop:lr_side",
    "luma": "srbench.imaging.colour:luma",
    "pad_to_multiple": "srbench.nn.padding:pad_to_multiple",
    "part_sizes": "srbench.data.datasets.split:part_sizes",
    "perceptual_index": "srbench.metrics.pi:perceptual_index",
    "place_labels": "srbench.pictures.labels:place_labels",
    "pll": "srbench.metrics.pll:pll",
    "psnr": "srbench.api.images:psnr",
    "psnr_sigma": "srbench.metrics.psnr_sigma:psnr_sigma",
    "published_table": "srbench.published:published_table",
    "read_image": "srbench.imaging.image_io:read_image",
    "read_published": "srbench.frames.printed:read_published",
    "read_records": "srbench.frames.images:read_records",
    "read_results": "srbench.frames.results:read_results",
    "redraw_crops": "srbench.figures.crop_strips:redraw_crops",
    "rename_layers": "srbench.weights.state_dict:rename_layers",
    "repeat_pixels": "srbench.figures.strips:repeat_pixels",
    "rgb_to_ycbcr": "srbench.nn.colour:rgb_to_ycbcr",
    "run": "srbench.api.measure:run",
    "run_task": "srbench.execution.task:run_task",
    "score": "srbench.api.measure:score",
    "select_submodule": "srbench.weights.state_dict:select_submodule",
    "shave": "srbench.imaging.colour:shave",
    "show_image": "srbench.figures.maps:show_image",
    "show_map": "srbench.figures.maps:show_map",
    "shuffle_stages": "srbench.nn.upsample:shuffle_stages",
    "ssim": "srbench.api.images:ssim",
    "takes_scale": "srbench.models.call:takes_scale",
    "to_tensor": "srbench.models.tensors:to_tensor",
    "to_uint8": "srbench.models.tensors:to_uint8",
    "ycbcr_to_rgb": "srbench.nn.colour:ycbcr_to_rgb",
}
"""Public names that are imported on first use, and the objects that they denote."""

__all__ = [
    "BUNDLED_LICENCE",
    "CPU_TRAINING_SETS",
    "DIV2K_MEAN",
    "NIQE_BORDER",
    "NO_REFERENCE_METRICS",
    "ONE_CYCLE",
    "REDUCED_GROUP",
    "SPLIT_PARTS",
    "TRAINING_CARD",
    "TRAINING_CURVE",
    "Adam",
    "Adversary",
    "Archive",
    "Batch",
    "Budget",
    "Cascade",
    "CheckpointOpenerSpec",
    "Claim",
    "Column",
    "CommandSpec",
    "Component",
    "Crop",
    "CustomObjective",
    "Cut",
    "DataError",
    "DatasetSpec",
    "Degradation",
    "DerivedDatasetSpec",
    "Downscale",
    "Drawing",
    "EResidualBlock",
    "Executor",
    "ExecutorOption",
    "ExecutorSetup",
    "ExecutorSpec",
    "Figure",
    "FigureContext",
    "FigureStyle",
    "Forecast",
    "ImagesSpec",
    "KeyLayout",
    "LossSpec",
    "MeanShift",
    "MethodSpec",
    "MetricSetup",
    "MetricSpec",
    "ModelSpec",
    "Needs",
    "Niqe",
    "Numbers",
    "OpenedCheckpoint",
    "Outcome",
    "Pair",
    "PerScale",
    "Phase",
    "PixelShuffleUpsampler",
    "PluginError",
    "Prediction",
    "Protocol",
    "PublishedTable",
    "Recipe",
    "Record",
    "RecordedFigure",
    "Rectangle",
    "RendererSpec",
    "ResidualBlock",
    "ResizeKernel",
    "ResizeMode",
    "Result",
    "Row",
    "Rule",
    "Sample",
    "Schedule",
    "SearchSpace",
    "Sgd",
    "Split",
    "SrbenchError",
    "StoreError",
    "Strategy",
    "Strip",
    "Subject",
    "Table",
    "TableResult",
    "Task",
    "TaskObserver",
    "Term",
    "Tile",
    "TrainingStep",
    "Turn",
    "Unavailable",
    "UnknownName",
    "UsageError",
    "VggDiscriminator",
    "WeightsError",
    "WeightsSpec",
    "__version__",
    "as_rgb",
    "bundled_method",
    "bundled_weights",
    "colour_bar",
    "columns",
    "crops_side_by_side",
    "demo_images",
    "draw_strips",
    "drop_mean_shift",
    "error_and_sigma",
    "evaluate",
    "file_hash",
    "hookimpl",
    "imresize",
    "imresize_tensor",
    "load_object",
    "load_state_dict",
    "lr_side",
    "luma",
    "pad_to_multiple",
    "part_sizes",
    "perceptual_index",
    "place_labels",
    "pll",
    "profile_cuts",
    "psnr",
    "psnr_sigma",
    "published_table",
    "read_image",
    "read_published",
    "read_records",
    "read_results",
    "redraw_crops",
    "rename_layers",
    "repeat_pixels",
    "rgb_to_ycbcr",
    "run",
    "run_task",
    "score",
    "select_submodule",
    "shave",
    "show_image",
    "show_map",
    "shuffle_stages",
    "ssim",
    "suggestion",
    "takes_scale",
    "to_tensor",
    "to_uint8",
    "with_reduced",
    "ycbcr_to_rgb",
]

if not TYPE_CHECKING:  # else every unknown name would be an `Any` to the type checker

    def __getattr__(name: str) -> Any:
        """Import a public name on first use."""
        if name not in _LAZY:
            raise AttributeError(f"module {__name__} has no attribute {name!r}")
        module, _, attribute = _LAZY[name].partition(":")
        value = getattr(import_module(module), attribute)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
