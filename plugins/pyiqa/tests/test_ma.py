"""srbench's Ma, PI and NIQE against pyiqa's, which computes Ma's features by conventions of its own."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
import skimage.data
import torch
from scipy.io import savemat
from srbench_pyiqa.bridge import __getattr__ as bridged
from srbench_pyiqa.bridge import create, luma_tensor

from srbench.imaging.colour import luma
from srbench.imaging.image_io import read_image
from srbench.metrics import MetricSetup, Sample
from srbench.metrics.ma import MODEL, Ma
from srbench.metrics.niqe import Niqe
from srbench.metrics.nrqm.conventions import PYIQA
from srbench.metrics.nrqm.features import ma_features
from srbench.metrics.nrqm.model import SIZES, MaModel
from srbench.metrics.pi import perceptual_index
from srbench.specs.protocol import PCARN

pytest.importorskip("pyiqa", reason="pyiqa is an extra of this plugin: tox run -e pyiqa installs it")

TREES, NODES = 60, 63
IMAGES = ("bird", "butterfly", "woman")


def forest(chance: np.random.Generator, typical: np.ndarray) -> dict[str, np.ndarray]:
    """Balanced trees in the layout of the authors' file that ask for a random feature at about its typical value."""
    inner = NODES // 2
    nodes = {name: np.zeros((NODES, TREES), np.int32) for name in ("lDau", "rDau", "mbest")}
    nodes["lDau"][:inner] = 2 * np.arange(1, inner + 1)[:, None]
    nodes["rDau"][:inner] = nodes["lDau"][:inner] + 1
    nodes["mbest"][:inner] = chance.integers(1, len(typical) + 1, (inner, TREES))
    threshold = np.zeros((NODES, TREES))
    threshold[:inner] = typical[nodes["mbest"][:inner] - 1] * np.exp(chance.normal(0, 0.2, (inner, TREES)))
    answers = chance.uniform(0, 10, (NODES, TREES))
    status = np.where(nodes["lDau"] > 0, -3, -1).astype(np.int8)
    fields = ("lDau", "rDau", "nodestatus", "nrnodes", "upper", "avnode", "mbest")
    arrays = (nodes["lDau"], nodes["rDau"], status, np.float64(NODES), threshold, answers, nodes["mbest"])
    return dict(zip(fields, arrays, strict=True))


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """Random forests in the layout of `NRQM_model.mat`, whose answers differ from image to image."""
    typical = ma_features(y_of(skimage.data.chelsea()), PYIQA)
    cells = np.empty((1, 3), dtype=object)
    chance = np.random.default_rng(0)
    cells[0, :] = [forest(chance, kind) for kind in typical]
    path = tmp_path_factory.mktemp("model") / "NRQM_model.mat"
    savemat(path, {"model": {"linear": np.array([[0.1], [0.3], [0.2], [0.4]]), "rf": cells}})
    return path


@pytest.fixture
def niqe_parameters(shared):
    return {"niqe-parameters": shared / "weights/metrics/niqe_modelparameters.mat"}


def y_of(image: np.ndarray) -> np.ndarray:
    return luma(np.ascontiguousarray(image[4:-4, 4:-4]), rounded=True)


def pyiqas_features(y: np.ndarray) -> list[np.ndarray]:
    from pyiqa.archs import nrqm_arch

    image = torch.from_numpy(y)[None, None]
    sizes = nrqm_arch.get_gauss_pyramid(image / 255)
    patches = [nrqm_arch.im2col(size, 5, "distinct") for size in sizes]
    features = (
        torch.cat([nrqm_arch.block_dct(size) for size in sizes], 1),
        nrqm_arch.global_gsm(image),
        torch.cat([torch.linalg.svdvals(matrix) for matrix in patches], 1),
    )
    return [kind[0].numpy() for kind in features]


@pytest.mark.parametrize("name", IMAGES)
def test_features_and_score_are_pyiqas(shared, model, name):
    """All 138 features of whole images, and the score of forests: pyiqa's masks and windows are float32."""
    image = read_image(shared / "data" / "Set5" / "HR" / f"{name}.png")
    y = y_of(image)
    ours, theirs = ma_features(y, PYIQA), pyiqas_features(y)
    assert tuple(map(len, theirs)) == SIZES
    for kind, expected in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(kind, expected, rtol=1e-6, atol=0)
    score = float(create("nrqm", "cpu", pretrained_model_path=str(model))(luma_tensor(image[4:-4, 4:-4], rounded=True)))
    assert MaModel.load(model)(ours) == pytest.approx(score, rel=1e-6)
    default = Ma(MetricSetup(weights={MODEL: model}))(Sample(name, image, None, 4, PCARN))
    assert abs(default - score) > 1e-3  # the authors' conventions are others


def test_the_bridged_metrics_find_what_pyiqa_has_fetched(model, niqe_parameters, monkeypatch, tmp_path):
    """`pyiqa:nrqm` is on the protocol's pixels, where the border is 4; `pyiqa:pi` crops 4 more."""
    from pyiqa.utils import download_util

    shutil.copy(model, tmp_path)
    shutil.copy(niqe_parameters["niqe-parameters"], tmp_path / "niqe_modelparameters.mat")
    monkeypatch.setattr(download_util, "DEFAULT_CACHE_DIR", str(tmp_path))
    image = skimage.data.chelsea()[100:220, 100:316]
    whole, inside = Sample("whole", image, None, 4, PCARN), Sample("inside", image[4:-4, 4:-4], None, 4, PCARN)
    ma = MaModel.load(model)
    assert bridged("nrqm")(MetricSetup())(whole) == pytest.approx(ma(ma_features(y_of(image), PYIQA)), rel=1e-6)
    expected = perceptual_index(
        ma(ma_features(y_of(inside.sr), PYIQA)), Niqe(MetricSetup(weights=niqe_parameters))(inside)
    )
    assert bridged("pi")(MetricSetup())(whole) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(("name", "tolerance"), [("chelsea", 1e-4), ("coffee", 1e-3)])
def test_niqe_is_pyiqas(niqe_parameters, name, tolerance):
    """On photographs without flat areas, where pyiqa counts the signs of rounding errors."""
    image = getattr(skimage.data, name)()
    (path,) = niqe_parameters.values()
    theirs = create("niqe", "cpu", pretrained_model_path=str(path))(luma_tensor(image[4:-4, 4:-4], rounded=True))
    ours = Niqe(MetricSetup(weights=niqe_parameters))(Sample(name, image, None, 4, PCARN))
    assert ours == pytest.approx(float(theirs), abs=tolerance)
