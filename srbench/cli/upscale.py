"""``srbench upscale``: super-resolve one's own pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from srbench.catalog import load_catalog
from srbench.cli.options import Names, data_option, device_option, json_option, parse_scale, tile_option
from srbench.cli.output import echo_json
from srbench.data.roots import data_roots
from srbench.errors import DataError

if TYPE_CHECKING:
    from srbench.inference.upscaler import Upscaler


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--method", required=True, help="A method of the catalog (srbench list methods).")
@click.option("--scale", required=True, help="Any scale that the method has; interpolation has every real one.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for the results, as PNG.")
@click.option("--ensemble", type=Names(), default=(), help="Wrappers: self (8 flips and rotations).")
@device_option
@tile_option
@data_option
@json_option
def upscale(
    source: Path,
    method: str,
    scale: str,
    out: Path,
    ensemble: tuple[str, ...],
    device: str,
    tile: int | None,
    data: tuple[Path, ...],
    as_json: bool,
) -> int:
    """Super-resolve IMAGE or all images of a folder: photo.png becomes OUT/photo_x4.png.

    \b
      srbench upscale photo.png --method bicubic --scale 2.5 --out upscaled
    """
    from dataclasses import replace

    from srbench.bench.resolve import Resolver
    from srbench.bench.store import check_writable
    from srbench.data.image_files import images_in
    from srbench.inference.upscaler import Upscaler

    factor = parse_scale(scale)
    if not source.exists():
        raise DataError(f"{source}: no such file or folder")
    paths = images_in(source) if source.is_dir() else [source]
    if not paths:
        raise DataError(f"{source}: no images in this folder")
    resolved = Resolver(load_catalog(), data_roots(data)).method(method, factor)
    check_writable(out)
    ensemble = (*ensemble, *resolved.ensemble)
    upscaler = Upscaler(replace(resolved, ensemble=ensemble), factor, device=device, tile=tile)
    done = []
    for path in paths:
        target = out / f"{path.stem}_x{factor:g}.png"
        try:
            height, width = _upscale_file(upscaler, path, target)
        except DataError as error:  # one bad image costs no other
            click.echo(f"error: {error}", err=True)
            continue
        done.append({"image": str(path), "out": str(target), "width": width, "height": height})
        if not as_json:
            click.echo(f"{path} -> {target} ({width}x{height})")
    if as_json:
        echo_json(done)
    return 0 if len(done) == len(paths) else 2


def _upscale_file(upscaler: Upscaler, source: Path, target: Path) -> tuple[int, int]:
    """Write the SR image of one file; its (height, width). Raises `DataError`, and then writes nothing."""
    from srbench.data.images import read_image, write_png
    from srbench.inference.images import to_uint8

    image = read_image(source)
    name = f"{upscaler.method.name} x{upscaler.scale:g}"
    try:
        sr = upscaler(image).sr
    except (MemoryError, RuntimeError) as error:
        raise DataError(f"{source}: {name} failed: {' '.join(str(error).split())[:200]}") from error
    if not sr.isfinite().all():
        raise DataError(f"{source}: {name} gave NaN or infinity for this image")
    pixels = to_uint8(sr, "round")
    write_png(target, pixels)
    height, width = pixels.shape[:2]
    return height, width
