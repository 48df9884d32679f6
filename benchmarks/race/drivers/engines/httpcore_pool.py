"""httpcore as it comes: its pool, asked directly."""

import httpcore

from ...meter import Call
from ...setup import Setup
from .repeated import PATIENCE, read, repeated

PHASES = dict.fromkeys(("connect", "read", "write", "pool"), PATIENCE)


def prepare(setup: Setup) -> Call:
    """Make the pool; the call sends the request again."""
    pool = httpcore.ConnectionPool()
    url, headers, body = repeated(setup)
    parsed = httpcore.URL(url)
    fields = [
        (b"Host", parsed.origin.host + b":%d" % parsed.origin.port),
        (b"Content-Length", b"%d" % len(body)),
        *((name.encode(), value.encode()) for name, value in headers.items()),
    ]

    def call() -> object:
        request = httpcore.Request(
            "POST", parsed, headers=fields, content=body, extensions={"timeout": PHASES}
        )
        response = pool.handle_request(request)
        try:
            return read(response.read())
        finally:
            response.close()

    return call
