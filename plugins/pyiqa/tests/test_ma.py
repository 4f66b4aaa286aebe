"""The wiring of Ma, with a forest made here: pyiqa computes the features, and what is asked of them is known."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
import skimage.data
from scipy.io import savemat
from skimage.color import rgb2ycbcr, rgb2yiq
from srbench_pyiqa import NRQM_MODEL
from srbench_pyiqa.bridge import __getattr__ as bridged
from srbench_pyiqa.bridge import create, luma_tensor
from srbench_pyiqa.ma import Ma, Pi

from srbench.errors import Unavailable
from srbench.imaging.image_io import write_png
from srbench.metrics import MetricSetup, Sample
from srbench.metrics.niqe import Niqe
from srbench.specs.protocol import PCARN

pytest.importorskip("pyiqa", reason="pyiqa is an extra of this plugin: tox run -e pyiqa installs it")

LINEAR = (1.0, 0.5, 0.25, 2.0)


def stumps(threshold: float, below: float, above: float, feature: int = 1, trees: int = 2) -> dict[str, np.ndarray]:
    """`trees` equal trees in the layout of `NRQM_model.mat`: a struct whose fields pyiqa knows by position.

    Node 1 asks, 2 and 3 answer. Children are numbered from 1; 0 is none.
    """
    nodes = {
        "left": np.int32([2, 0, 0]),
        "right": np.int32([3, 0, 0]),
        "unused_1": np.zeros(3),
        "unused_2": np.zeros(3),
        "threshold": np.array([threshold, 0, 0]),
        "prediction": np.array([0.0, below, above]),
        "attribute": np.int32([feature, 1, 1]),
    }
    return {name: np.tile(values[:, None], trees) for name, values in nodes.items()}


def constant(value: float) -> dict[str, np.ndarray]:
    return stumps(1e9, value, -99)


@pytest.fixture
def model(tmp_path):
    def save(*forests) -> MetricSetup:
        cells = np.empty((1, 3), dtype=object)
        cells[0, :] = forests
        path = tmp_path / "NRQM_model.mat"
        savemat(path, {"model": {"linear": np.array(LINEAR)[:, None], "rf": cells}})
        return MetricSetup(weights={NRQM_MODEL: path})

    return save


@pytest.fixture
def niqe_parameters(shared):
    return {"niqe-parameters": shared / "weights/metrics/niqe_modelparameters.mat"}


@pytest.fixture(scope="module")
def sample():
    sr = skimage.data.astronaut()[100:236, 120:260]
    return Sample("one", sr, None, 2, PCARN)


def largest_singular_value(y) -> float:
    """Of the columns that distinct 5 x 5 blocks are, with zeros after the last row and column: Ma's spatial feature."""
    padded = np.pad(y / 255, [(0, -side % 5) for side in y.shape])
    rows, columns = (side // 5 for side in padded.shape)
    blocks = padded.reshape(rows, 5, columns, 5).transpose(1, 3, 0, 2).reshape(25, -1)
    return np.linalg.svd(blocks, compute_uv=False)[0]


def test_forests_and_linear_weights_are_those_of_the_file(model, sample):
    assert Ma(model(*map(constant, (2, 4, 0.5))))(sample) == pytest.approx(1 + 0.5 * 2 + 0.25 * 4 + 2 * 0.5)


@pytest.mark.parametrize(("offset", "answer"), [(-1e-3, 3.0), (1e-3, 1.0)])
def test_luma_is_bt601_rounded_with_4_pixels_shaved(model, sample, offset, answer):
    """The third forest asks for a feature that is known, a thousandth off its value, which YIQ's luma misses."""
    y = np.floor(rgb2ycbcr(sample.sr[4:-4, 4:-4])[..., 0] + 0.5)
    expected = largest_singular_value(y)
    assert abs(largest_singular_value(rgb2yiq(sample.sr[4:-4, 4:-4])[..., 0] * 255) / expected - 1) > 0.02
    spatial = stumps(expected * (1 + offset), below=1, above=3)
    assert Ma(model(constant(0), constant(0), spatial))(sample) == pytest.approx(1 + 2 * answer)


def test_perceptual_index_is_made_of_ma_and_niqe(model, niqe_parameters, sample):
    setup = MetricSetup(weights={**model(*map(constant, (2, 4, 0.5))).weights, **niqe_parameters})
    expected = ((10 - Ma(setup)(sample)) + Niqe(setup)(sample)) / 2
    assert Pi(setup)(sample) == pytest.approx(expected)


def test_pi_takes_the_score_that_was_just_measured(model, niqe_parameters, sample, monkeypatch):
    setup = MetricSetup(weights={**model(*map(constant, (2, 4, 0.5))).weights, **niqe_parameters})
    ma, pi = Ma(setup), Pi(setup)
    ma(sample)
    expected = pi(sample)
    monkeypatch.setattr(pi.ma, "nrqm", None)
    assert pi(sample) == expected
    with pytest.raises(TypeError):
        pi(Sample("another", sample.sr, None, 2, PCARN))


def test_grey_image(model, sample):
    setup = model(*map(constant, (2, 4, 0.5)))
    grey = Sample("grey", sample.sr[..., 0], None, 2, PCARN)
    assert Ma(setup)(grey) == pytest.approx(4)


def test_too_small_for_niqe(model, niqe_parameters, sample):
    setup = MetricSetup(weights={**model(*map(constant, (0, 0, 0))).weights, **niqe_parameters})
    with pytest.raises(Unavailable, match="NIQE of small"):
        Pi(setup)(Sample("small", sample.sr[:60, :60], None, 2, PCARN))


@pytest.mark.parametrize(("name", "tolerance"), [("chelsea", 1e-4), ("coffee", 1e-3)])
def test_niqe_is_pyiqas(niqe_parameters, name, tolerance):
    """On photographs without flat areas, where pyiqa counts the signs of rounding errors."""
    image = getattr(skimage.data, name)()
    (path,) = niqe_parameters.values()
    theirs = create("niqe", "cpu", pretrained_model_path=str(path))(luma_tensor(image[4:-4, 4:-4], rounded=True))
    ours = Niqe(MetricSetup(weights=niqe_parameters))(Sample(name, image, None, 2, PCARN))
    assert ours == pytest.approx(float(theirs), abs=tolerance)


def test_the_bridged_metrics_find_what_pyiqa_has_fetched(model, niqe_parameters, monkeypatch, tmp_path):
    """`pyiqa:nrqm` is `ma` on the protocol's pixels, 4 being the border here; `pyiqa:pi` shaves 4 more."""
    from pyiqa.utils import download_util

    setup = model(stumps(0.1, 2, 4), *map(constant, (4, 0.5)))
    setup = MetricSetup(weights={**setup.weights, **niqe_parameters})
    shutil.copy(niqe_parameters["niqe-parameters"], tmp_path / "niqe_modelparameters.mat")
    monkeypatch.setattr(download_util, "DEFAULT_CACHE_DIR", str(tmp_path))
    image = skimage.data.chelsea()[100:220, 100:316]
    whole, inside = Sample("whole", image, None, 4, PCARN), Sample("inside", image[4:-4, 4:-4], None, 4, PCARN)
    assert bridged("nrqm")(MetricSetup())(whole) == pytest.approx(Ma(setup)(whole), rel=1e-5)
    assert bridged("pi")(MetricSetup())(whole) == pytest.approx(Pi(setup)(inside), abs=1e-3)


def test_ma_and_pi_are_columns_of_table_5_with_measured_values(srbench, model, material):
    """PCARN-M on five small photographs named Set5: Ma is the sum that this forest always gives."""
    pytest.importorskip("srbench_pcarn", reason="needs the plugin pcarn")
    root = material("weights/sr/PCARN-M.pth", "weights/metrics/niqe_modelparameters.mat")
    photographs = root / "data" / "Set5" / "HR"
    photographs.mkdir(parents=True)
    for number, name in enumerate(("baby", "bird", "butterfly", "head", "woman")):
        write_png(photographs / f"{name}.png", skimage.data.chelsea()[40:168, 20 + 60 * number :][:, :128])
    asked = ("run", "--plugin", "pcarn", "--table", "5", "--rows", "PCARN-M", "--datasets", "Set5")
    asked = (*asked, "--metrics", "ma,niqe,pi", "--json")

    def cells(out):
        done = srbench(*asked, "--out", root / out, data=root)
        return {cell["metric"]: cell for cell in done.json}

    without = cells("without")
    assert without["ma"]["measured"] is without["pi"]["measured"] is None
    assert "nrqm-model" in without["ma"]["note"]
    (path,) = model(*map(constant, (2, 4, 0.5))).weights.values()
    shutil.copy(path, root / "weights" / "NRQM_model.mat")
    found = cells("out")
    assert found["ma"]["measured"] == pytest.approx(4)
    assert found["pi"]["published"] == 3.547
    assert found["pi"]["n_images"] == found["ma"]["n_images"] == 5
    niqe = found["niqe"]["measured"]
    assert found["pi"]["measured"] == pytest.approx(((10 - 4) + niqe) / 2)
