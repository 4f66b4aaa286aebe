"""Sentences about the protocol, the weights and the training of a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srbench.hub.address import HubAddress, is_hub_address
from srbench.storage.canonical_hash import canonical_hash

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srbench.bench.results.table_result import Result
    from srbench.catalog import Catalog
    from srbench.records.record import Record

RESIZES = {
    "matlab-uint8-replicate": "older MATLAB's imresize (bicubic, antialiasing, borders replicated) in grey levels",
    "matlab-uint8": "MATLAB's imresize (bicubic, with antialiasing) in whole grey levels",
    "matlab-double": "MATLAB's imresize (bicubic, with antialiasing) in floating point",
}
QUANTISED = {"round": "rounded", "truncate": "cut off", "floor": "cut off", "none": "not rounded"}
COLOURS = {"y": "on Y of YCbCr (BT.601)", "rgb": "on R, G and B"}


def signs(result: Result) -> str:
    """Return the signs of the verdicts in a table with their words; empty if no value is published."""
    marks = {
        entry.verdict.mark: str(entry.verdict) for entry in result.entries if entry.verdict.mark and entry.published
    }
    return ", ".join(f"{mark} {word}" for mark, word in marks.items())


def protocol_name(record: Record) -> str:
    """Return name and hash of a record's protocol; empty for a cost, which does not depend on a protocol."""
    if not record.protocol:
        return ""
    return f"{record.cell.protocol} ({canonical_hash(record.protocol, 12)})"


def protocol_words(settings: Mapping[str, Any], scale: float | None) -> str:
    """Return the settings of a protocol (`Protocol.identity`) in a sentence, with the crop border at `scale`."""
    if not settings:
        return ""
    resize = str(settings.get("lr", ""))
    parts = [f"LR made by {RESIZES.get(resize, resize)}"]
    if not settings.get("round_lr", True):
        parts.append("LR not rounded")
    if settings.get("luma_lr"):
        parts.append("LR made from the luma alone")
    quantise = str(settings.get("quantise", ""))
    parts.append(f"SR {QUANTISED.get(quantise, quantise)} to whole grey levels")
    colour = str(settings.get("colour", ""))
    rounded = " rounded to whole levels" if settings.get("round_y") else ""
    parts.append(f"compared {COLOURS.get(colour, colour)}{rounded}")
    per_scale, extra = float(settings.get("crop_scale", 0)), int(settings.get("crop_extra", 0))
    if scale:
        parts.append(f"a border of {per_scale * scale + extra:g} pixels cropped")
    if settings.get("grey") == "keep":
        parts.append("the levels of grey images taken as Y")
    if settings.get("hr_crop", "scale") != "scale":
        parts.append(f"HR cropped to multiples of {settings['hr_crop']}")
    pooled = settings.get("aggregate") == "pooled"
    parts.append("squared error averaged over all images" if pooled else "mean over the images")
    return "; ".join(parts)


def weights_words(record: Record, catalog: Catalog) -> list[dict[str, str]]:
    """Return file name, SHA-256, origin and licence of each weights file of a record."""
    by_file = {name: spec for spec in catalog.weights for name in (spec.filename, *spec.copies, *spec.parts)}
    listed = []
    for name, sha256 in record.weights.items():
        spec = by_file.get(name)
        listed.append(
            {
                "file": name,
                "sha256": sha256,
                "origin": spec.origin if spec else "",
                "licence": spec.licence if spec else "",
                "url": _page(spec.url) if spec else "",
            }
        )
    return listed


def _page(url: str) -> str:
    """Return the address to link to; empty if a browser can't open it."""
    if is_hub_address(url):
        return HubAddress.parse(url).page
    return url if url.startswith(("https://", "http://")) else ""


def budget_words(training: Mapping[str, Any]) -> str:
    """Return the budget of a training (a record's card) beside the paper's; empty for a record without one."""
    identity = training.get("trained_with")
    if not isinstance(identity, dict):
        return ""
    paper = training.get("paper_budget") or {}
    phases = []
    for phase in identity.get("phases", ()):
        ours, theirs = phase.get("budget", {}), paper.get(phase.get("name"), {})
        text = f"{phase.get('name')}: {_budget(ours)}"
        phases.append(f"{text} (the paper: {_budget(theirs)})" if theirs else text)
    data = ", ".join(map(str, identity.get("data", ())))
    papers = ", ".join(map(str, training.get("paper_data") or ()))
    where = f"on {data}" + (f" (the paper: {papers})" if papers and papers != data else "")
    return f"recipe {training.get('recipe')}, profile {training.get('profile')}, {where}; {'; '.join(phases)}"


def _budget(budget: Mapping[str, Any]) -> str:
    known = {"batch", "patch"} <= budget.keys()
    patches = f" of {budget['batch']} patches of {budget['patch']} pixels" if known else ""
    return f"{budget.get('steps', '?')} steps{patches}"
