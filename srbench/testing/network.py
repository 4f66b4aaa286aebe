"""What a network does with small random images: sizes, types, repeatability, gradients, devices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from srbench.errors import one_line
from srbench.models.build import builder
from srbench.models.call import call, prediction_of, predictor, scale_argument
from srbench.testing.check import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from torch import Tensor, nn

    from srbench.models.call import Predict
    from srbench.models.prediction import Prediction
    from srbench.specs.model import ModelSpec

HEIGHT, WIDTH = 24, 32
"""Sides of the LR image in pixels; the odd one is a pixel larger and three smaller."""
REAL_SCALES = (1.5, 2.0, 3.0)
"""Scales at which models for any real scale are probed."""
CLOSE = 1e-4
"""Largest difference of SR values in [0, 1] that sums in another order may make."""

Found = tuple[str, Problem]


def network(spec: ModelSpec, scale: float) -> nn.Module:
    """Return a new network of a model, from a fixed seed."""
    torch.manual_seed(0)
    return builder(spec, scale, "matlab-uint8")()


def random_lr(spec: ModelSpec, count: int, height: int, width: int) -> Tensor:
    """Return random LR images of the model's channels, (count, C, height, width) in [0, 1]."""
    generator = torch.Generator().manual_seed(count * height * width)
    return torch.rand(count, 3 if spec.channels == "rgb" else 1, height, width, generator=generator)


def probes(spec: ModelSpec) -> Iterator[Found]:
    """Yield each problem of a model with its kind, at every scale."""
    scales = spec.scales or REAL_SCALES
    trained: dict[str, bool] = {}
    for scale in scales:
        item = f"model {spec.name} x{scale:g}"
        enlarged = 1.0 if spec.equal_size else float(scale)
        try:
            model = network(spec, scale).eval()
        except Exception as error:  # noqa: BLE001 - the code of a plugin may raise anything
            yield "output", Problem(item, f"can't be built: {one_line(error)}")
            continue
        for kind, probe in PROBES.items():
            try:
                text = probe(spec, model, scale, enlarged)
            except Exception as error:  # noqa: BLE001 - as above
                text = one_line(error)
            if text:
                yield kind, Problem(item, text)
                if kind == "output":
                    break
        _note_gradients(spec, scale, enlarged, trained)
    yield from (
        ("gradients", Problem(f"model {spec.name}", f"no gradient reaches {name}"))
        for name, reached in trained.items()
        if not reached
    )


@torch.inference_mode()
def _run(spec: ModelSpec, model: nn.Module, lr: Tensor, scale: float) -> Prediction:
    predict: Predict = predictor(model, spec.name)
    return predict(lr, scale)


def _output(spec: ModelSpec, model: nn.Module, _scale: float, enlarged: float) -> str:
    sr = _run(spec, model, random_lr(spec, 1, HEIGHT, WIDTH), enlarged).sr
    return "" if bool(sr.isfinite().all()) else "SR has values that are no finite numbers"


def _odd(spec: ModelSpec, model: nn.Module, _scale: float, enlarged: float) -> str:
    _run(spec, model, random_lr(spec, 1, HEIGHT + 1, WIDTH - 3), enlarged)
    return ""


def _batch(spec: ModelSpec, model: nn.Module, _scale: float, enlarged: float) -> str:
    lr = random_lr(spec, 2, HEIGHT, WIDTH)
    together = _run(spec, model, lr, enlarged).sr
    alone = torch.cat([_run(spec, model, image[None], enlarged).sr for image in lr])
    worst = float((together - alone).abs().max())
    return f"an image differs by {worst:.2g} when another stands beside it" if worst > CLOSE else ""


def _deterministic(spec: ModelSpec, model: nn.Module, scale: float, enlarged: float) -> str:
    lr = random_lr(spec, 1, HEIGHT, WIDTH)
    if not torch.equal(_run(spec, model, lr, enlarged).sr, _run(spec, model, lr, enlarged).sr):
        return "a second evaluation gives another SR"
    again = network(spec, scale).state_dict()
    other = [name for name, tensor in model.state_dict().items() if not torch.equal(tensor, again[name])]
    return f"one seed gives two networks, which differ in {other[0]}" if other else ""


def _dtype(spec: ModelSpec, model: nn.Module, scale: float, enlarged: float) -> str:
    lr = random_lr(spec, 1, HEIGHT, WIDTH)
    for kind in (torch.float32, torch.float64):
        own = model if kind == torch.float32 else network(spec, scale).eval().double()
        sr = _run(spec, own, lr.to(kind), enlarged).sr
        if sr.dtype != kind:
            return f"SR is {sr.dtype} for LR of {kind}".replace("torch.", "")
    return ""


def _device(spec: ModelSpec, model: nn.Module, _scale: float, enlarged: float) -> str:
    """Return what stays on the CPU, shown with fake tensors that only have a shape, a type and a device."""
    from torch._subclasses.fake_tensor import (
        DataDependentOutputException,
        DynamicOutputShapeException,
        FakeTensorMode,
    )
    from torch.func import functional_call

    with torch.no_grad(), FakeTensorMode(allow_non_fake_inputs=True) as mode:
        tensors = {**dict(model.named_parameters()), **dict(model.named_buffers())}
        moved = {name: mode.from_tensor(tensor.detach()).to("cuda") for name, tensor in tensors.items()}
        lr = torch.empty(1, 3 if spec.channels == "rgb" else 1, HEIGHT, WIDTH, device="cuda")
        way = scale_argument(model)
        given: tuple[Any, ...] = (lr, enlarged) if way == "second" else (lr,)
        try:
            result = functional_call(model, moved, given, {"scale": enlarged} if way == "keyword" else {})
        except (DataDependentOutputException, DynamicOutputShapeException, NotImplementedError):
            return ""  # its course depends on values, which fake tensors lack
        except RuntimeError as error:
            if "device" not in str(error):
                return ""
            return one_line(error)
        device = prediction_of(result, spec.name).sr.device.type
    return "" if device == "cuda" else f"SR is on {device} for LR on cuda"


PROBES: dict[str, Callable[[ModelSpec, nn.Module, float, float], str]] = {
    "output": _output,
    "odd": _odd,
    "batch": _batch,
    "deterministic": _deterministic,
    "dtype": _dtype,
    "device": _device,
}
"""Probes by kind, each of which returns what is wrong; empty: nothing."""


def _note_gradients(spec: ModelSpec, scale: float, enlarged: float, trained: dict[str, bool]) -> None:
    """Note in `trained` which parameters a gradient reaches at `scale`; scales may share parameters."""
    model = network(spec, scale).train()
    lr = random_lr(spec, 2, HEIGHT, WIDTH)
    try:
        prediction = prediction_of(call(model, lr, enlarged, scale_argument(model)), spec.name)
        parts = [prediction.sr, prediction.sigma, *_tensors(prediction.aux)]
        total = sum(part.square().mean() for part in parts if part is not None and part.requires_grad)
        if isinstance(total, torch.Tensor):
            total.backward()  # type: ignore[no-untyped-call]
    except RuntimeError:
        return
    prefix = "" if spec.joint else f"x{scale:g} "
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
