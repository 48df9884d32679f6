"""What a forked child must not share with its parent.

A child that used its parent's connections would read its parent's answers, and a lock
that a thread of the parent held would never be released. So whatever holds either is
made anew in the child, before any of its code runs. What cannot be made anew, the locks
of modules that are being imported, nobody may hold when a process forks.
"""

import os
import threading
from typing import Protocol
from weakref import WeakSet


class Forked(Protocol):
    """Something that has to be made anew in a forked child."""

    def after_fork(self) -> None:
        """Forget what belongs to the parent."""
        ...


importing = threading.RLock()
"""Held while something is imported late, in a call: forks wait for its end.

A child that was forked while another thread imported a module could never import it,
and would wait for ever.
"""

_known: WeakSet[Forked] = WeakSet()
_inherited: list[object] = []


def renew_in_child(owner: Forked) -> None:
    """Have `after_fork` called in every forked child while the owner lives."""
    _known.add(owner)


def abandon(*belongings: object) -> None:
    """Keep what belongs to the parent untouched for as long as the child lives.

    To close it, or to let it be collected, would speak on the parent's connections, and
    take them off its event loop.
    """
    _inherited.extend(belongings)


def _after_fork() -> None:
    importing.release()
    for owner in list(_known):
        owner.after_fork()


if hasattr(os, "register_at_fork"):  # Windows does not fork.
    os.register_at_fork(
        before=importing.acquire,
        after_in_parent=importing.release,
        after_in_child=_after_fork,
    )
