"""Rules for the values of specs that a plugin's author meets when a plugin is loaded."""

from __future__ import annotations

import pytest

from srbench import CheckpointOpenerSpec, MethodSpec, PluginError
from srbench.specs.rules import check_spec

OPENER = {"name": "net", "suffixes": (".pth",), "open": "net:open_file"}


def test_a_sound_opener_passes():
    check_spec(CheckpointOpenerSpec(**OPENER, networks="net:names"))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"open": "net"}, "open: is 'net'; write module:attribute"),
        ({"networks": "names"}, "networks: is 'names'; write module:attribute"),
        ({"suffixes": ()}, "suffixes: there are none"),
        ({"suffixes": (".PTH",)}, "suffixes: has '.PTH'; give the end of a file name in lower case"),
        ({"suffixes": ("pth",)}, "suffixes: has 'pth'"),
        ({"suffixes": (".",)}, "suffixes: has '.'"),
    ],
)
def test_an_opener_that_would_never_be_asked_is_refused(change, problem):
    with pytest.raises(PluginError) as refused:
        check_spec(CheckpointOpenerSpec(**{**OPENER, **change}))
    assert problem in str(refused.value)


def test_an_alias_of_a_method_is_a_name():
    with pytest.raises(PluginError, match="leave out separators of folders"):
        check_spec(MethodSpec("net", "net", aliases=("a/b",)))
