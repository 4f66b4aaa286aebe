from __future__ import annotations

import hashlib

import pytest

from srbench.data.integrity.verify import Finding, check_weights
from srbench.errors import WeightsError
from srbench.specs.weights import WeightsSpec
from srbench.weights.files import find_weights, require_weights, verify_weights

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
