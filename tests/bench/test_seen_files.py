"""The files that a measurement needs where it runs, of methods made of others too."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from srbench import ModelSpec
from srbench.bench.planning.job import Job
from srbench.bench.tasks.seen_files import check_seen, files_of
from srbench.errors import DataError
from srbench.inference.method import ResolvedMethod
from srbench.specs.protocol import STANDARD

MODEL = ModelSpec("net", "torch.nn:Identity")


def method(name, **fields):
    return ResolvedMethod(name, MODEL, weights=Path(f"/weights/{name}"), **fields)


def test_every_file_of_every_part_is_named():
    trained = ResolvedMethod("trained", MODEL, weights=Path("/out/trained"), training=SimpleNamespace())
    opened = method("opened", opened=SimpleNamespace(files=[Path("/weights/opened.data")]))
    images = ResolvedMethod("images", MODEL, images=SimpleNamespace(folder=Path("/images")))
    training_set = SimpleNamespace(dataset=SimpleNamespace(folders=(Path("/data/T91"),)))
    inner = ResolvedMethod("inner", MODEL, members=(method("a", sigma_from=(training_set,) * 2), trained))
    outer = ResolvedMethod("outer", MODEL, members=(inner, images, method("b", blend_with=opened)))
    wanted = ["/weights/a", "/data/T91", "/images", "/weights/b", "/weights/opened", "/weights/opened.data"]
    assert [str(path) for path in files_of(Job(outer, 4.0, STANDARD, ()))] == wanted


def test_what_another_machine_does_not_see_is_named(tmp_path):
    check_seen([tmp_path])
    with pytest.raises(DataError, match=r"elsewhere: not seen on .*; give all machines the data and weights"):
        check_seen([tmp_path, tmp_path / "elsewhere"])
