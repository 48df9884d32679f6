"""How much may be sent again: an outage must not be multiplied by those who retry."""

import logging
import threading

from .forks import renew_in_child

logger = logging.getLogger("authing_gen")

CAPACITY = 500
"""Tokens there are at first, and at most. Source: the retry quota of AWS's SDKs."""

AFTER_AN_ANSWER, AFTER_NONE = 5, 10
"""Tokens that a retry takes: after a refusal, after a timeout or a lost connection."""


class RetryBudget:
    """Tokens that retries take, and that calls which succeed give back.

    One client and its siblings have one budget. While most calls succeed it is never
    used up; in an outage it is soon, and each call is then tried once.
    """

    def __init__(self) -> None:
        self._begin()
        renew_in_child(self)

    def after_fork(self) -> None:
        """Begin with all tokens, and a lock that nobody holds."""
        self._begin()

    def _begin(self) -> None:
        self._left = CAPACITY
        self._used_up = False
        self._lock = threading.Lock()

    def take(self, cost: int) -> bool:
        """Take the tokens of a retry, if there are so many."""
        with self._lock:
            taken = cost <= self._left
            if taken:
                self._left -= cost
            news = not taken and not self._used_up
            self._used_up = not taken
        if news:
            logger.warning("the retry budget is used up: failures are final for now")
        return taken

    def give_back(self, cost: int) -> None:
        """Give back what the last retry of a call took that succeeds; 0 gives one."""
        if self._left < CAPACITY:  # Most calls need no lock.
            with self._lock:
                self._left = min(CAPACITY, self._left + (cost or 1))
