"""SR images read with their HR images, and their fingerprint."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from srbench import ImagesSpec
from srbench.data.datasets.finder import DatasetFinder, open_folder
from srbench.data.sr_images.folders import find_sr_folder
from srbench.data.sr_images.image_set import fingerprint, open_sr_images, read_sr_pair
from srbench.data.sr_images.verify import overall, verify_sr_images
from srbench.errors import DataError

NET = ImagesSpec("net-images", "Net", "https://example.org", "", "")


@pytest.fixture
def pixels(photograph):
    return photograph[:50, :63]


@pytest.fixture
def open_images(save, pixels, tmp_path, private_cache):
    """Save HR and SR of one image at x4, and open them."""
    del private_cache
    save("data/Mini/HR/a.png", pixels)

    def make(sr, name="a_x4", suffix="png", hr=None):
        if hr is not None:
            save("data/Mini/HR/a.png", hr)
        save(f"images/Net/Mini/X4/{name}.{suffix}", sr)
        dataset = open_folder(tmp_path / "data" / "Mini")
        folder = find_sr_folder(NET, ("Mini",), 4, [tmp_path])
        return open_sr_images(NET, folder, dataset, 4), dataset

    return make


def read(images, dataset):
    return read_sr_pair(images, dataset.images[0], dataset)


def test_sr_is_read_as_it_is_and_hr_cropped_as_for_a_network(open_images, pixels):
    sr, hr = read(*open_images(255 - pixels[:48, :60]))
    assert np.array_equal(sr, 255 - pixels[:48, :60])
    assert np.array_equal(hr, pixels[:48, :60])


@pytest.mark.parametrize("size", [(50, 63), (48, 64), (47, 60), (12, 15)])
def test_sr_of_another_size_is_refused_with_both_files(open_images, size):
    with pytest.raises(DataError, match=r"a_x4\.png: SR is \d+x\d+, but .*HR/a\.png, cropped for x4, is 60x48"):
        read(*open_images(np.zeros((*size, 3), np.uint8)))


def test_luma_alone_is_refused_for_a_colour_image(open_images, pixels):
    with pytest.raises(DataError, match=r"a_x4\.png: grey, but .*HR/a\.png has colours"):
        read(*open_images(255 - pixels[:48, :60, 0]))


def test_colour_is_fine_for_a_grey_image(open_images, pixels):
    sr, hr = read(*open_images(255 - pixels[:48, :60], hr=pixels[..., 0]))
    assert (sr.ndim, hr.ndim) == (3, 2)


def test_the_hr_image_itself_is_no_sr_image(open_images, pixels):
    with pytest.raises(DataError, match=r"a_x4\.png: has the pixels of .*HR/a\.png"):
        read(*open_images(pixels[:48, :60]))


def test_the_fingerprint_is_of_decoded_pixels_by_hr_name(open_images, pixels, tmp_path):
    sr = 255 - pixels[:48, :60]
    images, _ = open_images(sr)
    pixel_hash = hashlib.sha256(b"48x60x3\n" + sr.tobytes()).hexdigest()
    expected = hashlib.sha256(f"a {pixel_hash}\n".encode()).hexdigest()
    assert fingerprint(images.files) == expected
    (tmp_path / "images/Net/Mini/X4/a_x4.png").unlink()
    again, _ = open_images(sr, "a_Net_x4", "webp")
    assert fingerprint(again.files) == expected
    (tmp_path / "images/Net/Mini/X4/a_Net_x4.webp").unlink()
    sr = sr.copy()
    sr[0, 0, 0] ^= 1
    changed, _ = open_images(sr)
    assert fingerprint(changed.files) != expected


@pytest.mark.parametrize(
    ("written", "quantise", "text"),
    [
        ("", "round", "it is not known whether their authors rounded or truncated them"),
        ("rounded", "round", "their authors rounded them, as the protocol does"),
        ("truncated", "truncate", "their authors truncated them, as the protocol does"),
        ("rounded", "truncate", "their authors rounded them, where the protocol would truncate"),
        ("truncated", "round", "their authors truncated them, where the protocol would round"),
    ],
)
def test_the_remark_says_what_is_fixed_already(open_images, pixels, written, quantise, text):
    images, _ = open_images(255 - pixels[:48, :60])
    remark = replace(images, spec=replace(NET, written=written), verified=True).remark(quantise)
    assert remark == f"images: finished SR files of Net in place of a network; {text}"


def test_the_remark_of_an_unknown_copy_claims_nothing_about_its_authors(open_images, pixels):
    images, _ = open_images(255 - pixels[:48, :60])
    remark = replace(images, spec=replace(NET, written="truncated")).remark("truncate")
    assert remark.endswith("no fingerprint of their copy is registered, so nothing shows that they are their authors'")


def test_verification_compares_with_known_copies(open_images, pixels, tmp_path):
    images, _ = open_images(255 - pixels[:48, :60])
    finder = DatasetFinder([tmp_path])

    def state(**changes):
        return overall(verify_sr_images(replace(NET, **changes), [tmp_path], finder))

    assert state().state == "readable"
    assert state(fingerprints={("Mini", 4.0): fingerprint(images.files)}).state == "ok"
    assert state(fingerprints={("Mini", 2.0): "0"}).state == "readable"
    differs = state(fingerprints={("Mini", 4.0): "0" * 64})
    assert (differs.state, differs.detail) == ("differs", "Mini x4: other pixels than the known copy")
    assert state(folder="Other").state == "missing"


def test_verification_names_a_missing_image(open_images, pixels, save, tmp_path):
    open_images(255 - pixels[:48, :60])
    save("data/Mini/HR/b.png", pixels)
    found = overall(verify_sr_images(NET, [tmp_path], DatasetFinder([tmp_path])))
    assert found.state == "damaged"
    assert "HR/b.png: no SR image of this name" in found.detail


@pytest.mark.parametrize("name", ["a", "a_x4", "a_Net_x4"])
def test_known_copies_are_compared_without_their_dataset(open_images, pixels, save, tmp_path, name):
    """By the names of the SR files alone: a changed pixel of a registered set is never `readable`."""
    images, _ = open_images(255 - pixels[:48, :60], name)
    known = replace(NET, fingerprints={("Mini", 4.0): fingerprint(images.files)})
    nothing = DatasetFinder([tmp_path / "nowhere"])

    def state(spec=known, **options):
        return overall(verify_sr_images(spec, [tmp_path], nothing, **options))

    assert (state().state, state(NET).state, state(thorough=False).state) == ("ok", "readable", "ok")
    changed = 255 - pixels[:48, :60]
    changed[3, 3, 0] ^= 1
    save(f"images/Net/Mini/X4/{name}.png", changed)
    assert state().state == "differs"
    assert "other pixels or names than the known copy (its dataset is not found)" in state().detail
    path = tmp_path / f"images/Net/Mini/X4/{name}.png"
    path.write_bytes(path.read_bytes()[:200])
    assert (state().state, state(NET).state) == ("damaged", "damaged")
