"""Sentences about the protocol, the weights and the training of a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srbench.hub.address import HubAddress, is_hub_address
from srbench.specs.protocol import Protocol
from srbench.storage.canonical_hash import canonical_hash
from srbench.terminal.counted import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srbench.catalog import Catalog
    from srbench.records.record import Record
    from srbench.specs.protocol import ResizeMode

RESIZES: Mapping[ResizeMode, str] = {
    "matlab-uint8": "MATLAB's imresize (bicubic, antialiasing, mirrored border), rounded after each direction",
    "matlab-uint8-replicate": "older MATLAB's imresize (bicubic, antialiasing, replicated border), rounded after each "
    "direction",
    "matlab-double": "MATLAB's imresize (bicubic, antialiasing, mirrored border) in floating point",
}
QUANTISED = {"round": "rounded", "truncate": "cut off"}
COLOURS = {
    "y": "on Y of YCbCr (BT.601)",
    "y-full": "on Y of YCbCr (BT.601) stretched to [0, 255]",
    "rgb": "on R, G and B",
}


def protocol_name(record: Record) -> str:
    """Return name and hash of a record's protocol; empty for a cost, which does not depend on a protocol."""
    if not record.protocol:
        return ""
    return f"{record.cell.protocol} ({canonical_hash(record.protocol, 12)})"


def protocol_words(settings: Mapping[str, Any], scale: float | None) -> str:
    """Return the settings of a protocol (`Protocol.identity`) in a sentence, with the crop border at `scale`."""
    try:
        return _in_words(Protocol.from_identity("", settings), scale) if settings else ""
    except (TypeError, KeyError):  # the record of another version
        return "; ".join(f"{name} {value}" for name, value in settings.items())


def _in_words(protocol: Protocol, scale: float | None) -> str:
    parts = [f"LR made by {RESIZES[protocol.lr]}"]
    if not protocol.round_lr:
        parts.append("LR not rounded")
    if protocol.luma_lr:
        parts.append("LR made from the luma alone")
    if protocol.hr_crop == "tens":
        parts.append("HR cropped so that the sides of LR are multiples of ten")
    parts.append(f"SR {QUANTISED[protocol.quantise]} to whole grey levels")
    rounded = " rounded to whole levels" if protocol.round_y else ""
    parts.append(f"compared {COLOURS[protocol.colour]}{rounded}")
    if scale:
        border = protocol.crop_border(scale)
        parts.append(f"a border of {counted(border, 'pixel')} cropped")
    if protocol.grey == "keep":
        parts.append("the levels of grey images taken as Y")
    pooled = protocol.aggregate == "pooled"
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
