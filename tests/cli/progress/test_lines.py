"""Progress where stderr is no terminal: what lines there are, and what they say about time."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from srbench.cli.progress.lines import Lines
from srbench.cli.progress.training import TrainingLines
from srbench.records.training_step import TrainingStep
from srbench.terminal.duration import duration, elapsed_and_left


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def job(name: str, images: int = 0):
    dataset = SimpleNamespace(name="Set5", images=range(images)) if images else None
    label = f"{name} {'Set5' if images else 'cost'} x4"
    return SimpleNamespace(method=SimpleNamespace(name=name), dataset=dataset, scale=4.0, label=label)


OK, FAILED = SimpleNamespace(status="ok"), SimpleNamespace(status="failed")


def test_a_line_a_job_with_elapsed_and_remaining_time(capsys):
    clock, jobs = Clock(), [job("imdn"), job("imdn", 5), job("carn", 15)]
    lines = Lines(jobs, clock=clock)
    for each, seconds, records in zip(jobs, (2, 10, 30), ([OK], [OK, OK], [OK, FAILED]), strict=True):
        lines.started(each)
        clock.now += seconds
        for name in each.dataset.images if each.dataset else ():
            lines.image(each, str(name))
        lines.finished(each, records)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "[1/3] imdn cost x4: done in 2 s; elapsed 2 s",
        "[2/3] imdn Set5 x4: 5 images in 10 s; elapsed 12 s, about 30 s left",
        "[3/3] carn Set5 x4: 1 of 2 cells failed in 30 s; elapsed 42 s",
    ]


def test_a_long_job_shows_that_it_is_alive(capsys):
    clock, only = Clock(), job("rcan", 4)
    lines = Lines([only], clock=clock)
    lines.started(only)
    for name in "abcd":
        clock.now += 40
        lines.image(only, name)
    assert capsys.readouterr().err.splitlines() == [
        "[1/1] rcan Set5 x4: image 2 of 4, b; elapsed 80 s, about 80 s left",
        "[1/1] rcan Set5 x4: image 4 of 4, d; elapsed 3 min",
    ]


def test_verbose_is_a_line_an_image(capsys):
    clock, only = Clock(), job("rcan", 3)
    lines = Lines([only], every_image=True, clock=clock)
    lines.started(only)
    for name in "abc":
        lines.image(only, name)
    lines.finished(only, [OK])
    assert len(capsys.readouterr().err.splitlines()) == 4


def step(number: int, phase: str = "l1") -> TrainingStep:
    return TrainingStep("pcarn", "quick", 0, phase, number, 1000, {"loss": 0.03}, 1e-4, 5.0)


def test_a_training_has_a_line_a_minute_and_the_last(capsys):
    clock = Clock()
    lines = TrainingLines(clock=clock)
    for number in (1, 100, 200, 400, 1000):
        clock.now += 25
        lines.observe(step(number))
    lines.observe(step(1, "gan"))
    assert [line.partition(";")[0] for line in capsys.readouterr().err.splitlines()] == [
        "pcarn l1: step 1 of 1000",
        "pcarn l1: step 400 of 1000",
        "pcarn l1: step 1000 of 1000",
        "pcarn gan: step 1 of 1000",
    ]


def test_the_time_left_of_a_training_is_that_of_its_speed(capsys):
    TrainingLines(clock=Clock()).observe(step(100))
    assert "; elapsed 0 s, about 3 min left; 5.00 it/s, loss 0.03" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (0.4, "0 s"), (99.4, "99 s"), (100, "2 min"), (5999, "100 min"), (6000, "1.67 h"), (172800, "2 days")],
)
def test_durations(seconds, words):
    assert duration(seconds) == words


def test_nothing_is_left_at_the_end_and_nothing_is_known_at_the_start():
    assert elapsed_and_left(10, 1, 4) == "elapsed 10 s, about 30 s left"
    assert elapsed_and_left(10, 1, 4, worked=2) == "elapsed 10 s, about 6 s left"
    assert elapsed_and_left(10, 4, 4) == elapsed_and_left(10, 0, 4) == "elapsed 10 s"
