"""Descriptions of devices for people."""

from __future__ import annotations

import pytest

from srbench.device import device_words


@pytest.mark.parametrize(
    ("description", "words"),
    [
        ("cpu: AMD EPYC, 1 threads", "cpu: AMD EPYC, 1 thread"),
        ("cpu: AMD EPYC, 11 threads", "cpu: AMD EPYC, 11 threads"),
        ("cpu: 1 threads of X, 2 threads", "cpu: 1 threads of X, 2 threads"),
        ("cuda: NVIDIA H200", "cuda: NVIDIA H200"),
        ("", ""),
    ],
)
def test_one_thread_is_singular(description, words):
    assert device_words(description) == words
