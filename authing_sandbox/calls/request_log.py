"""The request log: one line a request, of which nothing secret is a part.

Of a request it keeps what names it, never what it carries: no variables, no query, no
headers, and of a path not the values in it.
"""

import json
import logging
import time
from contextvars import ContextVar
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger(__name__)
_FIRST_ERROR = 400


@dataclass
class Entry:
    """What is told of a request."""

    path: str = ""
    operation: str = ""
    token: str = "-"
    status: int = 500
    milliseconds: float = 0
    error: str | int | None = None


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


def logged(app: ASGIApp) -> ASGIApp:
    """The application, with each of its requests in the log."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _log.isEnabledFor(logging.INFO):
            return await app(scope, receive, send)
        entry, began = Entry(), time.perf_counter()
        _entry.set(entry)
        path: str = scope["path"]

        async def pass_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                entry.status = message["status"]
            elif message["type"] == "http.response.body" and not entry.error:
                entry.error = _error(message.get("body", b""))
            await send(message)

        try:
            await app(scope, receive, pass_on)
        finally:
            for name, value in scope.get("path_params", {}).items():
                path = path.replace(f"/{value}", f"/{{{name}}}")
            entry.path = path.removesuffix("/graphql")
            entry.milliseconds = round((time.perf_counter() - began) * 1000, 1)
            if entry.error is None and entry.status >= _FIRST_ERROR:
                entry.error = entry.status
            _log.info("%s", entry.path, extra={"entry": entry})

    return answer


def _error(body: bytes) -> str | int | None:
    """The code of a REST error; GraphQL's are noted by the gateway."""
    if not body.startswith((b'{"code":', b'{"error":')):
        return None
    answer = json.loads(body)
    return answer.get("error") or (answer["code"] if answer["code"] != 200 else None)
