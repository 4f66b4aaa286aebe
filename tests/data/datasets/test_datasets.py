from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

from srbench.data.datasets.finder import DatasetFinder, open_folder
from srbench.data.datasets.known import DATASETS
from srbench.errors import DataError
from srbench.specs.dataset import DatasetSpec

SPECS = {spec.name: spec for spec in DATASETS}


@pytest.fixture
def root(tmp_path):
    for name in ("direct/HR/a.png", "data/BSD100/HR/1.png", "data/Broken/notes.txt", "data/BSDS500/train/2.jpg"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path


def test_found_directly_and_under_data_by_name_and_alias_in_any_case(root):
    assert DatasetFinder([root]).find(DatasetSpec("Direct")).root == root / "direct"
    dataset = DatasetFinder([root / "gone", root]).find(SPECS["B100"])
    assert (dataset.name, dataset.root, dataset.incomplete) == ("B100", root / "data" / "BSD100", True)
    assert DatasetFinder([root]).find("bsd100").spec is None


def test_first_root_wins(root, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    (other / "Direct").mkdir()
    (other / "Direct" / "b.png").touch()
    assert DatasetFinder([other, root]).find(DatasetSpec("direct")).images[0].name == "b"


def test_path_and_part_of_a_set(root):
    assert DatasetFinder([]).find(root / "direct").name == "direct"
    assert DatasetFinder([root]).find("BSDS500/train").images[0].name == "2"


def test_absent_is_none_or_an_error_with_the_command(root):
    assert DatasetFinder([root]).find(SPECS["Set5"]) is None
    assert DatasetFinder([root]).find("nothing") is None
    with pytest.raises(DataError, match=r"Set5: not found in .*; get it: srbench data get Set5"):
        DatasetFinder([root]).require(SPECS["Set5"])
    with pytest.raises(DataError, match="nothing: no such folder"):
        DatasetFinder([root]).require("nothing")


def test_broken_copy_is_named_not_skipped(root):
    with pytest.raises(DataError, match="Broken: no images"):
        DatasetFinder([root]).find(DatasetSpec("Broken"))


@pytest.mark.slow
def test_counts_and_scales_of_the_real_datasets(material):
    counts = {"Set5": 5, "Set14": 14, "B100": 100, "T91": 91, "BSDS500": 400, "RealSR-sample": 5}
    shared = material(*(f"data/{name}" for name in counts))
    found = {spec.name: DatasetFinder([shared]).find(spec) for spec in DATASETS}
    assert {name: len(dataset.images) for name, dataset in found.items() if dataset} == counts | {"demo": 5}
    assert found["Set5"].scales == (2.0, 3.0, 4.0, 8.0)
    assert found["Set14"].scales == (2.0, 3.0, 4.0)
    real = open_folder(shared / "data" / "RealSR-sample")
    assert real.equal_size
    assert len(real.images) == 5


def test_lr_files_are_used_if_made_by_the_protocols_mode_or_by_an_unknown_one(shared):
    set5 = DatasetFinder([shared]).find(SPECS["Set5"])
    assert set5.uses_own_lr(4.0, "matlab-uint8")
    assert not set5.uses_own_lr(4.0, "matlab-uint8-replicate")
    assert not set5.uses_own_lr(2.5, "matlab-uint8")
    assert open_folder(shared / "data" / "Set5").uses_own_lr(4.0, "matlab-double")
    assert open_folder(shared / "data" / "RealSR-sample").uses_own_lr(4.0, "matlab-double")


def test_dataset_pickles(root):
    dataset = DatasetFinder([root]).find(SPECS["B100"])
    assert pickle.loads(pickle.dumps(dataset)) == dataset  # noqa: S301 - our own bytes


@pytest.mark.slow
def test_finding_imports_neither_numpy_nor_torch():
    rooms = ("data.datasets.finder", "data.datasets.known", "data.datasets.demo", "data.integrity.verify")
    rooms += ("data.integrity.fingerprint", "storage.roots", "weights.files", "cli.verbs.data")
    modules = ", ".join(f"srbench.{room}" for room in rooms)
    heavy = "{'numpy', 'torch', 'PIL', 'pooch', 'requests'}"
    code = f"import sys, {modules}; print({heavy} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert result.stdout == "set()\n"
