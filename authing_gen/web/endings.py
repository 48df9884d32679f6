"""The end of a kit where a framework has none: WSGI tells nobody that it is over."""

import atexit
from collections.abc import Callable
from weakref import WeakMethod

from ._sync.kit import Kit


def close_at_exit(kit: Kit) -> None:
    """Close the connections of a kit when the process ends, if the kit is still there.

    A worker that was forked ends those that it has made itself.
    """
    atexit.register(_close, WeakMethod(kit.close))


def _close(method: WeakMethod[Callable[[], None]]) -> None:
    close = method()
    if close is not None:
        close()
