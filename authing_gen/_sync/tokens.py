# Made from its twin in _async by authing_gen.codegen.unasync; do not edit.

"""Whose token a call is sent with."""

import copy
import time
from collections.abc import Callable
from typing import Protocol

from authing_client.enums import TokenKind

from ..errors import AuthingError
from ..lifetimes import token_lifetime
from .waiting import Lock

LEEWAY = 60.0
"""Seconds before its end at which an OwnerToken is renewed."""


class Credentials(Protocol):
    """Whom a client acts as."""

    @property
    def kind(self) -> TokenKind:
        """The kind of token that these credentials give."""
        ...

    def token(self) -> str:
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

    def token(self) -> str:
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

    def __init__(self, fetch: Callable[[], str]) -> None:
        self._fetch = fetch
        self._lock = Lock()
        self._token: str | None = None
        self._renew_at = 0.0
        self._failures = 0
        self._failure: Exception | None = None

    def token(self) -> str:
        """The OwnerToken.

        Raises:
            AuthingError: It could not be fetched. Everybody who waited for the same
                fetch gets the same error.
        """
        failures = self._failures
        if token := self._current():
            return token
        with self._lock:
            if token := self._current():
                return token
            if self._failure is not None and self._failures > failures:
                # One of their own: each adds where it was raised.
                raise _copied(self._failure)
            return self._renew()

    def reject(self, token: str) -> bool:
        """Forget a token that the service refuses, unless it is replaced already."""
        with self._lock:
            if token == self._token:
                self._token = None
        return True

    def _current(self) -> str | None:
        return self._token if time.monotonic() < self._renew_at else None

    def _renew(self) -> str:
        try:
            token = self._fetch()
        except Exception as error:
            self._failures += 1
            self._failure = _copied(error)
            raise
        self._failure = None
        lifetime = token_lifetime(token)
        self._token = token
        self._renew_at = time.monotonic() + lifetime - min(LEEWAY, lifetime / 10)
        return token


def _copied(error: Exception) -> Exception:
    # Ours can be copied, and leave behind what they hold of the calls that failed.
    return copy.copy(error) if isinstance(error, AuthingError) else error
