"""Planning, gathering and rendering take work in proportion to a table's cells, counted in lines of code that run."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).parents[3] / "benchmarks" / "planning.py"


@pytest.fixture(scope="module")
def benchmark():
    spec = importlib.util.spec_from_file_location("planning_benchmark", BENCHMARK)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def lines(call) -> int:
    """Return how many lines of srbench run, each turn of a loop counted."""
    count = 0

    def trace(frame, event, _argument):
        nonlocal count
        if "srbench" not in frame.f_code.co_filename:
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    ("shape", "recorded", "sizes"),
    [
        ("square", False, (32, 128, 288)),
        ("rows", False, (32, 128, 288)),
        ("columns", False, (32, 128, 288)),
        ("square", True, (36, 100, 196)),
    ],
)
def test_each_further_cell_is_as_much_work_as_the_ones_before(benchmark, tmp_path, shape, recorded, sizes):
    def work(cells: int, name: str) -> int:
        folder = tmp_path / name
        folder.mkdir()
        return lines(lambda: benchmark.measured(cells, shape, folder, None, recorded=recorded))

    work(sizes[0], "warm")  # imports and caches
    few, more, most = (work(cells, str(cells)) for cells in sizes)
    first = (more - few) / (sizes[1] - sizes[0])
    then = (most - more) / (sizes[2] - sizes[1])
    assert first > 100
    assert then < 1.1 * first
