from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import replace

import pytest
from PIL import Image

from srbench.data.fetch.get import get_dataset, get_weights
from srbench.data.fetch.size import remote_sizes
from srbench.errors import DataError, PluginError, WeightsError
from srbench.specs.dataset import Archive, DatasetSpec
from srbench.specs.rules import check_spec
from srbench.specs.weights import WeightsSpec

CONTENT = b"weights of a network"
SPEC = WeightsSpec(
    "net",
    filename="renamed.pth",
    url="hf://lab/net/x4/net.pth",
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    licence="MIT",
    origin="trained by its authors",
)


def test_weights_are_where_others_are(hub, tmp_path, offline):
    hub.add("lab/net", {"x4/net.pth": CONTENT})
    path = get_weights(SPEC, tmp_path / "cache")
    assert path == tmp_path / "cache" / "weights" / "renamed.pth"
    assert path.read_bytes() == CONTENT
    assert [file.name for file in path.parent.iterdir()] == ["renamed.pth"]
    offline()
    assert get_weights(SPEC, tmp_path / "cache") == path
    path.write_bytes(b"damaged")
    assert get_weights(SPEC, tmp_path / "cache").read_bytes() == CONTENT


def test_weights_with_another_hash_are_refused(hub, tmp_path):
    hub.add("lab/net", {"x4/net.pth": b"others"})
    with pytest.raises(
        WeightsError, match=r"hf://lab/net/x4/net.pth: its SHA-256 is .*, not .*; the file in the repos"
    ):
        get_weights(SPEC, tmp_path / "cache")
    assert not (tmp_path / "cache" / "weights" / "renamed.pth").exists()


def test_further_files_lie_beside_the_first(hub, tmp_path):
    hub.add("lab/net", {"x4/net.pth": CONTENT, "x4/net.pth.meta": b"more"})
    spec = replace(SPEC, filename="net.pth", parts={"net.pth.meta": hashlib.sha256(b"more").hexdigest()})
    assert get_weights(spec, tmp_path).with_name("net.pth.meta").read_bytes() == b"more"


def test_a_dataset_is_unpacked(hub, tmp_path):
    picture, archive = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (8, 8), (9, 8, 7)).save(picture, "PNG")
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("Mini/a.png", picture.getvalue())
    commit = hub.add("lab/sets", {"mini.zip": archive.getvalue()}, kind="datasets")
    address = f"hf://datasets/lab/sets/mini.zip@{commit}"
    spec = DatasetSpec("Mini", images=1, archives=(Archive(address, hr="Mini/*.png"),))
    assert remote_sizes([address, "hf://lab/none/x.zip"]) == {address: len(archive.getvalue())}
    assert len(get_dataset(spec, tmp_path).images) == 1
    with pytest.raises(DataError, match="no such repository"):
        get_dataset(replace(spec, name="None", archives=(Archive("hf://datasets/lab/none/x.zip", hr="*"),)), tmp_path)


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        (replace(SPEC, url="hf://net.pth"), "url: is hf://net.pth: names no repository"),
        (replace(SPEC, url="hf://lab/net"), "url: is 'hf://lab/net', a whole repository; name a file in it"),
        (
            DatasetSpec("Mini", archives=(Archive("hf://mini.zip"),)),
            r"archives\[0\].url: is hf://mini.zip: names no repository",
        ),
    ],
)
def test_an_address_that_is_none_is_found_when_a_plugin_is_loaded(spec, problem):
    check_spec(SPEC)
    with pytest.raises(PluginError, match=problem):
        check_spec(spec)


NETWORK = """
import torch

class Net(torch.nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.scale, self.gain = scale, torch.nn.Parameter(torch.ones(()))

    def forward(self, lr):
        return self.gain * torch.nn.functional.interpolate(lr, scale_factor=self.scale)
"""


@pytest.mark.slow
def test_a_checkpoint_and_images_named_by_their_addresses(hub, srbench, tmp_path):
    """As paths do: other weights, and older ones, give other numbers."""
    import torch

    picture = io.BytesIO()
    Image.effect_noise((24, 24), 50).convert("RGB").save(picture, "PNG")
    hub.add("lab/sets", {"Two/a.png": picture.getvalue(), "Two/b.png": picture.getvalue()}, kind="datasets")
    (tmp_path / "net.py").write_text(NETWORK)
    commits = {}
    for gain in (0.5, 1.0):
        weights = io.BytesIO()
        torch.save({"gain": torch.tensor(gain)}, weights)
        commits[gain] = hub.add("lab/net", {"net.pth": weights.getvalue()})

    def psnr(weights):
        method = ("--method", f"{tmp_path / 'net.py'}:Net", "--weights", weights)
        sets = ("--datasets", "hf://datasets/lab/sets/Two", "--scales", "2", "--metrics", "psnr")
        done = srbench("eval", *method, *sets, "--json")
        assert done.code == 0, done.err
        (entry,) = done.json
        assert entry["n_images"] == 2
        return entry["measured"]

    newest = psnr("hf://lab/net/net.pth")
    assert newest == psnr(f"hf://lab/net/net.pth@{commits[1.0]}")
    assert newest > psnr(f"hf://lab/net/net.pth@{commits[0.5]}") + 3
    done = srbench("eval", "--method", "x.py:Net", "--weights", "hf://lab/none/net.pth", "--datasets", "demo")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "hf://lab/none/net.pth: no such repository" in done.err
