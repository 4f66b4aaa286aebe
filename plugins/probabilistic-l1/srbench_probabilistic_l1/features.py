"""Capture of a network's features during a forward pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srbench import PluginError, Prediction, takes_scale

if TYPE_CHECKING:
    from torch import Tensor, nn


class Features:
    """A hook on a network that captures its features: the first argument of one of its submodules.

    Args:
        network: The network.
        name: Dotted name of the submodule that receives the features.

    Raises:
        PluginError: if there is no such submodule.
    """

    def __init__(self, network: nn.Module, name: str) -> None:
        self.network = network
        self.place = f"{type(network).__name__}.{name}"
        self._takes_scale = takes_scale(network)
        self._seen: list[Tensor] = []
        try:
            submodule = network.get_submodule(name)
        except AttributeError:
            raise PluginError(
                f"{self.place}: no submodule of that name; name the submodule that receives the features"
            ) from None
        submodule.register_forward_pre_hook(self._keep)

    def run(self, lr: Tensor, scale: float) -> tuple[Tensor, Tensor]:
        """Return SR and the features of `lr`.

        Raises:
            PluginError: if the submodule is not called exactly once.
        """
        self._seen.clear()
        result = self.network(lr, scale) if self._takes_scale else self.network(lr)
        if len(self._seen) != 1:
            raise PluginError(f"{self.place}: called {len(self._seen)} times in a forward pass; expected once")
        sr: Tensor = result.sr if isinstance(result, Prediction) else result
        return sr, self._seen.pop()

    def _keep(self, _module: nn.Module, arguments: tuple[Any, ...]) -> None:
        self._seen.append(arguments[0])
