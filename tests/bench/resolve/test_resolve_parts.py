"""Which network runs, and where sigma and scales come from, by what a method's spec says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from srbench import MethodSpec, ModelSpec
from srbench.bench.resolve.method_weights import WeightsPolicy
from srbench.bench.resolve.resolver import Resolver
from srbench.inference.method import ResolvedMethod
from srbench.registry import Plugin


@pytest.fixture
def find(tiny, tmp_path, photos):
    """Methods of the tests' plugin, whose recipes take their images from `photos`."""
    owner = Plugin("tiny")
    tiny.models.add(ModelSpec("whole", "srbench_tiny:Joint", (2.0, 3.0), joint=True), owner)
    tiny.recipes.add(replace(tiny.recipes.get("tiny"), name="here", model="whole", data=(str(photos),), cuts={}), owner)
    for sigma in ("branch", "constant"):
        tiny.methods.add(
            MethodSpec(sigma, "tiny", source="trained", recipe="here", phase="l1", training_model="whole", sigma=sigma),
            owner,
        )
    tiny.methods.add(MethodSpec("by-scale", "tiny", source="trained", recipe={2.0: "here"}, phase="l1"), owner)

    def method(name, scale=2.0, **sigma):
        resolver = Resolver(tiny, [tmp_path], weights=WeightsPolicy("train", "paper", tmp_path / "out"))
        return resolver.method(name, scale, **sigma)

    return method


def test_the_whole_network_runs_only_where_its_sigma_is_asked_for(find):
    plain, asked = find("branch"), find("branch", sigma=True)
    assert (plain.model.name, plain.part) == ("tiny", "network")
    assert (asked.model.name, asked.part) == ("whole", "")
    assert plain.training.key == asked.training.key


def test_a_constant_is_taken_from_the_images_of_the_recipe(find, photos):
    plain, asked = find("constant"), find("constant", sigma=True)
    assert plain.sigma_from == ()
    assert {image.files.hr.parent for image in asked.sigma_from} == {photos}
    assert len(asked.sigma_from) == 6
    assert asked.sigma_hash
    assert (asked.model.name, asked.part) == ("tiny", "network")


def test_a_recipe_for_each_scale(find):
    from srbench.errors import Unavailable

    assert find("by-scale").training.recipe.name == "here"
    with pytest.raises(Unavailable, match="nothing trains by-scale at x3"):
        find("by-scale", 3.0)


@pytest.mark.parametrize(("scale", "said"), [(1.05, True), (1.1, False), (2.37, False), (4.0, False), (4.5, True)])
def test_scales_beyond_those_trained_are_named(tiny, scale, said):
    method = ResolvedMethod("ivp", tiny.models.get("tiny"), trained_at=(1.1, 2.0, 4.0))
    assert method.extrapolated(scale) == ("extrapolated: trained at x1.1 to x4" if said else "")
    assert not ResolvedMethod("any", tiny.models.get("tiny")).extrapolated(scale)
