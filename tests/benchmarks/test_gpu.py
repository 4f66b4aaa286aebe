"""The GPU benchmark, end to end on the CPU at a tiny size, and on fake CUDA tensors."""

from __future__ import annotations

import json
import multiprocessing
import time
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from srbench.errors import UsageError
from srbench.testing.devices.fake_cuda import CUDA, _fake, follow, on_fake_cuda

ROOT = Path(__file__).parents[2]
NETWORK, RECIPE = "esrgan-cnn-2-reduced", "esrgan-cnn-2-reduced:l1"

RATES = (
    {"plain, float32": [1.0, 3.0, 2.0], "srbench, 32-true": [0.5, 0.8, 1.0]},
    {"srbench, 32-true": 0.93},
    {"BasicSR, float32": "not installed"},
)
"""Seconds a step by round, busy shares, and what was left out."""


@pytest.fixture(scope="module", autouse=True)
def at_the_root():
    """The benchmark is run from the root of a checkout, which is then on the path."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT))
        patch.syspath_prepend(str(Path(__file__).parent))
        yield


def module(name):
    return import_module(f"benchmarks.gpu.{name}")


def call(out, *words):
    words = ("--device", "cpu", "--quick", "--here", "--networks", NETWORK, "--out", str(out), *words)
    assert module("__main__").main([*words, "--work", str(out / "work")]) == 0
    return json.loads((out / "gpu.json").read_text())


def of(document, stage):
    return document["stages"][stage]["items"]


@pytest.fixture(scope="module")
def first(tmp_path_factory, small_demo):
    """What a call measures of all that takes no process of its own, with one variant in place of seven."""
    folder = tmp_path_factory.mktemp("gpu")
    gains = module("stages.gains")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SRBENCH_CACHE", str(folder / "cache"))
        patch.delenv("SRBENCH_DATA", raising=False)
        patch.setattr(gains, "VARIANTS", gains.VARIANTS[2:3])
        patch.setattr(module("stages.rate"), "measured", lambda *_: RATES)
        document = call(folder, "--train", RECIPE, "--budget", "60")
    return SimpleNamespace(folder=folder, document=document, page=(folder / "gpu.md").read_text())


def test_every_stage_measures(first):
    stages = first.document["stages"]
    assert list(stages) == [stage.name for stage in module("stage").STAGES]
    assert {name: entry["error"] for name, entry in stages.items() if entry["error"] or entry["left_out"]} == {}
    errors = {key: values["error"] for entry in stages.values() for key, values in entry["items"].items()
              if "error" in values}  # fmt: skip
    assert errors == {}


def test_the_cpu_agrees_with_itself(first):
    for stage in ("metrics", "networks", "gradients"):
        measured = [values for values in of(first.document, stage).values() if "absent" not in values]
        assert measured
        assert all(values["relative difference"] <= values["limit"] for values in measured)
    assert of(first.document, "networks")[NETWORK]["weights"] == "esrgan-cnn-2-reduced-bundled"
    assert "absent" in of(first.document, "metrics")["metric niqe"], "it would agree with itself"


def test_a_training_on_the_cpu_repeats_and_resumes_bit_for_bit(first):
    values = of(first.document, "determinism")["training esrgan-cnn-2-reduced/l1"]
    assert values["again"]["equal"]
    assert values["resumed"]["equal"]
    assert of(first.document, "determinism")[f"forward {NETWORK}"]["equal"]


def test_gains_are_times_and_what_they_change(first):
    gains = of(first.document, "gains")
    bf16 = gains[f"{NETWORK}, forward: bfloat16, channels-last"]
    assert bf16["speed-up"] == bf16["plain ms"] / bf16["ms"]
    assert 0 < bf16["relative difference"] < 0.05
    assert abs(bf16["PSNR drift"]) < 1
    step = gains[f"{NETWORK}, training step: bfloat16, channels-last"]
    assert 0 < abs(step["loss drift"]) < 0.05 * step["loss"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", [pytest.param("forward", marks=pytest.mark.long), "training step"])  # has both passes
def test_a_compiled_network_gives_what_a_plain_one_gives(kind, tmp_path):
    stage, gains = module("stage"), module("stages.gains")
    tiny = stage.Settings("cpu", True, (), tmp_path, tmp_path, (NETWORK,))
    found = dict(gains.items(tiny, {}))[f"{NETWORK}, {kind}: torch.compile"]()
    assert found["speed-up"] > 0
    assert abs(found["loss drift"] if kind != "forward" else found["largest difference"]) < 1e-5


def test_costs_and_budgets(first):
    values = of(first.document, "inference")[NETWORK]
    assert values["largest batch"] == 2
    assert values["peak memory"] > 4 * values["parameters"]
    (budget,) = of(first.document, "budgets").values()
    phase = budget["phases"]["l1"]
    assert budget["minutes"] == pytest.approx(phase["ms a step"] * phase["steps"] / 60_000)


def test_trained_weights_come_home(first, tmp_path):
    import zipfile

    from srbench.training.storage.card import TrainingCard
    from srbench.weights.state_dict import load_state_dict

    assert of(first.document, "trainings")[f"plan {RECIPE}"]["steps"] == {"l1": 10}
    phase = of(first.document, "trainings")[f"train {RECIPE}"]["phases"]["l1"]
    with zipfile.ZipFile(first.folder / phase["archive"]) as packed:
        packed.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    card = TrainingCard.read(folder)
    assert card.document["changed"] == ["l1.budget.steps=10", "data=demo"]
    assert (card.document["key"], phase["steps"]) == (phase["key"], 10)
    assert load_state_dict(folder / "weights.safetensors")


def test_the_page_says_what_was_measured_on_what(first):
    lines = first.page.splitlines()
    assert lines[0].startswith("# srbench on cpu: ")
    assert "Measured on a CPU, not on a GPU" in first.page
    assert "`--quick`" in first.page
    for stage in module("stage").STAGES:
        assert f"## {stage.title}" in lines
    assert "| srbench, 32-true | 1.25 | 2 | 2.50 | 93% |" in lines
    assert "2.50 times the plain loop (aim: 2, reached); the GPU was busy for 93% of the time (aim: 90 %" in first.page
    assert "Left out: BasicSR, float32, not installed." in lines
    assert "Not measured here:" in lines


def test_a_second_call_measures_what_is_missing(first, monkeypatch):
    """One item is gone, one had failed."""
    monkeypatch.setenv("SRBENCH_CACHE", str(first.folder / "cache"))
    monkeypatch.delenv("SRBENCH_DATA", raising=False)
    path = first.folder / "gpu.json"
    changed = json.loads(path.read_text())
    del of(changed, "metrics")["code colours"]
    of(changed, "metrics")["code imresize up"] = {"error": "no time"}
    of(changed, "metrics")["code imresize down"]["kept"] = True
    path.write_text(json.dumps(changed))
    again = call(first.folder, "--stages", "metrics")
    assert of(again, "metrics")["code colours"]["relative difference"] == 0
    assert "error" not in of(again, "metrics")["code imresize up"]
    assert of(again, "metrics")["code imresize down"]["kept"]
    assert of(again, "networks") == of(first.document, "networks")


def test_results_of_another_device_are_not_mixed(first, capsys):
    words = ["--device", "cuda", "--out", str(first.folder), "--work", str(first.folder), "--stages", "metrics"]
    assert module("__main__").main(words) == 2
    assert "use another --out" in capsys.readouterr().err


def test_the_documentation_names_options_and_recipes_that_exist():
    text = (ROOT / "docs" / "how-to" / "gpu.md").read_text(encoding="utf-8")
    commands = [line.split()[3:] for line in text.splitlines() if line.startswith("python -m benchmarks.gpu")]
    named = [name for words in commands for name in module("__main__").arguments(words).train]
    assert len(named) >= 2
    settings = module("stage").Settings("cpu", True, (), ROOT, ROOT)
    for name in named:
        assert module("stages.trainings").job_of(settings, name, {}).recipe.name == name.partition(":")[0]


def test_the_sides_that_are_compared_are_those_of_the_training_benchmark(tmp_path, monkeypatch):
    """Each in a process of its own, which takes no time here."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    monkeypatch.setenv("SRBENCH_CACHE", str(tmp_path))
    monkeypatch.delenv("SRBENCH_DATA", raising=False)
    setups = []

    class Side:
        def __init__(self, contender, setup):
            setups.append(setup)
            self.left_out = "not installed" if getattr(contender, "__name__", "") == "basic_sr" else ""

        def turn(self, _command="go"):
            return 6.0

        def stop(self):
            pass

    monkeypatch.setattr(import_module("training_turns"), "Side", Side)
    settings = module("stage").Settings("cpu", False, (), tmp_path, tmp_path)
    seconds, busy, left_out = module("stages.rate").measured(settings, "pcarn-m", 16, tmp_path, 3, 2)
    assert left_out == {"BasicSR, float32": "not installed"}
    assert seconds.pop("plain, float32") == [3.0, 3.0, 3.0]
    assert set(seconds) <= {"srbench, 32-true", "srbench, bf16-mixed"}
    assert busy == {}
    assert {(setup.job.phase.budget.steps, setup.job.scales, setup.job.recipe.data) for setup in setups} == {
        (12, (4.0,), ("demo",))
    }


# Stages that fail


def run(tmp_path, name="items", minutes=1.0, **settings):
    stage = module("stage")
    results = module("store").Results(tmp_path / "gpu.json", {"device": "cpu", "quick": True})
    fails = stage.Stage("rate", "Fails", f"stages_that_fail:{name}", 400, 2.0, {"SET_BY_STAGE": "yes"})
    given = stage.Settings("cpu", True, (), tmp_path, tmp_path, **settings)
    module("driver").run_stages([fails], given, results, minutes, apart=name == "items")
    return json.loads((tmp_path / "gpu.json").read_text())["stages"]["rate"]


def test_what_crashes_or_hangs_costs_itself_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(module("driver"), "PATIENCE", 1.0)
    entry = run(tmp_path)
    items = entry["items"]
    assert list(items) == ["good", "dies", "hangs", "raises", "last"]
    assert items["dies"]["error"] == "its process died"
    assert items["hangs"]["error"] == "stopped: took longer than 2 s"
    assert items["raises"]["error"].endswith("KeyError: 'nothing'")
    assert items["last"]["set"] == "yes"
    assert items["last"]["process"] != items["good"]["process"]
    assert entry["error"] == ""


def test_a_stage_that_lists_nothing_says_why(tmp_path):
    entry = run(tmp_path, "none")
    assert entry["items"] == {}
    assert entry["error"].endswith("RuntimeError: no list")
    document = {"made_with": {"device": "cuda", "quick": False}, "stages": {"rate": entry}}
    assert module("driver").failures(SimpleNamespace(document={"stages": {"rate": entry}}))
    assert "RuntimeError: no list." in module("page").page(document)


def test_what_the_time_is_too_short_for_is_named(tmp_path):
    entry = run(tmp_path, "slow", minutes=0.004)
    assert (list(entry["items"]), entry["left_out"]) == (["first"], ["second"])


def test_a_stage_measures_something_where_its_start_takes_all_its_time(tmp_path):
    stage, told = module("stage"), []
    late = stage.Settings("cpu", True, (), tmp_path, tmp_path, seconds=-1.0)
    slow = stage.Stage("rate", "Slow", "stages_that_fail:slow", 1)
    module("process").measure(slow, late, {}, lambda *event: told.append(event[:2]))
    assert told == [("begun", "first"), ("item", "first"), ("left out", "second"), ("end", "")]


DECIDING = """
import sys
sys.path[:0] = paths
from pathlib import Path
from benchmarks.gpu.driver import run_stages
from benchmarks.gpu.stage import Settings, Stage
from benchmarks.gpu.store import Results

folder = Path(folder)
settings = Settings("cpu", True, (), folder, folder)
run_stages([Stage("rate", "Lasts", "stages_that_fail:lasting", 99)], settings, Results(folder / "gpu.json", {}), 8)
"""


def test_what_measures_ends_with_what_decides(forked, tmp_path):
    """Killed for lack of memory, say: a measurement that runs on would keep the GPU busy."""
    deciding = forked(DECIDING, {"paths": [str(ROOT), str(Path(__file__).parent)], "folder": str(tmp_path)})
    note, ends = tmp_path / "process", time.monotonic() + 60
    while not (note.is_file() and note.read_text()) and time.monotonic() < ends:
        time.sleep(0.02)
    measuring = psutil.Process(int(note.read_text()))
    deciding.kill()
    deciding.join()
    assert not psutil.wait_procs([measuring], timeout=20)[1]


def test_results_of_another_card_are_not_mixed(tmp_path):
    """The call ends before anything is measured."""
    stage, store = module("stage"), module("store")
    course = module("driver").Course(store.Results(tmp_path / "gpu.json", {}), stage.STAGES[0])
    course.tell("card", "cuda: NVIDIA H200", {})
    course.tell("card", "cuda: NVIDIA H200", {})
    ours, theirs = multiprocessing.Pipe()
    for message in (("card", "cuda: NVIDIA A100", {}), ("item", "a", {})):
        theirs.send(message)
    with pytest.raises(UsageError, match="use another --out"):
        module("driver")._follow(course, ours, time.monotonic() + 9, 9)
    assert course.results.stage("environment")["items"] == {}


def test_a_device_that_is_missing_ends_the_call_before_anything_is_written(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    for words in (["--device", "cuda"], ["--device", "cuda:7", "--stages", "networks"]):
        assert module("__main__").main([*words, "--here", "--out", str(tmp_path / "out")]) == 2
        assert f"--device {words[1]}: 0 CUDA devices here" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--budget", "nan"), "--budget"),
        (("--budget", "0"), "--budget"),
        (("--budget", "soon"), "--budget"),
        (("--device", "auto"), "--device"),
        (("--stages", "rates"), "--stages rates"),
        (("--stages", "trainings"), "--train and --stages trainings"),
        (("--stages", "metrics", "--train", "pcarn-m"), "--train and --stages trainings"),
        (("--networks", "pcarn-mm"), "unknown model 'pcarn-mm'"),
        (("--train", "pcarn-mm"), "unknown recipe 'pcarn-mm'"),
        (("--train", "pcarn-m:l2"), "no phase 'l2'"),
        (("--data", "nowhere"), "--data nowhere"),
    ],
)
def test_what_cannot_be_measured_is_refused_at_once(words, named, tmp_path, capsys):
    try:
        code = module("__main__").main([*words, "--out", str(tmp_path / "out")])
    except SystemExit as end:
        code = end.code
    assert code == 2
    assert named in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"schema": 1}', '{"schema": 1, "made_with": {}, "stages": 3}']
)
def test_damaged_results_are_named(text, tmp_path, capsys):
    path = tmp_path / "gpu.json"
    path.write_text(text)
    assert module("__main__").main(["--out", str(tmp_path)]) == 2
    assert f"{path}: " in capsys.readouterr().err
    assert path.read_text() == text


def test_a_training_is_not_planned_in_a_time_that_is_too_short_for_it(tmp_path, monkeypatch):
    """A plan is kept: a later call with more time would train the few steps that fitted into the first."""
    trainings, stage = module("stages.trainings"), module("stage")
    monkeypatch.setattr(trainings, "ms_per_step", lambda *_: 100.0)
    settings = stage.Settings("cpu", False, (), tmp_path, tmp_path)
    with pytest.raises(UsageError, match=r"^0 s are too short"):
        trainings.plan(settings, "pcarn-m:l1", -5.0)
    planned = trainings.plan(settings, "pcarn-m:l1", 1e9)
    assert planned["steps"] == planned["short"]


# The largest batch


@given(st.integers(1, 5000), st.integers(2, 4096))
def test_the_largest_batch_is_found_to_an_eighth(room, most):
    tried = []

    def fault(count):
        tried.append(count)
        return "out of memory" if count > room else ""

    found = module("stages.inference").largest_batch(fault, most, 1e9)
    true = min(room, most)
    assert found["largest batch"] <= true <= found["largest batch"] * 9 / 8 + 1
    assert max(tried) <= most
    assert (found["limited by"] == "out of memory") == (room < most)


# On fake CUDA tensors


@contextmanager
def gpu():
    """Fake CUDA tensors, into which ``module.to`` turns a network's; PyTorch can't do so in place."""

    def to(network, device=None, **_layout):
        if str(device).startswith("cuda"):
            for part in network.modules():
                for tensors in (part._parameters, part._buffers):
                    tensors |= {name: _fake(tensor, mode) for name, tensor in tensors.items() if tensor is not None}
        return network

    with pytest.MonkeyPatch.context() as patch, on_fake_cuda() as mode:
        patch.setattr(torch.nn.Module, "to", to)
        yield


@pytest.fixture
def fake_gpu(monkeypatch, tmp_path):
    """Settings of a GPU that isn't there; copies to the CPU, clocks and memory are looked at elsewhere."""
    metrics, networks, inference, gains = (
        module(f"stages.{name}") for name in ("metrics", "networks", "inference", "gains")
    )
    seen = []

    def relative(here, there):
        seen.append((str(here.device), str(there.device)))
        return 0.0

    for stage in (metrics, networks, gains):
        monkeypatch.setattr(stage, "relative", relative)
    for stage in (inference, gains):
        monkeypatch.setattr(stage, "milliseconds", lambda function, *_args, **_more: bool(function() is None) + 1.0)
    monkeypatch.setattr(inference, "forward_peak", lambda run, lr: seen.append(("", str(run(lr).device))) or 1)
    monkeypatch.setattr(inference, "synchronize", lambda _device: None)
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: None)
    monkeypatch.setattr(gains, "decibels", lambda sr, hr: float(sr.device == hr.device))
    settings = module("stage").Settings("cuda:0", True, (), tmp_path, tmp_path, (NETWORK,))
    return SimpleNamespace(
        settings=settings, seen=seen, metrics=metrics, networks=networks, inference=inference, gains=gains
    )


@pytest.mark.parametrize("stage", ["metrics", "networks", "inference", "gains"])
def test_what_a_stage_measures_is_on_the_gpu(stage, fake_gpu):
    """A tensor that stayed on the CPU would meet one on the GPU, which raises, or come out as the result."""
    wanted = {"metrics": "code ", "gains": f"{NETWORK}, forward: channels"}.get(stage, "")
    items = [
        (key, item) for key, item in getattr(fake_gpu, stage).items(fake_gpu.settings, {}) if key.startswith(wanted)
    ]
    for key, item in items:
        fake_gpu.seen.clear()
        with gpu():
            found = follow(lambda item=item: item() and None)
        assert (key, found.problem, found.unknown) == (key, "", "")
        assert {there for _, there in fake_gpu.seen} == {"cuda:0"}, key
    assert items


@pytest.mark.parametrize("online", [False, True])
def test_random_batches_are_on_the_device(online):
    budget = SimpleNamespace(patch=48, batch=4, parts=2)
    job = SimpleNamespace(
        phase=SimpleNamespace(budget=budget, adversary=None), scales=(2.0,), recipe=SimpleNamespace(online=online)
    )
    batches = module("stages.budgets").RandomBatches(job, str(CUDA))
    with on_fake_cuda():
        found = follow(lambda: vars(batches.next()))
    assert (found.problem, found.unknown) == ("", "")
    sizes = {name: tuple(image.shape) for name, image in vars(batches_on_cpu(job)).items() if torch.is_tensor(image)}
    assert sizes == {
        "lr": (2, 3, *([24] * 2 if online else [48] * 2)),
        "hr": (2, 3, *([48] * 2 if online else [96] * 2)),
    }


def batches_on_cpu(job):
    return module("stages.budgets").RandomBatches(job, "cpu").next()
