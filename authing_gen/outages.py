"""Doing without what has failed, for a while."""

from .clock import monotonic

OUTAGE = 30.0
"""Seconds for which a store that failed is not asked again."""


class Outage:
    """Whether something that failed is left alone."""

    def __init__(self) -> None:
        self._until = 0.0

    def begins(self) -> None:
        """Leave it alone from now on."""
        self._until = monotonic() + OUTAGE

    def lasts(self) -> bool:
        """Whether it still is."""
        return monotonic() < self._until
