"""Fixtures shared by the tests of the harness and of the plugins."""

from __future__ import annotations

import csv
import inspect
import io
import json
import math
import multiprocessing
import os
import signal
import sys
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass, is_dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("srbench", deadline=None)  # a busy machine is no failure
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


for setting in ("OUT", "DEVICE", "PROTOCOL", "JOBS"):
    os.environ.pop(f"SRBENCH_{setting}", None)
os.environ["SRBENCH_CONFIG"] = ""  # the settings of whoever runs the tests are none of theirs


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
PROCESSES.set_forkserver_preload(
    ["srbench.bench.run", "srbench.training.run", "lightning_fabric.loggers.tensorboard", "matplotlib.figure"]
)

COMMAND = """
import os, signal, sys, threading
os.environ.clear()
os.environ.update(environment)
os.chdir(cwd)
for number, path in ((1, out), (2, err)):
    os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
sys.path[:0] = filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))
sys.argv = ["srbench", *arguments]
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background shell starts its programs deaf to Ctrl-C
from srbench.cli import main
try:
    main()
finally:
    threading._shutdown()  # the threads end first, as at the end of a program: they still speak to their processes
"""


class Started:
    """A command that runs in a process of its own."""

    def __init__(self, folder: Path, environment: dict[str, str], cwd: Path, arguments: tuple[str, ...]) -> None:
        self._out, self._err = folder / "stdout", folder / "stderr"
        names = {"out": str(self._out), "err": str(self._err), "cwd": str(cwd)}
        names |= {"environment": environment, "arguments": arguments}
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
def started(environment, tmp_path_factory):
    """``started(*arguments)``: the command in a process of its own, not waited for."""
    begun = []

    def start(*arguments, data: Path | None = None, cwd: Path | None = None, **settings: str) -> Started:
        folder = tmp_path_factory.mktemp("started")
        begun.append(Started(folder, environment(data) | settings, cwd or folder, tuple(map(str, arguments))))
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
    """``srbench(*arguments)``: the command in this process, as its own would see it: arguments, settings, warnings."""
    from srbench.cli import main

    def warn(message, category, filename, lineno, *_file_and_line):
        """As Python shows them; pytest would collect them instead."""
        sys.stderr.write(warnings.formatwarning(message, category, filename, lineno))

    def call(*arguments, data: Path | None = None, cwd: Path | None = None) -> Outcome:
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n") for _ in range(2))
        with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
            patch.setattr(sys, "argv", ["srbench", *map(str, arguments)])
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
        return Outcome(ended.value.code or 0, out.buffer.getvalue().decode(), err.buffer.getvalue().decode())

    return call


@dataclass(frozen=True)
class Fact:
    """A constant of recipes, as the paper states it: a row of a plugin's `paper_facts.csv`.

    `recipe` and `phase` are globs separated by blanks, with ``!`` before those that exclude; `phase` is empty for a
    setting of the recipe itself. `setting` is a dotted path into the phase or the recipe (`PaperFacts.resolve`).
    `quote` has the paper's words; ``choice: ...`` if the paper does not print the constant, and ``contradiction: ...``
    if the recipe differs from the paper.
    """

    line: int
    recipe: str
    phase: str
    setting: str
    value: Any
    section: str
    quote: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.value!r} ({self.section}: {self.quote})"


class PaperFacts:
    """The recipes of a plugin at the paper's budget, beside the table of the constants that its paper states."""

    def __init__(self, table: Path) -> None:
        from srbench.catalog import load_catalog

        plugin = table.parents[1]
        self.catalog = load_catalog()
        self.recipes = [recipe.at("paper") for recipe in self.catalog.recipes if recipe.plugin == plugin.name]
        with table.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            self.facts = [Fact(**row | {"line": rows.line_num, "value": json.loads(row["value"])}) for row in rows]
        readme = (plugin / "README.md").read_text(encoding="utf-8").splitlines()
        self.headings = {line.lstrip("#").strip() for line in readme if line.startswith("#")}

    def mismatches(self) -> list[str]:
        """Return a line for every setting that differs from the table, and for every row that no recipe has."""
        wrong = []
        for fact in self.facts:
            places = self._places(fact)
            if not places:
                wrong.append(f"{fact.recipe} {fact.phase}: no such recipe or phase; {fact}")
            for name, recipe, owner in places:
                try:
                    value = self.resolve(recipe, owner, fact.setting)
                except LookupError as error:
                    wrong.append(f"{name}: no setting {error} in {fact.setting}; {fact}")
                    continue
                if not _same(value, fact.value):
                    wrong.append(f"{name}: {fact.setting} is {value!r}; {fact}")
        return wrong

    def unpinned(self) -> list[str]:
        """Return the settings that every recipe and every phase must have in the table, but which it lacks."""
        pinned = {(name, fact.setting) for fact in self.facts for name, *_ in self._places(fact)}
        needed = [(recipe.name, "data") for recipe in self.recipes]
        for recipe in self.recipes:
            for phase in recipe.phases:
                of_optimizer = "optimizer.betas" if hasattr(phase.optimizer, "betas") else "optimizer.momentum"
                settings = ["losses", *(f"losses.{term.loss}.weight" for term in phase.losses), of_optimizer]
                budget = ["steps", "batch", "patch", "learning_rate", "schedule.kind"]
                if phase.budget.schedule.kind == "step":
                    budget += ["schedule.every", "schedule.gamma"]
                settings += [f"budget.{setting}" for setting in budget]
                if phase.adversary:
                    settings += ["adversary.build", "adversary.loss", "adversary.weight"]
                needed += [(f"{recipe.name}/{phase.name}", setting) for setting in settings]
        return [f"{name}: {setting}" for name, setting in needed if (name, setting) not in pinned]

    def unsourced(self) -> list[str]:
        """Return the rows without a section or quote, or whose ``README: ...`` is not a heading of the README."""
        wrong = []
        for fact in self.facts:
            readme = [part.removeprefix("README: ") for part in fact.section.split("; ") if part.startswith("README: ")]
            choice_without_readme = fact.quote.startswith("choice:") and not readme
            if not fact.section or not fact.quote or choice_without_readme or set(readme) - self.headings:
                wrong.append(f"{fact.recipe} {fact.phase}: {fact.setting}: {fact}")
        return wrong

    def resolve(self, recipe: Any, owner: Any, setting: str) -> Any:
        """Return a setting of `owner`, a phase of `recipe` or the recipe itself, as plain data.

        ``losses.NAME`` is a term by its loss, ``losses`` the names of all; ``model.X`` is X of the recipe's
        `ModelSpec`. An argument in ``kwargs`` that is left out has its default in the signature of what is built.

        Raises:
            LookupError: if there is no such setting.
        """
        value, parent = owner, None
        for name in setting.split("."):
            value, parent = self._step(recipe, value, parent, name), value
        if setting == "model":
            return value.name
        return [term.loss for term in value] if setting == "losses" else _plain(value)

    def _step(self, recipe: Any, value: Any, parent: Any, name: str) -> Any:
        if value is recipe and name == "model":
            return self.catalog.models.get(recipe.model)
        if value is recipe and name == "kwargs":
            return {**self.catalog.models.get(recipe.model).kwargs, **recipe.kwargs}
        if isinstance(value, Mapping):
            return value[name] if name in value else self._default(recipe, parent, name)
        if isinstance(value, tuple):
            return {term.loss: term for term in value}[name]
        if is_dataclass(value) and hasattr(value, name):
            return getattr(value, name)
        raise LookupError(name)

    def _default(self, recipe: Any, parent: Any, name: str) -> Any:
        """Return the default of the argument `name` of what `parent`, a spec or its arguments, builds."""
        from srbench.loading import load

        if parent is recipe:
            build = self.catalog.models.get(recipe.model).build
        elif hasattr(parent, "loss") and not hasattr(parent, "build"):
            build = self.catalog.losses.get(parent.loss).build
        else:
            build = parent["build"] if isinstance(parent, Mapping) else parent.build
        default = inspect.signature(load(getattr(build, "build", build))).parameters[name].default
        if default is inspect.Parameter.empty:
            raise LookupError(name)
        return default

    def _places(self, fact: Fact) -> list[tuple[str, Any, Any]]:
        """Return the recipes or phases of a fact, each with its name and its recipe."""
        recipes = [recipe for recipe in self.recipes if _chosen(recipe.name, fact.recipe)]
        if not fact.phase:
            return [(recipe.name, recipe, recipe) for recipe in recipes]
        return [
            (f"{recipe.name}/{phase.name}", recipe, phase)
            for recipe in recipes
            for phase in recipe.phases
            if _chosen(phase.name, fact.phase)
        ]


def _chosen(name: str, globs: str) -> bool:
    """Return whether `name` matches one of `globs`, and none that follows a ``!``."""
    excluded = [glob[1:] for glob in globs.split() if glob.startswith("!")]
    included = [glob for glob in globs.split() if not glob.startswith("!")]
    return any(fnmatchcase(name, glob) for glob in included) and not any(fnmatchcase(name, glob) for glob in excluded)


def _plain(value: Any) -> Any:
    """Return `value` as JSON would have it."""
    if is_dataclass(value):
        return _plain(asdict(value))
    if isinstance(value, Mapping):
        return {name: _plain(entry) for name, entry in value.items()}
    return [_plain(entry) for entry in value] if isinstance(value, (list, tuple)) else value


def _same(value: Any, fact: Any) -> bool:
    """Return whether two pieces of plain data are equal; numbers up to the rounding of ``1 / 3`` and ``1 - 0.84``."""
    if isinstance(value, dict) and isinstance(fact, dict):
        return value.keys() == fact.keys() and all(_same(value[name], fact[name]) for name in value)
    if isinstance(value, list) and isinstance(fact, list):
        return len(value) == len(fact) and all(map(_same, value, fact))
    numbers = [number for number in (value, fact) if isinstance(number, (int, float)) and not isinstance(number, bool)]
    if len(numbers) == 2:
        return math.isclose(value, fact, rel_tol=1e-9)
    return type(value) is type(fact) and value == fact


@pytest.fixture(scope="module")
def paper_facts(request) -> PaperFacts:
    """Return the table `paper_facts.csv` beside the test module, with the recipes of its plugin."""
    return PaperFacts(request.path.with_name("paper_facts.csv"))
