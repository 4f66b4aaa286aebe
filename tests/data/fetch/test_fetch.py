from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile

import numpy as np
import pytest
from PIL import Image

from srbench.data.fetch.get import get_dataset, get_weights
from srbench.data.integrity.fingerprint import fingerprint
from srbench.errors import DataError, WeightsError
from srbench.imaging.image_io import read_image
from srbench.specs.dataset import Archive, DatasetSpec
from srbench.specs.weights import WeightsSpec


def png(image):
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def files(photograph):
    lr = np.ascontiguousarray(photograph[::2, ::2])
    return {
        "benchmark/Mini/HR/a.png": png(photograph),
        "benchmark/Mini/HR/b.png": png(photograph[::-1].copy()),
        "benchmark/Mini/LR_bicubic/X2/ax2.png": png(lr),
        "benchmark/Mini/LR_bicubic/X2/bx2.png": png(lr[::-1].copy()),
        "benchmark/Other/HR/c.png": png(photograph),
    }


def zipped(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(files):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def spec_of(server, name="Mini", sha256="", **fields):
    archive = Archive(
        server.url("benchmark.bin"),
        sha256,
        hr=f"{name}/HR/*.png",
        lr={2.0: "Mini/LR_bicubic/X2/*.png"} if name == "Mini" else {},
    )
    return DatasetSpec(name, images=2 if name == "Mini" else 1, archives=(archive,), **fields)


def clean(destination, name="Mini"):
    """Nothing that looks like the set, complete or half."""
    return not (destination / "data" / name).exists() and not list((destination / "data").glob(f".{name}*"))


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_into_the_usual_layout(server, files, tmp_path, photograph, pack):
    server.files["benchmark.bin"] = pack(files)
    spec = spec_of(server, sha256=hashlib.sha256(pack(files)).hexdigest()) if pack is zipped else spec_of(server)
    dataset = get_dataset(spec, tmp_path)
    assert dataset.root == tmp_path / "data" / "Mini"
    assert [image.name for image in dataset.images] == ["a", "b"]
    assert dataset.scales == (2.0,)
    np.testing.assert_array_equal(read_image(dataset.images[0].hr), photograph)
    assert fingerprint(dataset)


def test_sets_of_one_archive_fetch_it_once(server, files, tmp_path):
    server.files["benchmark.bin"] = zipped(files)
    get_dataset(spec_of(server), tmp_path)
    get_dataset(spec_of(server, "Other"), tmp_path)
    assert len(server.requests) == 1


def test_hr_and_lr_from_archives_of_their_own(server, files, tmp_path):
    server.files["hr.zip"] = zipped({name: content for name, content in files.items() if "/HR/" in name})
    server.files["x2.zip"] = zipped({name: content for name, content in files.items() if "/X2/" in name})
    archives = (Archive(server.url("hr.zip"), hr="Mini/HR/*.png"), Archive(server.url("x2.zip"), lr={2.0: "X2/*.png"}))
    assert get_dataset(DatasetSpec("Mini", images=2, archives=archives), tmp_path).scales == (2.0,)


def test_interrupted_download_leaves_nothing_that_looks_complete(server, files, tmp_path):
    server.files["benchmark.bin"] = zipped(files)
    server.break_after = 5000
    with pytest.raises(DataError, match=r"benchmark.bin: not fetched"):
        get_dataset(spec_of(server), tmp_path)
    assert clean(tmp_path)
    server.break_after = None
    assert len(get_dataset(spec_of(server), tmp_path).images) == 2


@pytest.mark.parametrize("fault", ["hostile", "damaged", "incomplete", "unpaired", "another"])
def test_bad_archive_leaves_nothing_and_is_fetched_anew(server, files, tmp_path, fault):
    bad = {
        "hostile": lambda: zipped({**files, "../../x.png": b""}),
        "damaged": lambda: zipped(files)[:-2000],
        "incomplete": lambda: zipped({name: content for name, content in files.items() if "b" not in name[-7:]}),
        "unpaired": lambda: zipped({name: content for name, content in files.items() if "bx2" not in name}),
        "another": lambda: zipped({"readme.txt": b""}),
    }
    server.files["benchmark.bin"] = bad[fault]()
    with pytest.raises(DataError):
        get_dataset(spec_of(server), tmp_path)
    assert clean(tmp_path)
    server.files["benchmark.bin"] = zipped(files)
    assert len(get_dataset(spec_of(server), tmp_path).images) == 2


def test_by_hand_only(tmp_path):
    spec = DatasetSpec("Manga109", archives=(Archive("http://www.manga109.org/en/download.html"),))
    with pytest.raises(
        DataError, match=r"download it from http://www.manga109.org.* by hand, and put its images into .*Manga109"
    ):
        get_dataset(spec, tmp_path)


def test_a_folder_in_the_way(server, tmp_path):
    (tmp_path / "data" / "Mini").mkdir(parents=True)
    with pytest.raises(DataError, match="Mini: exists already, but is not complete; remove it first"):
        get_dataset(spec_of(server), tmp_path)


def test_weights(server, tmp_path):
    server.files["net.pth"] = b"weights"
    sha256 = hashlib.sha256(b"weights").hexdigest()
    spec = WeightsSpec("net", "net.pth", server.url("net.pth"), sha256, "MIT", "a test")
    path = get_weights(spec, tmp_path)
    assert path == tmp_path / "weights" / "net.pth"
    assert path.read_bytes() == b"weights"


def test_weights_in_several_files(server, tmp_path):
    server.files |= {"model/a.txt": b"first", "model/b.txt": b"second"}
    first, second = (hashlib.sha256(content).hexdigest() for content in (b"first", b"second"))
    spec = WeightsSpec("net", "a.txt", server.url("model/a.txt"), first, "MIT", "a test", parts={"b.txt": second})
    path = get_weights(spec, tmp_path)
    assert path == tmp_path / "weights" / "net" / "a.txt"
    assert (path.read_bytes(), path.with_name("b.txt").read_bytes()) == (b"first", b"second")


def test_wrong_weights_are_refused(server, tmp_path):
    server.files["net.pth"] = b"<html>sign in first</html>"
    spec = WeightsSpec("net", "net.pth", server.url("net.pth"), "0" * 64, "MIT", "a test")
    with pytest.raises(WeightsError, match="its SHA-256 is not 0000"):
        get_weights(spec, tmp_path)
    assert not (tmp_path / "weights" / "net.pth").exists()


def test_weights_by_hand_only(tmp_path):
    spec = WeightsSpec("net", "net.pth", "https://example.org/page", "", "MIT", "a test", downloadable=False)
    with pytest.raises(
        WeightsError, match=r"download net.pth from https://example.org/page by hand, and put it at .*net.pth"
    ):
        get_weights(spec, tmp_path)
