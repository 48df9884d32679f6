"""Endpoints whose body, or whose answer, is larger than the memory should hold."""

import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from typing import IO

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from .endpoint import Endpoint

_PIECE = 1 << 16


@dataclass(frozen=True)
class Upload(Endpoint):
    """What answers it is called with the body as a file, before anything else.

    Nobody but the client waits while it is sent.
    """

    async def respond(self, request: Request) -> Response:
        with tempfile.TemporaryFile() as file:
            async for piece in request.stream():
                file.write(piece)
            file.seek(0)
            return await Endpoint(
                self.method,
                self.path,
                partial(self.answer, file),
                query=self.query,
                returns=self.returns,
            ).respond(request)


@dataclass(frozen=True)
class Download(Endpoint):
    """What answers it is called with the file that it is to write."""

    async def respond(self, request: Request) -> Response:
        file = tempfile.TemporaryFile()  # noqa: SIM115 (closed when it has been sent)
        try:
            written = partial(self.answer, file)
            inner = Endpoint(self.method, self.path, written, query=self.query)
            refused = await inner.respond(request)
            if refused.status_code != 204:
                file.close()
                return refused
            length = str(file.tell())
        except BaseException:
            file.close()
            raise
        return StreamingResponse(
            _pieces(file),
            headers={"content-length": length},
            media_type=self.media_type,
        )


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece
