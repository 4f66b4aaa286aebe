"""Fixtures shared by the tests of the harness and of the plugins."""

from __future__ import annotations

import gc
import io
import json
import multiprocessing
import os
import signal
import sys
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("srbench", deadline=None, max_examples=30)  # a busy machine is no failure
settings.register_profile("long", deadline=None, max_examples=300)  # for `tox run -e long`
settings.register_profile("quick", deadline=None, max_examples=10)  # for `tox run -e quick`
settings.load_profile("srbench")

BESIDE_CHECKOUT = Path(__file__).resolve().parent.parent / "shared"


def shared_folder() -> Path | None:
    """Return the folder of shared test material, which contains `fixtures`.

    Returns:
        The first such folder of SRBENCH_DATA, else `shared` beside the checkout; None if there is neither.
    """
    for folder in [*filter(None, os.environ.get("SRBENCH_DATA", "").split(os.pathsep)), BESIDE_CHECKOUT]:
        if (Path(folder) / "fixtures").is_dir():
            return Path(folder).resolve()
    return None


for measure in ("COLUMNS", "LINES"):
    # pytest imports GNU readline, which sets both for the programs that a process starts: each worker of xdist has
    # them, and so would the commands that tests start; tox sets them too, where it runs in a terminal
    os.environ.pop(measure, None)
    os.unsetenv(measure)  # what readline has set does not show in `environ`
for setting in ("OUT", "DEVICE", "PROTOCOL", "JOBS"):
    os.environ.pop(f"SRBENCH_{setting}", None)
os.environ["TORCHINDUCTOR_COMPILE_THREADS"] = (
    "1"  # torch.compile would start a process, which imports torch, for others
)
os.environ["SRBENCH_CONFIG"] = ""  # the settings of whoever runs the tests are none of theirs


WAITING = ("plugins/ray/", "plugins/slurm/")
"""Beginnings of the names of tests that wait for clusters for minutes, and hardly compute."""


def pytest_collection_modifyitems(items):
    """Begin with the tests that wait: of several processes, the others compute meanwhile, and none waits at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(WAITING))


def pytest_collection():
    """Collect no garbage while tests are imported: it would look at all that was imported again and again."""
    gc.disable()


def pytest_collection_finish():
    """Leave what the tests have imported out of every later garbage collection: it stays to the end."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_sessionfinish():
    """Let the interpreter clear all at its end, else libraries complain of leaks."""
    gc.unfreeze()


@pytest.fixture(scope="session", autouse=True)
def no_power_failure():
    """Leave out fsync, of which each takes milliseconds: no test cuts the power."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _file: None)
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder with data/, weights/ and fixtures/; tests that use it are skipped if there is none."""
    folder = shared_folder()
    if folder is None:
        pytest.skip("needs the shared test material: set SRBENCH_DATA, or put `shared` beside the checkout")
    return folder


@pytest.fixture(scope="session")
def material(shared, tmp_path_factory):
    """``material("data/Set5", "weights/sr/PCARN-M.pth")``: a folder of data with links to just these files and folders.

    What else is at hand on this machine is not found there.
    """

    def make(*names: str) -> Path:
        root = tmp_path_factory.mktemp("material")
        for name in names:
            found = [path for path in (shared / name).rglob("*") if path.is_file()] or [shared / name]
            for path in found:  # links to folders would be left out where weights are searched
                link = root / path.relative_to(shared)
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(path.resolve(strict=True))
        return root

    return make


@pytest.fixture(scope="session")
def photo(tmp_path_factory) -> Path:
    """Return a PNG of the middle of one of the demo's photographs, 40 x 40 pixels, which every method upscales fast."""
    from srbench.data.datasets.demo import images
    from srbench.imaging.image_io import read_image, write_png

    image = read_image(images()[0][1])
    top, left = (side // 2 for side in image.shape[:2])
    path = tmp_path_factory.mktemp("photo") / "photo.png"
    write_png(path, image[top : top + 40, left : left + 40])
    return path


@pytest.fixture(scope="session")
def small_photographs(tmp_path_factory) -> list[tuple[str, Path]]:
    """Return the name and a PNG of the middle of each of the demo's photographs, 200 x 200 pixels."""
    from srbench.data.datasets.demo import images
    from srbench.imaging.image_io import read_image, write_png

    folder, small = tmp_path_factory.mktemp("photographs"), []
    for name, path in images():
        image = read_image(path)
        top, left = ((side - 200) // 2 for side in image.shape[:2])
        small.append((name, folder / f"{name}.png"))
        write_png(small[-1][1], image[top : top + 200, left : left + 200])
    return small


@pytest.fixture(scope="module")
def small_demo(small_photographs):
    """Let the dataset `demo` be the middles of its photographs, for all tests of a module in this process.

    For what does not depend on their size: measured and validated on an eighth of the pixels.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("srbench.data.datasets.demo.images", lambda: list(small_photographs))
        yield


DEMO_STEPS = 20


@pytest.fixture(scope="module")
def short_demo():
    """Let the profile `demo` train for `DEMO_STEPS`, for all tests of a module in this process.

    For what does not depend on how much a network has learnt, in a third of the time.
    """
    from srbench.specs.recipe import Recipe

    whole = Recipe.at

    def at(recipe, profile):
        cut = whole(recipe, profile)
        steps = [min(phase.budget.steps, DEMO_STEPS) for phase in cut.phases]
        short = zip(cut.phases, steps, strict=True)
        phases = tuple(replace(phase, budget=replace(phase.budget, steps=fewer)) for phase, fewer in short)
        return replace(cut, phases=phases) if profile == "demo" else cut

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Recipe, "at", at)
        yield


@dataclass
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture(scope="session")
def cache(tmp_path_factory) -> Path:
    """Return the cache folder of hashes that all calls share."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def environment(cache):
    def make(data: Path | None = None) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name != "SRBENCH_DATA"}
        return kept | {"SRBENCH_CACHE": str(cache)} | ({"SRBENCH_DATA": str(data)} if data else {})

    return make


PROCESSES = multiprocessing.get_context("forkserver")
"""Processes of their own that are forked from one which has imported already what takes seconds to import."""
PROCESSES.set_forkserver_preload(["srbench.bench.run", "srbench.execution.preload", "matplotlib.figure"])

COMMAND = """
import os, signal, sys, threading
os.environ.clear()
os.environ.update(environment)
os.chdir(cwd)
for number, path in ((1, out), (2, err)):
    os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
sys.path[:0] = filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))
sys.argv = ["srbench", *arguments]
if not spawn:  # its workers come from the process that this one comes from
    from multiprocessing import forkserver
    forkserver._forkserver.ensure_running = lambda: None
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background shell starts its programs deaf to Ctrl-C
from srbench.cli import main
try:
    main()
finally:
    threading._shutdown()  # the threads end first, as at the end of a program: they still speak to their processes
"""


class Started:
    """A command that runs in a process of its own.

    Its workers come from `PROCESSES` too, unless `spawn`: each would import torch for some seconds.
    """

    def __init__(
        self, folder: Path, environment: dict[str, str], cwd: Path, arguments: tuple[str, ...], *, spawn: bool
    ) -> None:
        self._out, self._err = folder / "stdout", folder / "stderr"
        for path in (self._out, self._err):  # the process may be killed before it opens them
            path.touch()
        names = {"out": str(self._out), "err": str(self._err), "cwd": str(cwd)}
        names |= {"environment": environment, "arguments": arguments, "spawn": spawn}
        self._process = PROCESSES.Process(target=exec, args=(COMMAND, names))
        self._process.start()
        self.pid = self._process.pid

    @property
    def running(self) -> bool:
        return self._process.is_alive()

    def send(self, signal: int) -> None:
        os.kill(self.pid, signal)

    def ended(self, timeout: float = 300) -> Outcome:
        """How it ended, once it has; one that hangs is killed."""
        self._process.join(timeout)
        if self.running:
            self._process.kill()
            self._process.join()
            raise AssertionError("it hangs", self._err.read_text())
        return Outcome(self._process.exitcode, self._out.read_text(), self._err.read_text())


@pytest.fixture(scope="session")
def forked():
    """``forked(source, names)``: a started process that runs Python source with these global names."""

    def start(source: str, names: dict[str, Any]) -> Any:
        process = PROCESSES.Process(target=exec, args=(source, names))
        process.start()
        return process

    return start


@pytest.fixture(scope="session")
def started(environment, tmp_path_factory):
    """``started(*arguments)``: the command in a process of its own, not waited for."""
    begun = []

    def start(*arguments, data: Path | None = None, cwd: Path | None = None, spawn=False, **settings: str) -> Started:
        folder = tmp_path_factory.mktemp("started")
        words = tuple(map(str, arguments))
        begun.append(Started(folder, environment(data) | settings, cwd or folder, words, spawn=spawn))
        return begun[-1]

    yield start
    for one in begun:
        if one.running:
            one.send(signal.SIGKILL)


@pytest.fixture(scope="session")
def srbench_process(started):
    """``srbench_process(*arguments)``: the command in a process of its own, to its end.

    For what a process changes: plugins of a PYTHONPATH, worker processes, one that dies. All else asks `srbench`.
    """
    return lambda *arguments, **where: started(*arguments, **where).ended()


@pytest.fixture(scope="session")
def srbench(cache):
    """``srbench(*arguments)``: the command in this process, as its own would see it: arguments, settings, warnings.

    Without progress, so that stderr holds what is wrong, unless `quiet` is False; with lines of any length, unless
    `columns` says how many they have.
    """
    from srbench.cli import main

    def warn(message, category, filename, lineno, *_file_and_line):
        """As Python shows them; pytest would collect them instead."""
        sys.stderr.write(warnings.formatwarning(message, category, filename, lineno))

    def call(
        *arguments,
        data: Path | None = None,
        cwd: Path | None = None,
        quiet: bool = True,
        columns: int | None = None,
        encoding: str = "utf-8",
    ) -> Outcome:
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="\n") for _ in range(2))
        with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
            patch.setattr(sys, "argv", ["srbench", *["-q"] * quiet, *map(str, arguments)])
            patch.setenv("COLUMNS", str(columns or ""))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            patch.setenv("SRBENCH_CACHE", str(cache))
            patch.delenv("SRBENCH_DATA", raising=False)
            if data:
                patch.setenv("SRBENCH_DATA", str(data))
            if cwd:
                patch.chdir(cwd)
            patch.setattr(warnings, "formatwarning", warnings.formatwarning)  # `main` changes it: put back behind it
            warnings.resetwarnings()
            for unseen in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
                warnings.simplefilter("ignore", unseen, append=True)
            warnings.showwarning = warn
            with pytest.raises(SystemExit) as ended:
                main()
            out.flush()
            err.flush()
        return Outcome(ended.value.code or 0, *(one.buffer.getvalue().decode(encoding) for one in (out, err)))

    return call
