"""``srbench upscale``: super-resolve the user's images."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from srbench.catalog import load_catalog
from srbench.cli.methods.given_methods import MethodsCommand, given_methods
from srbench.cli.methods.upscaling import method_and_scale, one_method
from srbench.cli.options import (
    alpha_option,
    data_option,
    device_option,
    ensemble_option,
    json_option,
    methods_option,
    model_arg_option,
    scale_option,
    tile_option,
    weights_option,
)
from srbench.cli.output import echo_json
from srbench.cli.writing.upscaled_files import marks_of, name_targets, refuse_overwriting
from srbench.errors import DataError, UsageError
from srbench.specs.model import parse_scale
from srbench.storage.regular_file import require_regular_file
from srbench.storage.roots import data_roots

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from srbench.inference.upscaler import Upscaler
    from srbench.models.prediction import Prediction


@click.command(cls=MethodsCommand)
@click.argument("source", type=click.Path(path_type=Path))
@methods_option(
    "A method or model of the catalog (srbench list methods), the mean of several methods (carn-m+imdn), or "
    "path/to/file.py:Class, whose code is run."
)
@weights_option
@model_arg_option
@scale_option(
    "Any scale that the method supports; interpolation supports every real scale. Default: 4, or the largest."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("upscaled"),
    show_default=True,
    help="Folder that receives the SR images, as PNG.",
)
@click.option("--overwrite", is_flag=True, help="Replace pictures of other methods or images that are in the way.")
@click.option("--sigma", is_flag=True, help="Also write the method's uncertainty: OUT/photo_x4_sigma.png and .npy.")
@ensemble_option
@alpha_option
@device_option
@tile_option
@data_option
@json_option
@click.pass_context
def upscale(
    ctx: click.Context,
    source: Path,
    methods: tuple[str, ...],
    weights: tuple[Path, ...],
    arguments: tuple[str, ...],
    scale: str,
    out: Path,
    overwrite: bool,
    sigma: bool,
    ensemble: tuple[str, ...],
    alpha: float | None,
    device: str,
    tile: int | None,
    data: tuple[Path, ...],
    as_json: bool,
) -> int:
    """Super-resolve IMAGE or all images of a folder: photo.png becomes OUT/photo_x4.png.

    Images of 16 bits a channel become PNG of 16 bits.
    Beside photo.jpg in the same folder it becomes OUT/photo.png_x4.png. A picture that another method made, or that was
    made of another image, is only replaced with --overwrite: each PNG holds what made it.

    --sigma also writes the standard deviation of each pixel, if the method predicts it: photo_x4_sigma.png, dark where
    the method is uncertain, and photo_x4_sigma.npy, float32 (H, W, 3) in units of RGB in [0, 1].
    --ensemble self,patch cuts the image into windows of 120 pixels with a stride of 60, and averages the eight flips
    and rotations of each: the flips take 8 times the work, and the windows about 4 times that.
    --alpha adds the value to the file name (photo_x4_alpha0.8.png), so that results of several values can be compared.

    \b
      srbench upscale photo.png --method bicubic --scales 2.5 --out upscaled
      srbench upscale photos --method my_net.py:Net --weights net.pth --scales 4 --out upscaled
      srbench upscale photos --weights model.pth --out upscaled
    """
    del methods, weights, arguments  # `given_methods` reads them in the order of the command line
    from dataclasses import replace

    from srbench.inference.pass_count import PassCount
    from srbench.inference.upscaler import Upscaler
    from srbench.storage.atomic import output_folder

    catalog = load_catalog()
    given, wanted = one_method(given_methods(ctx)), parse_scale(scale) if scale else None
    paths = _sources(source)
    resolved, factor = method_and_scale(catalog, given, wanted, data_roots(data), alpha, sigma=sigma)
    if beyond := resolved.extrapolated(factor):
        click.echo(f"x{factor:g} is {beyond}", err=True)
    ensemble = (*resolved.ensemble, *ensemble)
    upscaler = Upscaler(replace(resolved, ensemble=ensemble), factor, device=device, tile=tile)
    done = []
    blend = "" if alpha is None else f"_alpha{alpha:.15g}"
    targets = name_targets(paths, out, f"_x{factor:g}{blend}.png")
    marks = marks_of(upscaler.method, factor, paths)
    if not overwrite:
        refuse_overwriting(targets, marks)
    codes = [0]
    with output_folder(out):
        for path, target in targets.items():
            upscaler.pass_count = PassCount()  # passes are counted for each image separately
            try:
                require_regular_file(path)
                written = _upscale_file(upscaler, path, target, sigma=sigma)
                marks[path].write(target)
            except (DataError, OSError) as error:  # one image must not stop the others
                codes.append(_failed(error, target))
                continue
            done.append({"image": str(path), "method": upscaler.method.name, "out": str(target), **written})
            if not as_json:
                cost = f"; {upscaler.pass_count.text}" if ensemble or resolved.members else ""
                click.echo(f"{path} -> {target} ({_size(written)}){_sigma(written)}{cost}")
    _point_out(upscaler)
    if as_json:
        echo_json(done)
    return max(codes)


def _sources(source: Path) -> list[Path]:
    """Return the LR files: `source` itself, or the images in the folder; a warning names the files that are not read.

    Raises:
        DataError: if there is none.
    """
    from srbench.data.image_files import list_images, list_unread
    from srbench.data.naming.files import left_out

    if not source.exists():
        raise DataError(f"{source}: no such file or folder; name an image, or a folder of images")
    paths = list_images(source) if source.is_dir() else [source]
    if not paths:
        raise DataError(f"{source}: no images in this folder; name one that holds some")
    if source.is_dir() and (unread := left_out((path.name for path in list_unread(source)), source.name)):
        click.echo(f"warning: {unread}", err=True)
    return paths


def _size(written: Mapping[str, Any]) -> str:
    return "{width}x{height}".format(**written) + (", 16 bits" if written["bits"] == 16 else "")


def _sigma(written: Mapping[str, Any]) -> str:
    """Return the file of sigma and the value of its black pixels; empty if sigma is not written."""
    return "; {sigma}: black is {black:.3f}".format(**written) if "sigma" in written else ""


def _point_out(upscaler: Upscaler) -> None:
    """Print on stderr what a user should know of the SR images."""
    for remark in upscaler.remarks:
        click.echo(f"{upscaler.method.name}: {remark}", err=True)


def _failed(error: DataError | OSError, target: Path) -> int:
    """Report that an image can't be read, or its SR image can't be written, and return the exit code."""
    if isinstance(error, OSError):
        click.echo(f"error: {target}: can't be written ({error.strerror or error}); use another --out", err=True)
        return 1
    click.echo(f"error: {error}", err=True)
    return 2


def _predict(upscaler: Upscaler, image: NDArray[Any]) -> Prediction:
    """Return the prediction for an image of 8 or 16 bits a channel; the latter is upscaled in double precision."""
    if image.dtype != "uint16":
        return upscaler(image)
    from srbench.imaging.deep import in_levels

    return upscaler.in_double(in_levels(image))


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
    from srbench.imaging.image_io import read_levels, write_png
    from srbench.models.tensors import to_uint8, to_uint16

    image = read_levels(source)
    name = f"{upscaler.method.name} x{upscaler.scale:g}"
    try:
        prediction = _predict(upscaler, image)
    except (MemoryError, RuntimeError) as error:
        raise DataError(f"{source}: {name} failed: {' '.join(str(error).split())[:200]}") from error
    if sigma and prediction.sigma is None:
        raise UsageError(
            f"--sigma: method {upscaler.method.name} does not predict sigma; choose a method with a sigma branch"
        )
    maps = [prediction.sr, prediction.sigma] if sigma and prediction.sigma is not None else [prediction.sr]
    if not all(output.isfinite().all() for output in maps):
        raise DataError(f"{source}: {name} gave NaN or infinity for this image; check its weights")
    deep = image.dtype == "uint16"
    pixels = to_uint16(prediction.sr) if deep else to_uint8(prediction.sr, "round")
    write_png(target, pixels)
    height, width = pixels.shape[:2]
    spent = upscaler.pass_count
    written: dict[str, Any] = {
        "width": width,
        "height": height,
        "bits": 16 if deep else 8,
        "evaluations": spent.evaluations,
    }
    if spent.windows:
        written["windows"] = spent.windows
    if sigma and prediction.sigma is not None:
        from srbench.inference.sigma_map import write_sigma

        written["sigma"] = str(target.with_name(f"{target.stem}_sigma.png"))
        written["black"] = write_sigma(target.with_name(f"{target.stem}_sigma"), prediction.sigma)
    return written
