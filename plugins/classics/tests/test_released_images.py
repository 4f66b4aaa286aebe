"""Numbers of SR images that authors published, against what their papers print."""

import shutil

import pytest
from srbench_classics.released_images import IMAGES

from srbench.bench.measuring.run_job import run_job
from srbench.bench.planning.options import Options
from srbench.bench.planning.plan import make_plan
from srbench.bench.planning.selection import Selection
from srbench.catalog import load_catalog
from srbench.specs.table import Row, Table, columns


@pytest.fixture
def measure(shared):
    def values(method, scale, *metrics, source="auto"):
        table = Table("1", "", (Row("R", method=method),), columns(metrics, "Set5", float(scale)), "", "standard")
        plan = make_plan(load_catalog(), None, table, Selection(), Options(source=source), [shared], None)
        records = [record for job in plan.jobs for record in run_job(job)]
        assert {(record.status, record.source) for record in records} == {("ok", "images")}
        return {record.cell.metric: record.value for record in records}

    return values


@pytest.mark.parametrize(("scale", "psnr", "ssim"), [(2, 38.24, 0.9614), (3, 34.71, 0.9296), (4, 32.47, 0.8990)])
def test_rdns_images_give_its_printed_numbers(measure, scale, psnr, ssim):
    """Zhang et al., CVPR 2018, Table 3."""
    found = measure("rdn", scale, "psnr", "ssim")
    assert round(found["psnr"], 2) == psnr
    assert round(found["ssim"], 4) == ssim


def test_sans_images_are_below_its_print(measure):
    """Dai et al., CVPR 2019, print 32.64 / 0.9003: the images that their repository offers do not reach it."""
    found = measure("san", 4, "psnr", "ssim", source="images")
    assert found["psnr"] == pytest.approx(32.61, abs=0.005)
    assert found["ssim"] == pytest.approx(0.9002, abs=0.00005)
    assert 32.64 - found["psnr"] > 0.02


@pytest.mark.parametrize(("plugin", "tables"), [("pcarn", "45"), ("probabilistic-l1", "6")])
def test_rows_of_other_papers_can_be_filled_by_images(plugin, tables):
    catalog = load_catalog()
    filled = {"pcarn": 9, "probabilistic-l1": 5}[plugin]
    for number in tables:
        rows = catalog.plugin(plugin).table(number).rows
        assert sum(bool(row.method and catalog.methods.get(row.method).images) for row in rows) == filled


@pytest.mark.parametrize("spec", IMAGES, ids=lambda spec: spec.name)
def test_a_spec_names_a_page_and_what_is_there(spec):
    assert spec.url.startswith(("https://", "http://"))
    assert spec.licence
    assert spec.origin
    assert all(scale in (spec.scales or (2.0, 3.0, 4.0)) for _, scale in spec.fingerprints)


def test_the_authors_own_layout_is_read_and_verified(shared, srbench, tmp_path):
    """As in RDN's repository: ``SR/BI/RDN/Set5/x4/baby_RDN_x4.png``, beside RDN+ and another degradation."""
    for scale in (2, 3, 4):
        for method in ("BI/RDN", "BI/RDNplus", "BD/RDN"):
            folder = tmp_path / f"images/RDN/SR/{method}/Set5/x{scale}"
            folder.mkdir(parents=True)
            for path in (shared / f"images/RDN/Set5/X{scale}").glob("*.png"):
                shutil.copy(path, folder / f"{path.stem}_{method[3:]}_x{scale}.png")
    (line,) = srbench("data", "verify", "rdn-images", "--data", tmp_path, "--data", shared / "data", "--json").json
    assert (line["state"], line["images"], line["scales"]) == ("ok", 15, [2.0, 3.0, 4.0])
