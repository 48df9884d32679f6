"""A server on a real socket that speaks HTTP/2 and nothing else."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, StreamEnded


class Http2Server:
    """Answers when so many requests are there as it waits for."""

    def __init__(self, awaited: int = 1) -> None:
        self.connections = 0
        self.headers: list[dict[str, str]] = []
        """Those of each request."""
        self.url = ""
        self._awaited = awaited
        self._work: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        listener = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
        try:
            yield
        finally:
            listener.close()
            for task in self._work:
                task.cancel()
            await asyncio.gather(*self._work, return_exceptions=True)

    async def _connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.connections += 1
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._work.add(task)
        await asyncio.wait([task])

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        own = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        own.initiate_connection()
        bodies: dict[int, bytes] = {}
        ended: list[int] = []
        with contextlib.closing(writer), contextlib.suppress(OSError):
            writer.write(own.data_to_send())
            while received := await reader.read(65536):
                for event in own.receive_data(received):
                    self._note(own, event, bodies, ended)
                if len(ended) >= self._awaited:
                    for stream in ended:
                        _answer(own, stream, bodies[stream])
                    ended.clear()
                writer.write(own.data_to_send())

    def _note(
        self,
        own: H2Connection,
        event: Any,
        bodies: dict[int, bytes],
        ended: list[int],
    ) -> None:
        match event:
            case RequestReceived():
                bodies[event.stream_id] = b""
                self.headers.append({str(n): str(v) for n, v in event.headers})
            case DataReceived():
                bodies[event.stream_id] += event.data
                own.acknowledge_received_data(
                    event.flow_controlled_length, event.stream_id
                )
            case StreamEnded():
                ended.append(event.stream_id)
            case _:
                pass


def _answer(own: H2Connection, stream: int, body: bytes) -> None:
    """Say what was asked about, so that each caller can tell its own answer."""
    email = json.loads(body)["variables"]["email"]
    message = {"message": email, "code": 200, "status": True}
    content = json.dumps({"data": {"sendVerifyEmail": message}}).encode()
    head = [(":status", "200"), ("content-type", "application/json")]
    own.send_headers(stream, head)
    own.send_data(stream, content, end_stream=True)
