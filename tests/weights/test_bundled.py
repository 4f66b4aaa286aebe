import json
import sys

import pytest

from srbench import BUNDLED_LICENCE, MethodSpec, PluginError, bundled_method
from srbench.weights.bundled import bundled_weights

PACKAGE = "srbench_bundled_test"


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A plugin's package with the cards of four networks."""
    folder = tmp_path / PACKAGE / "weights"
    folder.mkdir(parents=True)
    (tmp_path / PACKAGE / "__init__.py").touch()
    card = {
        "sha256": "0" * 64,
        "trained": {"trained_with": {"data": ["T91"], "phases": [{"name": "l1", "budget": {"steps": 10}}]}},
    }
    for stem in ("net", "net-x2", "net-x3"):
        (folder / f"{stem}.json").write_text(json.dumps(card), encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield PACKAGE
    sys.modules.pop(PACKAGE, None)


def test_one_file_for_all_scales(package):
    weights, method = bundled_method(package, "net", "net-model", paper="A paper", summary="small")
    assert weights == (bundled_weights(package, "weights/net", "net-bundled"),)
    assert weights[0].resource == f"{package}:weights/net.safetensors"
    assert weights[0].licence == BUNDLED_LICENCE
    assert method == MethodSpec(
        "net-bundled",
        "net-model",
        source="bundled",
        bundled="net-bundled",
        aliases=("net-shipped",),
        paper="A paper",
        summary="small",
    )


def test_one_file_for_each_scale(package):
    weights, method = bundled_method(package, {2: "net-x2", 3: "net-x3"}, "net", licence="MIT", sigma="branch")
    assert [(spec.name, spec.licence) for spec in weights] == [("net-x2-bundled", "MIT"), ("net-x3-bundled", "MIT")]
    assert method == MethodSpec(
        "net-bundled",
        "net",
        aliases=("net-shipped",),
        source="bundled",
        bundled={2: "net-x2-bundled", 3: "net-x3-bundled"},
        sigma="branch",
    )


def test_the_method_can_have_another_name(package):
    assert bundled_method(package, "net", "net", name="ours")[1].name == "ours"


def test_a_missing_card_is_named(package):
    with pytest.raises(PluginError, match=r"weights/other\.json"):
        bundled_method(package, "other", "net")
