"""Everything of srbench and its plugins that runs on a GPU, run on a fake one: tensors with shape, type and device."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from srbench.catalog import load_catalog
from srbench.errors import Unavailable
from srbench.inference.model_ensemble import ModelEnsemble
from srbench.inference.tiling import tiled
from srbench.inference.wrappers import on_luma, wrap
from srbench.loading import load
from srbench.losses.batch import Batch
from srbench.losses.specs import LOSSES
from srbench.metrics.specs.perceptual import METRICS
from srbench.models.build import builder
from srbench.models.prediction import Prediction
from srbench.nn.colour import rgb_to_ycbcr, ycbcr_to_rgb
from srbench.nn.resize import imresize
from srbench.specs.model import Component
from srbench.specs.recipe import Budget, Phase, Term
from srbench.testing.devices.fake_cuda import CUDA, follow, model_on_fake_cuda, on_fake_cuda
from srbench.testing.devices.metric import metric_on_fake_cuda, takes_device
from srbench.testing.devices.repeated import each_block_once
from srbench.testing.network import SIZES, network, probed_scales
from srbench.training.batches import online_lr
from srbench.training.batches.patches import Crops
from srbench.training.objective.objective import build_objective

PLUGINS = (
    "classics", "pcarn", "esrgan-gan", "ode-ivp", "probabilistic-l1", "gpnas-ensemble", "spandrel", "onnx", "pyiqa"
)  # fmt: skip
ON_THE_CPU = {"bicubic", "bilinear", "nearest"}
"""Models that work with NumPy by design: interpolation, rounded as MATLAB does."""
TERMS = {"texture": {"layers": "conv1_2"}, "vgg": {"layers": "conv1_2"}, "ms-ssim": {"levels": 1}}


def lightly_built(spec, scale):
    """A network without numbers where its constructor needs none, which takes a tenth of the time."""
    try:
        with torch.device("meta"), pytest.MonkeyPatch.context() as patch:
            for layer in (nn.modules.conv._ConvNd, nn.Linear):  # there are no weights to draw
                patch.setattr(layer, "reset_parameters", lambda _self: None)
            return builder(spec, scale, "matlab-uint8")().eval()
    except Exception:  # noqa: BLE001 - a constructor may raise anything where tensors have no numbers
        return network(spec, scale).eval()


def form(value):
    """What of an argument decides which code of a network runs: anything but how large and how many its layers are."""
    if isinstance(value, Component):
        return value.build
    if isinstance(value, Mapping):
        return tuple(sorted((name, form(entry)) for name, entry in value.items() if form(entry)))
    if isinstance(value, list | tuple):
        return tuple(dict.fromkeys(map(form, value)))
    return "" if type(value) is int and value > 0 else repr(value)


def size(value):
    """The sum of the positive integers in arguments, by which the smallest of like networks is found."""
    if isinstance(value, Mapping):
        return sum(map(size, value.values()))
    return value if type(value) is int and value > 0 else 0


def one_of_each_form(plugin):
    """The smallest of the plugin's models that differ in sizes alone, or in the model of the catalog that they wrap.

    All of them are followed by the check `model-device`, among the long tests.
    """
    catalog, forms = load_catalog(), {}
    for spec in (spec for spec in catalog.models if spec.plugin == plugin):
        part, kwargs = spec.kwargs.get("build"), dict(spec.kwargs)
        if isinstance(part, Component) and part.name in catalog.models:  # it is followed by itself
            wrapped = catalog.models.get(part.name).kwargs
            kwargs = {name: entry for name, entry in kwargs.items() if name not in wrapped}
            kwargs = {name: entry for name, entry in kwargs.items() if name not in {"build", "kwargs", "features"}}
        known = (spec.build, spec.channels, spec.equal_size, spec.joint, spec.scales is None, form(kwargs))
        forms.setdefault(known, []).append(spec)
    return [min(like, key=lambda spec: size(spec.kwargs) or 10**9) for like in forms.values()]


def shallow(spec):
    """The model with two groups of two blocks where it has groups of blocks, hundreds of them, all alike."""
    few, known = {"groups": 2, "blocks": 2}, inspect.signature(load(spec.build)).parameters
    return replace(spec, kwargs={**spec.kwargs, **few}) if few.keys() <= known.keys() else spec


@pytest.mark.parametrize("plugin", PLUGINS)
def test_models_follow_their_network_to_the_device(plugin):
    found = {}
    for spec in map(shallow, one_of_each_form(plugin)):
        scale = probed_scales(spec)[0]
        enlarged = 1.0 if spec.equal_size else float(scale)
        found[spec.name] = model_on_fake_cuda(spec, lightly_built(spec, scale), SIZES[0], enlarged)
    assert {name: text.problem for name, text in found.items() if text.problem and name not in ON_THE_CPU} == {}
    assert {name: text.unknown for name, text in found.items() if text.unknown} == {}
    assert all(found[name].problem for name in ON_THE_CPU & found.keys())


@pytest.mark.parametrize("spec", LOSSES, ids=lambda spec: spec.name)
def test_every_loss_follows_the_images_to_the_device(spec, request):
    roots = [request.getfixturevalue("shared")] if spec.weights else []
    weights = [load_catalog().weights.get(name) for name in spec.weights]
    phase = Phase("p", (Term(spec.name, kwargs=TERMS.get(spec.name, {})),), Budget(1, 1, 8, 1e-3))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("warnings.warn", lambda *_args, **_more: None)  # other weights of VGG19 stand in
        objective = build_objective(phase, [spec], weights, roots)
    with on_fake_cuda(objective):
        sr, hr, lr = (torch.empty(2, 3, side, side, device=CUDA) for side in (32, 32, 16))
        found = follow(lambda: objective.network_terms(Prediction(sr), Batch(lr, hr, 2.0, ("a", "b"))))
    assert (found.problem, found.unknown) == ("", "")


@pytest.mark.parametrize("with_sr", [False, True], ids=["SR in host memory", "SR on the device"])
@pytest.mark.parametrize("spec", [spec for spec in METRICS if takes_device(spec)], ids=lambda spec: spec.name)
def test_metrics_with_a_network_follow_their_setup_to_the_device(spec, with_sr, shared, monkeypatch):
    monkeypatch.setenv("SRBENCH_DATA", str(shared))
    try:
        found = metric_on_fake_cuda(load_catalog(), spec, with_sr=with_sr)
    except Unavailable as reason:
        pytest.skip(str(reason))
    assert (found.problem, found.unknown) == ("", "")


def plain(lr):
    return Prediction(nn.functional.interpolate(lr, scale_factor=2.0))


def member():
    return SimpleNamespace(ensemble=("self",), model=SimpleNamespace(name="up", channels="y"))


PATHS = {
    "self-ensemble": lambda lr: wrap(plain, ("self",), 2.0)(lr).sr,
    "patch ensemble": lambda lr: wrap(plain, ("patch",), 2.0)(lr).sr,
    "tiles": lambda lr: tiled(plain, 2.0, 64, 8)(lr).sr,
    "luma": lambda lr: on_luma(lambda y, _scale: plain(y), "y")(lr, 2.0).sr,
    "model ensemble": lambda lr: ModelEnsemble([nn.Upsample(scale_factor=2)] * 2, [member()] * 2, [0.5, 0.5])(lr, 2).sr,
    "imresize": lambda lr: imresize(lr, 1 / 3),
    "colours": lambda lr: ycbcr_to_rgb(rgb_to_ycbcr(lr)),
}


@pytest.mark.parametrize("name", PATHS)
def test_what_surrounds_a_network_stays_on_the_device(name):
    with on_fake_cuda():
        lr = torch.empty(1, 3, 130, 140, device=CUDA)
        found = follow(lambda: PATHS[name](lr))
    assert (found.problem, found.unknown) == ("", "")


@pytest.mark.parametrize(
    ("free", "online"),  # LR that is made online in host memory is made by NumPy
    [(2**40, None), (2**40, "matlab-uint8"), (0, None)],
    ids=["images on the device", "LR made on the device", "images in host memory"],
)
def test_batches_are_made_on_the_device(free, online, photos, monkeypatch):
    from srbench.data.datasets.finder import DatasetFinder
    from srbench.data.training_set.training_set import load_training_set
    from srbench.training.batches.sampler import PatchSampler

    finder = DatasetFinder([photos.parent], load_catalog().datasets)
    images = load_training_set(
        (str(photos),), finder, scales=(2.0,), lr_mode="matlab-uint8", online=online, least_correlation=None, patch=16
    )
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _device: (free, free))
    with on_fake_cuda():
        found = follow(
            lambda: vars(PatchSampler(images, scales=(2.0,), batch=2, patch=16, seed=0, device="cuda").next())
        )
    online_lr._matrix.cache_clear()  # it holds fake tensors
    assert (found.problem, found.unknown) == ("", "")


def test_patches_are_cut_on_the_device():
    from srbench.training.batches.patches import gather

    corner = np.zeros(2, np.int64)
    with on_fake_cuda():
        pixels = torch.empty(400, 3, dtype=torch.uint8, device=CUDA)
        found = follow(lambda: gather(pixels, Crops(corner, corner + 20, corner + 3, 8)))
    assert (found.problem, found.unknown) == ("", "")


@pytest.mark.parametrize("scheme", ["euler", "midpoint", "rk4"])
def test_the_solver_of_ode_ivp_stays_on_the_device(scheme):
    solver = pytest.importorskip("srbench_ode_ivp.solver").Solver(scheme, steps=2)
    with on_fake_cuda():
        start = torch.empty(1, 3, 8, 8, device=CUDA)
        found = follow(lambda: solver(lambda image, t: image * t, start, (2.0, 1.0), nn.Identity())[-1])
    assert (found.problem, found.unknown) == ("", "")


def test_a_way_back_to_the_cpu_is_found():
    with on_fake_cuda():
        there = torch.empty(2, device=CUDA)
        assert "to the CPU" in follow(lambda: there.cpu().to(CUDA)).problem
        assert "to the CPU" in follow(lambda: torch.empty(2).copy_(there).to(CUDA)).problem
        assert "device" in follow(lambda: there + torch.ones(2)).problem
        with torch.inference_mode():
            assert "to the CPU" in follow(lambda: there.add(1).cpu().to(CUDA)).problem
        assert follow(lambda: torch.ones(2)).problem == "the result is on cpu"
        assert follow(lambda: there if there.sum() > 0 else there.cpu()) == ("", "")
        assert "values" in follow(there.nonzero).unknown


def test_a_loop_that_waits_for_another_number_ends():
    def run():
        there = torch.empty(2, device=CUDA)
        while there.sum() > 0:
            there = there - 1

    with on_fake_cuda():
        assert "values" in follow(run).unknown


class Block(nn.Module):
    """Adds a constant that is no buffer."""

    def __init__(self, add=None, *, notes=False):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 3, 3, padding=1), nn.ReLU())
        self.add, self.notes = add, notes

    def forward(self, image):
        CALLS.append(self)
        if self.notes:
            self.last = image
        image = self.body(image)
        return image if self.add is None else image + self.add


CALLS = []


def run(*blocks, shapes=((1, 3, 8, 8),)):
    CALLS.clear()
    model = nn.Sequential(*blocks)
    with on_fake_cuda(model), each_block_once(model):
        found = [follow(partial(model, torch.empty(shape, device=CUDA))) for shape in shapes]
    assert all("forward" not in vars(module) for module in model.modules())
    return found[0].problem


def test_equal_blocks_are_followed_once_and_others_each():
    assert run(*(Block() for _ in range(9))) == ""
    assert len(CALLS) == 1
    assert run(Block(), Block(), shapes=((1, 3, 8, 8), (1, 3, 9, 8))) == ""
    assert len(CALLS) == 2
    assert run(*(Block(notes=True) for _ in range(3))) == ""
    assert len(CALLS) == 3


@pytest.mark.parametrize("place", [0, 4, 8])
def test_a_constant_of_any_block_that_stays_behind_is_found(place):
    blocks = [Block() for _ in range(9)]
    blocks[place].add = torch.ones(1, 3, 1, 1)
    assert "device" in run(*blocks)


def test_a_different_setting_makes_a_different_block():
    blocks = [Block() for _ in range(3)]
    blocks[2].body[1].inplace = True
    assert run(*blocks) == ""
    assert len(CALLS) == 2
