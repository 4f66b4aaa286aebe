"""What an ensemble costs: how often a network ran."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PassCount:
    """Counted over all images so far."""

    images: int = 0
    windows: int = 0
    """Of a patch ensemble; 0 without one."""
    evaluations: int = 0
    """Forward passes of a network, over an image, a tile or a window."""

    @property
    def text(self) -> str:
        """``63 windows, 504 evaluations for 1 image``."""
        windows = f"{_several(self.windows, 'window')}, " if self.windows else ""
        return f"{windows}{_several(self.evaluations, 'evaluation')} for {_several(self.images, 'image')}"


def _several(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
