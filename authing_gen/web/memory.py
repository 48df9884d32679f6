"""Tokens that the service has lately said are good."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from time import time

from ..forks import renew_in_child
from .current_user import CurrentUser
from .presented import Presented

MOST = 10_000
"""Tokens that a process remembers; a further one takes the place of the oldest."""


@dataclass(frozen=True)
class _Known:
    user: CurrentUser
    since: float


class Memory:
    """What the service has said of tokens, for a while; by digest, not by the token."""

    def __init__(self, lifetime: float, most: int = MOST) -> None:
        self._lifetime = lifetime
        self._most = most
        self._known = OrderedDict[bytes, _Known]()
        self._lock = threading.Lock()
        renew_in_child(self)

    def after_fork(self) -> None:
        """A thread of the parent may have held the lock."""
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._known)

    def find(self, presented: Presented) -> CurrentUser | None:
        """Whom a token speaks for, where that is known and not too long ago."""
        digest = presented.digest
        with self._lock:
            known = self._known.get(digest)
            # A clock that was set back says nothing of how long ago that was.
            if known is not None and 0 <= time() - known.since < self._lifetime:
                return known.user.model_copy(update={"token": presented.token})
            self._known.pop(digest, None)
            return None

    def keep(self, presented: Presented, user: CurrentUser, since: float) -> None:
        """Remember what the service has said; the token itself is not kept.

        Args:
            presented: The token.
            user: Whom it speaks for.
            since: When it was asked, by `time.time`: what became of the token
                while it answered is not known.
        """
        if self._lifetime <= 0:
            return
        digest, anonymous = presented.digest, user.model_copy(update={"token": ""})
        with self._lock:
            self._known[digest] = _Known(anonymous, since)
            self._known.move_to_end(digest)
            while len(self._known) > self._most:
                self._known.popitem(last=False)

    def forget(self, presented: Presented) -> None:
        """Have the service asked again before the token is believed."""
        with self._lock:
            self._known.pop(presented.digest, None)
