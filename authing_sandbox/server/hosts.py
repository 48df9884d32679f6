"""The first door: requests that are meant for another host go no further."""

import functools
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ..addresses import Hosts


def checking_hosts(app: ASGIApp, hosts: Hosts) -> ASGIApp:
    """The application, for those who call it by a name of its own."""
    answers_to = functools.lru_cache(maxsize=100)(hosts.answers_to)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await app(scope, receive, send)
        named = [*_hosts(scope)]
        if len(named) != 1:
            text, status = "A request names one host.", 400
        elif not answers_to(named[0]):
            text, status = "This is another host; --public-url names one more.", 421
        else:
            if hosts.is_public(named[0]):
                scope = {**scope, **_public(urlsplit(hosts.public_url or ""), scope)}
            return await app(scope, receive, send)
        await PlainTextResponse(text, status)(scope, receive, send)

    return answer


def _public(url: SplitResult, scope: Scope) -> dict[str, str]:
    """Where the request was sent to, which may be a proxy that takes a prefix off."""
    path: str = scope["path"]
    prefixed = path if path.startswith(f"{url.path}/") else url.path + path
    return {"scheme": url.scheme, "root_path": url.path, "path": prefixed}


def _hosts(scope: Scope) -> Iterator[str]:
    for name, value in scope["headers"]:
        if name == b"host":
            yield value.decode("latin-1")
