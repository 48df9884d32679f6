"""`httpx.Client` as it comes."""

import httpx

from ...meter import Call
from ...setup import Setup
from .repeated import PATIENCE, read, repeated


def prepare(setup: Setup) -> Call:
    """Make the client; the call sends the request again."""
    client = httpx.Client(timeout=PATIENCE)
    url, headers, body = repeated(setup)
    return lambda: read(client.post(url, headers=headers, content=body).content)
