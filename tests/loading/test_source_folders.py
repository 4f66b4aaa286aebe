"""Files of users are imported with the modules around them, and without those of other users' files."""

from __future__ import annotations

import inspect
import pickle
import sys
from textwrap import dedent

import pytest

from srbench import PluginError, UsageError
from srbench.loading import load, search_folders_of, source_folders


@pytest.fixture(autouse=True)
def own_process(monkeypatch, tmp_path):
    """The modules that a test writes are forgotten behind it."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in ("_known", "_searched", "_imported_before"):
        monkeypatch.setattr(source_folders, name, type(getattr(source_folders, name))())
    yield
    for name, module in list(sys.modules.items()):
        if str(tmp_path) in f"{vars(module).get('__file__')} {vars(module).get('__path__')}":
            del sys.modules[name]


@pytest.fixture
def write(tmp_path):
    def files(**texts):
        for name, text in texts.items():
            path = tmp_path / (name.replace("__", "/").replace("/init", "/__init__") + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text))
        return tmp_path

    return files


def test_a_module_beside_the_file(write):
    root = write(
        net="from blocks_7 import S\ndef late():\n    import deeper_7\n    return deeper_7.T",
        blocks_7="S = 2",
        deeper_7="T = 3",
    )
    assert load(f"{root}/net.py:S") == 2
    assert load(f"{root}/net.py:late")() == 3


@pytest.mark.parametrize("line", ["from outer_7 import common", "from . import common", "import common"])
def test_a_module_of_a_package_finds_its_neighbours(write, line):
    root = write(outer_7__init="", outer_7__common="SCALE = 2", outer_7__net=f"{line}\nS = common.SCALE")
    assert load(f"{root}/outer_7/net.py:S") == 2


def test_packages_in_packages(write):
    root = write(
        a_7__init="", a_7__b__init="", a_7__b__net="from ..c import S\nfrom a_7.c import S as T", a_7__c="S = object()"
    )
    assert load(f"{root}/a_7/b/net.py:S") is load(f"{root}/a_7/b/net.py:T")


def test_a_package_is_named_by_its_init(write):
    root = write(outer_7__init="from .net import Net", outer_7__net="class Net: pass")
    assert load(f"{root}/outer_7/__init__.py:Net") is load(f"{root}/outer_7/net.py:Net")


def test_the_current_folder_is_searched_too(write, monkeypatch):
    root = write(spaces__net="from parts_7.conv import S", parts_7__conv="S = 2")
    monkeypatch.chdir(root)
    assert load("spaces/net.py:S") == 2


def test_a_package_whose_other_modules_fail_does_not_hide_a_file_that_needs_none(write):
    root = write(outer_7__init="import not_installed_7", outer_7__net="S = 2", outer_7__other="from . import net")
    assert load(f"{root}/outer_7/net.py:S") == 2
    with pytest.raises(PluginError, match="No module named 'not_installed_7'; install not_installed_7, or name"):
        load(f"{root}/outer_7/other.py:net")


@pytest.mark.parametrize("namespace", [False, True])
def test_files_and_packages_of_one_name_do_not_mix(write, namespace):
    code = (
        "from blocks_7 import S\nfrom layers_7 import deep\ndef late():\n    import late_7\n    return late_7.S, deep.S"
    )
    files = {}
    for repository in "ab":
        files |= {
            f"{repository}__net": code,
            f"{repository}__blocks_7": f"S = '{repository}'",
            f"{repository}__late_7": f"S = '{repository}'",
            f"{repository}__layers_7__deep": f"S = '{repository}'",
        }
        if not namespace:
            files[f"{repository}__layers_7__init"] = ""
    root = write(**files)
    first, second = f"{root}/a/net.py:late", f"{root}/b/net.py:late"
    of_first, of_second = load(first), load(second)
    assert of_second() == ("b", "b")
    search_folders_of(first)
    assert of_first() == ("a", "a")
    assert load(f"{root}/a/net.py:S") == "a"
    assert load(f"{root}/b/net.py:S") == "b"
    assert load(first) is of_first


def test_classes_of_a_file_are_whole(write):
    root = write(
        net_7="""
        from __future__ import annotations
        from dataclasses import dataclass
        @dataclass
        class Config:
            width: int = 8
        """
    )
    config = load(f"{root}/net_7.py:Config")
    assert pickle.loads(pickle.dumps(config())) == config()  # noqa: S301 - written here
    assert "width: int" in inspect.getsource(config)


@pytest.mark.parametrize("name", ["random", "torch", "srbench", "my-net", "net.v2"])
def test_a_file_may_have_a_name_that_is_taken_or_none_for_a_module(write, name):
    root = write(**{name: "import numpy\nS = 5"})
    taken = sys.modules.get(name)
    assert load(f"{root}/{name}.py:S") == 5
    assert sys.modules.get(name) is taken


def test_a_changed_file_is_read_again(write):
    root = write(net="from part_7 import S", part_7="S = 2")
    assert load(f"{root}/net.py:S") == 2
    write(net="from part_7 import S  # changed", part_7="S = 33")
    assert load(f"{root}/net.py:S") == 33


def test_a_file_is_executed_once(write):
    root = write(once_7="import sys\nsys.count_7 = getattr(sys, 'count_7', 0) + 1\nS = 1", other_7="import once_7")
    load(f"{root}/other_7.py:once_7")
    load(f"{root}/once_7.py:S")
    load(f"{root}/once_7.py:S")
    assert sys.count_7 == 1
    del sys.count_7


def test_a_failed_import_leaves_nothing(write):
    root = write(net_7="import broken_7", broken_7="1 / 0")
    for _ in range(2):
        with pytest.raises(PluginError, match=r"broken_7.py:1, in <module>: ZeroDivisionError: division by zero"):
            load(f"{root}/net_7.py:S")
    assert not {"net_7", "broken_7"} & sys.modules.keys()


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("raise SystemExit(0)", r"net.py:1, in <module>: SystemExit: 0"),
        ("import sys\n\nsys.exit('enough')", r"net.py:3, in <module>: SystemExit: enough"),
        ("x = (", r"net.py:1: SyntaxError: '\(' was never closed"),
        (
            "def __getattr__(name):\n    raise ValueError(name)",
            r"asked for 'Net': \S*net.py:2, in __getattr__: ValueError: Net",
        ),
        ("raise ValueError('a\\nb\\ud800')", r"ValueError: a b\\ud800$"),
        (
            "class E(Exception):\n    def __str__(self):\n        raise KeyError\nraise E",
            r"E: \(its message can't be shown: its __str__ raised KeyError\)",
        ),
        ("import no_such_7", "install no_such_7, or name the folder that holds it in PYTHONPATH"),
        ("from torch.nn import Module\nimport sys\nclass Nets: pass", "has no 'Net'; did you mean 'Nets'[?]"),
        ("from torch.nn import Module\nimport sys\nx = 3", "has no 'Net'; there are none"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_on_one_line(write, code, problem):
    root = write(net=code)
    with pytest.raises(PluginError, match=problem) as refused:
        load(f"{root}/net.py:Net")
    assert len(str(refused.value).splitlines()) == 1
    str(refused.value).encode()


@pytest.mark.parametrize("target", ["net_7.py", ":Net", "net_7.py:", "no/such_7.py:Net"])
def test_no_file_or_no_name(target):
    with pytest.raises(UsageError, match=r"write module:attribute or file\.py:Class|no such file"):
        load(target)
