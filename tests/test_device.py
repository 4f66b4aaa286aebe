"""Devices: their descriptions for people, free memory and precision."""

from __future__ import annotations

import pytest
import torch

from srbench.device import device_words, free_cuda_memory
from srbench.inference.tile_size import free_bytes
from srbench.training.fabric import native_precision


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


def test_memory_that_pytorch_keeps_is_free_memory(monkeypatch):
    """Else an image after a large one would be cut into tiles, though there is room for it."""
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _device: (100, 1000))
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda _device: 70)
    monkeypatch.setattr(torch.cuda, "memory_allocated", lambda _device: 20)
    assert free_cuda_memory("cuda:1") == 150
    assert free_bytes("cuda:1") == 150


@pytest.mark.parametrize(
    ("device", "precision"),
    [("cuda", "32-true"), ("cuda:0", "32-true"), ("cuda:1", "bf16-mixed"), ("cuda:2", "bf16-mixed")],
)
def test_the_precision_is_that_of_the_gpu_that_trains(device, precision, monkeypatch):
    """Of three GPUs the first, a Turing, only emulates bfloat16, which PyTorch calls supported."""
    capabilities = {"cuda": (7, 5), "cuda:0": (7, 5), "cuda:1": (8, 0), "cuda:2": (9, 0)}
    monkeypatch.setattr(torch.cuda, "get_device_capability", capabilities.get)
    assert native_precision(device) == precision
