# Made from its twin in _async by authing_gen.codegen.unasync; do not edit.

"""Whose token a call is sent with."""

import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Protocol

from authing_client.enums import TokenKind

from ..deadlines import Deadline
from ..errors import AuthingConfigurationError
from ..forks import abandon, renew_in_child
from ..lifetimes import token_lifetime
from ..unanswered import UnansweredError
from .sharing import Shared

LEEWAY = 60.0
"""Seconds before its end at which an OwnerToken is renewed."""


_RENEWING: ContextVar[object] = ContextVar("authing_gen_renewing", default=None)
"""The credentials whose token is being fetched by who runs here."""


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

    The OwnerToken is fetched on first need, once however many callers wait for it, and
    again shortly before it expires or after the service has refused it.
    """

    kind = TokenKind.OWNER

    def __init__(
        self,
        fetch: Callable[[Deadline], str],
        patience: Callable[[], Deadline],
    ) -> None:
        self._fetch = fetch
        self._patience = patience
        self._token: str | None = None
        self._renew_at = 0.0
        self._renewal = Shared(self._renew, patience)
        renew_in_child(self)

    def after_fork(self) -> None:
        """Begin without a token, and without what the parent was waiting for."""
        abandon(self._renewal)
        self._token = None
        self._renewal = Shared(self._renew, self._patience)

    def token(self, deadline: Deadline) -> str:
        """The OwnerToken.

        Raises:
            AuthingError: It could not be fetched. Everybody who waited for the same
                fetch gets the same error; who has no time left, one of their own.
        """
        if token := self._current():
            return token
        if _RENEWING.get() is self:
            raise AuthingConfigurationError(
                "owner_token needs the OwnerToken that it should get: let it call"
                " another client"
            )
        try:
            return self._renewal.get(deadline)
        except UnansweredError as failure:
            raise failure.error("OwnerToken", "the service") from None

    def reject(self, token: str) -> bool:
        """Forget a token that the service refuses, unless it is replaced already."""
        if token == self._token:
            self._token = None
        return True

    def _current(self) -> str | None:
        return self._token if time.monotonic() < self._renew_at else None

    def _renew(self, deadline: Deadline) -> str:
        if token := self._current():
            return token
        token = _checked(self._fetched(deadline))
        lifetime = token_lifetime(token)
        self._renew_at = time.monotonic() + lifetime - min(LEEWAY, lifetime / 10)
        self._token = token
        return token

    def _fetched(self, deadline: Deadline) -> str:
        inside = _RENEWING.set(self)
        try:
            return self._fetch(deadline)
        finally:
            _RENEWING.reset(inside)


def _checked(token: object) -> str:
    if not isinstance(token, str) or not token:
        raise AuthingConfigurationError("owner_token gave no token")
    return token
