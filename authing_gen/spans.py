"""The span of a call, by OpenTelemetry's conventions for GraphQL and for HTTP.

It holds no argument, no header, no body and no message: names, numbers, and where the
service is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import httpx
from opentelemetry import context, propagate, trace
from opentelemetry.trace import SpanKind, StatusCode

from . import __version__
from .errors import AuthingAPIError
from .exchange import Answer, request_id
from .telemetry import Span

if TYPE_CHECKING:
    from contextvars import Token
    from types import TracebackType
    from typing import Self

    from opentelemetry.context import Context
    from opentelemetry.trace import Tracer, TracerProvider

    from authing_client.operation import Operation

    from .exchange import Request
    from .unanswered import UnansweredError

Attributes = dict[str, str | int | float]

SCOPE = "authing_gen"
"""The instrumentation scope of all spans: what they can be found by."""

SCHEMA = "https://opentelemetry.io/schemas/1.37.0"
"""The conventions that the attributes are named by."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_KNOWN_URLS = 64
_VARIABLE = re.compile(r"\{\w+\}")


def tracer_of(provider: TracerProvider) -> Tracer:
    """Return what begins our spans."""
    return provider.get_tracer(SCOPE, __version__, SCHEMA)


def of_operation(tracer: Tracer, operation: Operation, url: str) -> Span:
    """Begin the span of a GraphQL operation. Its document is left out: one of a
    caller's own may hold anything.
    """
    attributes = {
        "graphql.operation.type": operation.kind,
        "graphql.operation.name": operation.name,
        "http.request.method": "POST",
        **_place(url),
    }
    return CallSpan(tracer, f"{operation.kind} {operation.name}", attributes)


def of_rest(tracer: Tracer, method: str, origin: str, template: str) -> Span:
    """Begin the span of a call of a REST endpoint."""
    attributes = {
        "http.request.method": method,
        "url.template": template,
        **_place(origin + _VARIABLE.sub("REDACTED", template)),
    }
    return CallSpan(tracer, f"{method} {template}", attributes)


class CallSpan(Span):
    """The span of one call, tries and pauses included; current while the call lasts."""

    __slots__ = ("_context", "_sent", "_span", "_status", "_token")

    _context: Context
    _token: Token[Context]

    def __init__(self, tracer: Tracer, name: str, attributes: Attributes) -> None:
        self._span = tracer.start_span(
            name, kind=SpanKind.CLIENT, attributes=attributes
        )
        self._sent = 0
        self._status: int | None = None

    def __enter__(self) -> Self:
        self._context = trace.set_span_in_context(self._span)
        self._token = context.attach(self._context)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the span, whatever ends the call."""
        # Elsewhere it is not current: coroutines that are given up are closed anywhere.
        if trace.get_current_span() is self._span:
            context.detach(self._token)
        if self._sent > 1:
            self._span.set_attribute("http.request.resend_count", self._sent - 1)
        if self._status is not None:
            self._span.set_attribute("http.response.status_code", self._status)
        if error is not None:
            self._fails(error)
        self._span.end()

    def sends(self, request: Request) -> None:
        """Count the try, and have the service's spans join this one."""
        self._sent += 1
        self._status = None
        carried: dict[str, str] = {}
        propagate.inject(carried, self._context)
        # Who gives one of these headers continues a trace of their own.
        given = {name.lower() for name in request.headers}
        if given.isdisjoint(name.lower() for name in carried):
            request.headers = {**request.headers, **carried}

    def answered(self, answer: Answer) -> None:
        """Note the status, and what the service calls the request."""
        self._status = answer.status
        if (name := request_id(answer.headers)) is not None:
            self._span.set_attribute("authing.request.id", name)

    def retries(self, failure: UnansweredError | AuthingAPIError, pause: float) -> None:
        """Note why another try follows, and when."""
        found: Attributes = {"authing.retry.delay": pause}
        if isinstance(failure, AuthingAPIError):
            said = {
                "http.response.status_code": failure.status_code,
                "authing.error.code": failure.code,
            }
            found |= {
                name: number for name, number in said.items() if number is not None
            }
        else:
            found["error.type"] = _name(failure.kind)
        self._span.add_event("authing.retry", found)

    def renews_token(self) -> None:
        """Note that the token was refused."""
        self._span.add_event("authing.token_refused")

    def _fails(self, error: BaseException) -> None:
        said = type(error).__name__
        self._span.set_attribute("error.type", _name(type(error)))
        if isinstance(error, AuthingAPIError) and error.code is not None:
            self._span.set_attribute("authing.error.code", error.code)
            said = f"{said} {error.code}"
        self._span.set_status(StatusCode.ERROR, said)


@lru_cache(_KNOWN_URLS)
def _place(url: str) -> Attributes:
    """Where a URL leads, without what says who asks and what for."""
    parsed = httpx.URL(url)
    path = parsed.raw_path.partition(b"?")[0].decode()
    return {
        "server.address": parsed.host,
        "server.port": parsed.port or _DEFAULT_PORTS[parsed.scheme],
        "url.full": f"{parsed.scheme}://{parsed.netloc.decode()}{path}",
    }


def _name(kind: type[BaseException]) -> str:
    """A class as the conventions write it."""
    return f"{kind.__module__}.{kind.__qualname__}"
