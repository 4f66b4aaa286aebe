import pytest

from srbench import Budget, MethodSpec, Phase, Recipe, Term

PHASE = Phase("l1", (Term("l1"),), Budget(10, 2, 16, 1e-3))
RECIPE = Recipe("net-quickly", "net", (PHASE,), ("DIV2K-train",), paper="A paper", summary="net: L1")


def test_a_recipe_makes_a_method_of_its_name():
    assert MethodSpec.trained_by(RECIPE) == MethodSpec(
        "net-quickly", "net", source="trained", recipe="net-quickly", paper="A paper", summary="net: L1"
    )


def test_fields_can_be_changed_and_added():
    method = MethodSpec.trained_by(RECIPE, name="net", recipe={2.0: "net-x2"}, phase="l1", fallback="small")
    assert method == MethodSpec(
        "net",
        "net",
        source="trained",
        recipe={2.0: "net-x2"},
        phase="l1",
        fallback="small",
        paper="A paper",
        summary="net: L1",
    )


def test_a_field_that_methods_do_not_have_is_refused():
    with pytest.raises(TypeError, match="optimizer"):
        MethodSpec.trained_by(RECIPE, optimizer="adam")
