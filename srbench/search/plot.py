"""Plot of a search: PSNR against mult-adds with the Pareto front, and predicted against measured PSNR."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.errors import StoreError
from srbench.storage.atomic import atomic_write

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

    from srbench.search.report import Line, Report


def write_plot(report: Report, path: Path) -> bool:
    """Write the plot as PNG, and return whether there was anything to draw.

    Raises:
        StoreError: if the file can't be written.
    """
    measured = [line for line in report.lines if line.psnr is not None]
    if not measured:
        return False
    from matplotlib.figure import Figure

    predicted = [line for line in measured if line.predicted is not None]
    figure = Figure(figsize=(10 if predicted else 5, 4.2), layout="constrained", dpi=120)
    axes = figure.subplots(1, 2 if predicted else 1, squeeze=False)[0]
    _pareto(axes[0], measured)
    if predicted:
        _calibration(axes[1], predicted)
    figure.suptitle(report.title)
    try:
        with atomic_write(path) as temporary:
            figure.savefig(temporary, format="png", metadata={"Software": None})
    except OSError as error:
        raise StoreError(
            f"{path}: can't be written ({error.strerror}); check the folder's permissions and free space"
        ) from error
    return True


def _pareto(axes: Axes, lines: list[Line]) -> None:
    points = sorted((line.mult_adds or 0.0, line.psnr or 0.0, line.architecture, line.pareto) for line in lines)
    rest = [point for point in points if not point[3]]
    best = [point for point in points if point[3]]
    axes.scatter([cost / 1e9 for cost, *_ in rest], [psnr for _, psnr, *_ in rest], color="0.6")
    axes.plot([cost / 1e9 for cost, *_ in best], [psnr for _, psnr, *_ in best], "o-", color="tab:blue")
    for cost, psnr, name, _ in best:
        where = (cost / 1e9, psnr)
        # labels are at the upper left of the points, where a rising front leaves room
        axes.annotate(_parts(name)[1], where, xytext=(-4, 4), textcoords="offset points", ha="right", fontsize=7)
    axes.set(xscale="log", xlabel="mult-adds [G]", ylabel="PSNR [dB], validation images")
    axes.set_title(_parts(lines[0].architecture)[0], fontsize=8)
    axes.margins(x=0.12)


def _parts(architecture: str) -> tuple[str, str]:
    """Return names and values of an architecture's settings: ``width / depth`` and ``8/2`` for ``width=8,depth=2``."""
    pairs = [part.partition("=") for part in architecture.split(",")]
    return " / ".join(name for name, *_ in pairs), "/".join(value for *_, value in pairs)


def _calibration(axes: Axes, lines: list[Line]) -> None:
    x, y = [line.psnr or 0.0 for line in lines], [line.predicted or 0.0 for line in lines]
    axes.errorbar(x, y, [line.deviation or 0.0 for line in lines], fmt="o", color="tab:blue", capsize=2)
    axes.axline((x[0], x[0]), slope=1, color="0.6", linestyle=":")
    axes.set(xlabel="measured PSNR [dB]", ylabel="predicted before training ± deviation [dB]")
