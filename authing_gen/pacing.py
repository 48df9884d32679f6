"""When a try may start, where only so many may in a second."""

import threading

from .clock import monotonic
from .forks import renew_in_child

BURST = 0.1
"""Seconds' worth of tries that may start at once after a quiet while, but at least one:
timers are never so exact that each could start at its own moment.
"""


class Pace:
    """Gives each try the moment at which it may start, by GCRA.

    The generic cell rate algorithm is a token bucket whose one number is the moment at
    which the bucket is full again. All event loops and threads of a process have one.

    Args:
        rate: Tries a second.
    """

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.interval = 1 / rate
        """Seconds between two tries."""
        self.tolerance = max(0.0, BURST - self.interval)
        """Seconds by which a try may be early."""
        self._begin()
        renew_in_child(self)

    def after_fork(self) -> None:
        """Begin anew: the tries of the parent are its own."""
        self._begin()

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._full_at = monotonic()
        self._left: list[float] = []

    def reserve(self, patience: float | None) -> float | None:
        """Reserve the next moment.

        Args:
            patience: Seconds to wait for it, at most; None for as long as it takes.

        Returns:
            Seconds until then; None where it is too far away, and is not reserved.
        """
        with self._lock:
            now = monotonic()
            full_at = max(now, self._full_at)
            pause = max(0.0, full_at - self.tolerance - now)
            if patience is not None and pause > patience:
                return None
            self._full_at = full_at + self.interval
            return pause

    def leave(self, moment: float) -> None:
        """Leave a reserved moment to the next try: who had it gave up."""
        with self._lock:
            self._left.append(moment)

    def inherit(self) -> float | None:
        """Take the first of the moments that were left, but none of long ago."""
        if not self._left:
            return None
        with self._lock:
            oldest = monotonic() - self.tolerance
            self._left = sorted(moment for moment in self._left if moment >= oldest)
            return self._left.pop(0) if self._left else None
