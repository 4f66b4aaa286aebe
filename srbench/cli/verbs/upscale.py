"""``srbench upscale``: super-resolve the user's images."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from srbench.bench.resolve.ad_hoc_methods import mean_of_methods
from srbench.catalog import load_catalog
from srbench.cli.options import (
    alpha_option,
    data_option,
    device_option,
    ensemble_option,
    json_option,
    parse_scale,
    tile_option,
)
from srbench.cli.output import echo_json
from srbench.errors import DataError, Unavailable, UsageError
from srbench.storage.roots import data_roots

if TYPE_CHECKING:
    from srbench.catalog import Catalog
    from srbench.inference.method import ResolvedMethod
    from srbench.inference.upscaler import Upscaler

USUAL = 4.0
"""Default scale, for methods that support it."""


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "--method",
    required=True,
    help="A method of the catalog (srbench list methods), or the mean of several: carn-m+imdn.",
)
@click.option(
    "--scale",
    help="Any scale that the method supports; interpolation supports every real scale. Default: 4, or the largest.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("upscaled"),
    show_default=True,
    help="Folder that receives the SR images, as PNG.",
)
@click.option("--sigma", is_flag=True, help="Also write the method's uncertainty: OUT/photo_x4_sigma.png and .npy.")
@ensemble_option
@alpha_option
@device_option
@tile_option
@data_option
@json_option
def upscale(
    source: Path,
    method: str,
    scale: str | None,
    out: Path,
    sigma: bool,
    ensemble: tuple[str, ...],
    alpha: float | None,
    device: str,
    tile: int | None,
    data: tuple[Path, ...],
    as_json: bool,
) -> int:
    """Super-resolve IMAGE or all images of a folder: photo.png becomes OUT/photo_x4.png.

    --sigma also writes the standard deviation of each pixel, if the method predicts it: photo_x4_sigma.png, dark where
    the method is uncertain, and photo_x4_sigma.npy, float32 (H, W, 3) in units of RGB in [0, 1].
    --ensemble self,patch cuts the image into windows of 120 pixels with a stride of 60, and averages the eight flips
    and rotations of each: the flips take 8 times the work, and the windows about 4 times that.
    --alpha adds the value to the file name (photo_x4_alpha0.8.png), so that results of several values can be compared.

    \b
      srbench upscale photo.png --method bicubic --scale 2.5 --out upscaled
    """
    from dataclasses import replace

    from srbench.data.image_files import list_images, list_unread
    from srbench.data.naming.files import left_out
    from srbench.inference.pass_count import PassCount
    from srbench.inference.upscaler import Upscaler
    from srbench.storage.atomic import check_writable

    catalog = load_catalog()
    if mean := mean_of_methods(catalog, method):
        catalog, method = catalog.with_methods([mean]), mean.name
    factor = parse_scale(scale) if scale else _usual_scale(catalog, method)
    if not source.exists():
        raise DataError(f"{source}: no such file or folder")
    paths = list_images(source) if source.is_dir() else [source]
    if not paths:
        raise DataError(f"{source}: no images in this folder")
    if source.is_dir() and (unread := left_out((path.name for path in list_unread(source)), source.name)):
        click.echo(f"warning: {unread}", err=True)
    resolved = _resolve(catalog, method, factor, data_roots(data), alpha, sigma=sigma)
    if beyond := resolved.extrapolated(factor):
        click.echo(f"x{factor:g} is {beyond}", err=True)
    check_writable(out)
    ensemble = (*resolved.ensemble, *ensemble)
    upscaler = Upscaler(replace(resolved, ensemble=ensemble), factor, device=device, tile=tile)
    done = []
    blend = "" if alpha is None else f"_alpha{alpha:.15g}"
    for path in paths:
        upscaler.pass_count = PassCount()  # passes are counted for each image separately
        target = out / f"{path.stem}_x{factor:g}{blend}.png"
        try:
            written = _upscale_file(upscaler, path, target, sigma=sigma)
        except DataError as error:  # a bad image must not stop the others
            click.echo(f"error: {error}", err=True)
            continue
        done.append({"image": str(path), "method": upscaler.method.name, "out": str(target), **written})
        if not as_json:
            sigma_text = "; {sigma}: black is {black:.3f}".format(**written) if sigma else ""
            cost = f"; {upscaler.pass_count.text}" if ensemble or resolved.members else ""
            click.echo("{} -> {} ({width}x{height})".format(path, target, **written) + sigma_text + cost)
    if as_json:
        echo_json(done)
    return 0 if len(done) == len(paths) else 2


def _usual_scale(catalog: Catalog, method: str) -> float:
    """Return `USUAL` if the method supports it, else its largest scale.

    Raises:
        UsageError: if the members of a mean have no scale in common.
    """
    scales = _scales(catalog, method)
    if scales == ():
        raise UsageError(f"--method {method}: its members have no scale in common")
    return USUAL if scales is None or USUAL in scales else max(scales)


def _scales(catalog: Catalog, method: str) -> tuple[float, ...] | None:
    from srbench.bench.resolve.ensemble import common_scales

    spec = catalog.methods.get(method)
    if not spec.members:
        return catalog.models.get(spec.model).scales if spec.model else None
    if not isinstance(spec.members, tuple):
        return tuple(spec.members)
    return common_scales(_scales(catalog, member) for member in spec.members)


def _resolve(
    catalog: Catalog, name: str, scale: float, roots: tuple[Path, ...], alpha: float | None, *, sigma: bool
) -> ResolvedMethod:
    """Return the method `name`, or its fallback if it is unavailable; using the fallback is reported on stderr.

    Args:
        catalog: The catalog.
        name: Name of the method.
        scale: Scale to upscale by.
        roots: Folders where data and weights are searched.
        alpha: Share of the method's own weights in a blend (`at_alpha`); None: no blend.
        sigma: Whether the method must predict sigma.

    Raises:
        Unavailable: as `Resolver.resolve`, if the method has no fallback, or if that is unavailable too.
        UsageError: if the method has only a constant sigma, or cannot be blended.
    """
    from srbench.bench.resolve.ad_hoc_methods import at_alpha
    from srbench.bench.resolve.resolver import Resolver

    resolver = Resolver(catalog, roots)
    if sigma and catalog.methods.get(name).sigma == "constant":
        raise UsageError(f"--sigma: method {name} does not predict sigma; choose a method with a sigma branch")
    try:
        return resolver.resolve(at_alpha(catalog, catalog.methods.get(name), alpha), scale, sigma=sigma)
    except Unavailable as reason:
        spec = catalog.methods.get(name)
        if not spec.fallback:
            raise
        smaller = catalog.methods.get(spec.fallback)
        click.echo(f"{spec.name}: {reason}; {smaller.name} stands in: {smaller.summary}", err=True)
        return resolver.resolve(at_alpha(catalog, smaller, alpha), scale, sigma=sigma)


def _upscale_file(upscaler: Upscaler, source: Path, target: Path, *, sigma: bool) -> dict[str, Any]:
    """Write the SR image of one file, and its sigma if `sigma` is set.

    Args:
        upscaler: Upscales the image.
        source: The LR image.
        target: PNG file of the SR image.
        sigma: Whether to write sigma as well.

    Returns:
        A description for the user: size, number of network evaluations, and files of sigma.

    Raises:
        DataError: if the image cannot be read or upscaled; nothing is written then.
        UsageError: if the method does not predict sigma.
    """
    from srbench.imaging.image_io import read_image, write_png
    from srbench.models.tensors import to_uint8

    image = read_image(source)
    name = f"{upscaler.method.name} x{upscaler.scale:g}"
    try:
        prediction = upscaler(image)
    except (MemoryError, RuntimeError) as error:
        raise DataError(f"{source}: {name} failed: {' '.join(str(error).split())[:200]}") from error
    if sigma and prediction.sigma is None:
        raise UsageError(
            f"--sigma: method {upscaler.method.name} does not predict sigma; choose a method with a sigma branch"
        )
    maps = [prediction.sr, prediction.sigma] if sigma and prediction.sigma is not None else [prediction.sr]
    if not all(output.isfinite().all() for output in maps):
        raise DataError(f"{source}: {name} gave NaN or infinity for this image")
    pixels = to_uint8(prediction.sr, "round")
    write_png(target, pixels)
    height, width = pixels.shape[:2]
    spent = upscaler.pass_count
    written: dict[str, Any] = {"width": width, "height": height, "evaluations": spent.evaluations}
    if spent.windows:
        written["windows"] = spent.windows
    if sigma and prediction.sigma is not None:
        from srbench.inference.sigma_map import write_sigma

        written["sigma"] = str(target.with_name(f"{target.stem}_sigma.png"))
        written["black"] = write_sigma(target.with_name(f"{target.stem}_sigma"), prediction.sigma)
    return written
