from srbench import CPU_TRAINING_SETS, ONE_CYCLE, Budget, Cut, Phase, Recipe, Schedule, Term, profile_cuts

BUDGET = Budget(10, 2, 16, 1e-3, ONE_CYCLE)
BUDGETS = {"l1": BUDGET}


def test_the_schedule_of_cut_budgets_is_one_cycle():
    assert Schedule("one-cycle") == ONE_CYCLE


def test_each_profile_has_its_data():
    assert CPU_TRAINING_SETS == ("T91", "BSDS500")
    cuts = profile_cuts(demo=BUDGETS, quick=BUDGETS, short=BUDGETS)
    assert cuts == {
        "demo": Cut(BUDGETS, ("demo",)),
        "quick": Cut(BUDGETS, CPU_TRAINING_SETS),
        "short": Cut(BUDGETS),
    }
    assert list(cuts) == ["demo", "quick", "short"]


def test_a_profile_without_budgets_is_left_out():
    assert profile_cuts(short=BUDGETS) == {"short": Cut(BUDGETS)}
    assert profile_cuts() == {}


def test_data_and_validation_sets_can_be_chosen():
    cuts = profile_cuts(quick=BUDGETS, short=BUDGETS, quick_data=("a",), quick_validation=("b",), short_data=("c",))
    assert cuts == {"quick": Cut(BUDGETS, ("a",), ("b",)), "short": Cut(BUDGETS, ("c",))}


def test_the_cuts_are_those_of_a_recipe():
    phase = Phase("l1", (Term("l1"),), Budget(1000, 16, 48, 1e-4))
    recipe = Recipe("net", "net", (phase,), ("DIV2K-train",), profile_cuts(demo=BUDGETS, short=BUDGETS))
    assert recipe.at("demo").data == ("demo",)
    assert recipe.at("short").data == ("DIV2K-train",)
    assert recipe.at("short").phases[0].budget == BUDGET
