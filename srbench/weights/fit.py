"""Which of the networks in a checkpoint is a given one, under its own key names or in a layout that it is known in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from srbench.errors import WeightsError, one_line
from srbench.loading import load
from srbench.weights.candidates import BOOKKEEPING, DEEPEST, PREFIXES, Candidate, behind_prefixes, candidates
from srbench.weights.misfit import SHOWN, common, first, misfit
from srbench.weights.tensor_kinds import cast, in_float32, mostly_whole, not_finite, unusable, wrong_kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from torch import Tensor

    from srbench.specs.model import KeyLayout

    Tensors = Mapping[str, Tensor]

ANY_SCALE = "x*"
"""Part of a key that a converter writes where the file does not say for which scale the network was trained."""
SCALE = re.compile(r"x\d+(?:_\d+)?")
"""Name of a scale's module in a network (`srbench.PerScale`)."""


@dataclass(frozen=True)
class Match:
    """A candidate that is the network."""

    candidate: Candidate
    layout: str
    """Name of the layout that its keys were in; empty: the network's own."""
    state: Tensors
    """Tensors of the file under the network's key names."""
    dropped: tuple[str, ...] = ()
    """Keys of tensors that no output depends on, which the network does not have."""

    def remark(self, file: str, network: Tensors, rest: Sequence[Candidate]) -> str:
        """Return on one line what was taken of the file and how; empty if the whole file was, as it is.

        Args:
            file: Name of the file.
            network: Tensors of the network.
            rest: Candidates that fit as well and were not taken.
        """
        taken, parts = self.candidate, []
        if taken.name:
            average = " (averaged weights)" if taken.averaged else ""
            instead = f" in place of {first([other.name for other in rest])}" if rest else ""
            parts.append(f"taken: {taken.name}{average}{instead}")
        if self.layout:
            parts.append(f"in the layout of {self.layout}")
        if left := (*self.dropped, *taken.others):
            parts.append(f"left out: {first(left)}{f' ({len(left)} in all)' if len(left) > SHOWN else ''}")
        parts += filter(None, (cast(taken.state, network), not_finite(self.state)))
        return f"{file}: {'; '.join(parts)}" if parts else ""


def match(content: Any, network: Tensors, layouts: Sequence[KeyLayout], what: str) -> tuple[Match, list[Candidate]]:
    """Return the network in `content` with the shapes of `network`, and what else in it would fit.

    Averaged weights come first. Each candidate is tried under the network's own key names, then in each of `layouts`.

    Args:
        content: Content of a checkpoint.
        network: Tensors of the network.
        layouts: Other layouts that the network is known in.
        what: The network in words.

    Raises:
        WeightsError: if none fits, or several do of which none is to be preferred.
    """
    found = candidates(content)
    problems = {id(candidate): unusable(candidate.state) for candidate in found}
    usable = [candidate for candidate in found if not problems[id(candidate)]]
    matches = [hit for candidate in usable for hit in _matches(candidate, network, layouts)]
    whole = next(filter(None, (mostly_whole(candidate.state) for candidate in found)), "")
    if not matches and (problem := next(filter(None, (*problems.values(), whole)), "")):
        raise WeightsError(problem)
    if not matches:
        raise WeightsError(f"not a checkpoint of {what}: {_why(usable, network, layouts)}")
    best = [hit for hit in matches if hit.candidate.averaged] or matches
    others = [hit for hit in best[1:] if not _same(hit.state, best[0].state)]
    if others:
        names = " and ".join(hit.candidate.name for hit in (best[0], *others))
        raise WeightsError(f"several networks in it are {what}: {names}; save the one that you mean alone")
    if problem := wrong_kind(best[0].candidate.state, network):
        raise WeightsError(problem)
    return best[0], [hit.candidate for hit in matches if hit is not best[0] and hit not in best]


def _matches(candidate: Candidate, network: Tensors, layouts: Sequence[KeyLayout]) -> list[Match]:
    """Return `candidate` as a match, or else what matches behind the prefixes of its keys."""
    if hit := _match(candidate, network, layouts):
        return [hit]
    if candidate.prefix.count(".") >= DEEPEST:
        return []
    return [hit for inner in behind_prefixes(candidate) for hit in _matches(inner, network, layouts)]


def _all_behind(candidate: Candidate) -> Iterator[Candidate]:
    yield candidate
    if candidate.prefix.count(".") < DEEPEST:
        for inner in behind_prefixes(candidate):
            yield from _all_behind(inner)


def _match(candidate: Candidate, network: Tensors, layouts: Sequence[KeyLayout]) -> Match | None:
    for layout, state in _readings(candidate.state, network, layouts):
        if isinstance(state, str):
            continue
        for ours in _under_own_prefix(state, network):
            kept = {key: tensor for key, tensor in ours.items() if key in network or not BOOKKEEPING.fullmatch(key)}
            filled = {key: tensor for key, tensor in network.items() if key not in kept and BOOKKEEPING.fullmatch(key)}
            if not misfit(kept | filled, network):
                return Match(candidate, layout, kept | filled, tuple(key for key in ours if key not in kept))
    return None


def _readings(state: Tensors, network: Tensors, layouts: Sequence[KeyLayout]) -> Iterator[tuple[str, Tensors | str]]:
    """Yield `state` as it is, and as each layout's converter returns it, with the layout's name; or why it does not."""
    yield "", state
    plain = {key: in_float32(tensor) for key, tensor in state.items() if not BOOKKEEPING.fullmatch(key)}
    for layout in layouts:
        convert = load(layout.convert)
        try:
            converted = dict(convert(plain))
            unnamed = any(ANY_SCALE in key.split(".") for key in converted)
            name = f"{layout.name} (the file names no scale)" if unnamed else layout.name
            yield name, _at_scale(converted, network)
        except Exception as error:  # noqa: BLE001 - a converter may stumble over the keys of any other network
            yield layout.name, str(error) if isinstance(error, WeightsError) else one_line(error)


def _at_scale(state: dict[str, Tensor], network: Tensors) -> dict[str, Tensor]:
    """Return `state` with the network's scale in place of `ANY_SCALE`; as it is if the network has several."""
    scales = {part for key in network for part in key.split(".") if SCALE.fullmatch(part)}
    if len(scales) != 1:
        return state
    (scale,) = scales
    return {".".join(scale if part == ANY_SCALE else part for part in key.split(".")): state[key] for key in state}


def _under_own_prefix(state: Tensors, network: Tensors) -> Iterator[Tensors]:
    """Yield `state`, and `state` behind the prefix of all keys of the network, e.g. of a wrapper in training."""
    yield state
    prefixes = {key.partition(".")[0] for key in network if "." in key}
    if len(prefixes) == 1 and all("." in key for key in network):
        (prefix,) = prefixes
        yield {f"{prefix}.{key}": tensor for key, tensor in state.items()}


def _same(one: Tensors, other: Tensors) -> bool:
    return one.keys() == other.keys() and all(_equal(one[key], other[key]) for key in one)


def _equal(one: Tensor, other: Tensor) -> bool:
    if one.dtype != other.dtype or not one.is_floating_point():
        return one.equal(other)
    return one.shape == other.shape and one.allclose(other, rtol=0, atol=0, equal_nan=True)


def _why(found: Sequence[Candidate], network: Tensors, layouts: Sequence[KeyLayout]) -> str:
    """Return how the nearest reading of a file differs from the network."""
    nearest, place, text = -1, found[0].path, ""
    stumbled: dict[str, str] = {}
    for candidate in (inner for outer in found for inner in _all_behind(outer)):
        for layout, state in _readings(candidate.state, network, layouts):
            if isinstance(state, str):
                stumbled[layout] = state  # the last is that with the fewest prefixes
                continue
            alike = max(common(ours, network) for ours in _under_own_prefix(state, network))
            bare = not layout and candidate.path == place and set(candidate.prefix.split(".")) <= {*PREFIXES, ""}
            if alike > nearest or (alike == nearest and bare):
                where = f"{candidate.name}: " if candidate.name else ""
                named = f"in the layout of {layout}: " if layout else ""
                nearest, place, text = alike, candidate.path, f"{where}{named}{misfit(state, network)}"
    if 2 * nearest >= len(network) or (nearest and not stumbled):
        return text
    reasons = {reason: name for name, reason in reversed(stumbled.items())}
    tried = [f"in the layout of {name}: {reason}" for reason, name in reversed(reasons.items())]
    return "; ".join((text, *tried[:2]))
