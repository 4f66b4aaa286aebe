"""Files of two folders, paired by their names; files that do not fit are named in the error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench.data.image_files import SUFFIXES
from srbench.data.naming.pairing import pair_by_template, pair_names
from srbench.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from srbench.data.naming.decorations import Decorations, Role
    from srbench.data.naming.pairing import Pairing

NAMED = 5
"""Maximum number of files that a message names; the others are only counted."""


@dataclass(frozen=True)
class PairedFiles:
    """Files of SR or LR images by the name of their HR image."""

    files: Mapping[str, Path]
    remarks: tuple[str, ...] = ()
    """Remarks on the pairing: files left out, and a prefix or suffix that was taken off."""


def pair_files(
    hr: Mapping[str, Path],
    others: Mapping[str, Path],
    decorations: Decorations,
    role: Role,
    folder: Path,
    *,
    template: str = "",
) -> PairedFiles:
    """Return the SR or LR file of each HR image (`srbench.data.naming.pairing` has the rules).

    Args:
        hr: HR files by name without suffix.
        others: SR or LR files by name without suffix.
        decorations: Decorations that may be taken off names.
        role: Role of `others`: ``SR`` or ``LR``.
        folder: Folder of `others`, for messages.
        template: Form of the names of `others`, with ``{}`` for the name of the HR image; empty: by the rules.

    Raises:
        DataError: if a file has no partner, or several; the message names them.
        UsageError: if `template` has no ``{}``, or several.
    """
    if template:
        pairing = pair_by_template(list(hr), list(others), decorations, checked_template(template))
    else:
        pairing = pair_names(list(hr), list(others), decorations, role)
    if pairing.complete:
        paired = {name: others[partner] for name, partner in pairing.partners.items()}
        remarks = (
            f"names of {folder.name} paired as {pairing.affix}" if pairing.affix else "",
            left_out((hr[name].name for name in pairing.hr_left_out), "HR"),
            left_out((others[name].name for name in pairing.left_out), folder.name),
        )
        return PairedFiles(paired, tuple(filter(None, remarks)))
    raise DataError(_clash(pairing, hr, others) or _unpaired(pairing, hr, others, decorations, role, folder, template))


def checked_template(template: str) -> str:
    """Return the template of a name without the suffix of an image file.

    Raises:
        UsageError: if it has no ``{}``, or several.
    """
    if template.count("{}") != 1:
        raise UsageError(f"--sr-name {template!r}: needs {{}} once, for the name of the HR image: {{}}_SwinIR")
    stem, dot, suffix = template.rpartition(".")
    return stem if f"{dot}{suffix}".lower() in SUFFIXES else template


def left_out(names: Iterable[str], folder: str) -> str:
    """Return ``HR: 2 files left out: b.ppm, c.gif``, with the first names; empty if there are none.

    Args:
        names: Names of the files.
        folder: Name of their folder.
    """
    listed = list(names)
    files = "1 file" if len(listed) == 1 else f"{len(listed)} files"
    return f"{folder}: {files} left out: {first_names(listed)}" if listed else ""


def first_names(names: Iterable[str]) -> str:
    """Return the first names, and how many there are besides: ``a.png, b.png and 3 more``."""
    listed = list(names)
    more = f" and {len(listed) - NAMED} more" if len(listed) > NAMED else ""
    return f"{', '.join(listed[:NAMED])}{more}"


def _clash(pairing: Pairing, hr: Mapping[str, Path], others: Mapping[str, Path]) -> str:
    """Return the message on the first names that can't be told apart; empty if there are none."""
    if not pairing.clashes:
        return ""
    clash = pairing.clashes[0]
    if len(clash.names) > 1:
        files = " and ".join(str(others[name]) for name in clash.names[:NAMED])
        return f"{hr[clash.fits[0]]}: {len(clash.names)} files have its name, {files}; keep one of them"
    hr_files = " and ".join(str(hr[name]) for name in clash.fits[:NAMED])
    return f"{others[clash.names[0]]}: its name fits {hr_files}; rename it so that it fits only one"


def _unpaired(
    pairing: Pairing,
    hr: Mapping[str, Path],
    others: Mapping[str, Path],
    decorations: Decorations,
    role: Role,
    folder: Path,
    template: str,
) -> str:
    """Return the message that names the missing and the surplus files.

    Args:
        pairing: The incomplete pairing.
        hr: HR files by name.
        others: SR or LR files by name.
        decorations: Decorations that may be taken off names.
        role: Role of `others`.
        folder: Folder of `others`.
        template: Form of the names, if the user gave it.
    """
    surplus = [others[name].name for name in pairing.surplus]
    other_scale = next(
        (
            f"{others[name].name} says x{scale:g}, not x{decorations.scale:g}"
            for name in pairing.surplus
            if decorations.scale is not None and (scale := decorations.other_scale(name)) is not None
        ),
        "",
    )
    if not pairing.missing:
        first, *rest = pairing.surplus
        others_too = f" (nor for {first_names(others[name].name for name in rest)})" if rest else ""
        return f"{others[first]}: no HR image of this name{others_too}; remove it or add its HR image"
    first, *rest = pairing.missing
    details = (
        f"nor for {first_names(hr[name].name for name in rest)}" if rest else "",
        f"without an HR image there: {first_names(surplus)}" if surplus else "",
        other_scale,
    )
    details_text = "; ".join(filter(None, details))
    scaled = f"{first}x{decorations.scale:g}" if decorations.scale not in {None, 1} else ""
    expected = template.replace("{}", first) if template else " or ".join(filter(None, (scaled, first)))
    template_hint = ", or give the form of the names: --sr-name '{}_NAME'" if role == "SR" and surplus else ""
    problem = f"no {role} image in {folder}{f' ({details_text})' if details_text else ''}"
    return f"{hr[first]}: {problem}; expected {expected} (.png, ...){template_hint}"
