import subprocess
import sys

import pytest
import srbench_classics
from srbench_classics.losses.specs import LOSSES
from srbench_classics.methods import METHODS
from srbench_classics.models import MODELS
from srbench_classics.recipes import RECIPES
from srbench_classics.released_images import IMAGES
from srbench_classics.weights import WEIGHTS

from srbench.loading import load


def test_listing_imports_neither_torch_nor_numpy():
    code = (
        "import sys, srbench_classics as c; "
        "c.srbench_models(), c.srbench_methods(), c.srbench_weights(), c.srbench_images(), "
        "c.srbench_recipes(), c.srbench_losses(); "
        "sys.exit(bool({'torch', 'numpy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "specs",
    [MODELS, METHODS, WEIGHTS, IMAGES, RECIPES, LOSSES],
    ids=["models", "methods", "weights", "images", "recipes", "losses"],
)
def test_names_are_unique(specs):
    names = [spec.name for spec in specs]
    assert len(names) == len(set(names))


def test_hooks_return_the_specs():
    assert srbench_classics.srbench_models() == MODELS
    assert srbench_classics.srbench_methods() == METHODS
    assert srbench_classics.srbench_weights() == WEIGHTS
    assert srbench_classics.srbench_images() == IMAGES
    assert srbench_classics.srbench_recipes() == RECIPES
    assert srbench_classics.srbench_losses() == LOSSES


def test_methods_name_models_and_weights_that_are_there():
    models, weights = {spec.name: spec for spec in MODELS}, {spec.name for spec in WEIGHTS}
    for method in METHODS:
        if not method.model:
            assert method.images in {spec.name for spec in IMAGES}
            continue
        model = models[method.model]
        named = {method.weights} if isinstance(method.weights, str) else set(method.weights.values())
        assert named - {""} <= weights
        assert (method.source in {"none", "trained"}) == (named == {""})
        assert (method.source == "trained") <= bool(method.recipe)
        if not isinstance(method.weights, str):
            assert model.scales is None or set(method.weights) <= set(model.scales)


@pytest.mark.parametrize("target", sorted({spec.build for spec in MODELS} | {spec.convert for spec in WEIGHTS}))
def test_named_objects_exist(target):
    assert callable(load(target))
