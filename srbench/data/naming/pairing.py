"""Pairing of the names in two folders, each HR image with its SR or LR image.

The first of these rules that pairs all names of both folders decides:

1. equal names;
2. names that are equal but for case and Unicode's normal form;
3. the same known decoration behind all names of one folder (``babyx4`` for ``baby``);
4. known decorations, any number of them, different ones too: each name goes to the nearest, the one for which the
   fewest are taken off;
5. the same without the names that state another role (``baby_x4_LR`` among SR images), which are left out;
6. a prefix or suffix that is the same for all names of a folder (``baby_SwinIR``), without another scale in it.

A template for names (``{}_SwinIR``) takes the place of all of them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from srbench.data.naming.affix import common_affix
from srbench.data.naming.decorations import Role, folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from srbench.data.naming.affix import Affix
    from srbench.data.naming.decorations import Decorations, Form


@dataclass(frozen=True)
class Clash:
    """Names that can't be told apart."""

    names: tuple[str, ...]
    """Names of one folder that fit the same name, or the single name that fits several."""
    fits: tuple[str, ...]
    """The name, or the names, of the HR images that they fit."""


@dataclass(frozen=True)
class Pairing:
    """Names of HR images with the names of their partners, and what could not be paired."""

    partners: Mapping[str, str] = field(default_factory=dict)
    """Name of the SR or LR image by name of the HR image."""
    missing: tuple[str, ...] = ()
    """Names of HR images without a partner."""
    surplus: tuple[str, ...] = ()
    """Names of SR or LR images without an HR image."""
    clashes: tuple[Clash, ...] = ()
    """Names of either folder that can't be told apart."""
    left_out: tuple[str, ...] = ()
    """Names of SR or LR images left out, since they state another role or don't fit the template."""
    hr_left_out: tuple[str, ...] = ()
    """Names of HR images left out, since they state another role."""
    affix: str = ""
    """Template of the names that have a common prefix or suffix, which is no known decoration: ``{}_SwinIR``."""

    @property
    def complete(self) -> bool:
        """Whether every name has its partner."""
        return not (self.missing or self.surplus or self.clashes)


def pair_names(hr: Sequence[str], others: Sequence[str], decorations: Decorations, role: Role) -> Pairing:
    """Return the pairing of HR names with the names of SR or LR images, in time linear in their number.

    Args:
        hr: Names of HR images without suffix, each once.
        others: Names of SR or LR images without suffix, each once.
        decorations: Decorations that may be taken off.
        role: Role of `others`: ``SR`` or ``LR``.
    """
    of_all = _by_rules(hr, others, decorations)
    if of_all.complete or not (hr and others):
        return of_all
    hr_choices = _choices(hr, decorations, "HR")
    choices = _choices(others, decorations, role)
    for hr_kept in hr_choices:
        for kept in choices:
            pairing = _by_rules(hr_kept, kept, decorations)
            if pairing.complete:
                return _with_left_out(pairing, hr, hr_kept, others, kept)
    for hr_kept in hr_choices:
        for kept in choices:
            if by_affix := _by_affix(hr_kept, kept, decorations):
                return _with_left_out(by_affix, hr, hr_kept, others, kept)
    return of_all


def pair_by_template(hr: Sequence[str], others: Sequence[str], decorations: Decorations, template: str) -> Pairing:
    """Return the pairing of HR names with the names that `template` makes of them, for ``{}`` in it.

    The decorations of an HR name (``baby_HR``) may be missing in the other. Names that don't fit are left out.

    Args:
        hr: Names of HR images without suffix, each once.
        others: Names of SR or LR images without suffix, each once.
        decorations: Decorations that may be taken off an HR name.
        template: Form of the other names.
    """
    before, _, after = (folded(part) for part in template.partition("{}"))
    inner = {
        name: text[len(before) : len(text) - len(after)]
        for name in others
        if (text := folded(name)).startswith(before) and text.endswith(after) and len(text) > len(before) + len(after)
    }
    inner_forms = {name: (folded(text),) for name, text in inner.items()}
    pairing = nearest(hr, list(inner), inner_forms, _form_names(hr, decorations))
    fitting = set(inner) - set(pairing.surplus)
    return replace(pairing, surplus=(), left_out=tuple(name for name in others if name not in fitting))


def _by_rules(hr: Sequence[str], others: Sequence[str], decorations: Decorations) -> Pairing:
    """Return the pairing by the rules 1 to 4, which leave no name out and need no unknown affix."""
    if set(hr) == set(others):
        return Pairing({name: name for name in hr})
    plain_hr, plain = ({folded(name): name for name in names} for names in (hr, others))
    unique = len(plain_hr) == len(hr) and len(plain) == len(others)
    if unique and plain_hr.keys() == plain.keys():
        return Pairing({name: plain[key] for key, name in plain_hr.items()})
    if unique and (affix := common_affix(list(plain_hr), list(plain))) and not affix.before:
        shorter, longer = next(iter(affix.matches.items()))
        if shorter in {form.name for form in decorations.forms(longer)}:
            partners = {name: plain[affix.matches[key]] for key, name in plain_hr.items()}
            # named where names are equal too: ``a_x4`` goes to ``a_x4_x4``, since ``a`` goes to ``a_x4``
            also_equal = not plain_hr.keys().isdisjoint(plain)
            return Pairing(
                partners, affix=_template_as_written(affix, next(iter(partners.values()))) if also_equal else ""
            )
    return nearest(hr, others, _form_names(others, decorations), _form_names(hr, decorations))


def _form_names(names: Iterable[str], decorations: Decorations) -> dict[str, tuple[str, ...]]:
    """Return the forms of each name: the whole folded name, then its rest without each decoration."""
    return {name: tuple(form.name for form in decorations.forms(name)) for name in names}


def nearest(
    hr: Sequence[str],
    others: Sequence[str],
    forms: Mapping[str, Sequence[str]],
    hr_forms: Mapping[str, Sequence[str]],
) -> Pairing:
    """Return the pairing of each other name with the HR name for which the fewest decorations are taken off.

    Args:
        hr: Names of HR images.
        others: Names of SR or LR images.
        forms: Forms of each of `others`, the whole name first.
        hr_forms: Forms of each of `hr`, the whole name first.
    """
    steps: dict[str, dict[str, int]] = defaultdict(dict)
    for name in hr:
        for step, form in enumerate(hr_forms[name]):
            steps[form].setdefault(name, step)
    owners: dict[str, list[str]] = {name: [] for name in hr}
    clashes, surplus = [], []
    for name in others:
        fewest: dict[str, int] = {}
        for step, form in enumerate(forms[name]):
            for hr_name, hr_step in steps.get(form, {}).items():
                fewest[hr_name] = min(step + hr_step, fewest.get(hr_name, step + hr_step))
        fitting = [hr_name for hr_name, total in fewest.items() if total == min(fewest.values())]
        if len(fitting) > 1:
            clashes.append(Clash((name,), tuple(fitting)))
        elif fitting:
            owners[fitting[0]].append(name)
        else:
            surplus.append(name)
    clashes.extend(Clash(tuple(names), (hr_name,)) for hr_name, names in owners.items() if len(names) > 1)
    return Pairing(
        {hr_name: names[0] for hr_name, names in owners.items() if len(names) == 1},
        tuple(hr_name for hr_name, names in owners.items() if not names),
        tuple(surplus),
        tuple(clashes),
    )


def _choices(names: Sequence[str], decorations: Decorations, role: Role) -> list[Sequence[str]]:
    """Return `names`; if only some of them state another role, also the names without these.

    A name without a role is never left out for one that states it: both may be the image that is meant.
    """
    same_role = [name for name in names if decorations.role(name) in {role, ""}]
    return [names, same_role] if 0 < len(same_role) < len(names) else [names]


def _with_left_out(
    pairing: Pairing, hr: Sequence[str], hr_kept: Sequence[str], others: Sequence[str], kept: Sequence[str]
) -> Pairing:
    """Return `pairing` with the names that were left out of it.

    Args:
        pairing: A pairing of `hr_kept` and `kept`.
        hr: All HR names.
        hr_kept: Those that were paired.
        others: All names of SR or LR images.
        kept: Those that were paired.
    """
    return replace(pairing, left_out=_rest(others, kept), hr_left_out=_rest(hr, hr_kept))


def _rest(names: Sequence[str], kept: Sequence[str]) -> tuple[str, ...]:
    inside = set(kept)
    return tuple(name for name in names if name not in inside)


def _by_affix(hr: Sequence[str], others: Sequence[str], decorations: Decorations) -> Pairing | None:
    """Return the pairing by a common prefix or suffix of either folder; None if there is none that is safe.

    The names are tried as they are, and without their decorations.
    """
    for hr_plain in _plain(hr, decorations):
        for plain in _plain(others, decorations):
            for shorter, longer in ((hr_plain, plain), (plain, hr_plain)):
                affix = common_affix(list(shorter), list(longer))
                if affix and _safe(affix, decorations, len(hr)):
                    names = {shorter[key]: longer[match] for key, match in affix.matches.items()}
                    partners = names if shorter is hr_plain else {longer: shorter for shorter, longer in names.items()}
                    return Pairing(partners, affix=_template_as_written(affix, next(iter(names.values()))))
    return None


def _template_as_written(affix: Affix, longer: str) -> str:
    """Return the template of the affix in the case of the name `longer`."""
    size = len(affix.text)
    text = longer[:size] if affix.before else longer[-size:]
    return replace(affix, text=text).template if folded(text) == affix.text else affix.template


def _plain(names: Sequence[str], decorations: Decorations) -> list[dict[str, str]]:
    """Return the names by their folded form, and by their form without decorations, each only if these are unique."""
    forms: dict[str, tuple[Form, ...]] = {name: decorations.forms(name) for name in names}
    by_form = [{forms[name][place].name: name for name in names} for place in (0, -1)]
    return [named for named in by_form if len(named) == len(names)]


def _safe(affix: Affix, decorations: Decorations, count: int) -> bool:
    """Return whether an affix of `count` names is clearly not part of the images' names, and states no other scale."""
    if not (affix.separated or affix.begins_with_scale) or any(
        decorations.scale not in {None, scale} for scale in affix.scales
    ):
        return False
    return count > 1 or any(letter.isalpha() for letter in affix.text)
