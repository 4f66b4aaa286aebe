"""Ma against the outputs of the authors' MATLAB code (run in Octave), of pyiqa, and of scikit-learn's forest."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.io import savemat
from skimage import data
from skimage.color import rgb2yiq

from srbench.errors import Unavailable, WeightsError
from srbench.imaging.colour import luma
from srbench.metrics import MetricSetup, Sample
from srbench.metrics import ma as metric
from srbench.metrics.ma import MODEL, Ma
from srbench.metrics.niqe import Niqe
from srbench.metrics.nrqm.conventions import AUTHORS, PYIQA
from srbench.metrics.nrqm.features import ma_features, singular_values
from srbench.metrics.nrqm.forest import Forest
from srbench.metrics.nrqm.model import FIELDS, MaModel
from srbench.metrics.nrqm.shape import nearest_shape
from srbench.metrics.pi import Pi
from srbench.metrics.specs.no_reference import WEIGHTS
from srbench.specs.protocol import PCARN
from srbench.storage.roots import data_roots
from srbench.weights.files import find_weights

GOLDEN = json.loads(Path(__file__).with_name("ma_golden.json").read_text(encoding="utf-8"))
KINDS = ("local_frequency", "global_frequency", "spatial")
LINEAR = (1.0, 0.5, 0.25, 2.0)


@pytest.fixture(scope="module")
def chelsea():
    """The image of the authors' golden values; both of its sides bring out what pyiqa does differently."""
    return luma(np.ascontiguousarray(data.chelsea()[4:-4, 4:-4]), rounded=True)


@pytest.fixture
def sample():
    return Sample("one", np.ascontiguousarray(data.astronaut()[100:236, 120:260]), None, 2, PCARN)


def stumps(threshold: float, below: float, above: float, feature: int = 1) -> dict[str, np.ndarray]:
    """Two equal trees in the layout of the authors' file: the first node asks, the others answer."""
    nodes = {
        "lDau": np.int32([2, 0, 0]),
        "rDau": np.int32([3, 0, 0]),
        "nodestatus": np.int8([-3, -1, -1]),
        "nrnodes": np.zeros(3),
        "upper": np.array([threshold, 0, 0]),
        "avnode": np.array([0.0, below, above]),
        "mbest": np.int32([feature, 0, 0]),
    }
    return {name: np.tile(values[:, None], 2) for name, values in nodes.items()}


def constant(value: float) -> dict[str, np.ndarray]:
    return stumps(1e9, value, -99)


@pytest.fixture
def model(tmp_path):
    def save(*forests, linear=LINEAR, name="NRQM_model.mat") -> MetricSetup:
        cells = np.empty((3, 1), dtype=object)
        cells[:, 0] = forests
        savemat(tmp_path / name, {"model": {"linear": np.array(linear)[:, None], "rf": cells}})
        return MetricSetup(weights={MODEL: tmp_path / name})

    return save


def test_features_are_those_of_the_authors_code(chelsea):
    for kind, ours in ma_features(chelsea)._asdict().items():
        np.testing.assert_allclose(ours, GOLDEN["authors"][kind], rtol=1e-10, atol=0, err_msg=kind)


def test_shapes_end_at_003_and_10():
    """The authors' table; of equal values, whose variance is 0, the shape is 10."""
    spread, equal = nearest_shape(np.array([1e300, 0.0]), np.array([1.0, 0.0]))
    assert (spread, equal) == (0.03, 10)


def test_features_under_pyiqas_conventions_are_pyiqas():
    """97 x 103 pixels: odd, and 1 beyond a multiple of 3, where the conventions differ in every kind but the last."""
    crop = luma(np.ascontiguousarray(data.chelsea()[100:197, 150:253]), rounded=True)
    ours, authors = ma_features(crop, PYIQA), ma_features(crop, AUTHORS)
    for kind in KINDS:
        np.testing.assert_allclose(getattr(ours, kind), GOLDEN["pyiqa"][kind], rtol=1e-6, atol=0)
    apart = [np.abs(getattr(authors, kind) / GOLDEN["pyiqa"][kind] - 1).max() > 1e-3 for kind in KINDS]
    assert apart == [True, True, False]


def test_score_is_that_of_the_authors_model(chelsea):
    """For those who have the file: Ma of the authors' code, and what each forest predicts."""
    path = find_weights(next(spec for spec in WEIGHTS if spec.name == MODEL), data_roots())
    if path is None:
        pytest.skip("needs NRQM_model.mat in a data root: srbench data get nrqm-model")
    golden = MaModel.load(path), ma_features(chelsea)
    predictions = [forest(kind) for forest, kind in zip(golden[0].forests, golden[1], strict=True)]
    assert predictions == pytest.approx(GOLDEN["authors"]["predictions"], abs=1e-9)
    whole = Sample("chelsea", data.chelsea(), None, 4, PCARN)
    assert Ma(MetricSetup(weights={MODEL: path}))(whole) == pytest.approx(GOLDEN["authors"]["ma"], abs=1e-9)


def test_singular_values_are_those_of_the_matrix_of_patches(chelsea):
    """Written out patch by patch, with zeros beyond the border."""
    image = chelsea[:83, :77] / 255
    padded = np.zeros((85, 80))
    padded[:83, :77] = image
    patches = [
        padded[row : row + 5, column : column + 5].ravel() for row in range(0, 85, 5) for column in range(0, 80, 5)
    ]
    expected = np.linalg.svd(np.array(patches).T, compute_uv=False)
    np.testing.assert_allclose(singular_values(image), expected, rtol=1e-12)


@pytest.mark.slow
def test_forest_predicts_as_scikit_learn():
    ensemble = pytest.importorskip("sklearn.ensemble")
    chance = np.random.default_rng(0)
    inputs = chance.normal(size=(300, 18)).astype(np.float32)
    fitted = ensemble.RandomForestRegressor(40, random_state=0).fit(inputs, inputs[:, 3] + np.sin(4 * inputs[:, 7]))
    trees = [estimator.tree_ for estimator in fitted.estimators_]
    nodes = max(tree.node_count for tree in trees)

    def side_by_side(values):
        table = np.zeros((nodes, len(trees)))
        for column, tree in enumerate(trees):
            table[: tree.node_count, column] = values(tree)
        return table

    forest = Forest(
        side_by_side(lambda tree: tree.children_left + 1).astype(int),
        side_by_side(lambda tree: tree.children_right + 1).astype(int),
        side_by_side(lambda tree: np.maximum(tree.feature, 0) + 1).astype(int),
        side_by_side(lambda tree: tree.threshold),
        side_by_side(lambda tree: tree.value[:, 0, 0]),
    )
    assert not forest.problem(18)
    asked = chance.normal(size=(50, 18)).astype(np.float32)
    assert [forest(row) for row in asked] == pytest.approx(fitted.predict(asked), abs=1e-12)


def test_a_feature_at_the_threshold_goes_left():
    nodes = stumps(0.5, below=1, above=3)
    forest = Forest(*(nodes[name] for name in FIELDS))
    assert [forest([value]) for value in (0.5, np.nextafter(0.5, 1))] == [1, 3]


def test_score_is_the_linear_combination_of_three_forests(model, sample):
    assert Ma(model(*map(constant, (2, 4, 0.5))))(sample) == pytest.approx(1 + 0.5 * 2 + 0.25 * 4 + 2 * 0.5)


@pytest.mark.parametrize(("offset", "answer"), [(-1e-3, 3.0), (1e-3, 1.0)])
def test_luma_is_bt601_rounded_with_4_pixels_cropped(model, sample, offset, answer):
    """The third forest asks for the first singular value, a thousandth off the value that YIQ's luma misses."""
    inside = sample.sr[4:-4, 4:-4]
    expected = singular_values(luma(np.ascontiguousarray(inside), rounded=True) / 255)[0]
    assert abs(singular_values(rgb2yiq(inside)[..., 0])[0] / expected - 1) > 0.02
    setup = model(constant(0), constant(0), stumps(expected * (1 + offset), below=1, above=3))
    assert Ma(setup)(sample) == pytest.approx(1 + 2 * answer)


@pytest.fixture
def both(model, shared):
    niqe = {"niqe-parameters": shared / "weights/metrics/niqe_modelparameters.mat"}
    return MetricSetup(weights={**model(*map(constant, (2, 4, 0.5))).weights, **niqe})


def test_perceptual_index_is_made_of_ma_and_niqe(both, sample):
    expected = ((10 - Ma(both)(sample)) + Niqe(both)(sample)) / 2
    assert Pi(both)(Sample("two", sample.sr, None, 2, PCARN)) == pytest.approx(expected, abs=1e-12)


def test_ma_niqe_and_pi_of_a_sample_share_the_luma_and_the_scores(both, sample, monkeypatch):
    features, channels = [], []
    monkeypatch.setattr(metric, "ma_features", lambda y: features.append(y) or ma_features(y))
    monkeypatch.setattr("srbench.metrics.niqe.niqe", lambda y, _natural: channels.append(y) or 4.0)
    for measure in (Ma(both), Niqe(both), Pi(both), Pi(both)):
        measure(sample)
    assert len(features) == len(channels) == 1
    assert features[0] is channels[0]
    Pi(both)(Sample("another", sample.sr, None, 2, PCARN))
    assert len(features) == len(channels) == 2


def test_a_sample_keeps_values_and_no_failures(sample):
    def fail():
        raise Unavailable("too small")

    for _ in range(2):
        with pytest.raises(Unavailable):
            sample.once("a", fail)
    assert [sample.once(key, lambda value=value: value) for key, value in (("a", 1), ("a", 2), ("b", 3))] == [1, 1, 3]


def test_another_model_file_is_another_score(model, sample):
    one, two = (Ma(model(*[constant(value)] * 3, name=f"{value}.mat")) for value in (1, 2))
    assert (one(sample), two(sample)) == pytest.approx((3.75, 6.5))


def test_a_model_file_that_changes_is_read_again(model, sample):
    Ma(model(*[constant(1)] * 3))
    assert Ma(model(*[constant(2)] * 3, linear=(0, 1, 1, 1)))(sample) == pytest.approx(6)


def test_a_grey_image_is_rgb_with_equal_channels(sample):
    grey = sample.sr[..., 0]
    rgb = np.stack([grey] * 3, axis=2)
    lumas = [metric.challenge_luma(Sample("one", image, None, 2, PCARN)) for image in (grey, rgb)]
    assert np.array_equal(*lumas)
    assert len(np.concatenate(ma_features(lumas[0]))) == 138


@pytest.mark.parametrize(
    ("sr", "problem"),
    [
        (np.zeros((91, 92, 3), np.uint8), "84 x 83 pixels; needs 45 x 45, and 25 patches of 5 x 5 at quarter size"),
        (np.zeros((52, 4000, 3), np.uint8), "3992 x 44 pixels; needs 45 x 45"),
        (np.zeros((9, 8, 3), np.uint8), "0 x 1 pixels; needs 45 x 45"),
        (np.full((128, 130, 3), 77, np.uint8), "all pixels are equal; needs texture"),
    ],
)
def test_small_and_constant_images_have_no_ma(model, sr, problem):
    setup = model(*map(constant, (2, 4, 0.5)))
    with pytest.raises(Unavailable, match=f"^Ma of flat, 4 pixels cropped from every side: {problem}") as refused:
        Ma(setup)(Sample("flat", sr, None, 2, PCARN))
    assert "\n" not in str(refused.value)


def test_the_smallest_image_has_a_ma(model):
    image = np.random.default_rng(0).integers(0, 256, (92, 92, 3), np.uint8)
    assert Ma(model(*map(constant, (2, 4, 0.5))))(Sample("small", image, None, 2, PCARN)) == pytest.approx(4)


def spoilt(name: str, values) -> dict[str, np.ndarray]:
    return {**constant(1), name: np.tile(np.array(values)[:, None], 2)}


@pytest.mark.parametrize(
    ("forest", "problem"),
    [
        (spoilt("lDau", np.int32([2, 1, 0])), "forest 2 has a node whose child is not a later node"),
        (spoilt("lDau", np.int32([1, 0, 0])), "forest 2 has a node whose child is not a later node"),
        (spoilt("rDau", np.int32([4, 0, 0])), "forest 2 has a node whose child is not a later node"),
        (spoilt("mbest", np.int32([46, 0, 0])), "forest 2 has feature 46 of 45"),
        ({**constant(1), "mbest": np.int32([[0, 3], [0, 0], [0, 0]])}, "forest 2 has feature 0 of 45"),
        (spoilt("upper", [np.nan, 0, 0]), "forest 2 has a threshold or a prediction that is not a number"),
        (spoilt("avnode", [0, 1.0]), "forest 2 has arrays of shapes"),
        ({"lDau": np.int32([[0]])}, "out of"),
    ],
)
def test_a_damaged_forest_is_refused(model, forest, problem):
    setup = model(constant(1), forest, constant(1))
    with pytest.raises(WeightsError, match=rf"NRQM_model.mat: not the random forests of Ma \(.*{problem}.*nrqm-model$"):
        Ma(setup)


def test_a_damaged_or_missing_file_is_refused(model):
    setup = model(*[constant(1)] * 3)
    path = setup.weights[MODEL]
    content = path.read_bytes()
    for damaged in (b"", content[:200], content[: len(content) // 2], b"<html>Not found</html>" * 20):
        path.write_bytes(damaged)
        with pytest.raises(WeightsError, match="get the file again: srbench data get nrqm-model") as refused:
            Ma(setup)
        assert "\n" not in str(refused.value)
    path.unlink()
    with pytest.raises(WeightsError, match="not readable"):
        Ma(setup)
    with pytest.raises(WeightsError, match="3 forests and 2 weights"):
        Ma(model(*[constant(1)] * 3, linear=(1, 2)))


def test_fields_with_other_names_are_read_by_position(model, sample):
    def renamed(value):
        return {f"field_{number}": values for number, values in enumerate(constant(value).values())}

    assert Ma(model(*map(renamed, (2, 4, 0.5))))(sample) == pytest.approx(4)
