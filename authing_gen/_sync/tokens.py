# Made from its twin in _async by authing_gen.codegen.unasync; do not edit.

"""Whose token a call is sent with."""

import logging
from collections.abc import Callable
from contextvars import ContextVar
from typing import Protocol

from authing_client.enums import TokenKind

from ..clock import monotonic
from ..deadlines import Deadline
from ..errors import AuthingConfigurationError
from ..forks import abandon, renew_in_child
from ..renewals import Granted, Outcome, Refused
from ..unanswered import UnansweredError
from .fleet import Fleet
from .sharing import Shared

logger = logging.getLogger("authing_gen")

_RENEWING: ContextVar[int] = ContextVar("authing_gen_renewing", default=0)
"""The `id` of the credentials whose token is being fetched by who runs here.

Not themselves: connections that are made meanwhile keep the context, and a client that
nobody has any more would stay.
"""


class Credentials(Protocol):
    """Whom a client acts as."""

    @property
    def kind(self) -> TokenKind:
        """The kind of token that these credentials give."""
        ...

    def token(self, deadline: Deadline) -> str:
        """The token to send."""
        ...

    def reject(self, token: str) -> bool:
        """Note that the service refuses a token; whether another one can be had."""
        ...


class UserCredentials:
    """Acts as one user."""

    kind = TokenKind.USER

    def __init__(self, token: str) -> None:
        self._token = token

    def token(self, deadline: Deadline) -> str:
        """The UserToken."""
        return self._token

    def reject(self, token: str) -> bool:
        """There is no other token: the user has to sign in again."""
        return False


class OwnerCredentials:
    """Manages the user pool.

    The OwnerToken is fetched on first need, once however many callers and processes
    wait for it, and again shortly before it expires or after the service has refused
    it. A refusal to give one counts for a while, too: nobody asks again and again.

    Args:
        fetch: Gets a fresh token.
        patience: Begins the deadline of a fetch.
        make_fleet: Makes what the processes of a fleet share.
    """

    kind = TokenKind.OWNER

    _outcome: Outcome | None
    _rejected: str | None

    def __init__(
        self,
        fetch: Callable[[Deadline], str],
        patience: Callable[[], Deadline],
        make_fleet: Callable[[], Fleet] = Fleet,
    ) -> None:
        self._fetch = fetch
        self._patience = patience
        self._make_fleet = make_fleet
        self._begin()
        renew_in_child(self)

    def after_fork(self) -> None:
        """Begin without a token, and without what the parent was waiting for."""
        abandon(self._renewal, self._fleet)
        self._begin()

    def token(self, deadline: Deadline) -> str:
        """The OwnerToken.

        Raises:
            AuthingError: It could not be fetched. Everybody who waited for the same
                fetch gets the same error; who has no time left, one of their own.
        """
        outcome = self._outcome
        if outcome is None or monotonic() >= self._until:
            outcome = self._renewed(deadline)
        if isinstance(outcome, Refused):
            raise outcome.error()
        return outcome.token

    def reject(self, token: str) -> bool:
        """Forget a token that the service refuses, unless it is replaced already."""
        if isinstance(self._outcome, Granted) and self._outcome.token == token:
            self._rejected, self._outcome = token, None
            logger.info("OwnerToken: refused before its end, another one is needed")
        return True

    def _begin(self) -> None:
        self._outcome = self._rejected = None
        self._until = 0.0
        self._fleet = self._make_fleet()
        self._renewal = Shared(self._renew, self._patience)

    def _renewed(self, deadline: Deadline) -> Outcome:
        if _RENEWING.get() == id(self):
            raise AuthingConfigurationError(
                "owner_token needs the OwnerToken that it should get: let it call"
                " another client"
            )
        try:
            return self._renewal.get(deadline)
        except UnansweredError as failure:
            raise failure.error("OwnerToken", "the service") from None

    def _renew(self, deadline: Deadline) -> Outcome:
        if self._outcome is not None and monotonic() < self._until:
            return self._outcome
        known = self._fleet.know(self._fetched, deadline, self._rejected)
        self._until = monotonic() + known.seconds
        self._outcome = known.outcome
        return known.outcome

    def _fetched(self, deadline: Deadline) -> str:
        before = _RENEWING.get()
        try:
            _RENEWING.set(id(self))
            return _checked(self._fetch(deadline))
        finally:
            _RENEWING.set(before)


def _checked(token: object) -> str:
    if not isinstance(token, str) or not token:
        raise AuthingConfigurationError("owner_token gave no token")
    return token
