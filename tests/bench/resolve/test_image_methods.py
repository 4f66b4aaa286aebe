"""Methods that are made of finished SR images: which source is taken, why not, and what their keys depend on."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio

from srbench import ImagesSpec, MethodSpec, WeightsSpec
from srbench.bench.measuring.run_job import run_job
from srbench.bench.planning.options import Options
from srbench.bench.planning.plan import make_plan
from srbench.bench.planning.selection import Selection
from srbench.bench.resolve.method_weights import WeightsPolicy
from srbench.bench.resolve.resolver import Resolver
from srbench.errors import DataError, Unavailable
from srbench.imaging.image_io import read_image
from srbench.registry import Plugin
from srbench.specs.table import Column, Row, Table

KNOWN = "k" * 64


@pytest.fixture
def catalog(tiny):
    """The tests' plugin with a method of SR images alone, and one that has weights and a recipe too."""
    owner = Plugin("tiny")
    tiny.images.add(ImagesSpec("net-images", "Net", "https://example.org", "", "the authors'"), owner)
    tiny.images.add(ImagesSpec("known", "Known", "", "", "", fingerprints={("Set5", 2.0): KNOWN}), owner)
    sha256 = hashlib.sha256(b"released").hexdigest()
    tiny.weights.add(WeightsSpec("released", "released.pth", "", sha256, "", ""), owner)
    for method in (
        MethodSpec("images-only", images="net-images"),
        MethodSpec("with-network", "tiny", images="net-images"),
        MethodSpec("all", "tiny", "released", "released", images="net-images", recipe="tiny", phase="l1"),
        MethodSpec("known", images="known"),
    ):
        tiny.methods.add(method, owner)
    return tiny


@pytest.fixture
def sr(save, photograph, private_cache):
    """Save the dataset Set5 with two HR images, and return a function that saves SR images at x2."""
    del private_cache
    for name in ("a", "b"):
        save(f"data/Set5/HR/{name}.png", photograph[:41, :60])

    def make(change=0, folder="Net/Set5/X2", names=("a_x2", "b_x2")):
        pixels = 255 - photograph[:40, :60]
        pixels[3, 4, 0] ^= change
        return [save(f"images/{folder}/{name}.png", pixels) for name in names]

    return make


@pytest.fixture
def find(catalog, tmp_path):
    def method(name, source="auto", *, dataset="Set5", scale=2.0, sigma=False, **options):
        wanted = WeightsPolicy(source, "demo", tmp_path / "out")
        resolver = Resolver(catalog, [tmp_path], weights=wanted, **options)
        return resolver.method(name, scale, sigma=sigma, dataset=dataset)

    return method


@pytest.fixture
def plan(catalog, tmp_path):
    def make(method, *metrics, protocol="standard", source="auto"):
        columns = tuple(Column(metric, "" if metric == "params" else "Set5", 2.0) for metric in metrics)
        table = Table("1", "", (Row(method, method=method),), columns, "", protocol)
        return make_plan(catalog, None, table, Selection(), Options(source=source), [tmp_path], None)

    return make


def test_images_are_found_by_the_datasets_name(find, sr, tmp_path):
    sr()
    found = find("images-only")
    assert (found.source, found.images.folder) == ("images", tmp_path / "images/Net/Set5/X2")
    assert list(found.images.files) == ["a", "b"]
    assert found.weights is None


def test_auto_takes_weights_then_images_then_training(find, sr, tmp_path, monkeypatch):
    dataset = Resolver.dataset
    monkeypatch.setattr(Resolver, "dataset", lambda self, name: dataset(self, name) if name == "Set5" else None)
    trained = find("all", dataset="")
    assert trained.source == "trained"
    sr()
    assert find("all").source == "images"
    assert find("all", "train").source == "trained"
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "released.pth").write_text("released")
    assert find("all").source == "released"
    assert find("all", "images").source == "images"


def test_a_source_that_a_method_has_not_is_refused(find, sr):
    sr()
    with pytest.raises(Unavailable, match="images-only has no weights of the source 'released'"):
        find("images-only", "released")


def test_other_images_cant_be_upscaled(find, sr):
    sr()
    for name in ("images-only", "with-network"):
        with pytest.raises(Unavailable, match=r"finished SR images of test sets \(net-images\) can't upscale other"):
            find(name, dataset="")


@pytest.mark.parametrize("where", [{"dataset": "Set14"}, {"scale": 3.0}])
def test_images_that_are_not_there_name_the_command(find, sr, where):
    sr()
    with pytest.raises(
        Unavailable, match="no SR images of Net for this dataset and scale: srbench data get net-images"
    ):
        find("images-only", **where)


def test_a_sigma_is_never_made_up(find, sr, plan):
    sr()
    with pytest.raises(Unavailable, match=r"finished SR images \(net-images\) have no sigma"):
        find("images-only", sigma=True)
    (place,) = plan("images-only", "pll").slots
    assert place.reason == "finished SR images (net-images) have no sigma"


def test_wrappers_and_blends_are_refused(catalog, sr, tmp_path):
    sr()
    resolver = Resolver(catalog, [tmp_path])
    spec = replace(catalog.methods.get("images-only"), ensemble=("self",))
    with pytest.raises(Unavailable, match="can be neither put in an ensemble nor blended"):
        resolver.resolve(spec, 2.0, dataset="Set5")


def test_a_missing_image_stops_the_run_with_both_names(find, sr):
    sr(names=("a_x2",))
    with pytest.raises(DataError, match=r"Set5/HR/b\.png: no SR image of this name in .*images/Net/Set5/X2"):
        find("images-only")


def test_other_pixels_than_the_known_copy_are_refused(find, sr):
    sr(folder="Known/Set5/X2")
    with pytest.raises(DataError, match="images/Known/Set5/X2: other pixels than the known copy of known"):
        find("known")
    assert find("known", hash_files=False).images.hash == ""


def key(plan):
    (job,) = plan.jobs
    (cell,) = job.cells
    return cell.key


def test_the_key_depends_on_the_decoded_sr_pixels(plan, sr, catalog, tmp_path):
    sr()
    before = key(plan("images-only", "psnr"))
    for path in sr(names=("a_x2", "b_x2")):
        path.rename(path.with_name(path.name.replace("_x2", "_Net_x2")))
    assert key(plan("images-only", "psnr")) == before
    for path in (tmp_path / "images/Net/Set5/X2").iterdir():
        path.unlink()
    sr(change=1)
    assert key(plan("images-only", "psnr")) != before


def test_the_key_depends_on_no_lr_image(plan, sr, save, photograph):
    sr()
    before = plan("images-only", "psnr")
    assert before.jobs[0].lr == ""
    for name in ("a", "b"):
        save(f"data/Set5/LR_bicubic/X2/{name}x2.png", photograph[:20, :30])
    assert key(plan("images-only", "psnr")) == key(before)


def test_measured_as_the_files_are_under_any_quantisation(plan, sr, photograph):
    sr()
    job = plan("images-only", "psnr", protocol="rgb").jobs[0]
    for quantise in ("round", "truncate"):
        (record,) = run_job(replace(job, protocol=job.protocol.but(quantise=quantise)))
        assert (record.status, record.source, record.lr) == ("ok", "images", "")
        hr, border = photograph[:40, :60], slice(2, -2)
        expected = peak_signal_noise_ratio(hr[border, border], (255 - hr)[border, border], data_range=255)
        assert list(record.values) == ["a", "b"]
        assert record.value == pytest.approx(expected, abs=1e-9)
        assert "finished SR files of Net" in record.remarks


def test_an_image_of_another_size_fails_its_cell_with_both_names(plan, sr, save, photograph):
    sr()
    save("images/Net/Set5/X2/b_x2.png", photograph[:20, :30])
    (record,) = run_job(plan("images-only", "psnr").jobs[0])
    assert (record.status, record.bad_input) == ("failed", True)
    assert "b_x2.png: SR is 30x20, but " in record.error
    assert "HR/b.png" in record.error


def test_costs_come_from_the_network_where_there_is_one(plan, sr):
    sr()
    (place,) = plan("with-network", "params").slots
    assert place.cell
    assert place.method.model.name == "tiny"
    (without,) = plan("images-only", "params").slots
    assert without.reason == "images-only has no network here"


def test_sr_images_can_be_saved(plan, sr, tmp_path, photograph):
    sr()
    (record,) = run_job(replace(plan("images-only", "psnr").jobs[0], save_to=tmp_path / "saved"))
    assert record.status == "ok"
    saved = read_image(tmp_path / "saved/images-only/Set5/X2/a.png")
    assert np.array_equal(saved, 255 - photograph[:40, :60])
