"""The transport of httpx-aiohttp, called directly: without a client of httpx."""

import asyncio

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport  # type: ignore[import-not-found]

from ...meter import AsyncCall
from ...setup import Setup
from .repeated import PATIENCE, read, repeated


async def prepare(setup: Setup) -> AsyncCall:
    """Make the transport; the call sends the request again."""
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar()
    )
    transport: httpx.AsyncBaseTransport = AiohttpTransport(client=session)
    url, headers, body = repeated(setup)
    parsed = httpx.URL(url)

    async def call() -> object:
        async with asyncio.timeout(PATIENCE):
            request = httpx.Request("POST", parsed, headers=headers, content=body)
            response = await transport.handle_async_request(request)
            return read(await response.aread())

    return call
