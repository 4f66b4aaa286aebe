"""Networks of users, by way of the command line: their files, their failures, and what they print."""

from __future__ import annotations

import json
import re
from textwrap import dedent

import numpy as np
import pytest

CODE = """
import os
import sys
import torch
from torch import nn
from torch.nn import functional as F

print("import")


def twice(x):
    return F.interpolate(x, scale_factor=2, mode="bicubic")


class Bicubic(nn.Module):
    def forward(self, x):
        return twice(x)


class Noisy(nn.Module):
    def forward(self, x, noise=None):
        return twice(x) if noise is None else twice(x) + 0.01 * noise


class Boom(nn.Module):
    def forward(self, x):
        return self.inner(x)

    def inner(self, x):
        raise RuntimeError("boom")


class Leaves(nn.Module):
    def forward(self, x):
        sys.exit(0)


class NeverBuilt(nn.Module):
    def __init__(self):
        sys.exit(0)


class Levels(nn.Module):
    def forward(self, x):
        return twice(x) * 255


class Luma(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = nn.Conv2d(1, 1, 1, bias=False)
        self.one.weight = nn.Parameter(torch.ones(1, 1, 1, 1))

    def forward(self, y):
        return twice(self.one(y))


class Random(nn.Module):
    def __init__(self, width=3):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 1)

    def forward(self, x):
        return twice(self.conv(x))


class Loud(nn.Module):
    def forward(self, x):
        print("printed")
        sys.stdout.write("written")
        os.write(1, b"by a library in C")
        os.system("echo by a child")
        return twice(x)


class Warns(nn.Module):
    def forward(self, x):
        import warnings
        warnings.warn("one\\ntwo")
        return twice(x)


class Plain(nn.Module):
    def forward(self, x):
        return F.interpolate(x, scale_factor=2.0, mode="bicubic")


def scripted():
    return torch.jit.script(Plain())


class Stop(BaseException):
    pass


class Stops(nn.Module):
    def forward(self, x):
        raise Stop("enough")


class Needy(nn.Module):
    def __init__(self, width):
        super().__init__()


class Untold(Exception):
    def __str__(self):
        raise ValueError


class Mute(nn.Module):
    def forward(self, x):
        raise Untold


class Lines(nn.Module):
    def forward(self, x):
        raise ValueError("one\\ntwo \\ud800")


def factory(gain=1.0):
    net = Bicubic()
    net.gain = gain
    return net


ready = Bicubic()
Net = dict


class Lazy(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.LazyConv2d(3, 1)

    def forward(self, x):
        return twice(self.conv(x))


class Broken(nn.Module):
    def forward(self, x):
        return twice(x) * (float("nan") if os.path.exists("broken") else 1)
"""


@pytest.fixture
def folder(tmp_path, photograph, save):
    """A folder with a file of networks, and a folder of one HR image."""
    (tmp_path / "my_net.py").write_text(CODE)
    save("hr/a.png", photograph[:24, :32])
    return tmp_path


@pytest.fixture
def evaluate(srbench, folder):
    def run(model, *more, metrics="psnr"):
        where = ("--datasets", "hr", "--scales", 2, "--metrics", metrics)
        return srbench("eval", "--model", f"my_net.py:{model}", *where, *more, cwd=folder)

    return run


@pytest.fixture
def psnr(evaluate):
    return lambda *arguments: evaluate(*arguments, "--json").json[0]["measured"]


def test_an_optional_second_argument_is_not_the_scale(psnr):
    assert psnr("Noisy") == psnr("Bicubic") == psnr("factory") == psnr("ready") == psnr("scripted") > 20


def test_a_warning_is_one_line(evaluate):
    assert "warning: one two\n" in evaluate("Warns").err


@pytest.mark.parametrize(
    ("network", "error", "code"),
    [
        ("Boom", "my_net.py:30, in inner: RuntimeError: boom", 1),
        ("Mute", "Untold: (its message can't be shown: its __str__ raised ValueError)", 1),
        ("Lines", r"ValueError: one two \ud800", 1),
        ("Leaves", "my_net.py:35, in forward: SystemExit: 0; a network must not end the program", 2),
        ("NeverBuilt", "my_net.py:40, in __init__: SystemExit: 0; its constructor must not end the program", 2),
        ("Stops", "my_net.py:98, in forward: Stop: enough; a network must not end the program", 2),
        ("Net", "returned dict, not a torch.nn.Module", 2),
        ("Needy", "my_net.py:Needy: it needs width; give --model-arg width=VALUE", 2),
        ("twice", "my_net.py:twice: it needs x; give --model-arg x=VALUE", 2),
        ("Luma", "its first convolution takes 1 channel, and LR is RGB; for a network of luma alone give", 2),
        ("Bicubi", "did you mean 'Bicubic'", 2),
        ("torch", "is a module; name a class", 2),
    ],
)
def test_a_failure_is_told_once_on_one_line(evaluate, network, error, code):
    outcome = evaluate(network)
    assert outcome.code == code
    [line] = outcome.err.splitlines()
    assert line.startswith("error: ")
    assert error in line
    assert error not in outcome.out


@pytest.mark.parametrize(
    ("network", "argument", "error"),
    [
        ("Random", "widht=4", "it has no argument 'widht'; did you mean 'width'?"),
        ("ready", "width=4", "it is a network already, and takes no width"),
        ("Random", "=4", "write KEY=VALUE"),
        ("Random", "width", "write KEY=VALUE"),
        ("Random", f"width={'-' * 20000}1", ""),
    ],
    ids=lambda value: value[:20],
)
def test_arguments_of_a_network(evaluate, network, argument, error):
    outcome = evaluate(network, "--model-arg", argument)
    assert outcome.code == (2 if error else 0)
    assert error in outcome.err


@pytest.mark.parametrize("place", ["before", "after", "environment"])
@pytest.mark.parametrize("network", ["Boom", "Leaves", "Stops"])
def test_traceback_shows_all(srbench, folder, monkeypatch, network, place):
    if place == "environment":
        monkeypatch.setenv("SRBENCH_TRACEBACK", "1")
    option = ["--traceback"]
    outcome = srbench(
        *(option * (place == "before")),
        *("eval", "--model", f"my_net.py:{network}", "--datasets", "hr", "--scales", 2, "--metrics", "psnr"),
        *(option * (place == "after")),
        cwd=folder,
    )
    assert "Traceback (most recent call last)" in outcome.err
    assert f"{folder}/my_net.py" in outcome.err
    assert outcome.err.splitlines()[-1].startswith("error: ")


def test_every_verb_takes_traceback(srbench):
    from srbench.builtin import COMMANDS

    for spec in COMMANDS:
        assert "--traceback" in srbench(spec.name, "--help").out, spec.name
    assert "--traceback" in srbench("data", "get", "--help").out


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_exit_is_an_error_in_workers_too(srbench_process, folder, save, photograph, jobs):
    save("more/b.png", photograph[:24, :32])
    where = ("--datasets", "hr,more", "--scales", 2, "--metrics", "psnr", "--jobs", jobs)
    outcome = srbench_process("eval", "--model", "my_net.py:Leaves", *where, cwd=folder)
    assert outcome.code == 2
    assert "my_net.py:35, in forward: SystemExit: 0" in outcome.err


def test_any_callable_may_end_the_program(srbench, folder):
    outcome = srbench("eval", "--model", "os:abort.x", "--datasets", "hr", "--scales", 2, cwd=folder)
    assert (outcome.code, outcome.err.count("error: ")) == (2, 1)
    outcome = srbench("eval", "--model", "sys:exit", "--datasets", "hr", "--scales", 2, cwd=folder)
    assert outcome.code == 2
    assert "SystemExit" in outcome.err


def test_the_document_is_alone_on_stdout(srbench_process, folder):
    where = ("--datasets", "hr", "--scales", 2, "--metrics", "psnr")
    outcome = srbench_process("eval", "--model", "my_net.py:Loud", *where, "--json", cwd=folder)
    assert [line["metric"] for line in outcome.json] == ["psnr"]
    for text in ("import", "printed", "written", "by a library in C", "by a child"):
        assert text in outcome.err


def test_the_document_is_alone_for_callers_in_python(evaluate):
    outcome = evaluate("Loud", "--json")
    assert json.loads(outcome.out)
    assert "printed" in outcome.err


def test_output_in_another_range_is_pointed_out(evaluate):
    note = evaluate("Levels", "--json").json[0]["note"]
    share = int(re.search(r"(\d+)% of the network's output lies outside \[0, 1\] \(it spans", note)[1])
    assert share > 50
    assert evaluate("Bicubic", "--json").json[0]["note"] == ""


def test_a_network_without_weights_is_pointed_out(evaluate, folder):
    import torch

    untrained = evaluate("Random", "--json").json[0]
    assert "untrained: no --weights, and 2 of 2 weight tensors are drawn at random" in untrained["note"]
    assert untrained["row"] == "my_net.py:Random"
    assert "2 of 2 weight tensors are drawn at random" in evaluate("Lazy", "--json").json[0]["note"]
    assert (
        "the weights that the network's constructor sets"
        in evaluate("Luma", "--model-channels", "y", "--json").json[0]["note"]
    )
    torch.save({"conv.weight": torch.eye(3)[..., None, None], "conv.bias": torch.zeros(3)}, folder / "eye.pth")
    trained = evaluate("Random", "--weights", "eye.pth")
    assert "untrained" not in trained.out
    assert "my_net.py:Random (eye.pth)" in trained.out
    assert "profile" not in trained.out


def test_a_network_of_luma_is_measured_on_luma(psnr):
    """Interpolation is linear, so that Y by itself and RGB give the same luma but for rounding and clipping."""
    expected = psnr("Bicubic")
    for channels in ("y", "y-full"):
        assert psnr("Luma", "--model-channels", channels) == pytest.approx(expected, abs=0.05)


def test_the_costs_of_a_network_of_luma_are_those_of_luma(evaluate):
    found = {
        line["metric"]: line["measured"]
        for line in evaluate("Luma", "--model-channels", "y", "--json", metrics="params,macs").json
    }
    assert found == {"params": 1, "macs": 360 * 640}


def test_costs_do_not_take_the_scale_for_another_argument(folder, srbench):
    (folder / "flag.py").write_text(
        dedent(
            """
            from torch import nn
            from torch.nn import functional as F
            class Net(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.conv = nn.Conv2d(3, 3, 1, bias=False)
                def forward(self, x, again=False):
                    x = self.conv(self.conv(x)) if again else self.conv(x)
                    return F.interpolate(x, scale_factor=2)
            """
        )
    )
    where = ("--datasets", "hr", "--scales", 2, "--metrics", "macs", "--json")
    [cost] = srbench("eval", "--model", "flag.py:Net", *where, cwd=folder).json
    assert cost["measured"] == 9 * 360 * 640


@pytest.mark.parametrize("name", ["{}/my_net.py:Bicubic", "../{name}/my_net.py:Bicubic", "./my_net.py:Bicubic"])
def test_images_stay_in_their_folder(srbench, folder, name):
    name = name.format(folder, name=folder.name)

    def there():
        return {*folder.rglob("*"), *folder.parent.iterdir()}  # all tests of this process have their folders beside it

    before = there()
    where = ("--datasets", "hr", "--scales", 2, "--metrics", "psnr", "--save-images", "out")
    assert srbench("eval", "--model", name, *where, cwd=folder).code == 0
    new = there() - before
    [image] = [path for path in new if path.suffix == ".png"]
    assert image.relative_to(folder / "out").parts[0].startswith("my_net.py_Bicubic")


def test_an_image_that_is_not_finite_is_not_saved(srbench, folder):
    """Its NaN would be black pixels, which `score` takes for an image; nor may an earlier run's image stay for it."""
    where = ("--datasets", "hr", "--scales", 2, "--metrics", "psnr", "--save-images", "out")
    assert srbench("eval", "--model", "my_net.py:Broken", *where, cwd=folder).code == 0
    [saved] = (folder / "out").rglob("*.png")
    (folder / "broken").touch()
    assert srbench("eval", "--model", "my_net.py:Broken", *where, cwd=folder).code == 1
    assert not saved.exists()


def test_a_file_is_no_dataset(srbench, folder):
    [image] = (folder / "hr").iterdir()
    outcome = srbench("eval", "--method", "bicubic", "--datasets", image, "--scales", 2, cwd=folder)
    assert outcome.code == 2
    assert outcome.err.endswith(f"{image}: a file; a dataset is a folder of images: name that\n")


@pytest.mark.parametrize("device", ["meta", "mps", "xla", "cuda:99", "nonsense", "cpu:x"])
@pytest.mark.parametrize("verb", ["eval", "upscale", "train"])
def test_a_device_that_cannot_compute_is_refused_first(srbench, folder, verb, device):
    arguments = {
        "eval": ("--model", "bicubic", "--datasets", "no such folder", "--scales", 2),
        "upscale": ("hr", "--method", "bicubic", "--out", "up"),
        "train": ("--recipe", "no such recipe"),
    }[verb]
    outcome = srbench(verb, *arguments, "--device", device, cwd=folder)
    assert outcome.code == 2
    assert re.fullmatch(rf"error: --device {device}: .*; use .*cpu.*\n", outcome.err)


def test_help_says_that_code_is_run(srbench):
    assert "whose code is run" in " ".join(srbench("eval", "--help").out.split())


def test_black_images_have_no_other_range(srbench, folder, save):
    save("black/a.png", np.zeros((24, 32, 3), np.uint8))
    where = ("--datasets", "black", "--scales", 2, "--metrics", "ssim", "--json")
    [line] = srbench("eval", "--model", "my_net.py:Bicubic", *where, cwd=folder).json
    assert "outside" not in line["note"]
