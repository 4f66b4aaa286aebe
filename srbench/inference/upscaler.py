"""A method that is ready to run: its network is loaded on a device and wrapped in ensembles and tiles."""

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
from srbench.inference.tiling import DEFAULT_HALO, tiled
from srbench.inference.weight_interpolation import state_of
from srbench.inference.wrappers import wrap
from srbench.metrics import Subject
from srbench.models.build import accepts, builder, predictor, takes_scale
from srbench.models.tensors import to_tensor
from srbench.nn.colour import grey_with_luma, rgb_to_ycbcr
from srbench.weights.state_dict import load_into

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor, nn

    from srbench.inference.method import ResolvedMethod
    from srbench.models.prediction import Prediction

__all__ = ["Upscaler", "accepts", "builder", "pick_device", "takes_scale"]


class Upscaler:
    """A method on a device at one scale: called with an LR image, it returns a `Prediction`.

    An LR image with one channel is expanded to RGB, or kept if the model keeps grey images. With `luma_in` it is luma:
    the network gets the grey image with that luma, and of its output the luma is returned, (1, 1, H, W).

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
        self._given = (scale, device, tile, equal_size, luma_in)
        self.scale = 1.0 if equal_size or method.model.equal_size else scale
        self.device = pick_device(device)
        self.warnings: list[str] = []
        self._luma_in = luma_in and method.model.grey == "expand"
        self.pass_count = PassCount()
        self._tile = tile
        self._build = build_of(method, self.scale, resize)
        self.model = self._build()
        _load(method, self.model)
        self.model.eval().to(self.device)
        for network in networks_of(self.model):
            network.register_forward_hook(self._evaluated)
        self._predict = predictor(self.model, method.model.name)
        self._halo = DEFAULT_HALO if method.model.receptive_radius is None else method.model.receptive_radius
        in_windows = "patch" in method.ensemble
        self._passes_in_windows = 1 if in_windows else _members_in_windows(method)
        if tile and self._passes_in_windows and not in_windows:
            self.warnings.append(f"not in tiles: members of {method.name} work in windows, which tiles would cut")
            tile = self._tile = None
        in_tiles = tiled(self._plain, self.scale, tile, self._halo) if tile and in_windows else self._plain
        self._forward = wrap(in_tiles, method.ensemble, self.scale)

    @torch.inference_mode()
    def __call__(self, lr: NDArray[Any]) -> Prediction:
        """Return SR of an LR image: sr is (1, C, round(h * scale), round(w * scale)).

        Args:
            lr: uint8, or floating point in [0, 255], (h, w, 3) RGB or (h, w) grey.
        """
        image = to_tensor(lr, self.device, grey=self.method.model.grey)
        if lr.ndim == 2 and self._luma_in:
            prediction = self._upscale(grey_with_luma(image), lr.shape[0], lr.shape[1])
            return type(prediction)(rgb_to_ycbcr(prediction.sr)[:, :1])  # the sigma of RGB is none of luma
        return self._upscale(image, lr.shape[0], lr.shape[1])

    def _upscale(self, image: Tensor, height: int, width: int) -> Prediction:
        passes = self.pass_count
        tile = self._tile_for(image)
        # passes of the memory measurement are not counted
        windows = self._passes_in_windows * count(height, width, self.scale)
        self.pass_count = replace(passes, images=passes.images + 1, windows=passes.windows + windows)
        if not tile or max(image.shape[-2:]) <= tile:
            return self._forward(image)
        if self.method.model.receptive_radius is None:
            self.warnings.append(
                f"in tiles of {tile} LR pixels that overlap by {self._halo}: {self.method.model.name} may look further"
            )
        if self._passes_in_windows:
            return self._forward(image)
        return tiled(self._forward, self.scale, tile, self._halo)(image)

    def _tile_for(self, image: Tensor) -> int:
        """Return the side of the tiles for this image in LR pixels; 0: the whole image at once."""
        if self._tile is not None:
            return self._tile
        return 0 if self._passes_in_windows else tile_size(self._forward, image, self._halo)

    def _evaluated(self, *_passed: object) -> None:
        self.pass_count = replace(self.pass_count, evaluations=self.pass_count.evaluations + 1)

    @cached_property
    def in_double(self) -> Upscaler:
        """Upscaler of the same method for LR images of more than 8 bits: interpolation does not round to uint8."""
        if not _interpolates(self.method):
            return self
        scale, device, tile, equal_size, luma_in = self._given
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
        return Subject(self.model, lambda lr: self._plain(lr).sr, self._build, self.scale, self.device)

    def _plain(self, lr: Tensor) -> Prediction:
        return self._predict(lr, self.scale)


def _interpolates(method: ResolvedMethod) -> bool:
    """Return whether the method or one of its members at any depth inverts the imresize of LR."""
    return method.model.resize_aware or any(map(_interpolates, method.members))


def _members_in_windows(method: ResolvedMethod) -> int:
    """Return the number of patch ensembles among the members at any depth; each cuts the image into windows."""
    return sum(1 if "patch" in member.ensemble else _members_in_windows(member) for member in method.members)


def _load(method: ResolvedMethod, model: nn.Module) -> None:
    """Load the weights of `method` into its `model`, or those of its members into their networks."""
    if isinstance(model, ModelEnsemble):
        for member, network in zip(method.members, model.networks, strict=True):
            _load(member, network)
    elif method.weights:
        load_into(model, state_of(method, method.weights), method.weights)
