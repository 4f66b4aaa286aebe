"""Mult-adds (Multi-Adds, MACs), the computational cost of a network for one image, by three conventions.

Papers count differently under the same name. For a 1280x720 HR image (at x3 the LR image is 426x240):

- `macs`: multiplications of convolutions and of matrix products (Linear layers, attention). Most papers print these.
- `macs_with_biases`: also one operation for each value that a bias is added to, and a mean-colour shift as the 1x1
  convolution that it is in EDSR's code. These are the Mult-Adds that CARN prints (Ahn et al. 2018, ECCV).
- `macs_elementwise`: convolutions, matrix products and biases, and one operation for each value that is multiplied by
  another or by the slope of an activation. These are the numbers that IMDN prints (Hui et al. 2019, ACM MM).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import flop_registry
from torch.utils.weak import WeakIdKeyDictionary

from srbench.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from srbench.metrics.subject import Subject

FLOPS_PER_MAC = 2
"""Operations per multiply-add in PyTorch's registry of formulas, which counts both of its steps."""
WITH_BIAS = {"convolution": 2, "_convolution": 2, "addmm": 0}
"""Position of the bias among the arguments of PyTorch's operations."""
ELEMENTWISE = ("mul", "mul_", "leaky_relu", "leaky_relu_", "_prelu_kernel")
"""PyTorch's operations that multiply one value by another."""


_COUNTED: WeakKeyDictionary[Subject, Count] = WeakKeyDictionary()
"""Operations of the networks that are measured now: a job may ask for them by each convention."""


@dataclass
class Count:
    """Operations of one forward pass, by kind."""

    convolutions: float = 0.0
    """Multiplications of convolutions."""
    products: float = 0.0
    """Multiplications of matrix products."""
    biases: float = 0.0
    """Values that a bias is added to."""
    mean_shifts: float = 0.0
    """Operations of mean-colour shifts as 1x1 convolutions (`MeanShift.operations_per_value`)."""
    elementwise: float = 0.0
    """Values that are multiplied by another value or by the slope of an activation."""


def macs(subject: Subject) -> float:
    """Count the multiplications of convolutions and matrix products for a 1280x720 HR image."""
    count = operations(subject)
    return count.convolutions + count.products


def macs_with_biases(subject: Subject) -> float:
    """Count convolutions, matrix products, biases and mean shifts for a 1280x720 HR image, as CARN's authors do."""
    count = operations(subject)
    return count.convolutions + count.products + count.biases + count.mean_shifts


def macs_elementwise(subject: Subject) -> float:
    """Count every multiplication and bias for a 1280x720 HR image, as IMDN's authors do."""
    count = operations(subject)
    return count.convolutions + count.products + count.biases + count.elementwise


def operations(subject: Subject) -> Count:
    """Return the operations of one forward pass to a 1280x720 HR image, by kind.

    The network runs without data on PyTorch's meta device; one that needs data (NumPy code, decisions on values) runs
    on zeros instead. It runs once for all conventions.

    Raises:
        Unavailable: if another library than PyTorch runs the network.
    """
    if library := subject.runs_in:
        raise Unavailable(f"not known: the network runs in {library}, whose operations PyTorch can't count")
    if subject not in _COUNTED:
        _COUNTED[subject] = _counted(subject)
    return _COUNTED[subject]


def _counted(subject: Subject) -> Count:
    size = (1, subject.channels, *subject.lr_size())
    try:
        with torch.device("meta"):
            model = subject.build().eval()
        call = subject.call or (lambda model, lr: model(lr, subject.scale))
        return _count(model, lambda lr: call(model, lr), torch.zeros(size, device="meta"))
    except Exception:  # noqa: BLE001 - code that needs data may raise anything without it
        return _count(subject.model, subject.forward, torch.zeros(size, device=subject.device))


def _count(model: nn.Module, forward: Callable[[Tensor], object], lr: Tensor) -> Count:
    """Return the operations of ``forward(lr)``, a call of `model`."""
    fused = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)  # a fused attention layer would hide its products
    try:
        with torch.no_grad(), _Counter(model, lr) as counter:
            forward(lr)
            count: Count = counter.count
    finally:
        torch.backends.mha.set_fastpath_enabled(fused)
    return count


class _Counter(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counter of the operations that run inside its context.

    A matrix product counts if both factors depend on the image or on parameters. A product with a constant is fixed
    arithmetic, such as interpolation or a conversion of colours.
    """

    def __init__(self, model: nn.Module, lr: Tensor) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.count = Count()
        # tensors that depend on the image or on parameters
        self._live: WeakIdKeyDictionary = WeakIdKeyDictionary(dict.fromkeys((lr, *model.parameters()), True))
        self._hooks = [
            module.register_forward_hook(self._shifted)
            for module in model.modules()
            if getattr(module, "operations_per_value", 0)
        ]

    def __exit__(self, *error: object) -> None:
        """Leave the context, and remove the hooks from the model."""
        for hook in self._hooks:
            hook.remove()
        super().__exit__(*error)  # type: ignore[no-untyped-call]

    def __torch_dispatch__(
        self, operation: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """Run an operation of PyTorch, and count it."""
        del types
        output = operation(*args, **(kwargs or {}))
        inputs = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, Tensor)]
        live = [tensor in self._live for tensor in inputs]
        packet, name = operation._overloadpacket, operation._overloadpacket.__name__  # noqa: SLF001 - PyTorch's own way
        if packet in flop_registry:
            flops = flop_registry[packet](*args, **(kwargs or {}), out_val=output) / FLOPS_PER_MAC
            if "conv" in name:
                self.count.convolutions += flops
            elif all(live):
                self.count.products += flops
        if name in WITH_BIAS and args[WITH_BIAS[name]] is not None and isinstance(output, Tensor):
            self.count.biases += output.numel()
        if name in ("add", "add_") and len(args) > 1 and isinstance(args[1], nn.Parameter) and args[1].dim() == 1:
            self.count.biases += output.numel()  # of a Linear layer whose input isn't contiguous
        if name in ELEMENTWISE and any(live):
            self.count.elementwise += output.numel()
        if any(live):
            self._live.update({leaf: True for leaf in tree_leaves(output) if isinstance(leaf, Tensor)})
        return output

    def _shifted(self, module: nn.Module, _inputs: object, output: Tensor) -> None:
        per_value: Any = module.operations_per_value
        self.count.mean_shifts += per_value * output.numel()
