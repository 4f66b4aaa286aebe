"""Labels that tell datasets of one name apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from srbench.bench.results.dataset_labels import dataset_labels, distinct_labels, file_labels

PART = st.sampled_from(["a", "b", "test", "Test"])


def test_folders_of_one_name_have_the_shortest_path_that_tells_them_apart(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = ["siteA/test", "siteB/test", "other", "deep/one/x/y", "deep/two/x/y"]
    for name in names:
        (tmp_path / name).mkdir(parents=True)
    labels = dataset_labels([*names, "Set5"])
    assert list(labels.values()) == ["siteA/test", "siteB/test", "other", "one/x/y", "two/x/y", "Set5"]
    assert dataset_labels(["siteA/test"]) == {"siteA/test": "test"}
    assert dataset_labels(["siteA/test#train", "siteB/test#train"]) == {
        "siteA/test#train": "siteA/test#train",
        "siteB/test#train": "siteB/test#train",
    }
    assert dataset_labels(["."]) == {".": tmp_path.name}


def test_a_registered_dataset_and_a_folder_of_its_name(tmp_path):
    folder = tmp_path / "mine" / "Set5"
    folder.mkdir(parents=True)
    assert dataset_labels(["Set5", str(folder)]) == {"Set5": "Set5", str(folder): "mine/Set5"}


def test_checkpoints_of_one_name(tmp_path):
    files = [tmp_path / "a" / "net.pth", tmp_path / "b" / "net.pth", tmp_path / "other.pth"]
    assert list(file_labels(files).values()) == ["a/net.pth", "b/net.pth", "other.pth"]


@given(st.lists(st.lists(PART, min_size=1, max_size=4).map(tuple), unique=True, max_size=6))
def test_no_two_labels_are_the_same(paths):
    parts = {"/".join(path): path for path in paths}
    labels = distinct_labels(parts)
    assert len(set(labels.values())) == len(parts)
    assert all(f"/{key}".endswith(f"/{label}") for key, label in labels.items())
