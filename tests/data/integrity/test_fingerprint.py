from __future__ import annotations

import hashlib
import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from srbench.data.datasets.finder import DatasetFinder, open_folder
from srbench.data.datasets.known import DATASETS
from srbench.data.integrity.fingerprint import fingerprint, image_hashes, parts
from srbench.data.integrity.verify import verify_dataset
from srbench.errors import DataError
from srbench.specs.dataset import DatasetSpec
from srbench.storage import file_hashes

SPECS = {spec.name: spec for spec in DATASETS}


def test_what_is_hashed_is_what_is_documented(shared):
    dataset = DatasetFinder([shared]).find(SPECS["Set5"])
    lines = []
    for path in sorted((shared / "data/Set5/LR_bicubic/X4").iterdir()):
        image = Image.open(path)
        pixels = hashlib.sha256(f"{image.height}x{image.width}x3\n".encode() + image.tobytes()).hexdigest()
        lines.append(f"{path.stem.removesuffix('x4')} {pixels}\n")
    assert fingerprint(dataset, "X4") == hashlib.sha256("".join(lines).encode()).hexdigest()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["Set5", "Set14", "B100", "T91", "BSDS500"])
def test_registered_fingerprints_are_those_of_the_company_material(shared, name):
    dataset = DatasetFinder([shared]).find(SPECS[name])
    assert SPECS[name].fingerprints == {part: fingerprint(dataset, part) for part in SPECS[name].fingerprints}
    assert verify_dataset(dataset).state == "ok"


@pytest.mark.parametrize("suffix", ["webp", "bmp", "tiff"])
def test_a_repacked_set_is_the_same_set(save, photograph, suffix):
    first = save("one/HR/a.png", photograph).parents[1]
    save("one/HR/b.png", photograph[::-1])
    save("one/LR_bicubic/X2/ax2.png", photograph[::2, ::2])
    save("one/LR_bicubic/X2/bx2.png", photograph[::-2, ::2])
    second = save(f"two/HR/b.{suffix}", photograph[::-1]).parents[1]
    save(f"two/HR/a.{suffix}", photograph)
    save(f"two/LR_bicubic/X2/a.{suffix}", photograph[::2, ::2])
    save(f"two/LR_bicubic/X2/b.{suffix}", photograph[::-2, ::2])
    one, two = open_folder(first), open_folder(second)
    assert parts(one) == ("HR", "X2")
    assert [fingerprint(one, part) for part in parts(one)] == [fingerprint(two, part) for part in parts(two)]


def test_pixels_shape_and_names_count(save, photograph):
    changed = photograph.copy()
    changed[0, 0, 0] ^= 1
    height, width = photograph.shape[:2]
    images = [photograph, changed, photograph.reshape(height // 2, width * 2, 3)]
    found = {fingerprint(open_folder(save(f"{i}/a.png", image).parent)) for i, image in enumerate(images)}
    found.add(fingerprint(open_folder(save("names/b.png", photograph).parent)))
    assert len(found) == 4


def test_part_that_is_not_there(save, photograph):
    dataset = open_folder(save("set/HR/a.png", photograph).parents[1])
    with pytest.raises(DataError, match="set: has no X4; choose one of HR"):
        fingerprint(dataset, "X4")


@pytest.fixture
def decoded(monkeypatch):
    """Names of the images that are decoded."""
    from srbench.imaging import image_io

    read, seen = image_io.read_8_bits, []
    monkeypatch.setattr(image_io, "read_8_bits", lambda path: seen.append(path.name) or read(path))
    return seen


def test_second_call_decodes_nothing_and_a_changed_file_alone(save, photograph, decoded):
    for name in "ab":
        path = save(f"{name}.png", photograph)
    dataset = open_folder(path.parent)
    before = fingerprint(dataset)
    assert sorted(decoded) == ["a.png", "b.png"]
    assert fingerprint(dataset) == before
    assert len(decoded) == 2
    save("b.png", 255 - photograph)
    os.utime(path, ns=(0, 1))
    assert fingerprint(dataset) != before
    assert decoded[2:] == ["b.png"]


def rot(path, content):
    """Change the bytes of a file as a disk that rots does: its times and its inode stay."""
    before = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_a_copy_that_keeps_its_time_is_another_file(save, photograph, tmp_path):
    path = save("a.png", photograph)
    before = file_hashes.file_hash(path)
    changed = path.read_bytes()[:-1] + b"x"
    rot(path, changed)
    assert file_hashes.file_hash(path) == hashlib.sha256(changed).hexdigest() != before


def test_what_is_verified_is_read_and_remembered(save, photograph, monkeypatch):
    path = save("a.png", photograph)
    monkeypatch.setattr(file_hashes, "_state", lambda file: file.name)  # as if nothing told that it has changed
    before = file_hashes.file_hash(path)
    rot(path, path.read_bytes()[:-1] + b"x")
    after = hashlib.sha256(path.read_bytes()).hexdigest()
    assert file_hashes.file_hash(path) == before
    with file_hashes.fresh_hashes():
        assert file_hashes.file_hash(path) == after
    assert file_hashes.file_hash(path) == after != before


def test_verify_dataset_reads_again_in_a_block(save, photograph, monkeypatch):
    root = save("set/HR/a.png", photograph).parents[1]
    monkeypatch.setattr(file_hashes, "_state", lambda file: file.name)
    spec = DatasetSpec("set", fingerprints={"HR": fingerprint(open_folder(root))})
    save("set/HR/a.png", 255 - photograph)
    assert verify_dataset(open_folder(root, spec)).state == "ok"
    with file_hashes.fresh_hashes():
        assert verify_dataset(open_folder(root, spec)).state == "differs"


DAMAGED_CACHES = ["", "{", "[1]", '{"a.png 1 2": 3}', "\x00\xff", "[" * 100_000, "null"]


@pytest.mark.parametrize("damage", DAMAGED_CACHES, ids=lambda text: text[:12])
def test_damaged_cache_is_ignored(save, photograph, cache, damage):
    dataset = open_folder(save("a.png", photograph).parent)
    before = fingerprint(dataset)
    (file,) = (cache / "hashes").iterdir()
    file.write_text(damage)
    assert fingerprint(dataset) == before
    assert list(json.loads(file.read_text()).values()) == list(image_hashes(dataset).values())


def test_cache_that_cant_be_written_costs_only_time(save, photograph, cache):
    dataset = open_folder(save("a.png", photograph).parent)
    expected = fingerprint(dataset)
    shutil.rmtree(cache / "hashes")
    (cache / "hashes").write_text("a file in the way")
    assert fingerprint(dataset) == expected


def test_many_writers_at_once(save, photograph, cache):
    paths = [save(f"{i}.png", np.roll(photograph, i, 0)) for i in range(8)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: file_hashes.cached_hashes(paths, "bytes", file_hashes._sha256), range(16)))
    expected = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
    assert found == [expected] * 16
    (file,) = (cache / "hashes").iterdir()
    assert sorted(json.loads(file.read_text()).values()) == sorted(expected)


def test_verdicts(save, photograph, shared):
    root = save("set/HR/a.png", photograph).parents[1]
    good = {"HR": fingerprint(open_folder(root))}
    wrong = {"HR": "0" * 64}

    def state(**fields):
        return verify_dataset(open_folder(root, DatasetSpec("set", **fields))).state

    assert state(fingerprints=good) == "ok"
    assert state(fingerprints=wrong) == "differs"
    assert state(fingerprints=wrong, exact=False) == "other copy"
    assert state(images=2, fingerprints=good) == "incomplete"
    assert state() == "readable"
    path = root / "HR" / "a.png"
    path.write_bytes(path.read_bytes()[:500])
    assert state() == "damaged"
