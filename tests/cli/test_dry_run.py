"""What a dry run says about time and downloads, and how it sums up."""

from __future__ import annotations

import http.server
import threading
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

from srbench import ModelSpec
from srbench.bench.duration import Duration, time_to_measure, time_to_train
from srbench.bench.planning.job import Job
from srbench.bench.planning.options import Options
from srbench.catalog import load_catalog
from srbench.cli.dry_run.costs import download_lines, time_lines
from srbench.cli.dry_run.summary import summary_lines
from srbench.data.fetch.size import remote_sizes
from srbench.errors import Lack
from srbench.inference.method import ResolvedMethod
from srbench.records.cell import Cell
from srbench.records.index import UNKNOWN, summary
from srbench.records.record import Record
from srbench.specs.protocol import STANDARD
from srbench.training.job import make_job


def record(method: str, dataset: str, scale: float, images: int, seconds: float) -> Record:
    cell = Cell(method, dataset, scale, "rgb", "psnr", "paper", 0, f"{hash((method, dataset, scale)):064x}"[-64:])
    return Record(cell, "ok", {str(number): 30.0 for number in range(images)}, 30.0, seconds=seconds)


class Records:
    root = Path("no such folder")

    def __init__(self, *records: Record) -> None:
        self.summaries = {each.cell.key: summary(each, UNKNOWN) for each in records}


def plan(*jobs, trainings=()):
    return SimpleNamespace(jobs=jobs, trainings=trainings, slots=(), roots=(), options=Options())


def job(method: str, scale: float, dataset: str = "", images: int = 0):
    named = SimpleNamespace(name=dataset, images=range(images), root="", derivation={}) if dataset else None
    return Job(ResolvedMethod(method, ModelSpec(method, "torch.nn:Identity")), scale, STANDARD, (), dataset=named)


def test_time_is_that_of_the_nearest_records_by_image():
    records = Records(record("imdn", "Set5", 4.0, 5, 10.0), record("imdn", "Set14", 2.0, 14, 70.0))
    assert time_to_measure([plan(job("imdn", 4.0, "Set5", 5))], records) == Duration(10.0, 1, 0)
    assert time_to_measure([plan(job("imdn", 4.0, "B100", 100))], records) == Duration(200.0, 1, 0)
    assert time_to_measure([plan(job("imdn", 2.0, "B100", 100))], records) == Duration(500.0, 1, 0)
    two = plan(job("imdn", 4.0, "Set5", 5), job("carn", 4.0, "Set5", 5))
    assert time_to_measure([two], records) == Duration(10.0, 1, 1)
    assert time_lines([two], records) == [
        "to measure: 2 passes over a dataset or a model; about 10 s by the records there are, and 1 of unknown time"
    ]


def test_costs_and_passes_over_images_are_told_apart():
    records = Records(record("imdn", "", 4.0, 1, 2.0), record("imdn", "Set5", 4.0, 5, 100.0))
    assert time_to_measure([plan(job("imdn", 4.0))], records) == Duration(2.0, 1, 0)
    assert time_lines([plan(job("carn", 4.0))], records) == [
        "to measure: 1 pass over a dataset or a model; no record tells how long"
    ]


def test_work_that_tables_share_counts_once(tiny):
    records = Records(record("imdn", "Set5", 4.0, 5, 10.0))
    plans = [plan(job("imdn", 4.0, "Set5", 5)), plan(job("imdn", 4.0, "Set5", 5))]
    assert time_to_measure(plans, records) == Duration(10.0, 1, 0)
    pixel, gan = (make_job(tiny, "tiny", "demo", 0, phase) for phase in ("l1", "gan"))
    two = [plan(trainings=(pixel, gan)), plan(trainings=(gan,))]
    assert gan.before
    assert time_to_train(two, records.root) == Duration(unknown=2)
    assert time_lines(two, records)[0].startswith("to train: 2 trainings, ")


def lacking(*lacks: Lack):
    return SimpleNamespace(slots=[SimpleNamespace(lacks=lacks)], jobs=(), trainings=())


def test_downloads_have_the_size_that_the_server_tells_and_the_rest_is_by_hand():
    catalog = load_catalog()
    weights = next(spec for spec in catalog.weights if spec.downloadable and spec.url)
    hidden = next(spec for spec in catalog.weights if not spec.downloadable)
    needed = lacking(Lack("weights", weights.name), Lack("weights", hidden.name), Lack("training", "pcarn"))
    assert download_lines([needed], catalog, lambda urls: dict.fromkeys(urls, 5 << 20)) == [
        f"to download: {weights.name} (5 MB): srbench data get {weights.name}",
        f"by hand: {hidden.name} (srbench data get NAME says where)",
    ]
    assert f"{weights.name} (size unknown)" in download_lines([needed], catalog, lambda _urls: {})[0]
    assert download_lines([lacking(Lack("training", "pcarn"))], catalog, lambda urls: dict.fromkeys(urls, 1)) == []


def test_sizes_are_asked_for_and_a_server_that_does_not_answer_is_not_waited_for():
    asked = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self):
            asked.append(self.path)
            if self.path == "/slow":
                stopped.wait(20)
            self.send_response(404 if self.path == "/gone" else 200)
            if self.path != "/silent":
                self.send_header("Content-Length", "12345")
            self.end_headers()

        def log_message(self, *_):
            pass

    stopped = threading.Event()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    at = f"http://127.0.0.1:{server.server_port}"
    try:
        sizes = remote_sizes([f"{at}/file", f"{at}/gone", f"{at}/silent", f"{at}/slow", "http://127.0.0.1:1/x"], 1.5)
    finally:
        stopped.set()
        server.shutdown()
        server.server_close()
    assert sizes == {f"{at}/file": 12345}
    assert sorted(asked) == ["/file", "/gone", "/silent", "/slow"]


def slot(row: str, state: str, reason: str = "", *lacks: Lack):
    cell = SimpleNamespace(key=f"{row}{state}")
    cells = (cell,) if state != "missing" else ()
    return SimpleNamespace(row=SimpleNamespace(label=row), cells=cells, wanted_cells=cells, reason=reason, lacks=lacks)


def table(name: str, *slots, plugin=None):
    cached = {cell.key: None for each in slots for cell in each.cells if cell.key.endswith("cached")}
    return SimpleNamespace(plugin=plugin, table=SimpleNamespace(id=name), slots=slots, cached=cached)


def test_rows_that_stand_alike_share_a_line_and_causes_are_told_once():
    rows = [slot(row, "missing", "dataset Set5 not found") for row in ("A", "B, reduced")]
    lines = summary_lines([table("4", *rows, slot("C", "cached"), slot("C", "to measure"))], ["to measure: 1"], 80)
    assert [line.split() for line in lines[2:4]] == [["2", "rows:", "A;", "B,", "reduced", "2", "[1]"], ["C", "1", "1"]]
    assert lines[4:] == [
        "[1] dataset Set5 not found",
        "to measure: 1",
        "1 cached, 1 to measure, 2 missing (--verbose shows each cell)",
    ]


def test_many_causes_are_summed_up_by_the_kind_of_thing():
    rows = [slot(f"M{n}", "missing", f"no weights of M{n}", Lack("weights", f"w{n}")) for n in range(30)]
    lines = summary_lines([table("4", *rows)], [], 120)
    assert lines[2].startswith("30 rows: M0; M1; M2")
    assert lines[3].startswith("[1] weights w0, w1, w2")
    assert Counter("".join(lines))["w"] >= 30


def test_several_tables_are_told_apart():
    lines = summary_lines([table("4", slot("A", "cached")), table("figure-8", slot("A", "cached"))], [], None)
    assert [line.split("  ")[0] for line in lines[2:4]] == ["table 4: A", "figure-8: A"]
    papers = [table("4", slot("A", "cached"), plugin=SimpleNamespace(name=name)) for name in ("pcarn", "ipnv2")]
    lines = summary_lines(papers, [], None)
    assert [line.split("  ")[0] for line in lines[2:4]] == ["pcarn table 4: A", "ipnv2 table 4: A"]


def test_verbose_has_a_line_a_cell(srbench, tmp_path):
    asked = ("run", "--plugin", "pcarn", "--table", "4", "--profile", "demo", "--dry-run", "--out", tmp_path)
    cells = srbench(*asked, "--json").json
    assert len(cells) > 25
    assert {cell["plugin"] for cell in cells} == {"pcarn"}
    each = srbench(*asked, "-v").out.splitlines()
    assert sum(line.startswith("4      ") for line in each) == len(cells)
    short = srbench(*asked).out.splitlines()
    assert len(short) <= 25
    states = Counter(cell["state"] for cell in cells)
    assert short[-1].startswith(", ".join(f"{states[state]} {state}" for state in ("cached", "to measure", "missing")))


def test_cells_of_several_plugins_name_theirs(srbench, tmp_path):
    asked = ("run", "--plugin", "pcarn,esrgan-gan", "--table", "1", "--profile", "demo", "--dry-run", "--out", tmp_path)
    cells = srbench(*asked, "--json").json
    lines = srbench(*asked, "-v").out.splitlines()
    assert lines[0].split() == ["plugin", "table", "row", "dataset", "scale", "metric", "state", "why"]
    for name in ("pcarn", "esrgan-gan"):
        assert sum(line.startswith(f"{name} ") for line in lines) == sum(cell["plugin"] == name for cell in cells) > 10
