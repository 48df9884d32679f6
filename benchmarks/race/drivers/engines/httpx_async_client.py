"""`httpx.AsyncClient` as it comes, but for as many connections as there are calls."""

import asyncio

import httpx

from ...meter import AsyncCall
from ...setup import Setup
from .repeated import PATIENCE, read, repeated


async def prepare(setup: Setup) -> AsyncCall:
    """Make the client; the call sends the request again."""
    client = httpx.AsyncClient(limits=httpx.Limits(), timeout=PATIENCE)
    url, headers, body = repeated(setup)

    async def call() -> object:
        async with asyncio.timeout(PATIENCE):
            response = await client.post(url, headers=headers, content=body)
            return read(response.content)

    return call
