"""What a network does with small random images: sizes, types, repeatability, gradients, devices.

Output, odd sizes, devices and gradients are looked at for every scale, the others, which do not depend on it, for the
smallest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from srbench.errors import one_line
from srbench.models.prediction import Prediction
from srbench.testing.check import Problem
from srbench.testing.devices.fake_cuda import model_on_fake_cuda
from srbench.testing.network import network, probed_scales, random_lr, subject
from srbench.training.learner import Learner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from torch import Tensor, nn

    from srbench.specs.model import ModelSpec
    from srbench.testing.network import Subject

CLOSE = 1e-4
"""Largest difference of SR values that sums in another order may make, relative to the largest if it is above 1."""

Found = tuple[str, Problem]


def probes(spec: ModelSpec) -> Iterator[Found]:
    """Yield each problem of a model with its kind, at every scale."""
    trained: dict[str, bool] = {}
    scales = probed_scales(spec)
    for scale in scales:
        item = f"model {spec.name} x{scale:g}"
        probed = subject(spec, scale)
        if isinstance(probed, str):
            yield "output", Problem(item, probed)
            continue
        again: list[nn.Module] = []
        for kind, probe in {**PROBES, **(ONCE if scale == scales[0] else {})}.items():
            try:
                text = probe(probed, again)
            except Exception as error:  # noqa: BLE001 - the code of a plugin may raise anything
                text = one_line(error)
            if text:
                yield kind, Problem(item, text)
        if scale == scales[0]:
            again = again or [network(spec, scale)]
        _note_gradients(probed, again[0] if again else probed.model, trained)
    yield from (
        ("gradients", Problem(f"model {spec.name}", f"no gradient reaches {name}"))
        for name, reached in trained.items()
        if not reached
    )


def _output(probed: Subject, _again: list[nn.Module]) -> str:
    return "" if bool(probed.sr.isfinite().all()) else "SR has values that are no finite numbers"


def _odd(probed: Subject, _again: list[nn.Module]) -> str:
    height, width = probed.size
    probed.run(random_lr(probed.spec, 1, height + 1, width - 3))
    return ""


def _device(probed: Subject, _again: list[nn.Module]) -> str:
    return model_on_fake_cuda(probed.spec, probed.model, probed.size, probed.enlarged).problem


def _batch(probed: Subject, _again: list[nn.Module]) -> str:
    other = random_lr(probed.spec, 2, *probed.size)[:1]
    together = probed.run(torch.cat([other, probed.lr])).sr[1:]
    worst = float((together - probed.sr).abs().max())
    most = max(1.0, float(probed.sr.abs().max()))  # fresh weights may make large values
    return f"an image differs by {worst:.2g} when another stands beside it" if worst > CLOSE * most else ""


def _deterministic(probed: Subject, again: list[nn.Module]) -> str:
    """Return how a second evaluation, or a second network, which is added to `again`, differs."""
    if not torch.equal(probed.run(probed.lr).sr, probed.sr):
        return "a second evaluation gives another SR"
    again.append(network(probed.spec, probed.scale))
    twin = again[0].state_dict()
    other = [name for name, tensor in probed.model.state_dict().items() if not torch.equal(tensor, twin[name])]
    return f"one seed gives two networks, which differ in {other[0]}" if other else ""


def _dtype(probed: Subject, _again: list[nn.Module]) -> str:
    """Return which type SR has instead of that of LR; leaves the network in float64."""
    found = [(torch.float32, probed.sr.dtype)]
    probed.model.double()
    found.append((torch.float64, probed.run(probed.lr.double()).sr.dtype))
    wrong = [f"SR is {sr} for LR of {lr}".replace("torch.", "") for lr, sr in found if sr != lr]
    return wrong[0] if wrong else ""


PROBES: dict[str, Callable[[Subject, list[nn.Module]], str]] = {"output": _output, "odd": _odd, "device": _device}
"""Probes by kind, each of which returns what is wrong; empty: nothing."""
ONCE: dict[str, Callable[[Subject, list[nn.Module]], str]] = {
    "batch": _batch,
    "deterministic": _deterministic,
    "dtype": _dtype,
}
"""Probes of the smallest scale; ``dtype`` comes last, as it changes the network."""


def _note_gradients(probed: Subject, model: nn.Module, trained: dict[str, bool]) -> None:
    """Note in `trained` which parameters of `model` a gradient reaches; scales may share parameters."""
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
            reached = parameter.grad is not None
            trained[prefix + name] = trained.get(prefix + name, False) or reached


def _tensors(value: Any) -> list[Tensor]:
    if isinstance(value, torch.Tensor):
        return [value] if value.is_floating_point() else []
    if isinstance(value, dict):
        value = list(value.values())
    return [tensor for part in value for tensor in _tensors(part)] if isinstance(value, list | tuple) else []
