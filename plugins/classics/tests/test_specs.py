import srbench_classics
from srbench_classics.losses.specs import LOSSES
from srbench_classics.methods import METHODS
from srbench_classics.models import MODELS
from srbench_classics.recipes import RECIPES
from srbench_classics.released_images import IMAGES
from srbench_classics.weights import WEIGHTS


def test_hooks_return_the_specs():
    assert srbench_classics.srbench_models() == MODELS
    assert srbench_classics.srbench_methods() == METHODS
    assert srbench_classics.srbench_weights() == WEIGHTS
    assert srbench_classics.srbench_images() == IMAGES
    assert srbench_classics.srbench_recipes() == RECIPES
    assert srbench_classics.srbench_losses() == LOSSES


def test_methods_say_where_their_weights_are_from():
    models = {spec.name: spec for spec in MODELS}
    for method in (method for method in METHODS if method.model):
        model = models[method.model]
        named = {method.weights} if isinstance(method.weights, str) else set(method.weights.values())
        assert (method.source in {"none", "trained"}) == (named == {""})
        assert (method.source == "trained") <= bool(method.recipe)
        if not isinstance(method.weights, str):
            assert model.scales is None or set(method.weights) <= set(model.scales)
