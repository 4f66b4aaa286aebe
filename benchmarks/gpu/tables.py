"""The tables of the page, one function a stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from benchmarks.gpu.stage import Values

    Measured = dict[str, Values]

WORST = 5
"""Number of items that agree and are shown, those that differ most."""
TARGET, BUSY = 2.0, 0.9
"""The speed beside the plain loop, and the busy share of the GPU, that srbench is meant to reach."""


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """Return the lines of a table whose first column is text and whose others are numbers."""
    header = list(header)
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *map(list, rows)]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]


def number(value: Any, form: str = ".3g") -> str:
    """Return a number as text; – for none."""
    return "–" if value is None else f"{value:{form}}"


def environment(items: Measured) -> list[str]:
    """Return what measured, and what plain operations reach on it."""
    machine = dict(items.get("machine", {}))
    versions = machine.pop("versions", {})
    rows = [(name, _quantity(name, value)) for name, value in machine.items() if name != "seconds"]
    rows += [(name, str(version)) for name, version in versions.items()]
    for key, values in items.items():
        rows += [(f"{key}, {unit}", number(value)) for unit, value in values.items() if " a second" in unit]
    return table(["", ""], rows)


def _quantity(name: str, value: Any) -> str:
    if name.endswith("memory"):
        return f"{value / 2**30:.1f} GiB"
    return str(value)


def agreement(items: Measured) -> list[str]:
    """Return how many items agree, those that don't, and the worst of those that do."""
    apart = {key: values for key, values in items.items() if not values["relative difference"] <= values["limit"]}
    agreeing = sorted(items.keys() - apart.keys(), key=lambda key: -items[key]["relative difference"])
    limits = ", ".join(f"{limit:g}" for limit in sorted({values["limit"] for values in items.values()}))
    lines = [f"{len(agreeing)} of {len(items)} agree (largest relative difference, limit {limits}).", ""]
    header = ["", "relative difference", "limit", "in float64"]
    rows = [_agreement_row(f"**{key}**", values) for key, values in apart.items()]
    rows += [_agreement_row(key, items[key]) for key in agreeing[:WORST]]
    return [*lines, *table(header, rows)]


def _agreement_row(key: str, values: Values) -> list[str]:
    cells = (
        number(values["relative difference"], ".2g"),
        f"{values['limit']:g}",
        number(values.get("in float64"), ".2g"),
    )
    return [key, *cells]


def determinism(items: Measured) -> list[str]:
    """Return what gives the same bits again, and how far apart the rest is."""
    rows = []
    for key, values in items.items():
        again = values.get("again", values)
        resumed = _same(values["resumed"]) if "resumed" in values else "–"
        rows.append([key, _same(again), resumed, ", ".join(values.get("without a deterministic form", ())) or "–"])
    return table(["", "again", "stopped and resumed", "operations without a deterministic form"], rows)


def _same(values: Values) -> str:
    return "equal bits" if values["equal"] else f"{values['relative difference']:.1e} apart"


def rate(items: Measured) -> list[str]:
    """Return the steps a second of each side, beside the others, and what srbench was meant to reach."""
    lines: list[str] = []
    for key, values in items.items():
        medians, best = values["steps a second"], values["best"]
        others = [side for side in medians if not side.startswith("srbench")]
        header = [
            f"{key}: steps a second",
            "median",
            "best",
            *(f"/ {side.partition(',')[0]}" for side in others),
            "busy",
        ]
        rows = [
            [
                side,
                number(median),
                number(best[side]),
                *(number(median / medians[other], ".2f") for other in others),
                number(values["busy"].get(side), ".0%"),
            ]
            for side, median in medians.items()
        ]
        lines += [*table(header, rows), "", _target(values), ""]
        for side, reason in values["left out"].items():
            lines += [f"Left out: {side}, {reason}.", ""]
    return lines[:-1]


def _target(values: Values) -> str:
    medians = values["steps a second"]
    ours = list(medians)[-1]
    speed = medians[ours] / medians["plain, float32"]
    busy = values["busy"].get(ours)
    reached = "reached" if speed >= TARGET else "missed"
    text = f"{ours}: {speed:.2f} times the plain loop (aim: {TARGET:g}, {reached})"
    if busy is None:
        return f"{text}; there is no GPU to be busy."
    kept = "reached" if busy >= BUSY else "missed"
    return f"{text}; the GPU was busy for {busy:.0%} of the time (aim: {100 * BUSY:.0f} %, {kept})."


def gains(items: Measured) -> list[str]:
    """Return what each variant gains and changes: of a forward pass the output, of training steps the last loss."""
    rows = []
    for key, values in items.items():
        if "loss drift" in values:
            changed = f"loss {values['loss']:.4g} {values['loss drift']:+.1e}"
        else:
            drift = values["PSNR drift"]
            changed = f"{values['largest difference']:.1e}" + ("" if drift is None else f", {drift:+.4f} dB")
        rows.append([key, number(values["plain ms"]), number(values["ms"]), number(values["speed-up"], ".2f"), changed])
    return table(["", "float32, ms", "ms", "speed-up", "change"], rows)


def inference(items: Measured) -> list[str]:
    """Return time, memory and largest batch of each network."""
    rows = [
        [
            key,
            f"x{values['scale']:g}",
            number(values["parameters"] / 1e6, ".2f"),
            number(values["ms"]),
            number(values["peak memory"] / 2**20, ".0f"),
            number(values.get("largest batch"), "d"),
            values.get("limited by", "–"),
        ]
        for key, values in items.items()
    ]
    return table(["", "scale", "M parameters", "ms", "peak, MiB", "largest batch", "limited by"], rows)


def budgets(items: Measured) -> list[str]:
    """Return the minutes of each recipe's profile short."""
    rows = []
    for key, values in items.items():
        phases = values["phases"]
        steps = ", ".join(f"{name} {phase['steps']} x {phase['ms a step']:.3g} ms" for name, phase in phases.items())
        rows.append([key, steps, number(values["minutes"], ".1f"), values["precision"]])
    return table(["recipe", "steps", "minutes", "precision"], rows)


def trainings(items: Measured) -> list[str]:
    """Return what was trained, and where its files are."""
    rows = []
    for key, values in items.items():
        for phase, made in values.get("phases", {}).items():
            steps, psnr = made.get("steps", "not finished"), number(made.get("validation PSNR"), ".2f")
            rows.append([f"{key}, {phase}", str(steps), psnr, number(made.get("minutes"), ".1f"), made["archive"]])
    plans = [
        f"{key}: "
        + ", ".join(f"{phase} {steps} of {values['short'][phase]} steps" for phase, steps in values["steps"].items())
        + f", on {', '.join(values['images'])}."
        for key, values in items.items()
        if "steps" in values
    ]
    return [*plans, "", *table(["", "steps", "validation PSNR, dB", "minutes", "archive"], rows)]


TABLES: dict[str, Callable[[Measured], list[str]]] = {
    "environment": environment,
    "metrics": agreement,
    "networks": agreement,
    "gradients": agreement,
    "determinism": determinism,
    "rate": rate,
    "gains": gains,
    "inference": inference,
    "budgets": budgets,
    "trainings": trainings,
}
