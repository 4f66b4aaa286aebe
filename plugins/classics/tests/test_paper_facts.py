"""The recipes have every constant of their papers or their authors' code, and what the README says about the others."""


def test_recipes_have_the_constants_of_the_table(paper_facts):
    assert not paper_facts.mismatches()


def test_every_phase_of_every_recipe_is_pinned(paper_facts):
    assert not paper_facts.unpinned()


def test_every_fact_has_its_source(paper_facts):
    assert not paper_facts.unsourced()
