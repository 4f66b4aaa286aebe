"""Figures 6 to 8: the numbers behind them, against formulas, SciPy and what the paper's text says."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from scipy import stats
from srbench_pcarn.figures import FIGURE_6, FIGURE_7, FIGURE_8, FIGURES, GROUPS
from srbench_pcarn.figures.activations import BINS, CLIP, activations, histogram
from srbench_pcarn.figures.untrained import convolution_weights, untrained
from srbench_pcarn.figures.weights import pooled_std, resnet_18
from srbench_pcarn.initialisation import SCHEMES

from srbench.bench.planning.options import Options
from srbench.bench.results.gather import gather
from srbench.catalog import load_catalog
from srbench.cli.verbs.run import run
from srbench.figures.context import FigureContext
from srbench.figures.draw import draw_figure, plan_figure
from srbench.records.store import Store
from srbench.specs.table import Row


@pytest.fixture(scope="module", autouse=True)
def labels():
    """Placing labels takes seconds; those of the committed figures are looked at in tests/figures."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("srbench_pcarn.figures.tradeoff.place_labels", lambda *_words, **_options: [])
        yield


@pytest.fixture(scope="module")
def outcome(small_demo, tmp_path_factory):
    """Figures 6 to 8 on the demo photographs, as the command line draws them."""
    out = tmp_path_factory.mktemp("figures")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SRBENCH_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.delenv("SRBENCH_DATA", raising=False)
        done = CliRunner().invoke(
            run, ["--plugin", "pcarn", "--figure", "6,7,8", "--profile", "demo", "--out", str(out), "--json"]
        )
    assert done.exit_code == 0, done.output
    assert done.exception is None
    return out / "pcarn", {entry["figure"]: entry for entry in json.loads(done.stdout)}


def lines(folder, figure):
    with (folder / f"figure-{figure}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_png_csv_and_markdown_of_each(outcome):
    folder, _ = outcome
    for figure in (FIGURE_6, FIGURE_7, FIGURE_8):
        assert (folder / f"figure-{figure.id}.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
        text = (folder / f"figure-{figure.id}.md").read_text()
        assert f"](figure-{figure.id}.png)" in text
        assert "**demo data: not comparable with the paper**" in text
        assert "Protocol `pcarn` (de207478f20d), profile `demo`" in text
        assert all(note in text for note in figure.notes)


@pytest.mark.slow
def test_ratios_of_g4r_are_those_of_the_text(outcome):
    """Sec. 4.3: "reduces the number of parameters by four times and the number of operations by nearly three times"."""
    folder, _ = outcome
    variants = {line["variant"]: line for line in lines(folder, "8")}
    whole, mobile = variants["PCARN"], variants["G4R"]
    assert float(whole["params"]) == 1_111_875  # Table 1 prints 1,111K
    assert float(whole["params"]) / float(mobile["params"]) == pytest.approx(3.780, abs=5e-4)
    assert round(float(mobile["params_saved"])) == 4
    assert float(whole["macs"]) / float(mobile["macs"]) == pytest.approx(2.798, abs=5e-4)
    assert 2.5 < float(mobile["macs_saved"]) < 3
    text = (folder / "figure-8.md").read_text()
    assert "| parameters, PCARN (x2, x3, x4) / PCARN-M (x2, x3, x4) | 3.838      | four times" in text
    assert "| mult-adds, PCARN / G4R" in text


@pytest.mark.slow
@pytest.mark.parametrize("groups", GROUPS)
def test_what_groups_and_sharing_save(outcome, groups):
    """Eq. 10: an efficient block costs 1/groups + 1/18 of a standard one; sharing saves parameters alone."""
    variants = {line["variant"]: line for line in lines(outcome[0], "8")}
    own, shared = variants[f"G{groups}"], variants[f"G{groups}R"]
    assert own["macs"] == shared["macs"]
    block, fusion = 2 * 9 * 64 * 64 / groups + 64 * 64, sum((count + 1) * 64 * 64 for count in (1, 2, 3))
    ends, upsampler = 3 * 64 * 9, 2 * 64 * 256 * 9 / groups
    biases = 64 * 3 * 9 + 64 * 3 * 4 + 64 + 3 + 2 * 256
    assert float(own["params"]) == 9 * block + 4 * fusion + 2 * ends + upsampler + biases
    assert float(own["params"]) - float(shared["params"]) == 6 * (block + 3 * 64)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_weights_of_each_scheme_against_scipy(scheme):
    """The 64-to-64 convolution, the 1x1 fusion and the first layer are each what the formula says, by a KS test."""
    network, init = untrained(scheme), SCHEMES[scheme]
    for layer in (network.entry, network.cascade.units[1].units[2].conv2, network.cascade.fusions[0]):
        weight = layer.weight.detach()
        spread = init.gain * math.sqrt(init.numerator / (layer.in_channels * layer.kernel_size[0] ** 2))
        law = stats.norm(0, spread) if init.distribution == "normal" else stats.uniform(-spread, 2 * spread)
        assert stats.kstest(weight.flatten().numpy(), law.cdf).pvalue > 1e-3
        assert weight.std().item() == pytest.approx(law.std(), rel=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", SCHEMES)
def test_figure_7_has_the_std_of_the_formula(outcome, scheme):
    """From the plotted bins alone: they hold nearly all of the 100,000 weights, with the pooled std of all layers."""
    bins = [line for line in lines(outcome[0], "7") if line["network"] == scheme]
    assert len(bins) == 1000
    low, high, density = (np.array([float(line[name]) for line in bins]) for name in ("low", "high", "density"))
    share, middle = density * (high - low), (low + high) / 2
    assert share.sum() == pytest.approx(1, abs=2e-4)
    layers = [(weight.numel(), weight[0].numel()) for weight in convolution_weights(untrained(scheme))]
    init = SCHEMES[scheme]
    kurtosis = 1.0 if init.distribution == "normal" else 1 / 3
    variance = sum(n * kurtosis * init.gain**2 * init.numerator / fan_in for n, fan_in in layers) / sum(
        n for n, _ in layers
    )
    assert math.sqrt((share * middle**2).sum()) == pytest.approx(math.sqrt(variance), rel=0.02)
    assert pooled_std(init, convolution_weights(untrained(scheme))) == pytest.approx(math.sqrt(variance))


def test_resnet_18_has_its_published_size():
    """11,689,512 parameters (torchvision's documentation), less the classifier's 513,000 and 9,600 of batch norms."""
    weights = resnet_18()
    assert sum(weight.numel() for weight in weights) == 11_689_512 - 513_000 - 9_600
    assert len(weights) == 20
    assert weights[0].std().item() == pytest.approx(math.sqrt(2 / 147), rel=0.03)


@pytest.mark.slow
def test_figure_6_is_normalised_and_shows_the_saturation_of_the_text(outcome):
    """Sec. 4.2: the paper's choice carries a signal to the last block, the others go to zero or infinity."""
    folder, _ = outcome
    panels: dict[tuple[str, str], list[float]] = {}
    for line in lines(folder, "6"):
        panels.setdefault((line["scheme"], line["depth"]), []).append(float(line["share"]))
    assert len(panels) == 6 * 3
    assert all(len(shares) == BINS and sum(shares) == pytest.approx(1) for shares in panels.values())
    for scheme, init in SCHEMES.items():
        final = panels[scheme, "final block"]
        if init.gain == 0.1:
            assert final[BINS // 2] > 0.99, "all activations are zero"
        elif scheme == "Unif. 1.0*sqrt(1/F)":
            assert final[0] + final[-1] < 0.01
            assert final[BINS // 2] < 0.6
        else:
            assert final[0] + final[-1] > 0.5, "most activations are beyond ±0.5"


def test_histogram_is_numpys_and_counts_what_it_clips():
    values = np.random.default_rng(1).normal(0, 0.4, 10_000).astype(np.float32)
    edges = np.linspace(-CLIP, CLIP, BINS + 1)
    shares = histogram(values, edges)
    assert shares.sum() == pytest.approx(1)
    inside, _ = np.histogram(values, edges)
    np.testing.assert_array_equal(np.rint(shares * values.size)[1:-1], inside[1:-1])
    assert shares[0] * values.size == pytest.approx(inside[0] + (values < -CLIP).sum())


def test_activations_are_those_of_a_plain_pass():
    network, lr = untrained("Norm. 1.0*sqrt(2/F)"), torch.rand(1, 3, 12, 10)
    found = activations(network, lr)
    with torch.no_grad():
        entry = network.entry(network.subtract_mean(lr))
        first = network.cascade.units[0](entry)
        middle = network.cascade.units[1](network.cascade.fusions[0](torch.cat([entry, first], dim=1)))
    np.testing.assert_allclose(found["first layer"], entry.flatten().numpy(), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found["middle block"], middle.flatten().numpy(), rtol=1e-4, atol=1e-5)
    assert not network.entry._forward_hooks


@pytest.mark.slow
def test_the_image_is_named(outcome):
    _, by_figure = outcome
    assert "Image: demo/astronaut, LR of x4, 50x50; demo profile." in by_figure["6"]["remarks"]


def drawn(figure, tmp_path, *, roots=(), measured=None, profile="paper"):
    """`figure` drawn with the records `measured` makes of its plan."""
    catalog, store = load_catalog(), Store(tmp_path)
    plugin = catalog.plugin("pcarn")
    plan = plan_figure(catalog, plugin, figure, Options(profile=profile, device="cpu"), roots, store)
    for record in measured(plan) if measured else ():
        store.put(record)
    done = (store.done(cell.key) for slot in plan.slots for cell in slot.cells)
    records = {record.cell.key: record for record in done if record}
    context = FigureContext(figure, plan, gather(plan, records), catalog, roots, store)
    return draw_figure(context), context


@pytest.mark.slow
def test_set14_that_is_not_here_is_said(small_demo, tmp_path):
    drawing, context = drawn(replace(FIGURE_6, rows=FIGURE_6.rows[:1]), tmp_path)
    assert drawing.remarks[0].startswith("Image: demo/astronaut, LR of x4, 50x50 instead of Set14 (dataset Set14 not")
    assert context.images == ["demo/astronaut"]


@pytest.mark.slow
def test_trained_weights_are_drawn_beside_the_untrained_and_named(small_demo, material, tmp_path):
    roots = (material("data/Set14", "weights/sr/PCARN-M.pth"),)
    row = Row("Unif. 1.0*sqrt(1/F)", method="pcarn-m")
    drawing, context = drawn(replace(FIGURE_6, rows=(row,)), tmp_path, roots=roots)
    assert {line[1] for line in drawing.numbers.lines} == {"untrained", "trained"}
    assert context.methods["pcarn-m"].weights.name == "PCARN-M.pth"
    assert context.images == ["Set14/baboon"]
    without, context = drawn(replace(FIGURE_6, rows=(row,)), tmp_path)
    assert {line[1] for line in without.numbers.lines} == {"untrained", "trained"}
    assert context.methods["pcarn-m"].source == "bundled"
    row = replace(row, method="pcarn-init-1")
    without, context = drawn(replace(FIGURE_6, rows=(row,)), tmp_path)
    assert {line[1] for line in without.numbers.lines} == {"untrained"}
    assert any("not trained here" in remark for remark in without.remarks)
    assert not context.methods


@pytest.mark.slow
def test_quality_is_that_of_measured_cells(small_demo, tmp_path):
    from srbench.bench.measuring.run_job import run_job

    rows = tuple(
        replace(row, method={"PCARN": "bicubic", "G4R": "bilinear"}.get(row.label, "")) for row in FIGURE_8.rows
    )
    drawing, context = drawn(
        replace(FIGURE_8, rows=rows),
        tmp_path,
        measured=lambda plan: [record for job in plan.jobs for record in run_job(job)],
        profile="demo",
    )
    by_variant = {line[0]: dict(zip(drawing.numbers.header, line, strict=True)) for line in drawing.numbers.lines}
    assert by_variant["PCARN"]["psnr"] == context.records("PCARN", "psnr")[0].value
    assert by_variant["PCARN"]["psnr"] > by_variant["G4R"]["psnr"] > 20
    assert by_variant["G64R"]["psnr"] is None
    beside = {line[0]: line[1] for line in drawing.tables[1].lines}
    assert beside["PSNR, PCARN - G4R"] == by_variant["PCARN"]["psnr"] - by_variant["G4R"]["psnr"]
    assert beside["PSNR, PCARN - G64R"] is None
    assert len(drawing.picture.axes) == 6, "costs, PSNR and SSIM, each over params and mult-adds"
    drawing.picture.savefig(tmp_path / "figure.png")


def test_models_of_the_rows_are_registered():
    catalog = load_catalog()
    rows = [row for figure in FIGURES for row in figure.rows]
    assert rows
    assert all((row.model in catalog.models) if row.model else (row.method in catalog.methods) for row in rows)
