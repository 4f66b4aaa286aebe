"""The GPU benchmark: ``python -m benchmarks.gpu`` from the root of a checkout, with srbench and its plugins installed.

One command measures what no machine without a GPU can: whether networks, metrics and gradients on the GPU agree with
the CPU, what repeats bit for bit, how fast training and inference are, and what bfloat16, channels-last and
torch.compile gain. It writes ``gpu.json`` and ``gpu.md``, each measurement as soon as it is made; called again, it
measures what is missing. It returns 1 if something failed, which the page names, and 2 where it can't begin.
``--train pcarn-m:l1,edsr-baseline+l1`` trains recipes in the time that is left and brings their weights home. All
images come with scikit-image, unless a data root has T91 and BSDS500. ``--device cpu --quick`` shows in some minutes
that it runs.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
from pathlib import Path

from benchmarks.gpu.driver import failures, run_stages
from benchmarks.gpu.page import page
from benchmarks.gpu.stage import FIRST, STAGES, Settings
from benchmarks.gpu.store import Results
from srbench.catalog import load_catalog
from srbench.errors import SrbenchError
from srbench.storage.atomic import output_folder, write_atomically
from srbench.storage.roots import cache_dir, data_roots

NAMES = [stage.name for stage in STAGES]
TRAININGS = "trainings"
"""Name of the stage that runs only where recipes are named."""


def arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks.gpu", description=(__doc__ or "").partition("\n")[0])
    add = parser.add_argument
    add("--device", type=device, default="cuda", help="cuda, cuda:N or cpu")
    add("--out", type=Path, default=Path("benchmarks/gpu-results"), help="folder for gpu.json, gpu.md and archives")
    add("--work", type=Path, help="folder for trainings on their way  [default: in srbench's cache]")
    add("--data", type=Path, action="append", default=[], help="data root, beside those of SRBENCH_DATA; repeatable")
    add("--budget", type=minutes, default=8.0, metavar="MINUTES", help="time after which nothing new starts")
    add("--stages", type=listed, default=[], help=f"some of {','.join(NAMES)}  [default: all]")
    add("--networks", type=listed, default=[], help="models to measure  [default: all]")
    add("--train", type=listed, default=[], metavar="RECIPES", help="recipes to train, NAME or NAME:PHASE")
    add("--quick", action="store_true", help="tiny sizes: shows that it runs")
    add("--here", action="store_true", help="all stages in this process: one that crashes or hangs ends the rest")
    options = parser.parse_args(words)
    if unknown := [name for name in options.stages if name not in NAMES]:
        parser.error(f"--stages {unknown[0]}: unknown; choose from {', '.join(NAMES)}")
    if options.stages and (TRAININGS in options.stages) != bool(options.train):
        parser.error(
            f"--train and --stages {TRAININGS} need each other: name recipes, and {TRAININGS} among the stages"
        )
    options.stages = [name for name in options.stages or NAMES if name != TRAININGS or options.train]
    return options


def listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def device(text: str) -> str:
    if not re.fullmatch(r"cpu|cuda(:\d+)?", text):
        raise argparse.ArgumentTypeError(f"{text}: unknown; choose cuda, cuda:N or cpu")
    return text


def minutes(text: str) -> float:
    try:
        budget = float(text)
    except ValueError:
        budget = math.nan
    if not 0 < budget < math.inf:
        raise argparse.ArgumentTypeError(f"{text}: not a time; give minutes, such as 8")
    return budget


def check_names(networks: list[str], recipes: list[str], data: list[Path]) -> None:
    """Check the names that the user gave, and note what of the checkout is not installed.

    Raises:
        UsageError: if there is no such model, recipe, phase or folder, or if the recipe has no profile ``short``.
    """
    data_roots(data)
    catalog = load_catalog()
    for name in networks:
        catalog.models.get(name)
    for named in recipes:
        name, _, phase = named.partition(":")
        catalog.recipes.get(name).at("short").up_to(phase)
    if missing := [name for name in FIRST if name not in catalog.models]:
        how = "pip install -r requirements.txt, or what benchmarks/README.md says of machines without network"
        print(f"note: {', '.join(missing)}: not installed and not measured; {how}", file=sys.stderr)


def main(words: list[str] | None = None) -> int:
    options = arguments(words)
    try:
        check_names(options.networks, options.train, options.data)
        with output_folder(options.out):
            return measured(options)
    except SrbenchError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped; the same command goes on", file=sys.stderr)
        return 130


def measured(options: argparse.Namespace) -> int:
    """Run the stages, and return the exit code.

    Raises:
        SrbenchError: if the results can't be read or written, are another device's, or if the device is missing.
    """
    results = Results(options.out / "gpu.json", {"device": options.device, "quick": options.quick})
    settings = Settings(
        options.device,
        options.quick,
        tuple(folder.absolute() for folder in options.data),
        (options.work or cache_dir() / "gpu-benchmark").absolute(),
        options.out.absolute(),
        tuple(options.networks),
        tuple(options.train),
    )

    def print_page() -> None:
        write_atomically(options.out / "gpu.md", page(results.document))

    wanted = [stage for stage in STAGES if stage.name in options.stages]
    run_stages(wanted, settings, results, options.budget, apart=not options.here, after_each=print_page)
    print(f"{options.out / 'gpu.json'}, {options.out / 'gpu.md'}")
    return 1 if failures(results) else 0


if __name__ == "__main__":
    sys.exit(main())
