"""Upscaling by a method, whose network is loaded on a device and wrapped in ensembles and tiles."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import torch

from srbench.device import pick_device
from srbench.inference.model_ensemble import ModelEnsemble, build_of, networks_of
from srbench.inference.pass_count import PassCount
from srbench.inference.patch_ensemble import count
from srbench.inference.tile_size import tile_size
from srbench.inference.tiling import DEFAULT_OVERLAP, tiled
from srbench.inference.weight_interpolation import state_of
from srbench.inference.wrappers import on_luma, wrap
from srbench.loading import search_folders_of
from srbench.metrics import Subject
from srbench.models.call import call, predictor, scale_argument
from srbench.models.remarks import OutputRange, initial_weights
from srbench.models.tensors import to_tensor
from srbench.nn.colour import grey_with_luma, rgb_to_ycbcr
from srbench.weights.state_dict import load_into

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor, nn

    from srbench.inference.method import ResolvedMethod
    from srbench.models.prediction import Prediction


class Upscaler:
    """A method on a device at one scale: called with an LR image, it returns a `Prediction`.

    An LR image with one channel is expanded to RGB, or kept if the model keeps grey images. With `luma_in` it is luma:
    the network gets the grey image with that luma, and only the luma of its output is returned, (1, 1, H, W).

    LR images of HR's size (`equal_size`, or a model for such images) are not enlarged: the network is given scale 1. In
    a patch ensemble tiles are made within windows, and only if `tile` is set.

    Args:
        method: Resolved method.
        scale: Scale factor.
        resize: Mode of imresize that an interpolation inverts with.
        device: ``auto`` or a PyTorch device.
        tile: Side of a tile in LR pixels; 0: no tiles; None: chosen by the available memory.
        equal_size: Whether LR images have the size of HR.
        luma_in: Whether LR images with one channel are luma (`Protocol.luma_in`).

    Raises:
        WeightsError: if the checkpoint does not fit the model.
        PluginError: if the model breaks its contract.
    """

    def __init__(
        self,
        method: ResolvedMethod,
        scale: float,
        *,
        resize: str = "matlab-uint8",
        device: str = "auto",
        tile: int | None = None,
        equal_size: bool = False,
        luma_in: bool = False,
    ) -> None:
        self.method = method
        self._arguments = (scale, device, tile, equal_size, luma_in)  # for `_in_double`
        self.scale = 1.0 if equal_size or method.model.equal_size else scale
        self.device = pick_device(device)
        self.warnings: list[str] = []
        self._luma_in = luma_in and method.model.grey == "expand"
        self.pass_count = PassCount()
        self._tile = tile
        self._build = build_of(method, self.scale, resize)
        self.model = self._build()
        self.warnings += _load(method, self.model)
        self.model.eval().to(self.device)
        self._counts_by_hook = not isinstance(self.model, torch.jit.ScriptModule)  # a script module takes no hooks
        for network in networks_of(self.model) if self._counts_by_hook else ():
            network.register_forward_hook(self._count_pass)
        self._network = predictor(self.model, method.model.name, self._notice)
        self._predict = on_luma(self._network, method.model.channels)
        self._range = OutputRange()
        self._overlap = DEFAULT_OVERLAP if method.model.receptive_radius is None else method.model.receptive_radius
        if tile and not _may_be_tiled(method):
            self.warnings.append(f"not in tiles: {method.model.name} must see the whole image, or cuts it by itself")
            tile = self._tile = None
        in_windows = "patch" in method.ensemble
        self._passes_in_windows = 1 if in_windows else _members_in_windows(method)
        if tile and self._passes_in_windows and not in_windows:
            self.warnings.append(f"not in tiles: members of {method.name} work in windows, which tiles would cut")
            tile = self._tile = None
        in_tiles = tiled(self._plain, self.scale, tile, self._overlap) if tile and in_windows else self._plain
        self._forward = wrap(in_tiles, method.ensemble, self.scale)

    @torch.inference_mode()
    def __call__(self, lr: NDArray[Any]) -> Prediction:
        """Return SR of an LR image: sr is (1, C, round(h * scale), round(w * scale)).

        Args:
            lr: uint8, or floating point in [0, 255], (h, w, 3) RGB or (h, w) grey.
        """
        prediction = self._at_full_size(lr)
        self._range.add(prediction.sr)
        return prediction

    def _at_full_size(self, lr: NDArray[Any]) -> Prediction:
        image = to_tensor(lr, self.device, grey=self.method.model.grey)
        if lr.ndim == 2 and self._luma_in:
            prediction = self._upscale(grey_with_luma(image), lr.shape[0], lr.shape[1])
            return type(prediction)(rgb_to_ycbcr(prediction.sr)[:, :1])  # the sigma of RGB is not that of luma
        return self._upscale(image, lr.shape[0], lr.shape[1])

    def _upscale(self, image: Tensor, height: int, width: int) -> Prediction:
        passes = self.pass_count
        tile = self._tile_for(image)
        # passes of the memory measurement are not counted
        windows = self._passes_in_windows * count(height, width, self.scale)
        self.pass_count = replace(passes, images=passes.images + 1, windows=passes.windows + windows)
        if not tile or max(image.shape[-2:]) <= tile:
            return self._forward(image)
        if self.method.opened and self.method.opened.tiling == "discouraged":
            self._notice(f"in tiles, which {self.method.model.name} is not meant for")
        if self.method.model.receptive_radius is None:
            self._notice(
                f"in tiles that overlap by {self._overlap} LR pixels: {self.method.model.name} may look further"
            )
        if self._passes_in_windows:
            return self._forward(image)
        return tiled(self._forward, self.scale, tile, self._overlap)(image)

    def _tile_for(self, image: Tensor) -> int:
        """Return the side of the tiles for this image in LR pixels; 0: the whole image at once."""
        if self._tile is not None:
            return self._tile
        if self._passes_in_windows or not _may_be_tiled(self.method):
            return 0
        measurable = not any(getattr(network, "runs_in", "") for network in networks_of(self.model))
        return tile_size(self._forward, image, self._overlap, measurable=measurable)

    def _count_pass(self, *_hook_arguments: object) -> None:
        self.pass_count = replace(self.pass_count, evaluations=self.pass_count.evaluations + 1)

    @property
    def network_remarks(self) -> tuple[str, ...]:
        """Remarks on networks that were found in a checkpoint, for readers of the numbers."""
        of_opener = self.method.opened.remarks if self.method.opened else ()
        return (*of_opener, *(text for network in networks_of(self.model) for text in getattr(network, "remarks", ())))

    def in_double(self, lr: NDArray[Any]) -> Prediction:
        """Return SR of an LR image of more than 8 bits, like a call; interpolation does not round to uint8.

        Args:
            lr: Floating point in [0, 255], (h, w, 3) RGB or (h, w) grey.
        """
        upscaler = self._in_double
        upscaler.pass_count = self.pass_count
        prediction = upscaler(lr)
        self.pass_count = upscaler.pass_count
        return prediction

    @cached_property
    def _in_double(self) -> Upscaler:
        """Upscaler of the same method that does not round; this one, unless the method interpolates."""
        if not _interpolates(self.method):
            return self
        scale, device, tile, equal_size, luma_in = self._arguments
        return Upscaler(
            self.method,
            scale,
            resize="matlab-double",
            device=device,
            tile=tile,
            equal_size=equal_size,
            luma_in=luma_in,
        )

    def subject(self) -> Subject:
        """Return this model for metrics of cost."""
        if self.method.model.channels == "rgb":
            return Subject(
                self.model, lambda lr: self._plain(lr).sr, self._build, self.scale, self.device, call=self._call
            )
        luma = Subject(self.model, lambda lr: self._network(lr, self.scale).sr, self._build, self.scale, self.device)
        return replace(luma, channels=1, call=self._call)

    @property
    def remarks(self) -> list[str]:
        """Remarks for readers of the SR images so far."""
        method = self.method
        untrained = not (method.model.plugin or method.weights or method.members or method.opened)
        initial = initial_weights(self.model, self._build) if untrained else ""
        return [*self.network_remarks, *self.warnings, *filter(None, (self._range.remark, initial))]

    def _plain(self, lr: Tensor) -> Prediction:
        search_folders_of(self.method.model.build)
        if not self._counts_by_hook:
            self._count_pass()
        return self._predict(lr, self.scale)

    def _call(self, model: nn.Module, lr: Tensor) -> object:
        return call(model, lr, self.scale, scale_argument(model))

    def _notice(self, warning: str) -> None:
        if warning not in self.warnings:
            self.warnings.append(warning)


def _may_be_tiled(method: ResolvedMethod) -> bool:
    """Return whether an image may be cut into tiles: unless a network that an opener found forbids it."""
    allowed = method.opened is None or method.opened.tiling != "no"
    return allowed and all(map(_may_be_tiled, method.members))


def _interpolates(method: ResolvedMethod) -> bool:
    """Return whether the method or one of its members at any depth inverts the imresize of LR."""
    return method.model.resize_aware or any(map(_interpolates, method.members))


def _members_in_windows(method: ResolvedMethod) -> int:
    """Return the number of patch ensembles among the members at any depth; each cuts the image into windows."""
    return sum(1 if "patch" in member.ensemble else _members_in_windows(member) for member in method.members)


def _load(method: ResolvedMethod, model: nn.Module) -> list[str]:
    """Load the weights of `method` into its `model`, or those of its members into their networks.

    Returns:
        Remarks on user's files of which only a part, or a converted form, was loaded.
    """
    if isinstance(model, ModelEnsemble):
        members = zip(method.members, model.networks, strict=True)
        return [remark for member, network in members for remark in _load(member, network)]
    if not method.weights or method.opened:
        return []
    state, remark = state_of(method, method.weights, model)
    load_into(model, state, method.weights)
    return [remark] if remark else []
