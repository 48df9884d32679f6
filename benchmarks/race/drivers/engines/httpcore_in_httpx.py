"""The same engine behind the interfaces of httpx: the least that a transport can do."""

import httpx

from authing_gen._sync.engine import EngineOptions
from authing_gen._sync.httpcore_engine import HttpcoreEngine
from authing_gen.deadlines import Deadline
from authing_gen.exchange import Request

from ...meter import Call
from ...setup import Setup
from .repeated import PATIENCE, read, repeated


class Transport(httpx.BaseTransport):
    """Carries what httpx asks for by the engine."""

    def __init__(self) -> None:
        self._engine = HttpcoreEngine(EngineOptions(100, 1 << 26))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and read its answer."""
        headers = {
            name.decode("ascii"): value.decode("latin-1")
            for name, value in request.headers.raw
            if name not in (b"Host", b"Content-Length")
        }
        answer = self._engine.exchange(
            Request(request.method, str(request.url), headers, request.content),
            Deadline(PATIENCE),
        )
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            content=bytes(answer.content),
            request=request,
        )


def prepare(setup: Setup) -> Call:
    """Make the transport; the call sends the request again."""
    transport = Transport()
    url, headers, body = repeated(setup)
    parsed = httpx.URL(url)

    def call() -> object:
        request = httpx.Request("POST", parsed, headers=headers, content=body)
        return read(transport.handle_request(request).content)

    return call
