"""The plain values that plugins return from hooks. Nothing here imports numpy or torch.

A string of the form ``"module:attribute"`` names an object that is imported only when it is used,
so that listing what is installed costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from srbench.errors import PluginError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srbench.protocol import ResizeMode

Source = Literal["none", "released", "bundled", "trained"]
Part = Literal["train", "valid", "test"]


@dataclass(frozen=True)
class ModelSpec:
    """A network architecture: a ``torch.nn.Module`` with ``forward(lr, scale)``.

    `lr` is (B, 3, h, w) float32 RGB in [0, 1]; the result is (B, 3, round(h * scale), round(w * scale)) or a
    `srbench.Prediction`.
    """

    name: str
    build: str
    """``"module:attribute"``, called as ``build(**kwargs)`` where `joint`, else as ``build(scale=scale, **kwargs)``."""
    scales: tuple[float, ...] | None = None
    """The scales it can be built for; None: any real scale >= 1."""
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    joint: bool = False
    """One set of weights serves all of `scales`."""
    grey: Literal["expand", "keep"] = "expand"
    """What a grey image becomes: three equal channels, or (for plain interpolation) one."""
    halo: int | None = None
    """LR pixels that a tile must overlap so that tiled equals untiled (the receptive field's radius); None: unknown
    or global, and tiling is then an approximation that the record mentions."""
    version: int = 1
    """Raised whenever its output changes; part of a record's key."""
    equal_size: bool = False
    """It is for LR images of HR's size: ``forward(lr, scale)`` gives (B, 3, h, w), whatever `scale` is."""
    features: str = ""
    """Dotted name of the submodule whose first argument is the network's features, (B, C, h, w) at LR or at HR size:
    what a second branch can be built on. Empty: it exposes none."""
    resize_aware: bool = False
    """`build` also gets ``resize=protocol.lr``: an interpolation inverts with the imresize that made the LR image."""
    paper: str = ""
    summary: str = ""


@dataclass(frozen=True)
class WeightsSpec:
    """A checkpoint file, its home and how to know it.

    The file is searched by `filename` anywhere under a data root's ``weights/``; one with another SHA-256 is refused.
    """

    name: str
    filename: str
    url: str
    sha256: str
    licence: str
    origin: str
    """Who trained it on what, in a sentence."""
    convert: str = ""
    """``"module:attribute"``: maps the file's state dict to the model's own key names."""
    resource: str = ""
    """``"package:path"`` where the file ships inside the plugin; then it is always at hand."""
    downloadable: bool = True
    """False: `url` is a page where a person gets the file, not the file itself."""
    copies: Mapping[str, str] = field(default_factory=dict)
    """File name -> SHA-256 of other files with the same weights, which do as well where they are at hand."""

    def known(self, filename: str) -> str:
        """The SHA-256 that a file of that name should have; empty where none is known."""
        return self.copies.get(filename, self.sha256)


@dataclass(frozen=True)
class MethodSpec:
    """What fills a row of a table: a model, the weights for it, and how it is applied."""

    name: str
    model: str = ""
    """Name of the `ModelSpec`; empty where it is made of `members`."""
    weights: str | Mapping[float, str] = ""
    """One name for all scales, or one name a scale; empty: the model needs none (interpolation)."""
    source: Source = "none"
    bundled: str | Mapping[float, str] = ""
    """The same for weights that srbench trained and ships, which stand in where `weights` are not at hand."""
    recipe: str | Mapping[float, str] = ""
    """Name of the `Recipe` that trains it where there are neither; one name a scale for images of equal size, whose
    scale no network is told."""
    phase: str = ""
    """The phase of `recipe` that it is the result of; empty: the last."""
    whole: str = ""
    """Name of the `ModelSpec` that its weights are of, where `model` is only that one's submodule `network`: what else
    it has was needed for training, and neither runs nor counts."""
    sigma: Literal["", "branch", "constant"] = ""
    """Where a sigma is asked for. ``branch``: `whole` runs, and predicts it; ``constant``: one number for all pixels,
    the mean error on the images of `recipe`; empty: what `model` predicts, if it does."""
    stand_in: str = ""
    """Name of a smaller method that ``srbench upscale`` takes, and says so, where this one's weights aren't at hand."""
    ensemble: tuple[str, ...] = ()
    """Wrappers around the model, innermost first; `self`: mean over the eight flips and rotations; `patch`: windows of
    120 LR pixels at every 60, blended. ``("self", "patch")`` is the order of gpnas-ensemble, Sec. 5.2."""
    members: tuple[str, ...] | Mapping[float, tuple[str, ...]] = ()
    """Names of the methods whose SR images it is the mean of, at all scales or by scale; it then has no `model`,
    weights or recipe of its own."""
    member_weights: tuple[float, ...] | Mapping[float, tuple[float, ...]] = ()
    """How much each of `members` counts, above 0, in any unit; empty: all alike."""
    psnr_oriented: str = ""
    """Name of the method with the same model, trained for PSNR, that its own perceptual training began with: what
    `alpha` blends its weights with."""
    alpha: float = 1.0
    """Share of its own weights in the network, the others being those of `psnr_oriented` (ESRGAN's network
    interpolation, Wang et al. 2018, Sec. 3.4); 1: its own alone. Set by `interpolated`."""
    paper: str = ""
    summary: str = ""

    def interpolated(self, alpha: float) -> MethodSpec:
        """The method ``<name>@<alpha>`` whose weights are (1 - alpha) those of `psnr_oriented` + alpha its own.

        Raises `UsageError` for an `alpha` outside [0, 1], and where there is nothing to interpolate with.
        """
        if not self.psnr_oriented:
            raise UsageError(f"method {self.name} names no PSNR-oriented method that its weights can be blended with")
        if not 0 <= alpha <= 1:
            raise UsageError(f"alpha {alpha:g}: between 0 (weights of {self.psnr_oriented}) and 1 (of {self.name})")
        return replace(self, name=f"{self.name}@{alpha:.15g}", alpha=alpha)

    @property
    def weights_names(self) -> tuple[str, ...]:
        """The names of all its weights, those that ship with srbench last."""
        given = [(one,) if isinstance(one, str) else tuple(one.values()) for one in (self.weights, self.bundled)]
        return tuple(name for names in given for name in names if name)

    @property
    def recipe_names(self) -> tuple[str, ...]:
        """The names of all recipes that train it."""
        names = (self.recipe,) if isinstance(self.recipe, str) else tuple(self.recipe.values())
        return tuple(name for name in names if name)

    def members_at(self, scale: float) -> tuple[tuple[str, float], ...]:
        """(name, share of the mean) of each of `members` at `scale`; empty where it has none there.

        Raises `PluginError` for weights that aren't one for each, above 0.
        """
        names = self.members if isinstance(self.members, tuple) else self.members.get(scale, ())
        given = self.member_weights
        weights = (given if isinstance(given, tuple) else given.get(scale, ())) or (1.0,) * len(names)
        if len(weights) != len(names) or not all(0 < weight < float("inf") for weight in weights):
            raise PluginError(
                f"method {self.name}: member_weights {weights}: expected a number above 0 for each of its "
                f"{len(names)} members"
            )
        total = sum(weights)
        return tuple((name, weight / total) for name, weight in zip(names, weights, strict=True))

    @property
    def member_names(self) -> tuple[str, ...]:
        """The names of all its members, at whatever scale."""
        given = (self.members,) if isinstance(self.members, tuple) else self.members.values()
        return tuple(dict.fromkeys(name for names in given for name in names))

    def recipe_for(self, scale: float) -> str:
        """The name of the recipe that trains it at `scale`; empty where there is none."""
        return self.recipe if isinstance(self.recipe, str) else self.recipe.get(scale, "")

    def weights_for(self, scale: float) -> str:
        """The name of the weights at `scale`; empty where it needs or has none."""
        return self.weights if isinstance(self.weights, str) else self.weights.get(scale, "")


@dataclass(frozen=True)
class Archive:
    """One file of a dataset's public home, and where its images lie in it."""

    url: str
    sha256: str = ""
    """Empty where no checksum is published; the dataset's own fingerprint is then the only check."""
    hr: str = ""
    """Glob, inside the archive, of the HR images."""
    lr: Mapping[float, str] = field(default_factory=dict)
    """Glob, inside the archive, of the LR images at each scale."""


@dataclass(frozen=True)
class Split:
    """One of the three parts that a set is cut into, by a rule that nothing but the images' names has a say in.

    The images are put in the order of the SHA-256 of ``<seed>:<dataset>/<name>`` (UTF-8, compared as hex digits), and
    cut into train, valid and test in proportion to `shares`. `dataset` is the name that the image's set is registered
    by, and empty for a folder, which may be renamed. See `srbench.data.split` for the rounding.
    """

    part: Part
    shares: tuple[int, int, int] = (700, 101, 102)
    """Of train, valid and test; those of esrgan-gan, Sec. 4.1."""
    seed: int = 0


@dataclass(frozen=True)
class DatasetSpec:
    """A set of images that has a name in the field, or one that is made `of` others."""

    name: str
    summary: str = ""
    aliases: tuple[str, ...] = ()
    images: int | None = None
    """How many HR images the whole set has; fewer are reported as an incomplete copy."""
    lr_mode: str = ""
    """Which imresize made the LR images that it brings (a `Protocol.lr` value); empty: none, or nobody knows."""
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    """``"HR"``, ``"X2"``, ... -> fingerprint of a known good copy (`srbench.data.fingerprint`)."""
    exact: bool = True
    """False: copies in use differ by a grey level, and 0.02 dB is the tolerance of a verdict."""
    archives: tuple[Archive, ...] = ()
    licence: str = ""
    paper: str = ""
    provider: str = ""
    """``"module:attribute"`` -> iterable of (name, path): images that ship with a dependency, always at hand."""
    split: Literal["test", "train", "both"] = "test"
    of: tuple[str, ...] = ()
    """The sets that its images are from: datasets by name, parts of them (``BSDS500/train``), or folders. Nothing is
    copied, and `archives` are theirs."""
    without: tuple[str, ...] = ()
    """Images of them, as ``<dataset>/<name>``, that it leaves out: a picture that is there twice would be in two
    parts."""
    shrink: float = 1
    """How many times smaller HR is than that of the sets it is `of`; 2: halved. Their LR files are then left alone."""
    shrink_mode: ResizeMode = "matlab-uint8"
    """The imresize, with antialiasing, that makes HR smaller."""
    portion: Split | None = None
    """The part of them that it is; None: all."""
    lr_made_by: str = ""
    """``"module:attribute"``, called as ``f(hr, scale, name)`` with a uint8 HR image and its name, -> its LR image,
    uint8: a degradation of its own, always the same for the same image. LR files, and a protocol's imresize, are then
    left alone. For a set that is made `of` others. Empty: LR comes from files, or is made by imresize."""
    lr_version: int = 1
    """Raised whenever what `lr_made_by` gives changes; part of the keys of records and trainings."""
    lr_scale: float | None = None
    """What `lr_made_by` is called with in place of the scale in force: of a set that is `equal_size` the focal ratio,
    which no network is told."""
    equal_size: bool = False
    """`lr_made_by` gives LR images of HR's size."""


@dataclass(frozen=True)
class MetricSpec:
    """A number about an SR image, about a model, or about its training.

    `measure` names a function ``(sample: srbench.metrics.Sample) -> float`` (for `of="model"`:
    ``(subject: srbench.metrics.Subject) -> float``; for `of="training"`:
    ``(subject: srbench.metrics.training.Trained) -> float``) or a class whose instances are such functions;
    a class is built once for each pass over a dataset, as ``cls(setup)`` with a `srbench.metrics.MetricSetup`.
    """

    name: str
    measure: str
    better: Literal["higher", "lower"]
    aliases: tuple[str, ...] = ()
    title: str = ""
    """As it stands in a table's header, e.g. ``PSNR``."""
    unit: str = ""
    range: tuple[float, float] = (float("-inf"), float("inf"))
    of: Literal["image", "model", "training"] = "image"
    reference: bool = True
    """Needs HR."""
    needs: tuple[str, ...] = ()
    """What it needs of a `Prediction` beside SR, e.g. ``("sigma",)``."""
    weights: tuple[str, ...] = ()
    """Names of `WeightsSpec`s that its class is given the paths of."""
    version: int = 1
    """Raised whenever the numbers change; part of a record's key."""
    decimals: int = 3
    """Digits after the point in tables without a published value to follow."""
    tolerance: float = 0.0
    """Largest difference from print that still is "reproduced" with released weights (`PROTOCOLS.md`, Tolerances)."""
    tolerance_retrained: float | None = None
    """The same for a network trained here at the paper's budget; None: as `tolerance`."""
    tolerance_inexact: float | None = None
    """Where the exact copy of the dataset is unknown (`DatasetSpec.exact`); None: as `tolerance`."""
    repeatable: bool = True
    """False for timings: two runs differ."""
    paper: str = ""
    summary: str = ""

    @property
    def needs_sigma(self) -> bool:
        """Whether it is about the model's standard deviation."""
        return "sigma" in self.needs


@dataclass(frozen=True)
class LossSpec:
    """Something to minimise: a module built as ``build(**kwargs)``, called as ``loss(prediction, batch)``.

    `prediction` is a `srbench.Prediction`, `batch` a `srbench.training.batch.Batch`; the result maps names to scalar
    tensors, ``{"l1": ...}``, which are weighted alike, added up, and logged under these names.
    """

    name: str
    build: str
    weights: tuple[str, ...] = ()
    """Names of `WeightsSpec`s that can serve it; ``build(files=..., **kwargs)`` is given the paths of those at hand."""
    paper: str = ""
    summary: str = ""
