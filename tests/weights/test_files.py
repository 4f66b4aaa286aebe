from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from srbench.data.integrity.verify import Finding, check_weights
from srbench.errors import WeightsError
from srbench.specs.weights import WeightsSpec
from srbench.weights.files import find_weights, require_weights, verify_weights
from srbench.weights.state_dict import load_state_dict

CONTENT = b"not a network, but a file with a hash"
SPEC = WeightsSpec(
    "net", "net.pth", "https://example.org/net.pth", hashlib.sha256(CONTENT).hexdigest(), "MIT", "a test"
)


@pytest.fixture
def root(tmp_path):
    (tmp_path / "weights" / "sr").mkdir(parents=True)
    (tmp_path / "weights" / "sr" / "net.pth").write_bytes(CONTENT)
    return tmp_path


def test_found_anywhere_under_weights(root, tmp_path_factory):
    path = root / "weights" / "sr" / "net.pth"
    assert find_weights(SPEC, [tmp_path_factory.mktemp("empty"), root]) == path
    assert require_weights(SPEC, [root]) == path
    assert verify_weights(SPEC, path) == SPEC.sha256


def test_the_right_one_of_two_with_one_name(root):
    (root / "weights" / "net.pth").write_bytes(b"another network")
    assert find_weights(SPEC, [root]) == root / "weights" / "sr" / "net.pth"


def test_wrong_hash_names_file_expected_and_found(root):
    path = root / "weights" / "sr" / "net.pth"
    path.write_bytes(CONTENT[:-1])
    found = hashlib.sha256(CONTENT[:-1]).hexdigest()
    with pytest.raises(
        WeightsError, match=f"net.pth: not the file of 'net': SHA-256 is {found}, expected {SPEC.sha256}"
    ):
        require_weights(SPEC, [root])


def test_the_start_of_a_hash_is_compared_where_no_more_is_published(root):
    path = root / "weights" / "sr" / "net.pth"
    begun = WeightsSpec("net", "net.pth", "", "", "MIT", "a test", sha256_start=SPEC.sha256[:8])
    assert verify_weights(begun, path) == SPEC.sha256
    assert check_weights(begun, path) == Finding(
        "readable", f"SHA-256 begins with {SPEC.sha256[:8]}; no more is published"
    )
    (root / "weights" / "net.pth").write_bytes(b"another network")
    assert find_weights(begun, [root]) == path
    path.write_bytes(CONTENT[:-1])
    with pytest.raises(WeightsError, match=f"expected {SPEC.sha256[:8]}, of which only the start is published"):
        verify_weights(begun, path)


def test_absent(tmp_path):
    assert find_weights(SPEC, [tmp_path]) is None
    with pytest.raises(WeightsError, match=r"net.pth not found in .*; get it: srbench data get net"):
        require_weights(SPEC, [tmp_path])
    by_hand = WeightsSpec("net", "net.pth", "https://example.org/page", "", "MIT", "a test", downloadable=False)
    with pytest.raises(WeightsError, match=r"get it: from https://example.org/page, by hand"):
        require_weights(by_hand, [tmp_path])


def test_inside_a_package():
    def bundled(path):
        return WeightsSpec("bundled", "py.typed", "", "", "MIT", "a test", resource=f"srbench:{path}")

    assert find_weights(bundled("py.typed"), []).name == "py.typed"
    with pytest.raises(WeightsError, match=r"srbench:gone.safetensors is missing from the installed package"):
        find_weights(bundled("gone.safetensors"), [])


def test_company_material_is_found_by_name(shared):
    for name in ("PCARN-M.pth", "IMDN_x4.pth", "alexnet-torchvision-features.safetensors", "niqe_modelparameters.mat"):
        path = find_weights(WeightsSpec("any", name, "", "", "", ""), [shared])
        assert path.name == name
        assert (
            verify_weights(WeightsSpec("any", name, "", "", "", ""), path)
            == hashlib.sha256(path.read_bytes()).hexdigest()
        )


@pytest.fixture
def in_parts(tmp_path):
    """Weights in three files, and their spec."""
    hashes = {}
    (tmp_path / "weights" / "net").mkdir(parents=True)
    for name, content in (("a.txt", "1 2\n1 2"), ("b.txt", "1\n3"), ("c.txt", "1\n4")):
        (tmp_path / "weights" / "net" / name).write_text(content)
        hashes[name] = hashlib.sha256(content.encode()).hexdigest()
    first = hashes.pop("a.txt")
    return WeightsSpec("net", "a.txt", "https://example.org/a.txt", first, "MIT", "a test", parts=hashes)


def test_weights_in_several_files(in_parts, tmp_path):
    path = require_weights(in_parts, [tmp_path])
    assert path == tmp_path / "weights" / "net" / "a.txt"
    state = load_state_dict(path, in_parts)
    assert {key: tensor.tolist() for key, tensor in state.items()} == {
        "a.values": [[1, 2]],
        "b.values": [3],
        "c.values": [4],
    }
    assert list(load_state_dict(path)) == ["values"]


def test_their_hash_is_that_of_all(in_parts, tmp_path):
    path = tmp_path / "weights" / "net" / "a.txt"
    whole = verify_weights(in_parts, path)
    assert whole != in_parts.sha256
    other = {**in_parts.parts, "c.txt": hashlib.sha256(b"1\n5").hexdigest()}
    (tmp_path / "weights" / "net" / "c.txt").write_bytes(b"1\n5")
    assert verify_weights(replace(in_parts, parts=other), path) != whole
    with pytest.raises(WeightsError, match=r"c\.txt: not the file of 'net'"):
        verify_weights(in_parts, path)
    (tmp_path / "weights" / "net" / "b.txt").unlink()
    with pytest.raises(WeightsError, match=r"b\.txt: a file of 'net' is missing; get it as well: srbench data get net"):
        verify_weights(in_parts, path)
