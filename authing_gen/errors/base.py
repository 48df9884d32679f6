"""The base of all errors, and those of calls that were never sent."""

import copy
from typing import Any, TypeVar

ErrorT = TypeVar("ErrorT", bound=BaseException)


class AuthingError(Exception):
    """Base of every error that this package raises."""

    def __reduce__(self) -> tuple[Any, ...]:
        # The arguments of the classes below are not what `args` holds.
        return _restored, (type(self), self.args), vars(self)


def shown(operation: str) -> str:
    """Name an operation in a message, and the client's method where it differs."""
    method: str = getattr(operation, "method", "")
    return f"{method} ({operation})" if method not in ("", operation) else operation


class OperationError(AuthingError):
    """An error of an operation that was sent, or should have been."""

    operation: str
    """Name of the operation that was sent."""

    @property
    def method(self) -> str | None:
        """Name of the client's method, where one of an operation was called."""
        return getattr(self.operation, "method", "") or None


class AuthingConfigurationError(AuthingError):
    """A setting is missing or wrong."""


class DocumentError(AuthingError):
    """A GraphQL document of the caller's own cannot be sent; its message names the
    place.
    """


class MissingTokenError(AuthingError):
    """The call needs a token that this client does not have; nothing was sent."""


class PasswordTooLongError(AuthingError, ValueError):
    """The password has more bytes than the public key carries; nothing was sent."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            "The password is too long: the public key carries at most"
            f" {limit} bytes of UTF-8"
        )
        self.limit = limit
        """Bytes that the key can carry."""


class UnsendableArgumentError(AuthingError, ValueError):
    """An argument cannot travel, for example an object that is no JSON, or text where
    there must be a phone number; nothing was sent.
    """


class UnsendableTextError(UnsendableArgumentError):
    """An argument holds a lone surrogate, half a character, which no text that travels
    can hold; nothing was sent.
    """

    def __init__(self) -> None:
        super().__init__("An argument holds half a character (a lone surrogate)")


def _restored(kind: type[AuthingError], args: tuple[Any, ...]) -> AuthingError:
    return kind.__new__(kind, *args)


def copied(error: ErrorT) -> ErrorT:
    """Copy an error of ours, without where it was raised: each caller adds their own.

    It leaves behind what it holds of the calls that failed. Others stay as they are.
    """
    if not isinstance(error, AuthingError):
        return error
    made = copy.copy(error)
    if notes := getattr(error, "__notes__", None):
        made.__notes__ = [*notes]  # Those of one caller are not the others'.
    return made
