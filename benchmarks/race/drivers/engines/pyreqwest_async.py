"""pyreqwest with `await`: the client of reqwest, which is written in Rust."""

from datetime import timedelta

from pyreqwest.client import ClientBuilder  # type: ignore[import-not-found]

from ...meter import AsyncCall
from ...setup import Setup
from .repeated import PATIENCE, read, repeated


async def prepare(setup: Setup) -> AsyncCall:
    """Make the client; the call sends the request again."""
    client = ClientBuilder().timeout(timedelta(seconds=PATIENCE)).build()
    url, headers, body = repeated(setup)

    async def call() -> object:
        request = client.post(url).headers(headers).body_bytes(body).build()
        response = await request.send()
        return read(bytes(await response.bytes()))

    return call
