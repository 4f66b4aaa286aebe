"""Networks and other code on a CUDA device that need not be there: tensors with a shape, a type and a device alone.

PyTorch's fake tensors compute no values, and raise where tensors of two devices meet. So they show, on any machine,
whether everything follows the network to its device. They show neither values nor kernels that CUDA lacks. Where code
asks for a number (``.item()``, ``if tensor:``) it is answered 1 or True, and followed on that way; where it asks for
more, it can't be followed.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest.mock import patch

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
"""What code raises that asks for the values of fake tensors."""


class LeftDevice(RuntimeError):
    """A copy of a tensor from the CUDA device to the CPU, which a GPU would wait for."""


MOST_ANSWERS = 200
"""Number of values that code may ask for; a loop that waits for another answer would never end."""


class _NoWayBack(TorchDispatchMode):  # type: ignore[no-untyped-call]  # not annotated in torch
    """Raises `LeftDevice` where a tensor on the CUDA device is copied to the CPU; numbers that code asks for are 1."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.answers = 0

    def __torch_dispatch__(
        self, function: Any, _types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if torch.is_inference_mode_enabled() and _is_composite(function):  # else its parts come here by themselves
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
            return _one(args[0].dtype)
        if function is torch.ops.aten._pin_memory.default:  # noqa: SLF001 - fake tensors have none
            return args[0]
        return function(*args, **kwargs)


def _is_composite(function: Any) -> bool:
    """Return whether an operation consists of others, such as ``item`` and ``to``."""
    key = "CompositeImplicitAutograd"
    has_kernel: Callable[[str, str], bool] = torch._C._dispatch_has_kernel_for_dispatch_key  # noqa: SLF001
    return function.namespace == "aten" and has_kernel(function.name(), key)


def _one(dtype: torch.dtype) -> complex:
    """Return 1 as a Python number, or True, by the type of a tensor."""
    if dtype == torch.bool:
        return True
    return 1.0 if dtype.is_floating_point else 1


def _on_cuda(value: object) -> bool:
    return isinstance(value, Tensor) and value.device.type == "cuda"


@contextmanager
def on_fake_cuda(*modules: nn.Module) -> Iterator[FakeTensorMode]:
    """Have `modules` on the CUDA device for a while, and let all new tensors be fake.

    Tensors of a module that are neither parameters nor buffers stay where they are, as ``module.to`` leaves them too.
    """
    mode = FakeTensorMode(allow_non_fake_inputs=True)
    there = torch.cuda.is_available()
    with ExitStack() as stack:
        # fake tensors ask at every operation, and without a GPU each answer is a look for its driver
        stack.enter_context(patch("torch.cuda.is_available", lambda: there))
        for module in modules:
            stack.enter_context(_moved(module, mode))
        stack.enter_context(torch.no_grad())
        stack.enter_context(mode)
        stack.enter_context(_NoWayBack())
        yield mode


@contextmanager
def _moved(module: nn.Module, mode: FakeTensorMode) -> Iterator[None]:
    """Have the parameters and buffers of a module on the CUDA device for a while, as fake tensors."""
    kept: list[tuple[dict[str, Any], str, Any]] = []
    fakes: dict[object, Any] = {}
    for part in module.modules():
        for tensors in (part._parameters, part._buffers):  # noqa: SLF001 - `to` can't replace them by fake ones
            for name, tensor in tensors.items():
                if tensor is not None:
                    kept.append((tensors, name, tensor))
                    if _likeness(tensor) not in fakes:
                        fakes[_likeness(tensor)] = _fake(tensor, mode)
    try:
        for tensors, name, tensor in kept:
            tensors[name] = fakes[_likeness(tensor)]
        yield
    finally:
        for tensors, name, tensor in kept:
            tensors[name] = tensor


def _likeness(tensor: Tensor) -> object:
    """Return what tensors have in common that one fake can stand for: parameters without values, if they look alike."""
    if isinstance(tensor, nn.Parameter):
        return tensor.size(), tensor.stride(), tensor.dtype, tensor.requires_grad
    return id(tensor)


def _fake(tensor: Tensor, mode: FakeTensorMode) -> Tensor:
    """Return a fake of a tensor, on the CUDA device; of a parameter without its gradient, which nothing asks for."""
    made = FakeTensor(mode, torch.empty_like(tensor, device="meta", requires_grad=False), CUDA)
    if isinstance(tensor, nn.Parameter):
        made._is_param = True  # noqa: SLF001 - what makes it an `nn.Parameter`
    return made


ON_VALUES = "its course depends on values"
"""Why code can't be followed that asks for values, whatever the size of its tensors."""


class Followed(NamedTuple):
    """What came of code that ran with fake tensors."""

    problem: str = ""
    """What stays on the CPU, or goes back there; empty: nothing."""
    unknown: str = ""
    """Why the code can't be followed to its end, such as values on which its course depends; empty: it was."""


def follow(run: Callable[[], object]) -> Followed:
    """Return what stays on the CPU, or goes back there, in `run`.

    Args:
        run: Function that is called where all tensors are fake (`fake_cuda`); the tensors that it returns, alone or in
            a mapping, have to be on the CUDA device.
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
    """Return what of a network stays on the CPU.

    Args:
        spec: The model.
        model: Network of it, on any device; as it was, afterwards.
        size: Height and width of the LR image.
        scale: Scale that the network is called with.
    """
    with on_fake_cuda(model), each_block_once(model):
        lr = torch.empty(1, 3 if spec.channels == "rgb" else 1, *size, device=CUDA)
        return follow(lambda: prediction_of(call(model, lr, scale, scale_argument(model)), spec.name).sr)
