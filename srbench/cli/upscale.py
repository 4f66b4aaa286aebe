"""``srbench upscale``: super-resolve one's own pictures."""

from __future__ import annotations

from pathlib import Path

import click

from srbench.catalog import load_catalog
from srbench.cli.options import Names, data_option, device_option, json_option, parse_scale, tile_option
from srbench.cli.output import echo_json
from srbench.data.roots import data_roots
from srbench.errors import DataError


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
) -> None:
    """Super-resolve IMAGE or all images of a folder: photo.png becomes OUT/photo_x4.png.

    \b
      srbench upscale photo.png --method bicubic --scale 2.5 --out upscaled
    """
    from dataclasses import replace

    from srbench.bench.resolve import Resolver
    from srbench.bench.store import check_writable
    from srbench.data.image_files import images_in
    from srbench.data.images import read_image, write_png
    from srbench.inference.images import to_uint8
    from srbench.inference.upscaler import Upscaler

    factor = parse_scale(scale)
    if not source.exists():
        raise DataError(f"{source}: no such file or folder")
    paths = images_in(source) if source.is_dir() else [source]
    if not paths:
        raise DataError(f"{source}: no images in this folder")
    resolved = Resolver(load_catalog(), data_roots(data)).method(method, factor)
    resolved = replace(resolved, ensemble=(*ensemble, *resolved.ensemble))
    check_writable(out)
    upscaler = Upscaler(resolved, factor, device=device, tile=tile)
    done = []
    for path in paths:
        image = read_image(path)
        try:
            prediction = upscaler(image)
        except (MemoryError, RuntimeError) as error:
            raise DataError(f"{path}: {method} x{factor:g} failed: {' '.join(str(error).split())[:200]}") from error
        if not prediction.sr.isfinite().all():
            raise DataError(f"{path}: {method} gave NaN or infinity for this image; nothing is written")
        sr = to_uint8(prediction.sr, "round")
        target = out / f"{path.stem}_x{factor:g}.png"
        write_png(target, sr)
        done.append({"image": str(path), "out": str(target), "width": sr.shape[1], "height": sr.shape[0]})
        if not as_json:
            click.echo(f"{path} -> {target} ({sr.shape[1]}x{sr.shape[0]})")
    if as_json:
        echo_json(done)
