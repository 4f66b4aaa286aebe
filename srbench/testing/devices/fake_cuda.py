"""A fake CUDA device, on which networks and other code run with tensors that have a shape, a type and a device only.

PyTorch's fake tensors compute no values, and raise an error where tensors of two devices meet. So they show, on any
machine, whether everything follows the network to its device. They show neither values nor kernels that CUDA lacks.
Code that asks for a single number (``.item()``, ``if tensor:``) gets 1 or True, and goes on with that; code that asks
for more values can't be followed.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import (
    DataDependentOutputException,
    DynamicOutputShapeException,
    FakeTensor,
    FakeTensorMode,
    UnsupportedOperatorException,
)
from torch.utils._python_dispatch import TorchDispatchMode

from srbench.errors import one_line
from srbench.models.call import call, prediction_of, scale_argument
from srbench.testing.devices.repeated import each_block_once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from srbench.specs.model import ModelSpec

CUDA = torch.device("cuda:0")
DEPENDS_ON_VALUES = (
    DataDependentOutputException,
    DynamicOutputShapeException,
    UnsupportedOperatorException,
    NotImplementedError,
)
"""Errors of code that asks for the values of fake tensors."""


class LeftDevice(RuntimeError):
    """A copy of a tensor from the CUDA device to the CPU, for which a GPU would have to be waited."""


MOST_ANSWERS = 200
"""Largest number of values that code is given; a loop that waits for another number than 1 would never end."""


class _NoCopyToCpu(TorchDispatchMode):  # type: ignore[no-untyped-call]  # not annotated in torch
    """Mode in which copying a tensor from the CUDA device to the CPU raises `LeftDevice`, and any number is 1."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.answers = 0

    def __torch_dispatch__(
        self, function: Any, _types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if torch.is_inference_mode_enabled() and _is_composite(function):  # outside, PyTorch decomposes it by itself
            with self:
                return function.decompose(*args, **kwargs)
        if function is torch.ops.aten._to_copy.default and _on_cuda(args[0]):  # noqa: SLF001 - its only name
            device = kwargs.get("device")
            if device is not None and torch.device(device).type == "cpu":
                raise LeftDevice("copies a tensor from the device to the CPU")
        if function is torch.ops.aten.copy_.default and _on_cuda(args[1]) and not _on_cuda(args[0]):
            raise LeftDevice("copies a tensor from the device to the CPU")
        if function is torch.ops.aten._local_scalar_dense.default and self.answers < MOST_ANSWERS:  # noqa: SLF001
            self.answers += 1
            return _unit(args[0].dtype)
        if function is torch.ops.aten._pin_memory.default:  # noqa: SLF001 - fake tensors have none
            return args[0]
        return function(*args, **kwargs)


def _is_composite(function: Any) -> bool:
    """Return whether an operation consists of others, such as ``item`` and ``to``."""
    key = "CompositeImplicitAutograd"
    has_kernel: Callable[[str, str], bool] = torch._C._dispatch_has_kernel_for_dispatch_key  # noqa: SLF001
    return function.namespace == "aten" and has_kernel(function.name(), key)


def _unit(dtype: torch.dtype) -> complex:
    """Return 1, 1.0 or True, as the type of a tensor requires."""
    if dtype == torch.bool:
        return True
    return 1.0 if dtype.is_floating_point else 1


def _on_cuda(value: object) -> bool:
    return isinstance(value, Tensor) and value.device.type == "cuda"


@contextmanager
def on_fake_cuda(*modules: nn.Module) -> Iterator[FakeTensorMode]:
    """Move `modules` to the fake CUDA device for the block, in which all new tensors are fake.

    Tensors of a module that are neither parameters nor buffers stay where they are, as with ``module.to``.
    """
    mode = FakeTensorMode(allow_non_fake_inputs=True)
    with ExitStack() as stack:
        for module in modules:
            stack.enter_context(_moved(module, mode))
        stack.enter_context(torch.no_grad())
        stack.enter_context(mode)
        stack.enter_context(_NoCopyToCpu())
        yield mode


@contextmanager
def _moved(module: nn.Module, mode: FakeTensorMode) -> Iterator[None]:
    """Replace the parameters and buffers of a module by fake tensors on the CUDA device for the block."""
    originals: list[tuple[dict[str, Any], str, Any]] = []
    fakes: dict[object, Any] = {}
    for part in module.modules():
        for tensors in (part._parameters, part._buffers):  # noqa: SLF001 - `to` can't replace them by fake tensors
            for name, tensor in tensors.items():
                if tensor is not None:
                    originals.append((tensors, name, tensor))
                    if _fake_key(tensor) not in fakes:
                        fakes[_fake_key(tensor)] = _fake(tensor, mode)
    try:
        for tensors, name, tensor in originals:
            tensors[name] = fakes[_fake_key(tensor)]
        yield
    finally:
        for tensors, name, tensor in originals:
            tensors[name] = tensor


def _fake_key(tensor: Tensor) -> object:
    """Return a key that is equal for tensors which share a fake: parameters of equal size and type, to save time."""
    if isinstance(tensor, nn.Parameter):
        return tensor.size(), tensor.stride(), tensor.dtype, tensor.requires_grad
    return id(tensor)


def _fake(tensor: Tensor, mode: FakeTensorMode) -> Tensor:
    """Return a fake of a tensor on the CUDA device, without a gradient, which is not needed."""
    fake = FakeTensor(mode, torch.empty_like(tensor, device="meta", requires_grad=False), CUDA)
    if isinstance(tensor, nn.Parameter):
        fake._is_param = True  # noqa: SLF001 - makes it an `nn.Parameter`
    return fake


ON_VALUES = "its course depends on values"
"""Beginning of `Followed.unknown` for code that asks for values, whatever the size of its tensors."""


class Followed(NamedTuple):
    """The result of running code with fake tensors."""

    problem: str = ""
    """Description of a tensor that stays on the CPU, or is copied back there; empty if there is none."""
    unknown: str = ""
    """Reason why the code can't be followed to its end, such as values that decide its course; empty if it was."""


def follow(run: Callable[[], object]) -> Followed:
    """Run a function with fake tensors, and return whether a tensor stays on the CPU, or is copied back there.

    Args:
        run: Function that is called within `on_fake_cuda`; the tensors that it returns, alone or in a mapping, have to
            be on the CUDA device.
    """
    log = logging.getLogger("torch._subclasses.fake_tensor")  # it logs every error that is caught here
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        result = run()
    except DEPENDS_ON_VALUES as error:
        return Followed(unknown=f"{ON_VALUES}: {one_line(error)}")
    except LeftDevice as error:
        return Followed(str(error))
    except RuntimeError as error:
        mixed = "device" in str(error) or "numpy" in str(error)
        return Followed(one_line(error)) if mixed else Followed(unknown=one_line(error))
    finally:
        log.setLevel(level)
    tensors = result.values() if isinstance(result, Mapping) else (result,)
    devices = [tensor.device.type for tensor in tensors if isinstance(tensor, Tensor)]
    return Followed("".join(f"the result is on {device}" for device in devices[:1] if set(devices) != {"cuda"}))


def model_on_fake_cuda(spec: ModelSpec, model: nn.Module, size: tuple[int, int], scale: float) -> Followed:
    """Return whether a part of a network stays on the CPU when the network is on the fake CUDA device.

    Args:
        spec: The model.
        model: Network of it, on any device; it is restored afterwards.
        size: Height and width of the LR image.
        scale: Scale that the network is called with.
    """
    with on_fake_cuda(model), each_block_once(model):
        lr = torch.empty(1, 3 if spec.channels == "rgb" else 1, *size, device=CUDA)
        return follow(lambda: prediction_of(call(model, lr, scale, scale_argument(model)), spec.name).sr)
