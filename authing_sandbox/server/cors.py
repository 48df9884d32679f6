"""Pages of other sites at the gateways: those that a pool allows."""

import re

from sqlalchemy import select
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from ..calls.call import Server
from ..storage.tables import Pool

_ALLOWED = select(Pool.allowed_origins).where(Pool.is_deleted.is_(False))


class PoolCORS:
    """Lets pages read answers by the rule `allowed_origins`, of whichever pool.

    A browser that asks beforehand does not say which pool it is about. No page reads
    with it what a cookie opens, nor anything under /sandbox.
    """

    def __init__(self, app: ASGIApp, server: Server) -> None:
        self._app = app
        self._server = server
        self._open = CORSMiddleware(
            app, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = Headers(scope=scope).get("origin")
        allowed = origin is not None and await allows(self._server, origin)
        await (self._open if allowed else self._app)(scope, receive, send)


async def allows(server: Server, origin: str) -> bool:
    """Whether the rule of any pool names a page's origin."""
    async with server.database.unit(write=False) as unit:
        rules = (await unit.session.scalars(_ALLOWED)).all()
    return any(_matches(origin, rule or "") for rule in rules)


def _matches(origin: str, rule: str) -> bool:
    """Whether an origin is one of those that a rule lists; `*` stands for any part."""
    return any(
        _is_like(origin.lower(), listed.lower())
        for listed in re.split(r"[\s,;]+", rule)
        if listed
    )


def _is_like(text: str, pattern: str) -> bool:
    """Compare, in time that grows with both alone: a regular expression has none."""
    first, *parts = pattern.split("*")
    if not parts:
        return text == pattern
    last = parts.pop()
    end = len(text) - len(last)
    if not (text.startswith(first) and text.endswith(last) and len(first) <= end):
        return False
    at = len(first)
    for part in parts:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True
