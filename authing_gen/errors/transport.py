"""Errors of calls that got no answer."""

from .base import OperationError, shown


class AuthingTransportError(OperationError):
    """No answer arrived: the connection failed, or could not be made."""

    def __init__(self, message: str, operation: str) -> None:
        super().__init__(f"{shown(operation)}: {message}")
        self.operation = operation
        """Name of the operation that was sent."""


class AuthingTimeoutError(AuthingTransportError):
    """No answer arrived in time."""


class AuthingPoolTimeoutError(AuthingTimeoutError):
    """As many calls as `max_connections` allows were under way until the deadline;
    nothing was sent.
    """


class AuthingRateTimeoutError(AuthingTimeoutError):
    """The call's turn, by `max_rate`, comes after its deadline; nothing was sent."""


class AuthingClosedError(AuthingTransportError):
    """The client has been closed; nothing was sent."""
