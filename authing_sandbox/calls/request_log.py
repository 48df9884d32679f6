"""The request log: one line a request, of which nothing secret is a part.

Of a request it keeps what names it, never what it carries: no variables, no query, no
headers, and of a path not the values in it.
"""

import json
import logging
import time
from contextvars import ContextVar

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .clock import Clock
from .recent import Entry, Exchange, RecentRequests

_log = logging.getLogger(__name__)
_FIRST_ERROR = 400

_entry: ContextVar[Entry | None] = ContextVar("entry", default=None)


def note(
    *,
    operation: str | None = None,
    token: str | None = None,
    error: str | int | None = None,
) -> None:
    """Say something of the request that is being answered, if anybody listens."""
    if entry := _entry.get():
        entry.operation = operation or entry.operation
        entry.token = token or entry.token
        entry.error = error or entry.error


def logged(app: ASGIApp, recent: RecentRequests, clock: Clock) -> ASGIApp:
    """The application, with each of its requests in the log, and the last ones kept."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await app(scope, receive, send)
        # Now: routing changes what the scope says of its path.
        wanted, listens = recent.wants(scope), _log.isEnabledFor(logging.INFO)
        if not (wanted or listens):
            return await app(scope, receive, send)
        query = scope["query_string"].decode("latin-1")
        exchange = Exchange(clock.now(), scope["method"], query)
        exchange.sent.take(scope["headers"])
        began = time.perf_counter()
        _entry.set(exchange.entry)
        path: str = scope["path"]
        try:
            await app(scope, _overheard(receive, exchange), _watched(send, exchange))
        finally:
            spent = time.perf_counter() - began
            _conclude(exchange.entry, path, scope.get("path_params", {}), spent)
            if wanted:
                recent.keep(exchange)
            if listens:
                _write(exchange.entry)

    return answer


def _write(entry: Entry) -> None:
    # As `_log.info` does, but for looking up where in the source it was called.
    record = logging.LogRecord(
        _log.name, logging.INFO, __file__, 0, "%s", (entry.path,), None
    )
    record.entry = entry
    _log.handle(record)


def _overheard(receive: Receive, exchange: Exchange) -> Receive:
    async def take() -> Message:
        message = await receive()
        if message["type"] == "http.request":
            exchange.sent.add(message.get("body", b""))
        return message

    return take


def _watched(send: Send, exchange: Exchange) -> Send:
    entry = exchange.entry

    async def pass_on(message: Message) -> None:
        if message["type"] == "http.response.start":
            entry.status = message["status"]
            exchange.answered.take(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            body = message.get("body", b"")
            exchange.answered.add(body)
            entry.error = entry.error or _error(body)
        await send(message)

    return pass_on


def _conclude(
    entry: Entry, path: str, parameters: dict[str, str], seconds: float
) -> None:
    for name, value in parameters.items():
        path = path.replace(f"/{value}", f"/{{{name}}}")
    entry.path = path.removesuffix("/graphql")
    entry.milliseconds = round(seconds * 1000, 1)
    if entry.error is None and entry.status >= _FIRST_ERROR:
        entry.error = entry.status


def _error(body: bytes) -> str | int | None:
    """The code of a REST error; GraphQL's are noted by the gateway."""
    if not body.startswith((b'{"code":', b'{"error":')):
        return None
    answer = json.loads(body)
    return answer.get("error") or (answer["code"] if answer["code"] != 200 else None)
