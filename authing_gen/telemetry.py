"""What a program that traces sees of a call: one span of OpenTelemetry.

OpenTelemetry is not imported here. A program that traces has imported it, to say where
its spans go; in every other program a call costs a look into `sys.modules`.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, Self

from .forks import importing

if TYPE_CHECKING:
    from types import TracebackType

    from opentelemetry.trace import Tracer, TracerProvider

    from authing_client.operation import Operation

    from .errors import AuthingAPIError
    from .exchange import Answer, Request
    from .unanswered import UnansweredError


class Span:
    """The span of a call that nobody traces; `spans.CallSpan` is one that is shown."""

    __slots__ = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """The call has ended."""

    def sends(self, request: Request) -> None:
        """A try begins; the request may be given headers."""

    def answered(self, answer: Answer) -> None:
        """A try has got an answer."""

    def retries(self, failure: UnansweredError | AuthingAPIError, pause: float) -> None:
        """What came of a try is not final: after so many seconds another follows."""

    def renews_token(self) -> None:
        """The service refuses the token, and another try with a new one follows."""


UNTRACED = Span()

_NAMED = "OTEL_PYTHON_TRACER_PROVIDER" in os.environ
"""Whether the environment names what OpenTelemetry shall set on first need."""


class Tracing:
    """Begins the span of each call of a client.

    Args:
        provider: What makes the spans; by default what the program has set for itself,
            as soon as it has.
    """

    def __init__(self, provider: TracerProvider | None = None) -> None:
        self._given = provider
        self._known: tuple[TracerProvider | None, Tracer | None] = None, None

    def operation(self, operation: Operation, url: str) -> Span:
        """Begin the span of a GraphQL operation.

        Args:
            operation: The operation.
            url: The gateway that answers it.
        """
        tracer = self._tracer()
        if tracer is None:
            return UNTRACED
        from .spans import of_operation

        return of_operation(tracer, operation, url)

    def rest(self, method: str, origin: str, template: str) -> Span:
        """Begin the span of a call of a REST endpoint.

        Args:
            method: HTTP method.
            origin: URL of the server.
            template: The path, with `{names}` in place of what differs between calls:
                it may be a person's.
        """
        tracer = self._tracer()
        if tracer is None:
            return UNTRACED
        from .spans import of_rest

        return of_rest(tracer, method, origin, template)

    def _tracer(self) -> Tracer | None:
        provider = self._given or _programs_provider()
        if provider is None:
            return None
        known, tracer = self._known
        if known is not provider:
            with importing:
                from .spans import tracer_of
            tracer = tracer_of(provider)
            self._known = provider, tracer
        return tracer


def _programs_provider() -> TracerProvider | None:
    """What the program has set; None while it has set nothing."""
    api: Any = sys.modules.get("opentelemetry.trace")
    if api is None:
        return None
    # Here, since `get_tracer_provider` looks into the environment for every call.
    if not _NAMED and getattr(api, "_TRACER_PROVIDER", api) is None:
        return None
    # Another thread may be importing it: this is the last thing that is looked for.
    find = getattr(api, "get_tracer_provider", None)
    if find is None:
        return None
    provider = find()
    return None if isinstance(provider, api.ProxyTracerProvider) else provider
