"""``--set``: one setting of a recipe changed, all others as they were."""

from __future__ import annotations

from dataclasses import replace

import pytest

from srbench.errors import UnknownName, UsageError
from srbench.specs.adversary import Adversary
from srbench.specs.optimizer import Sgd
from srbench.specs.recipe import Budget, Phase, Recipe, Schedule, Term
from srbench.training.recipe.override import override
from srbench.training.recipe.validate import check_settings

L1 = Phase("l1", (Term("l1"),), Budget(100, 4, 6, 1e-3))
GAN = Phase("gan", (Term("vgg", 1.0, {"layers": "relu5_4"}), Term("l1")), Budget(10, 4, 6, 1e-4), Adversary("d", "m:D"))
RECIPE = Recipe("r", "m", (L1, GAN), ("DIV2K",))


@pytest.mark.parametrize(
    ("assignment", "find", "value"),
    [
        ("l1.budget.steps=15000", lambda r: r.phases[0].budget.steps, 15000),
        ("l1.budget.learning_rate=1", lambda r: r.phases[0].budget.learning_rate, 1.0),
        ("gan.budget.learning_rate=2e-4", lambda r: r.phases[1].budget.learning_rate, 2e-4),
        ("l1.budget.schedule.kind=cosine", lambda r: r.phases[0].budget.schedule, Schedule("cosine")),
        ("gan.losses.vgg.weight=0.5", lambda r: r.phases[1].losses[0].weight, 0.5),
        ("gan.losses.vgg.kwargs.layers=relu2_2", lambda r: r.phases[1].losses[0].kwargs, {"layers": "relu2_2"}),
        ("gan.losses.vgg.kwargs.distance=l2", lambda r: r.phases[1].losses[0].kwargs["distance"], "l2"),
        ("gan.adversary.learning_rate=1e-5", lambda r: r.phases[1].adversary.learning_rate, 1e-5),
        ("l1.clip=0.5", lambda r: r.phases[0].clip, 0.5),
        ("l1.ema=0.999", lambda r: r.phases[0].ema, 0.999),
        ("l1.optimizer.betas=[0.9, 0.99]", lambda r: r.phases[0].optimizer.betas, (0.9, 0.99)),
        ("augment=false", lambda r: r.augment, False),
        ("hold_out=3", lambda r: r.hold_out, 3),
        ("scales=[4]", lambda r: r.scales, (4.0,)),
        ("lr_mode=matlab-double", lambda r: r.lr_mode, "matlab-double"),
        ("kwargs.width=5", lambda r: r.kwargs, {"width": 5}),
        ("gan.adversary=null", lambda r: r.phases[1].adversary, None),
    ],
)
def test_the_setting_and_no_other(assignment, find, value):
    changed = override(RECIPE, assignment)
    assert find(changed) == value
    assert type(find(changed)) is type(value)
    assert changed != RECIPE
    back = override(changed, f"{assignment.partition('=')[0]}={assignment.partition('=')[2]}")
    assert back == changed
    check_settings(changed)
    untouched = 1 if assignment.startswith("l1.") else 0
    assert changed.phases[untouched] == RECIPE.phases[untouched]


@pytest.mark.parametrize(
    ("assignment", "error", "words"),
    [
        ("l1.budget.steps", UsageError, "expected PATH=VALUE"),
        ("l1.budget.stpes=3", UnknownName, "'stpes' in --set l1.budget.stpes; did you mean 'steps'"),
        ("l2.budget.steps=3", UnknownName, "'l2' in --set l2.budget.steps; choose from augment, "),
        ("l1=3", UsageError, "l1 is a phase; name a setting of it, e.g. l1.budget.steps"),
        ("gan.losses.vggg.weight=1", UnknownName, "did you mean 'vgg'"),
        ("l1.budget.steps.more=1", UnknownName, "'more' in --set"),
        ("l1.budget.steps=many", UsageError, "l1.budget.steps=many: expected a value like 100"),
        ("l1.budget.steps=1.5", UsageError, "expected a value like 100"),
        ("l1.budget.steps=true", UsageError, "expected a value like 100"),
        ("augment=1", UsageError, "expected a value like True"),
        ("scales=4", UsageError, "expected a tuple of numbers"),
        ("cuts={}", UnknownName, "unknown setting 'cuts'"),
    ],
)
def test_what_leads_nowhere(assignment, error, words):
    with pytest.raises(error, match=words) as raised:
        override(RECIPE, assignment)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("assignment", "words"),
    [
        ("l1.budget.steps=0", "l1.budget.steps is 0: expected 1 or more"),
        ("l1.budget.batch=-1", "l1.budget.batch is -1"),
        ("l1.budget.patch=0", "l1.budget.patch is 0"),
        ("l1.budget.learning_rate=-0.1", "a number above 0"),
        ("l1.budget.learning_rate=NaN", "give finite numbers"),
        ("l1.budget.learning_rate=null", "expected a value like 0.001"),
        ("l1.budget.schedule.kind=cosin", "'cosin': expected one of constant, step, cosine, one-cycle"),
        ("l1.budget.schedule.every=0", "schedule.every is 0.0"),
        ("l1.budget.schedule.warm_up=1", "warm_up is 1.0: expected a number from 0 to below 1"),
        ("l1.optimizer.betas=[0.9]", r"expected a value like \(0.9, 0.999\)"),
        ("l1.optimizer.betas=[0.9,1]", "two numbers"),
        ("l1.keep=bset", "'bset': expected one of last, best"),
        ("l1.clip=0", "clip is 0: expected a number above 0"),
        ("l1.ema=1.5", "ema is 1.5"),
        ("gan.adversary.loss=hinge", "'hinge': expected one of bce, relativistic"),
        ("lr_mode=bicubic", "'bicubic': expected one of matlab-uint8"),
        ("hold_out=-1", "hold_out is -1: expected 0 or more"),
        ('scales=["two"]', "expected a tuple of numbers"),
        ("l1.optimizer=null", r"l1.optimizer is a group; name a setting of it, e.g. l1.optimizer.betas"),
        ("l1.budget={}", r"l1.budget is a group; name a setting of it, e.g. l1.budget.steps"),
        ("l1.budget.schedule=null", "is a group; name a setting of it"),
        ("gan.adversary={}", "gan.adversary is a group"),
        ("l1.adversary={}", "expected an Adversary or None"),
        ("gan.losses=null", "gan.losses is a group; name a setting of it, e.g. gan.losses.vgg.kwargs"),
        ("l1.optimizer.betas=null", "expected a value like"),
        ("scales=null", "expected a tuple of numbers"),
        ("kwargs=null", "expected a value like {}"),
        ("l1.settings=null", "expected a value like {}"),
        ("augment=null", "expected a value like True"),
        ("gan.losses.vgg.kwargs=[1]", "expected a value like {'layers'"),
        ("gan.losses.vgg.weight=1e400", "give finite numbers"),
        ("gan.losses.vgg.kwargs.layers=\udcff", "text in UTF-8"),
        ("kwargs.width=[1, [NaN]]", "give finite numbers"),
        (f"l1.budget.steps={2**63}", r"finite numbers below 2\*\*63"),
        (f"l1.budget.steps={'9' * 5000}", r"l1.budget.steps=9{57}\.\.\.: expected a value like 100"),
        ("l1.budget.batch=99999999999", "expected at most 19884107 patches of 6 pixels a side"),
        ("scales=[2, 2.37]", r"scales is \(2.0, 2.37\): expected whole numbers >= 1 .*online"),
    ],
)
def test_values_that_no_training_can_have(assignment, words):
    """Each would have been taken silently, or have raised something unreadable much later."""
    check_settings(RECIPE)
    with pytest.raises(UsageError, match=words):
        check_settings(override(RECIPE, assignment))


def test_an_online_recipe_has_real_scales_and_patches_that_hold_an_lr_pixel():
    online = replace(RECIPE, online=True, scales=(1.1, 2.37, 5.5))
    check_settings(online)
    for assignment, words in (
        ("scales=[1, 2.37]", "scales is .*numbers above 1"),
        ("scales=[6.1]", "l1.budget.patch is 6: expected 7 or more"),
    ):
        with pytest.raises(UsageError, match=words):
            check_settings(override(online, assignment))


@pytest.mark.parametrize(
    ("optimizer", "words"),
    [
        (Sgd(momentum=1), r"optimizer\.momentum is 1: expected a number from 0 to below 1"),
        (Sgd(weight_decay=-1), r"optimizer\.weight_decay is -1: expected 0 or more"),
        (Sgd(rate_factors={"*.bias": 0}), r"optimizer\.rate_factors\.\*\.bias is 0: expected a number above 0"),
    ],
)
def test_settings_of_the_other_optimizer_are_checked(optimizer, words):
    check_settings(replace(RECIPE, phases=(replace(L1, optimizer=Sgd(0, 0, {"*.bias": 0.1})),)))
    with pytest.raises(UsageError, match=words):
        check_settings(replace(RECIPE, phases=(replace(L1, optimizer=optimizer),)))


def test_a_setting_of_the_other_optimizer():
    recipe = replace(RECIPE, phases=(replace(L1, optimizer=Sgd()),))
    changed = override(recipe, 'l1.optimizer.rate_factors={"*.bias": 0.1}')
    assert changed.phases[0].optimizer == Sgd(rate_factors={"*.bias": 0.1})
