"""Probes of a network with small random images: sizes, types, repeatability, gradients, devices.

Output, odd sizes, devices and gradients are probed at every scale. The other properties do not depend on the scale, and
are probed at the smallest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch

from srbench.errors import one_line
from srbench.models.prediction import Prediction
from srbench.testing.check import Problem
from srbench.testing.devices.fake_cuda import model_on_fake_cuda
from srbench.testing.network import network, probed_scales, random_lr, subject
from srbench.training.learner import Learner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor, nn

    from srbench.specs.model import ModelSpec
    from srbench.testing.network import Subject

CLOSE = 1e-4
"""Largest difference of SR values that counts as rounding, relative to the largest value if that is above 1."""


def probes(spec: ModelSpec) -> Iterator[tuple[str, Problem]]:
    """Yield each problem of a model, at every scale, with the kind of probe that found it."""
    reached: dict[str, bool] = {}
    scales = probed_scales(spec)
    for scale in scales:
        item = f"model {spec.name} x{scale:g}"
        probed = subject(spec, scale)
        if isinstance(probed, str):
            yield "output", Problem(item, probed)
            continue
        smallest = scale == scales[0]
        for kind, probe in {**PROBES, **(ONCE if smallest else {})}.items():
            try:
                text = probe(probed)
            except Exception as error:  # noqa: BLE001 - the code of a plugin may raise anything
                text = one_line(error)
            if text:
                yield kind, Problem(item, text)
        # at the smallest scale the probe of types has changed the network
        model = probed.twin or network(spec, scale) if smallest else probed.model
        _note_gradients(probed, model, reached)
    for name, is_reached in reached.items():
        if not is_reached:
            yield "gradients", Problem(f"model {spec.name}", f"no gradient reaches {name}")


def _output(probed: Subject) -> str:
    return "" if bool(probed.sr.isfinite().all()) else "SR has values that are no finite numbers"


def _odd(probed: Subject) -> str:
    height, width = probed.size
    probed.run(random_lr(probed.spec, 1, height + 1, width - 3))
    return ""


def _device(probed: Subject) -> str:
    return model_on_fake_cuda(probed.spec, probed.model, probed.size, probed.enlarged).problem


def _batch(probed: Subject) -> str:
    other = random_lr(probed.spec, 2, *probed.size)[:1]
    in_batch = probed.run(torch.cat([other, probed.lr])).sr[1:]
    worst = float((in_batch - probed.sr).abs().max())
    largest = max(1.0, float(probed.sr.abs().max()))  # untrained weights may give large values
    return f"an image differs by {worst:.2g} when another stands beside it" if worst > CLOSE * largest else ""


def _deterministic(probed: Subject) -> str:
    """Return how a second evaluation, or a second network, which becomes `Subject.twin`, differs."""
    if not torch.equal(probed.run(probed.lr).sr, probed.sr):
        return "a second evaluation gives another SR"
    probed.twin = network(probed.spec, probed.scale)
    twin = probed.twin.state_dict()
    differing = [name for name, tensor in probed.model.state_dict().items() if not torch.equal(tensor, twin[name])]
    return f"one seed gives two networks, which differ in {differing[0]}" if differing else ""


def _dtype(probed: Subject) -> str:
    """Return which type SR has instead of that of LR; leaves the network in float64."""
    types = [(torch.float32, probed.sr.dtype)]
    probed.model.double()
    types.append((torch.float64, probed.run(probed.lr.double()).sr.dtype))
    wrong = [f"SR is {sr} for LR of {lr}".replace("torch.", "") for lr, sr in types if sr != lr]
    return wrong[0] if wrong else ""


Probe = Callable[["Subject"], str]
"""Function that returns the problem of a network; empty if there is none."""
PROBES: dict[str, Probe] = {"output": _output, "odd": _odd, "device": _device}
"""Probes of every scale, by kind."""
ONCE: dict[str, Probe] = {"batch": _batch, "deterministic": _deterministic, "dtype": _dtype}
"""Probes of the smallest scale, by kind; ``dtype`` is last, as it changes the network."""


def _note_gradients(probed: Subject, model: nn.Module, reached: dict[str, bool]) -> None:
    """Note in `reached` whether a gradient reaches each parameter of `model`, at this scale or at an earlier one."""
    model.train()
    lr = random_lr(probed.spec, 2, *probed.size)
    hr = random_lr(probed.spec, 2, *probed.sr.shape[-2:])
    try:
        prediction = Prediction(**Learner(model)(lr, probed.enlarged, hr))
        parts = [prediction.sr, prediction.sigma, *_tensors(prediction.aux)]
        total = sum(part.square().mean() for part in parts if part is not None and part.requires_grad)
        if isinstance(total, torch.Tensor):
            total.backward()  # type: ignore[no-untyped-call]
    except RuntimeError:
        return
    prefix = "" if probed.spec.joint else f"x{probed.scale:g} "
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            reached[prefix + name] = reached.get(prefix + name, False) or parameter.grad is not None


def _tensors(value: Any) -> list[Tensor]:
    """Return the tensors of floats in nested lists, tuples and dicts."""
    if isinstance(value, torch.Tensor):
        return [value] if value.is_floating_point() else []
    if isinstance(value, dict):
        value = list(value.values())
    return [tensor for part in value for tensor in _tensors(part)] if isinstance(value, list | tuple) else []
