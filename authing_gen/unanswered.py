"""Why no answer arrived, in words that are no engine's."""

from .environment import Proxy
from .errors import (
    AuthingClosedError,
    AuthingPoolTimeoutError,
    AuthingRateTimeoutError,
    AuthingTimeoutError,
    AuthingTransportError,
)

PROXY_AUTHENTICATION_REQUIRED = 407


class UnansweredError(Exception):
    """A request has not been answered. It holds text only: engines' errors hold more.

    Args:
        reason: What happened.
        never_sent: Whether the request surely never left, so that it may be sent again.
        kind: Class of the error that callers get.
        final: Whether it is no use to try again.
    """

    def __init__(
        self,
        reason: str,
        *,
        never_sent: bool = False,
        kind: type[AuthingTransportError] = AuthingTransportError,
        final: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.never_sent = never_sent
        self.final = final
        self.kind = kind

    def error(self, operation: str, place: str) -> AuthingTransportError:
        """Make the error that callers get.

        Args:
            operation: Name of the operation that was sent.
            place: The host that did not answer.
        """
        if self.kind is AuthingTimeoutError:
            message = f"no answer in time from {place} ({self.reason})"
        elif self.kind is AuthingTransportError and not self.final:
            message = f"no answer from {place} ({self.reason})"
        else:
            message = self.reason
        return self.kind(message, operation)


def late() -> UnansweredError:
    """The deadline has passed."""
    reason = "the deadline has passed"
    return UnansweredError(reason, kind=AuthingTimeoutError, final=True)


def slow(reason: str, *, never_sent: bool = False) -> UnansweredError:
    """A phase of a try has taken too long."""
    return UnansweredError(reason, never_sent=never_sent, kind=AuthingTimeoutError)


def unreachable(reason: str, proxy: Proxy | None = None) -> UnansweredError:
    """It could not be connected to."""
    through = f" through {proxy}" if proxy else ""
    return UnansweredError(
        f"it cannot be connected to{through}: {reason}", never_sent=True
    )


def refused(status: int | str, proxy: Proxy | None) -> UnansweredError:
    """A proxy does not forward."""
    return unreachable(f"the proxy answers HTTP {status}", proxy)


def check_proxy(status: int, proxy: Proxy | None) -> None:
    """Tell the answer of a proxy from that of the service behind it.

    Raises:
        UnansweredError: The proxy wants to know who asks, and has forwarded nothing.
    """
    if proxy is not None and status == PROXY_AUTHENTICATION_REQUIRED:
        raise refused(status, proxy)


def lost() -> UnansweredError:
    """The connection ended before the answer did."""
    return UnansweredError("the connection was lost")


def garbled() -> UnansweredError:
    """What arrived is not HTTP."""
    return UnansweredError("what came is no HTTP answer")


def crowded(places: int) -> UnansweredError:
    """All places were taken until the deadline."""
    reason = (
        f"{places} calls are under way, as many as max_connections allows, and none"
        " ended in time"
    )
    kind = AuthingPoolTimeoutError
    return UnansweredError(reason, never_sent=True, kind=kind, final=True)


def unpaced(rate: float) -> UnansweredError:
    """The turn of a call comes after its deadline."""
    reason = f"max_rate allows {rate:g} tries a second, and its turn comes too late"
    kind = AuthingRateTimeoutError
    return UnansweredError(reason, never_sent=True, kind=kind, final=True)


def closed(what: str = "client") -> UnansweredError:
    """What should send it has been closed."""
    return UnansweredError(f"the {what} is closed", kind=AuthingClosedError, final=True)


def unsendable() -> UnansweredError:
    """The engine refuses to send it; its own words may quote a secret."""
    return UnansweredError("a header or the URL cannot be sent", final=True)
