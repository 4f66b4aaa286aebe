"""Network interpolation: the weights between two networks, and the methods and records that have them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save_file

from srbench import Column, MethodSpec, PluginError, Row, Table, Unavailable, UsageError, WeightsError
from srbench.bench.events import RunEvents
from srbench.bench.planning.job import Job
from srbench.bench.planning.options import Options
from srbench.bench.planning.plan import make_plan
from srbench.bench.planning.selection import Selection
from srbench.bench.resolve.ad_hoc_methods import parse_method
from srbench.bench.resolve.method_weights import WeightsPolicy
from srbench.bench.resolve.resolved import ResolvedMetric
from srbench.bench.resolve.resolver import Resolver
from srbench.bench.run import run_plans
from srbench.catalog import load_catalog
from srbench.cli.verbs.upscale import upscale
from srbench.execution.local import LocalExecutor
from srbench.imaging.image_io import read_image, write_png
from srbench.inference.upscaler import Upscaler
from srbench.inference.weight_interpolation import interpolate
from srbench.models.build import builder
from srbench.models.tensors import to_uint8
from srbench.records.store import Store
from srbench.registry import Plugin
from srbench.specs.protocol import STANDARD
from srbench.specs.weights import WeightsSpec
from srbench.storage.file_hashes import file_hash
from srbench.training.job import make_job
from srbench.weights.state_dict import load_state_dict

alphas = st.floats(0, 1)
values = st.lists(st.floats(-100, 100, width=32), min_size=1, max_size=20)


def state(seed):
    generator = torch.Generator().manual_seed(seed)
    weight = torch.randn(4, 3, 3, 3, generator=generator)
    return {"conv.weight": weight, "norm.mean": weight.mean((1, 2, 3)), "norm.count": torch.tensor(seed)}


def between(alpha, one=0, other=1):
    return interpolate(state(one), state(other), alpha, "a and b")


@given(values, values, alphas)
def test_interpolated_weights_lie_on_the_line_between_both(psnr, gan, alpha):
    length = min(len(psnr), len(gan))
    ends = [{"w": torch.tensor(state[:length])} for state in (psnr, gan)]
    found = interpolate(*ends, alpha, "")["w"]
    # NumPy's own line in double precision
    expected = [np.interp(alpha, [0, 1], pair) for pair in zip(psnr, gan, strict=False)]
    np.testing.assert_allclose(found.numpy(), expected, rtol=2e-7, atol=1e-5)
    low, high = torch.minimum(*(end["w"] for end in ends)), torch.maximum(*(end["w"] for end in ends))
    assert ((found >= low) & (found <= high)).all()


@given(alphas)
def test_interpolation_is_symmetric(alpha):
    there, back = between(alpha), between(1 - alpha, 1, 0)
    torch.testing.assert_close(there["conv.weight"], back["conv.weight"])


@pytest.mark.slow
@given(st.floats(-0.0, 1, width=32))
def test_interpolation_of_a_network_with_itself_changes_nothing(alpha):
    for key, value in between(alpha, 0, 0).items():
        torch.testing.assert_close(value, state(0)[key])


@pytest.mark.parametrize(("alpha", "end"), [(0, 0), (1, 1), (0.0, 0), (1.0, 1)])
def test_the_ends_are_the_networks_to_the_bit(alpha, end):
    broken = {"w": torch.tensor([float("nan"), -0.0, 1.5])}
    for key, value in between(alpha).items():
        assert value.numpy().tobytes() == state(end)[key].numpy().tobytes()
    whole = {"w": torch.tensor([1.0, -0.0, 2.5])}
    ends = (whole, broken) if end == 0 else (broken, whole)
    assert interpolate(*ends, alpha, "")["w"].numpy().tobytes() == whole["w"].numpy().tobytes()


def test_counts_are_the_nearer_networks():
    assert between(0.4)["norm.count"] == 0
    assert between(0.5)["norm.count"] == 1


def test_half_precision_is_kept():
    psnr, gan = ({key: value.half() for key, value in state(seed).items()} for seed in (0, 1))
    assert interpolate(psnr, gan, 0.3, "")["conv.weight"].dtype == torch.float16


@pytest.mark.parametrize("alpha", [-0.1, 1.01, float("nan"), float("inf")])
def test_alpha_outside_0_to_1_is_refused(alpha):
    with pytest.raises(UsageError, match=r"choose 0 \(the PSNR-oriented network\) to 1"):
        between(alpha)
    with pytest.raises(UsageError, match="out of range; use 0"):
        GAN.at_alpha(alpha)


def test_weights_of_different_networks_are_refused():
    extra, other = {**state(0), "more": torch.zeros(1)}, {**state(0), "norm.mean": torch.zeros(5)}
    with pytest.raises(
        WeightsError, match=r"a\.pth and b\.pth: weights of different networks.*: more is in only one of them"
    ):
        interpolate(state(1), extra, 0.5, "a.pth and b.pth")
    with pytest.raises(WeightsError, match=r"norm.mean is \(4,\) and \(5,\)"):
        interpolate(state(1), other, 0.0, "a and b")


PSNR = MethodSpec("tiny-psnr", "tiny-single", weights="psnr", source="released")
GAN = MethodSpec("tiny-gan", "tiny-single", weights="gan", source="released", blend_with="tiny-psnr")


@pytest.fixture
def methods(tiny, tmp_path):
    """The catalog with two methods of one network, and the folder of their weights."""
    folder = tmp_path / "weights"
    folder.mkdir()
    model = tiny.models.get("tiny-single")
    for number, name in enumerate(("psnr", "gan")):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(number)
            network = builder(model, 2.0, "matlab-uint8")()
        save_file(network.state_dict(), folder / f"{name}.safetensors")
        spec = WeightsSpec(name, f"{name}.safetensors", "", file_hash(folder / f"{name}.safetensors"), "", "tests")
        tiny.weights.add(spec, Plugin("tiny"))
    for spec in (PSNR, GAN, GAN.at_alpha(0.25), GAN.at_alpha(0.0), GAN.at_alpha(1.0)):
        tiny.methods.add(spec, Plugin("tiny"))
    return tiny


def run(catalog, tmp_path, name):
    method = Resolver(catalog, [tmp_path]).method(name, 2.0)
    image = np.random.default_rng(0).integers(0, 256, (12, 14, 3), dtype=np.uint8)
    return Upscaler(method, 2.0, device="cpu")(image).sr


def test_a_method_between_two_others(methods, tmp_path):
    ends = [load_state_dict(tmp_path / "weights" / f"{name}.safetensors") for name in ("psnr", "gan")]
    found = Upscaler(Resolver(methods, [tmp_path]).method("tiny-gan@0.25", 2.0), 2.0, device="cpu").model.state_dict()
    for key, value in found.items():
        torch.testing.assert_close(value, 0.75 * ends[0][key] + 0.25 * ends[1][key])
    assert torch.equal(run(methods, tmp_path, "tiny-gan@0"), run(methods, tmp_path, "tiny-psnr"))
    assert torch.equal(run(methods, tmp_path, "tiny-gan@1"), run(methods, tmp_path, "tiny-gan"))
    assert not torch.equal(run(methods, tmp_path, "tiny-gan@0.25"), run(methods, tmp_path, "tiny-gan"))


def test_alpha_and_both_weights_are_its_identity(methods, tmp_path):
    resolved = Resolver(methods, [tmp_path]).method("tiny-gan@0.25", 2.0)
    metric = ResolvedMetric(load_catalog().metrics.get("psnr"))

    def key(method):
        (cell,) = Job(replace(method, name="one"), 2.0, STANDARD, (metric,)).cells
        return cell.key

    other = replace(resolved.blend_with, weights_sha256="of other bytes")
    changed = [
        replace(resolved, alpha=0.3),
        replace(resolved, weights_sha256="of other bytes"),
        replace(resolved, blend_with=other),
        replace(resolved, blend_with=None, alpha=1.0),
    ]
    assert len({key(resolved), *map(key, changed)}) == 1 + len(changed)
    assert key(replace(resolved)) == key(resolved)


def test_a_method_of_another_model_is_refused(methods, tmp_path):
    wrong = replace(GAN, name="wrong", model="tiny", alpha=0.5)
    methods.methods.add(wrong, Plugin("tiny"))
    with pytest.raises(
        PluginError, match=r"wrong: weights cannot be blended with those of tiny-psnr.* of model tiny-single"
    ):
        Resolver(methods, [tmp_path]).method("wrong", 2.0)


def test_alpha_of_the_command_line(methods):
    gan = methods.methods.get("TINY-GAN")
    assert parse_method(methods, "TINY-GAN") is gan
    assert parse_method(methods, "tiny-gan", alpha=0.8) == replace(gan, name="tiny-gan@0.8", alpha=0.8)
    assert "tiny-gan@0.8" not in methods.methods, "the catalog stays as it is"
    with pytest.raises(
        UsageError, match=r"--alpha 1.2: outside .*; give a number from 0 \(tiny-psnr alone\) to 1 \(tiny-gan alone\)"
    ):
        parse_method(methods, "tiny-gan", alpha=1.2)
    with pytest.raises(
        UsageError, match=r"tiny-psnr has no PSNR-oriented network to blend with; methods that can be blended: tiny-gan"
    ):
        parse_method(methods, "tiny-psnr", alpha=0.5)


@pytest.mark.slow
def test_a_row_at_a_fixed_alpha_trains_both_ends(tiny, photos, tmp_path, monkeypatch):
    def on_photos(*job):
        return make_job(*job, lambda recipe: replace(recipe, data=(str(photos),)))

    monkeypatch.setattr("srbench.bench.resolve.method_weights.make_job", on_photos)
    monkeypatch.setattr("srbench.bench.planning.plan.on_demo_data", lambda table, _catalog: table)
    psnr = MethodSpec("p", "tiny", source="trained", recipe="tiny", phase="l1")
    gan = MethodSpec("g", "tiny", source="trained", recipe="tiny-other", blend_with="p")
    for spec in (psnr, gan, gan.at_alpha(0.5)):
        tiny.methods.add(spec, Plugin("tiny"))
    rows = tuple(Row(name, method=name) for name in ("p", "g@0.5", "g"))
    table = Table("1", "a row between", rows, (Column("psnr", str(photos), 2.0),))
    out, trained = tmp_path / "out", []

    class Trainings(RunEvents):
        def training_started(self, task):
            trained.append(task.job.phase.name)

    options = Options(profile="demo", source="train", device="cpu")
    plan = make_plan(tiny, Plugin("tiny"), replace(table, rows=rows[1:2]), Selection(), options, [], Store(out))
    assert [job.phase.name for job in plan.trainings] == ["l1", "gan"]
    records = []
    [result] = run_plans([plan], LocalExecutor(), Trainings(), Store(out), records.append, trains=True)
    assert not result.failed, result.failed
    assert trained == ["l1", "gan"]
    (entry,) = (entry for entry in result.entries if entry.row.label == "g@0.5")
    assert "network interpolation: alpha 0.5 from p (0) to g (1)" in entry.remarks
    (record,) = (record for record in records if record.cell.method == "g@0.5")
    assert len(record.weights) == 2
    assert {name.partition("/")[0] for name in record.weights} == {"weights.safetensors", "p"}
    measured = {entry.row.label: entry.measured for entry in _again(tiny, table, options, out).entries}
    assert measured["g@0.5"] == entry.measured
    assert len({measured[row.label] for row in rows}) == 3


def _again(catalog, table, options, out):
    plan = make_plan(catalog, Plugin("tiny"), table, Selection(), options, [], Store(out))
    assert not plan.trainings
    assert [job.method.name for job in plan.jobs] == ["p", "g"], "what is between them is in the store"
    return run_plans([plan], LocalExecutor(), RunEvents(), Store(out), lambda _record: None)[0]


def test_a_source_of_weights_holds_for_both_ends(methods, tmp_path):
    """Whoever asks for bundled weights alone gets none between released ones."""
    with pytest.raises(Unavailable, match="no weights of the source 'bundled'"):
        Resolver(methods, [tmp_path], weights=WeightsPolicy("bundled")).method("tiny-gan@0.25", 2.0)


@pytest.fixture
def upscaled(methods, tmp_path, monkeypatch):
    """``srbench upscale`` with the two methods, in this process; gives the SR image."""
    write_png(tmp_path / "photo.png", np.random.default_rng(0).integers(0, 256, (12, 14, 3), dtype=np.uint8))
    monkeypatch.setattr("srbench.cli.verbs.upscale.load_catalog", lambda: methods)

    def call(*arguments, name):
        where = ("--data", str(tmp_path), "--out", str(tmp_path / "out"), "--overwrite")
        common = ("--scale", "2", "--device", "cpu", *where, "--json")
        code = upscale.main([str(tmp_path / "photo.png"), *arguments, *common], standalone_mode=False)
        assert code == 0
        return read_image(tmp_path / "out" / name)

    return call


def test_upscale_at_an_alpha(upscaled, methods, tmp_path, capsys):
    at = {
        alpha: upscaled("--method", "tiny-gan", "--alpha", alpha, name=f"photo_x2_alpha{alpha}.png") for alpha in "01"
    }
    np.testing.assert_array_equal(at["0"], upscaled("--method", "tiny-psnr", name="photo_x2.png"))
    np.testing.assert_array_equal(at["1"], upscaled("--method", "tiny-gan", name="photo_x2.png"))
    half = upscaled("--method", "tiny-gan", "--alpha", "0.5", name="photo_x2_alpha0.5.png")
    np.testing.assert_array_equal(
        half, to_uint8(run(methods.with_methods([GAN.at_alpha(0.5)]), tmp_path, "tiny-gan@0.5"), "round")
    )
    assert any((half != end).any() for end in at.values())
    assert '"method": "tiny-gan@0.5"' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("method", "alpha", "message"),
    [
        ("tiny-gan", "1.5", "--alpha 1.5: outside .*; give a number from 0"),
        ("tiny-gan", "nan", "--alpha nan: outside .*; give a number from 0"),
        (
            "tiny-psnr",
            "0.5",
            "method tiny-psnr has no PSNR-oriented network to blend with; methods that can be blended: tiny-gan",
        ),
    ],
)
def test_upscale_refuses_what_is_not_between(upscaled, tmp_path, method, alpha, message):
    with pytest.raises(UsageError, match=message):
        upscaled("--method", method, "--alpha", alpha, name="none")
    assert not (tmp_path / "out").exists()
