"""Cost of an ensemble: the number of forward passes."""

from __future__ import annotations

from dataclasses import dataclass

from srbench.terminal.counted import counted


@dataclass(frozen=True)
class PassCount:
    """Number of images, windows and forward passes so far."""

    images: int = 0
    windows: int = 0
    """Number of windows of a patch ensemble; 0 without one."""
    evaluations: int = 0
    """Number of forward passes of a network, over an image, a tile or a window."""

    @property
    def text(self) -> str:
        """Counts as text: ``63 windows, 504 evaluations for 1 image``."""
        windows = f"{counted(self.windows, 'window')}, " if self.windows else ""
        return f"{windows}{counted(self.evaluations, 'evaluation')} for {counted(self.images, 'image')}"
