"""pyreqwest without `await`."""

from datetime import timedelta

from pyreqwest.client import SyncClientBuilder  # type: ignore[import-not-found]

from ...meter import Call
from ...setup import Setup
from .repeated import PATIENCE, read, repeated


def prepare(setup: Setup) -> Call:
    """Make the client; the call sends the request again."""
    client = SyncClientBuilder().timeout(timedelta(seconds=PATIENCE)).build()
    url, headers, body = repeated(setup)

    def call() -> object:
        request = client.post(url).headers(headers).body_bytes(body).build()
        return read(bytes(request.send().bytes()))

    return call
