from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

from srbench.data.datasets.finder import find_dataset, open_folder, require_dataset
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
    assert find_dataset(DatasetSpec("Direct"), [root]).root == root / "direct"
    dataset = find_dataset(SPECS["B100"], [root / "gone", root])
    assert (dataset.name, dataset.root, dataset.incomplete) == ("B100", root / "data" / "BSD100", True)
    assert find_dataset("bsd100", [root]).spec is None


def test_first_root_wins(root, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    (other / "Direct").mkdir()
    (other / "Direct" / "b.png").touch()
    assert find_dataset(DatasetSpec("direct"), [other, root]).images[0].name == "b"


def test_path_and_part_of_a_set(root):
    assert find_dataset(root / "direct", []).name == "direct"
    assert find_dataset("BSDS500/train", [root]).images[0].name == "2"


def test_absent_is_none_or_an_error_with_the_command(root):
    assert find_dataset(SPECS["Set5"], [root]) is None
    assert find_dataset("nothing", [root]) is None
    with pytest.raises(DataError, match=r"Set5: not found in .*; get it: srbench data get Set5"):
        require_dataset(SPECS["Set5"], [root])
    with pytest.raises(DataError, match="nothing: no such folder"):
        require_dataset("nothing", [root])


def test_broken_copy_is_named_not_skipped(root):
    with pytest.raises(DataError, match="Broken: no images"):
        find_dataset(DatasetSpec("Broken"), [root])


def test_company_material(material):
    counts = {"Set5": 5, "Set14": 14, "B100": 100, "T91": 91, "BSDS500": 400, "RealSR-sample": 5}
    shared = material(*(f"data/{name}" for name in counts))
    found = {spec.name: find_dataset(spec, [shared]) for spec in DATASETS}
    assert {name: len(dataset.images) for name, dataset in found.items() if dataset} == counts | {"demo": 5}
    assert found["Set5"].scales == (2.0, 3.0, 4.0, 8.0)
    assert found["Set14"].scales == (2.0, 3.0, 4.0)
    real = open_folder(shared / "data" / "RealSR-sample")
    assert real.equal_size
    assert len(real.images) == 5


def test_own_lr_is_used_where_it_was_made_so_or_nobody_knows(shared):
    set5 = find_dataset(SPECS["Set5"], [shared])
    assert set5.uses_own_lr(4.0, "matlab-uint8")
    assert not set5.uses_own_lr(4.0, "matlab-uint8-replicate")
    assert not set5.uses_own_lr(2.5, "matlab-uint8")
    assert open_folder(shared / "data" / "Set5").uses_own_lr(4.0, "matlab-double")
    assert open_folder(shared / "data" / "RealSR-sample").uses_own_lr(4.0, "matlab-double")


def test_dataset_pickles(root):
    dataset = find_dataset(SPECS["B100"], [root])
    assert pickle.loads(pickle.dumps(dataset)) == dataset  # noqa: S301 - our own bytes


def test_finding_imports_neither_numpy_nor_torch():
    modules = (
        "data.datasets.finder, srbench.storage.roots, srbench.data.datasets.known, srbench.weights.files, "
        "srbench.data.integrity.fingerprint, srbench.data.integrity.verify, srbench.data.datasets.demo"
    )
    heavy = "{'numpy', 'torch', 'PIL', 'pooch', 'requests'}"
    code = f"import sys, srbench.{modules}, srbench.cli.verbs.data; print({heavy} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert result.stdout == "set()\n"
