"""Seconds of real time, to wait by, also where a test has stopped the time."""

import time
from collections.abc import Callable
from functools import partial

# freezegun stops the functions of `time` that it knows, wherever it finds them. A call
# would then never end by its deadline; and what was put off until a moment of the
# stopped time would be put off for years when time goes on. It does not know this one.
_REAL = getattr(time, "CLOCK_MONOTONIC", None)
monotonic: Callable[[], float] = (
    partial(time.monotonic) if _REAL is None else partial(time.clock_gettime, _REAL)
)
