"""Durations in words."""


def duration(seconds: float) -> str:
    """Return a duration in words: ``40 s``, ``3 min``, ``2.5 h`` or ``4 days``."""
    if seconds < 100:
        return f"{max(0, round(seconds))} s"
    if seconds < 100 * 60:
        return f"{round(seconds / 60)} min"
    if seconds < 48 * 3600:
        return f"{seconds / 3600:.3g} h"
    return f"{seconds / 86400:.3g} days"


def elapsed_and_left(elapsed: float, done: float, total: float, worked: float | None = None) -> str:
    """Return ``elapsed 45 s, about 2 min left``, as if the rest went as quickly as what is done.

    Args:
        elapsed: Seconds since the start.
        done: Share that is done, in the unit of `total`.
        total: All that there is to do.
        worked: Seconds that were spent on `done`; None: all of `elapsed`.
    """
    text = f"elapsed {duration(elapsed)}"
    if not done or done >= total:
        return text
    return f"{text}, about {duration((elapsed if worked is None else worked) * (total - done) / done)} left"
