"""Model ensemble: means of methods, their cost, their identity, and missing members."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save_file

from srbench import Column, MethodSpec, PluginError, Row, Table, Unavailable, UnknownName, UsageError
from srbench.bench.events import RunEvents
from srbench.bench.measuring.run_job import run_job
from srbench.bench.planning.job import Job
from srbench.bench.planning.options import Options
from srbench.bench.planning.plan import make_plan
from srbench.bench.planning.selection import Selection
from srbench.bench.resolve.ad_hoc_methods import mean_of_methods, parse_method
from srbench.bench.resolve.method_weights import WeightsPolicy
from srbench.bench.resolve.resolved import ResolvedMetric
from srbench.bench.resolve.resolver import Resolver
from srbench.bench.run import run_plans
from srbench.catalog import load_catalog
from srbench.cli.methods.given_methods import GivenMethod
from srbench.cli.methods.upscaling import method_and_scale
from srbench.execution.local import LocalExecutor
from srbench.inference.upscaler import Upscaler
from srbench.models.build import builder
from srbench.records.store import Store
from srbench.registry import Plugin
from srbench.specs.protocol import STANDARD
from srbench.specs.weights import WeightsSpec
from srbench.storage.file_hashes import file_hash
from srbench.training.job import make_job

LR = np.random.default_rng(0).integers(0, 256, (12, 14, 3), dtype=np.uint8)
NAMES = ("one", "two")
BOTH = MethodSpec("both", members=NAMES)
MIXED = MethodSpec("mixed", members=(*NAMES, "bicubic"), member_weights=(3, 2, 5))
BY_SCALE = MethodSpec("by-scale", members={2.0: NAMES, 4.0: ("bicubic", "nearest")}, ensemble=("self", "patch"))
NESTED = MethodSpec("nested", members=("both", "turned"))
TURNED = MethodSpec("turned", "tiny-single", weights="two", source="released", ensemble=("self",))


@pytest.fixture
def methods(tiny, tmp_path):
    """The catalog with two trained networks, interpolation, and means of them; weights lie under `tmp_path`."""
    folder = tmp_path / "weights"
    folder.mkdir()
    for number, name in enumerate(NAMES):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(number)
            network = builder(tiny.models.get("tiny-single"), 2.0, "matlab-uint8")()
        save_file(network.state_dict(), folder / f"{name}.safetensors")
        spec = WeightsSpec(name, f"{name}.safetensors", "", file_hash(folder / f"{name}.safetensors"), "", "tests")
        tiny.weights.add(spec, Plugin("tiny"))
        tiny.methods.add(MethodSpec(name, "tiny-single", weights=name, source="released"), Plugin("tiny"))
    catalog = load_catalog()
    for name in ("nearest", "bicubic"):
        tiny.models.add(catalog.models.get(name), Plugin("classics"))
        tiny.methods.add(catalog.methods.get(name), Plugin("classics"))
    for spec in (BOTH, MIXED, BY_SCALE, TURNED, NESTED):
        tiny.methods.add(spec, Plugin("tiny"))
    return tiny


@pytest.fixture
def resolve(methods, tmp_path):
    return lambda name, scale=2.0: Resolver(methods, [tmp_path]).method(name, scale)


def sr(method, scale=2.0):
    return Upscaler(method, scale, device="cpu")(LR).sr


def test_an_ensemble_is_the_mean_of_its_members(resolve):
    one, two, bicubic = (sr(resolve(name)).double() for name in (*NAMES, "bicubic"))
    assert not torch.allclose(one, two, atol=1e-3)
    torch.testing.assert_close(sr(resolve("both")).double(), (one + two) / 2, rtol=0, atol=1e-6)
    torch.testing.assert_close(sr(resolve("mixed")).double(), 0.3 * one + 0.2 * two + 0.5 * bicubic, rtol=0, atol=1e-6)


def test_a_member_keeps_its_own_wrappers_and_may_be_a_mean_itself(resolve):
    both, turned = sr(resolve("both")), sr(resolve("turned"))
    assert not torch.equal(turned, sr(resolve("two")))
    torch.testing.assert_close(sr(resolve("nested")), (both + turned) / 2, rtol=0, atol=1e-6)


@given(st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=6))
def test_shares_add_up(weights):
    spec = MethodSpec("any", members=tuple(map(str, range(len(weights)))), member_weights=tuple(weights))
    shares = [share for _, share in spec.members_at(2.0)]
    assert sum(shares) == pytest.approx(1)
    assert [share * sum(weights) for share in shares] == pytest.approx(weights)


@pytest.mark.parametrize("weights", [(1.0,), (1.0, 0.0), (1.0, -1.0), (1.0, float("nan"))])
def test_member_weights_that_are_not_positive_or_too_few_are_refused(weights):
    with pytest.raises(PluginError, match=r"method both: member_weights is .*; give a number above 0 for each of"):
        replace(BOTH, member_weights=weights).members_at(2.0)


def test_members_by_scale_in_patches(resolve):
    four = resolve("by-scale", 4.0)
    assert [member.name for member in four.members] == ["bicubic", "nearest"]
    upscaler = Upscaler(four, 4.0, device="cpu")
    assert upscaler(np.zeros((130, 100, 3), np.uint8)).sr.shape == (1, 3, 520, 400)
    assert (upscaler.pass_count.windows, upscaler.pass_count.evaluations) == (2, 2 * 8 * 2)
    with pytest.raises(Unavailable, match="by-scale has no members at x3"):
        resolve("by-scale", 3.0)


def test_costs_are_the_sum_over_members(methods, tmp_path):
    """No weights are needed."""
    columns = tuple(Column(metric, scale=2.0) for metric in ("params", "macs"))
    rows = tuple(Row(name, method=name) for name in (*NAMES, "both", "mixed", "nested"))
    table = Table("1", "costs", rows, columns)
    plan = make_plan(methods, Plugin("tiny"), table, Selection(), Options(device="cpu"), [], None)
    [result] = run_plans([plan], LocalExecutor(), RunEvents(), None, lambda _record: None)
    found = {(entry.row.label, entry.column.metric): entry.measured for entry in result.entries}
    for metric in ("params", "macs"):
        cost = found["one", metric]
        assert cost > 0
        assert [found[name, metric] / cost for name in ("two", "both", "mixed", "nested")] == [1, 2, 2, 3]


def psnr(catalog, method, dataset=None):
    return Job(method, 2.0, STANDARD, (ResolvedMetric(catalog.metrics.get("psnr")),), dataset=dataset, device="cpu")


def test_weights_and_shares_of_all_members_are_part_of_the_key(methods, resolve):
    both = resolve("both")
    one, two = both.members
    variants = [
        both,
        replace(both, members=(one, replace(two, weights_sha256="0" * 64))),
        replace(both, members=(one, replace(two, ensemble=("self",)))),
        replace(both, shares=(0.25, 0.75)),
        replace(both, members=(one,), shares=(1.0,)),
        replace(both, ensemble=("patch",)),
    ]
    keys = {psnr(methods, method).cells[0].key for method in variants}
    assert len(keys) == len(variants)
    assert psnr(methods, resolve("both")).cells[0].key in keys


def test_the_record_has_the_weights_of_all(methods, resolve, photos):
    dataset = Resolver(methods, []).dataset(str(photos))
    (record,) = run_job(psnr(methods, resolve("mixed"), dataset))
    assert set(record.weights) == {"one/one.safetensors", "two/two.safetensors"}
    assert record.warnings == ("weighted mean: 0.3 one + 0.2 two + 0.5 bicubic",)
    assert resolve("both").source == resolve("mixed").source == "released"


def test_missing_members_are_named(methods, resolve, tmp_path):
    (tmp_path / "weights" / "two.safetensors").unlink()
    with pytest.raises(Unavailable, match=r"both needs two: weights two.safetensors not found: srbench data get two"):
        resolve("both")
    methods.methods.add(MethodSpec("of-nobody", members=("one", "nobody")), Plugin("tiny"))
    with pytest.raises(UnknownName, match="unknown method 'nobody'"):
        resolve("of-nobody")
    methods.methods.add(replace(BOTH, name="twofold", model="tiny-single"), Plugin("tiny"))
    (tmp_path / "weights" / "one.safetensors").rename(tmp_path / "weights" / "gone")
    with pytest.raises(Unavailable, match="twofold needs one"):
        resolve("twofold")


def test_a_method_with_members_and_a_model_is_refused(methods, resolve):
    methods.methods.add(replace(BOTH, name="twofold", model="tiny-single"), Plugin("tiny"))
    with pytest.raises(PluginError, match="twofold: it has members as well as a model, weights or recipe"):
        resolve("twofold")


def test_windows_of_members_are_counted_and_not_cut_by_tiles(methods, resolve):
    """The mean of a patch ensemble and a network: 2 windows and 1 pass over the image."""
    for spec in (MethodSpec("windowed", "tiny-single", weights="one", source="released", ensemble=("patch",)),
                 MethodSpec("half", members=("windowed", "two"))):  # fmt: skip
        methods.methods.add(spec, Plugin("tiny"))
    lr = np.random.default_rng(0).integers(0, 256, (130, 90, 3), dtype=np.uint8)
    whole, tiles = (Upscaler(resolve("half"), 2.0, device="cpu", tile=tile) for tile in (None, 70))
    found = whole(lr).sr
    assert (whole.pass_count.windows, whole.pass_count.evaluations) == (2, 3)
    assert torch.equal(tiles(lr).sr, found)
    assert tiles.warnings == ["not in tiles: members of half work in windows, which tiles would cut"]
    windowed, other = (Upscaler(resolve(name), 2.0, device="cpu")(lr).sr for name in ("windowed", "two"))
    torch.testing.assert_close(found, (windowed + other) / 2)


def test_several_methods_on_the_command_line(methods, resolve, tmp_path):
    mean = mean_of_methods(methods, "one + two")
    assert mean.name not in methods.methods, "the catalog stays as it is"
    ours = methods.with_methods([mean])
    assert torch.equal(sr(Resolver(ours, [tmp_path]).method(mean.name, 2.0)), sr(resolve("both")))
    assert mean_of_methods(methods, "one+two") == mean
    assert mean_of_methods(methods, "one") is None
    assert mean_of_methods(methods, "some+nobody") is None, "for whoever looks it up"

    def usual_scale(catalog, name):
        return method_and_scale(catalog, GivenMethod(name), None, (tmp_path,), None, sigma=False)[1]

    assert usual_scale(ours, "one+two") == max(methods.models.get("tiny-single").scales)
    assert usual_scale(methods, "by-scale") == 4
    with pytest.raises(UsageError, match="is made of several methods"):
        parse_method(methods, "both", arguments=["features=3"])


def test_unknown_and_repeated_members_are_named(methods):
    with pytest.raises(UnknownName, match="unknown method 'nobody'"):
        mean_of_methods(methods, "one+nobody")
    with pytest.raises(UsageError, match="one is listed twice"):
        mean_of_methods(methods, "one+two+one")


def test_a_mistyped_name_with_a_plus_is_looked_up_whole():
    assert mean_of_methods(load_catalog(), "EDSR-baseline+Ourz") is None
    with pytest.raises(UnknownName, match=r"did you mean .edsr-baseline\+ours"):
        parse_method(load_catalog(), "EDSR-baseline+Ourz")


@pytest.mark.slow
def test_members_are_trained_once_and_for_all(tiny, photos, tmp_path, monkeypatch):
    """Rows for a member and for the mean: what the member needs is trained once, and both cards are in the record."""

    def on_photos(*job):
        return make_job(*job, lambda recipe: replace(recipe, data=(str(photos),)))

    monkeypatch.setattr("srbench.bench.resolve.method_weights.make_job", on_photos)
    monkeypatch.setattr("srbench.bench.planning.plan.on_demo_data", lambda table, _catalog: table)
    for name, recipe in (("one", "tiny"), ("other", "tiny-other")):
        tiny.methods.add(MethodSpec(name, "tiny", source="trained", recipe=recipe, phase="l1"), Plugin("tiny"))
    tiny.methods.add(MethodSpec("whole", "tiny", source="trained", recipe="tiny"), Plugin("tiny"))
    tiny.methods.add(MethodSpec("mean", members=("one", "whole")), Plugin("tiny"))
    out, trained = tmp_path / "out", []
    mean = Resolver(tiny, [], weights=WeightsPolicy("train", "demo", out)).method("mean", 2.0, 1)
    assert [job.seed for job in mean.trainings] == [1, 1]
    assert len({job.key for job in mean.trainings}) == 2
    rows = tuple(Row(name, method=name) for name in ("one", "whole", "mean"))
    table = Table("1", "a mean", rows, (Column("psnr", str(photos), 2.0),))

    class Trainings(RunEvents):
        def training_started(self, task):
            trained.append(task.job.key)

    options = Options(profile="demo", source="train", device="cpu")
    store = Store(out)
    store.prepare()
    plan = make_plan(tiny, Plugin("tiny"), table, Selection(), options, [], store)
    [result] = run_plans([plan], LocalExecutor(), Trainings(), store, lambda _record: None, trains=True)
    assert not result.failed
    assert len(trained) == len(set(trained)) == 2
    entry = next(entry for entry in result.entries if entry.row.label == "mean")
    assert entry.trained
    assert "mean of one and whole" in entry.remarks
    record = store.done(next(slot for slot in plan.slots if slot.row.label == "mean").cell.key)
    assert set(record.training) == {"one", "whole"}
    assert record.training["one"]["key"] in trained
    again = make_plan(tiny, Plugin("tiny"), table, Selection(), options, [], store)
    assert not again.jobs
    assert not again.trainings
