"""Options that every call takes."""

from collections.abc import Mapping
from typing import TypedDict

import httpx


class TokenlessOptions(TypedDict, total=False):
    """Options of one call of an operation that has an argument named `token`."""

    timeout: float | httpx.Timeout | None
    """Seconds that the call may take, instead of the client's setting; None for as long
    as it takes."""
    headers: Mapping[str, str]
    """Headers to send besides the client's own."""
    idempotent: bool
    """Whether the call may be sent again when its answer is lost. A client that retries
    takes queries to be idempotent and mutations not to be."""


class RequestOptions(TokenlessOptions, total=False):
    """Options of one call, given as further keyword arguments."""

    token: str
    """Token to send instead of the one the client would choose."""


_KNOWN = frozenset(RequestOptions.__annotations__)


def check_options(operation: str, options: Mapping[str, object]) -> None:
    """Refuse options that there are not: a misspelt argument becomes one.

    Raises:
        TypeError: There is no such argument.
    """
    for name in options:
        if name not in _KNOWN:
            raise TypeError(f"{operation} got an unexpected argument {name!r}")
