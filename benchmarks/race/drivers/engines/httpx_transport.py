"""`httpx.HTTPTransport`, called directly: without a client of httpx."""

import httpx

from ...meter import Call
from ...setup import Setup
from .repeated import PATIENCE, read, repeated


def prepare(setup: Setup) -> Call:
    """Make the transport; the call sends the request again."""
    transport = httpx.HTTPTransport()
    url, headers, body = repeated(setup)
    parsed = httpx.URL(url)
    timeout = httpx.Timeout(PATIENCE).as_dict()

    def call() -> object:
        request = httpx.Request(
            "POST",
            parsed,
            headers=headers,
            content=body,
            extensions={"timeout": timeout},
        )
        return read(transport.handle_request(request).read())

    return call
