"""The same engine behind the interfaces of httpx: the least that a transport can do.

It is asked by `httpx.Request` and answers by `httpx.Response`, and nothing else of
httpx: no client, no redirects, no cookies, no event hooks.
"""

import httpx

from authing_gen.aiohttp_engine import AiohttpEngine
from authing_gen.deadlines import Deadline
from authing_gen.exchange import Request

from ...meter import AsyncCall
from ...setup import Setup
from .ours_aiohttp import OPTIONS
from .repeated import PATIENCE, read, repeated


class Transport(httpx.AsyncBaseTransport):
    """Carries what httpx asks for by the engine."""

    def __init__(self) -> None:
        self._engine = AiohttpEngine(OPTIONS)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and read its answer."""
        headers = {
            name.decode("ascii"): value.decode("latin-1")
            for name, value in request.headers.raw
            if name not in (b"Host", b"Content-Length")
        }
        answer = await self._engine.exchange(
            Request(request.method, str(request.url), headers, request.content),
            Deadline(PATIENCE),
        )
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            content=bytes(answer.content),
            request=request,
        )


async def prepare(setup: Setup) -> AsyncCall:
    """Make the transport; the call sends the request again."""
    transport = Transport()
    url, headers, body = repeated(setup)
    parsed = httpx.URL(url)

    async def call() -> object:
        request = httpx.Request("POST", parsed, headers=headers, content=body)
        response = await transport.handle_async_request(request)
        return read(response.content)

    return call
