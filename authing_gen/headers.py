"""What requests say in their headers."""

import re
import sys
from collections.abc import Iterable, Mapping
from typing import cast

from . import __version__
from .bodies import ACCEPT_ENCODING
from .unanswered import unsendable

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


def default_user_agent() -> str:
    """Say who asks: `authing-gen/0.2.0 python/3.12`."""
    major, minor = sys.version_info[:2]
    return f"authing-gen/{__version__} python/{major}.{minor}"


def common_headers(user_agent: str | None) -> dict[str, str]:
    """Return what every request of a client says.

    Args:
        user_agent: Who asks; by default this package and the version of Python.
    """
    return {
        "Accept": "application/json",
        "Accept-Encoding": ACCEPT_ENCODING,
        "User-Agent": user_agent or default_user_agent(),
    }


def request_headers(
    operation: str,
    *,
    content_type: str | None = None,
    token: str | None = None,
    given: object = None,
) -> dict[str, str]:
    """Return what one request says besides.

    Args:
        operation: Name of the operation, for the error.
        content_type: Type of the body.
        token: The token that it is sent with.
        given: The caller's own; they replace ours of the same names, but no token.

    Raises:
        AuthingTransportError: One of the caller's cannot be sent.
    """
    headers: dict[str, str] = {}
    if content_type is not None:
        headers["Content-Type"] = content_type
    for name, value in _pairs(given, operation):
        if not _is_sendable(name, value):
            raise unsendable().error(operation, "")
        # Blanks around a value are no part of it, and not every engine takes them.
        _replace(headers, name, value.strip(" \t"))
    if token is not None:
        if given:
            _replace(headers, "Authorization", "")
        headers["Authorization"] = f"Bearer {token}"
    return headers


def _pairs(given: object, operation: str) -> Iterable[tuple[str, str]]:
    # Those who do not check types may give anything.
    if given is None:
        return ()
    if not isinstance(given, Mapping):
        raise unsendable().error(operation, "")
    return cast(Mapping[str, str], given).items()


def _replace(headers: dict[str, str], name: str, value: str) -> None:
    for known in [known for known in headers if known.lower() == name.lower()]:
        del headers[known]
    headers[name] = value


def _is_sendable(name: object, value: object) -> bool:
    if not isinstance(name, str) or not isinstance(value, str):
        return False
    # Where a body ends is not for callers to say.
    own = name.lower() in ("content-length", "transfer-encoding")
    return bool(not own and _NAME.fullmatch(name) and _VALUE.fullmatch(value))
