"""Specs of the methods: interpolation, and the networks with released weights, SR images or a recipe."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from srbench import MethodSpec
from srbench_classics.gradual_models import STATES
from srbench_classics.recipes import d_dbpn, drcn, drrn, han, idn, lapsrn, nlsn, rdn, realsr, reduced, san, srfbn
from srbench_classics.released_images import IMAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srbench import Recipe


def trained(recipe: Recipe, /, **changes: Any) -> MethodSpec:
    """Return the method that `recipe` trains: the network itself, without what hands out its states in training."""
    whole = recipe.model
    network = whole.removesuffix(STATES)
    return MethodSpec.trained_by(
        recipe, **{"model": network, "training_model": whole if whole != network else "", **changes}
    )


def by_scale(name: str, recipes: Mapping[float, Recipe], /, **changes: Any) -> MethodSpec:
    """Return the method `name` whose `recipes` train a scale each."""
    first = next(iter(recipes.values()))
    names = {scale: recipe.name for scale, recipe in recipes.items()}
    summary = first.summary.replace(f" at x{next(iter(recipes)):g}", "")
    return trained(first, name=name, recipe=names, **{"summary": summary, **changes})


DECLARED = (
    MethodSpec("nearest", "nearest", summary="nearest-neighbour interpolation"),
    MethodSpec("bilinear", "bilinear", summary="bilinear interpolation, MATLAB's imresize"),
    MethodSpec("bicubic", "bicubic", summary="bicubic interpolation, MATLAB's imresize"),
    MethodSpec(
        "vdsr",
        "vdsr",
        weights="vdsr",
        source="released",
        paper="Kim et al., CVPR 2016",
        summary="a re-implementation's weights; it prints 37.65 / 33.77 / 31.45 dB on Set5; the authors': vdsr-authors",
    ),
    MethodSpec(
        "vdsr-authors",
        "vdsr-y",
        weights="vdsr-authors",
        source="released",
        paper="Kim et al., CVPR 2016",
        summary="the authors' weights, with biases",
    ),
    MethodSpec(
        "srcnn",
        "srcnn",
        weights={4: "srcnn-x4"},
        source="released",
        recipe="srcnn",
        paper="Dong et al., TPAMI 2016",
        summary="the authors' 9-5-5, x4 only",
    ),
    by_scale(
        "lapsrn",
        lapsrn.BY_SCALE,
        weights={4: "lapsrn"},
        source="released",
        summary="a re-implementation's weights, x4 only",
    ),
    MethodSpec(
        "mslapsrn",
        "mslapsrn",
        weights="mslapsrn",
        source="released",
        recipe="mslapsrn",
        paper="Lai et al., TPAMI 2018",
    ),
    MethodSpec(
        "enet",
        "enet",
        weights={4: "enet"},
        source="released",
        recipe="enet",
        paper="Sajjadi et al., ICCV 2017",
        summary="ENet-PAT: made for perception (LPIPS, NIQE), at the cost of PSNR and SSIM",
    ),
    by_scale(
        "idn",
        idn.BY_SCALE,
        weights={scale: f"idn-x{scale}" for scale in (2, 3, 4)},
        source="released",
    ),
    MethodSpec(
        "carn",
        "carn",
        weights={2: "carn-x2"},
        source="released",
        paper="Ahn et al., ECCV 2018",
        summary="the authors' weights, x2 only",
    ),
    MethodSpec("carn-m", "carn-m", weights="carn-m", source="released", paper="Ahn et al., ECCV 2018"),
    MethodSpec(
        "imdn",
        "imdn",
        weights={scale: f"imdn-x{scale}" for scale in (2, 3, 4)},
        source="released",
        paper="Hui et al., ACM MM 2019",
    ),
    *(
        MethodSpec(
            network,
            network,
            weights={scale: f"{network}-x{scale}" for scale in (2, 3, 4)},
            source="released",
            paper=paper,
            summary="the authors' weights",
        )
        for network, paper in (("edsr", "Lim et al., CVPRW 2017"), ("rcan", "Zhang et al., ECCV 2018"))
    ),
    MethodSpec(
        "srresnet",
        "srresnet-bn",
        source="trained",
        recipe="srresnet",
        paper="Ledig et al., CVPR 2017",
        summary="with batch normalisation, as in the paper; the model `srresnet` has none",
    ),
    MethodSpec("srgan", "srresnet-bn", source="trained", recipe="srgan", paper="Ledig et al., CVPR 2017"),
    MethodSpec("feqe", "feqe", source="trained", recipe="feqe", paper="Vu et al., ECCVW 2018"),
    MethodSpec("tsrn-g", "tsrn", source="trained", recipe="tsrn-g", paper="Gondal et al., ECCVW 2018"),
    *(trained(recipe) for recipe in (*san.RECIPES, *han.RECIPES, *rdn.RECIPES)),
    *(
        trained(recipe, weights={scale: f"nlsn-x{scale}" for scale in (2, 3, 4)}, source="released")
        for recipe in nlsn.RECIPES
    ),
    *(by_scale(model, recipes) for model, recipes in realsr.BY_MODEL.items()),
    by_scale("drcn", drcn.BY_SCALE),
    *(trained(recipe) for recipe in (*drrn.RECIPES, *d_dbpn.RECIPES)),
    by_scale("srfbn", srfbn.BY_SCALE),
    *(trained(recipe) for recipe in reduced.RECIPES),
)
SR_IMAGES = {spec.name.removesuffix("-images"): spec.name for spec in IMAGES}
"""Finished SR images that the authors of a method published, by its name."""
METHODS = tuple(replace(method, images=SR_IMAGES.get(method.name, "")) for method in DECLARED)
