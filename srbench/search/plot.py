"""Plot of a search: PSNR against mult-adds with the Pareto front, and predicted against measured PSNR."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.pictures.save import save_picture

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from srbench.search.report import Line, Report


def write_plot(report: Report, path: Path) -> bool:
    """Write the plot as PNG, and return whether there was anything to draw.

    Raises:
        StoreError: if the file can't be written.
    """
    from srbench.pictures.style import house_style

    measured = [line for line in report.lines if line.psnr is not None]
    if not measured:
        return False
    with house_style():
        from matplotlib.figure import Figure

        from srbench.pictures.style import FigureStyle

        predicted = [line for line in measured if line.predicted is not None]
        figure = Figure(figsize=(FigureStyle.PAGE if predicted else FigureStyle.COLUMN, 3.2))
        axes = figure.subplots(1, 2 if predicted else 1, squeeze=False)[0]
        if predicted:
            _calibration(axes[1], predicted)
        figure.suptitle(_title(report))
        _pareto(axes[0], measured)
        save_picture(figure, path)
    return True


def _title(report: Report) -> str:
    settings = report.settings
    names = {"gp": "a Gaussian process", "ei": "expected improvement", "random": "chance"}
    strategy = str(settings.get("strategy", ""))
    chosen = names.get(strategy, strategy)
    return f"Space {settings.get('space', '')}, chosen by {chosen}, profile {settings.get('profile', '')}"


def _pareto(axes: Axes, lines: Sequence[Line]) -> None:
    """Draw PSNR against mult-adds, with the points of the Pareto front joined and labelled."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    from srbench.pictures.style import FigureStyle

    points = sorted((line.mult_adds or 0.0, line.psnr or 0.0, line.architecture, line.pareto) for line in lines)
    rest = [(cost / 1e9, psnr) for cost, psnr, _, on_front in points if not on_front]
    best = [(cost / 1e9, psnr) for cost, psnr, _, on_front in points if on_front]
    if rest:
        axes.scatter(
            [cost for cost, _ in rest],
            [psnr for _, psnr in rest],
            color=FigureStyle.RULE,
            s=14,
            label="other architectures",
        )
    if best:
        axes.plot(*zip(*best, strict=True), "o-", color=FigureStyle.BLUE, label="Pareto front (labelled)")
    axes.set(xscale="log", xlabel="mult-adds for 1280x720 [G]", ylabel="PSNR [dB], validation images")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _position: f"{value:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_title(f"labels: {_names_and_values(lines[0].architecture)[0]}", fontsize=FigureStyle.SMALL)
    axes.margins(x=0.2, y=0.15)
    axes.legend(loc="lower right")
    names = [_names_and_values(name)[1] for _, _, name, on_front in points if on_front]
    for place, name in zip(best, names, strict=True):
        # the front rises: the upper left of its points is free, and nothing is above the front
        axes.annotate(name, place, xytext=(-4, 3), textcoords="offset points", ha="right", fontsize=FigureStyle.SMALL)


def _names_and_values(architecture: str) -> tuple[str, str]:
    """Return names and values of an architecture's settings: ``width / depth`` and ``8/2`` for ``width=8,depth=2``."""
    pairs = [part.partition("=") for part in architecture.split(",")]
    return " / ".join(name for name, *_ in pairs), "/".join(value for *_, value in pairs)


def _calibration(axes: Axes, lines: Sequence[Line]) -> None:
    """Draw predicted against measured PSNR."""
    from srbench.pictures.style import FigureStyle

    x, y = [line.psnr or 0.0 for line in lines], [line.predicted or 0.0 for line in lines]
    axes.errorbar(x, y, [line.deviation or 0.0 for line in lines], fmt="o", color=FigureStyle.BLUE, capsize=2)
    axes.axline((x[0], x[0]), slope=1, color=FigureStyle.RULE, linestyle=":", label="predicted = measured")
    axes.set(xlabel="measured PSNR [dB]", ylabel="predicted before training ± deviation [dB]")
    axes.legend(loc="lower right")
