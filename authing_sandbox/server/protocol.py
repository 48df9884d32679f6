"""HTTP/1.1 on one connection, for as long as a request may take to arrive."""

import asyncio
from typing import Any

from ..calls.faults import ABORT
from .upgrades import OneProtocol

ARRIVAL = 10.0
"""Seconds from the first byte of a request, or from the connection, to its last."""
MAX_HEAD = 256 << 10
"""Bytes of a request before its body."""
_REFUSAL = "HTTP/1.1 {}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class ImpatientProtocol(OneProtocol):
    """Gives up on half a request, which uvicorn would wait for, and keep, for ever."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._waiting: asyncio.TimerHandle | None = None
        self._head: int | None = None
        """How much of an unfinished head has come."""
        self._is_arriving = False
        self._ending = False

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        # Most requests come in one piece: no time has to be set for those.
        if self._is_arriving:
            self._wait()
        if self._head is not None:
            self._head += len(data)
            if self._head > MAX_HEAD:
                self._give_up("431 Request Header Fields Too Large")
        if self._is_idle and self.timeout_keep_alive_task is None:
            self._wait()  # What has come was no request, nor its beginning.

    def on_message_begin(self) -> None:
        super().on_message_begin()
        # By which a fault on request ends the connection without an answer.
        self.scope["extensions"] = {ABORT: {"abort": self.transport.abort}}
        self._head = 0
        self._is_arriving = True

    def on_headers_complete(self) -> None:
        self._head = None
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        if self.has_more:
            return
        self._is_arriving = False
        self._stop_waiting()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._ending:
            self.transport.close()

    def shutdown(self) -> None:
        """End at once what has not arrived, and what waits behind another's answer.

        What is being answered may still be.
        """
        self._ending = True
        self.pipeline.clear()
        if self._waiting is not None:
            self.transport.close()
        super().shutdown()

    @property
    def _is_idle(self) -> bool:
        # Before the first request there is no cycle, whatever its type says.
        return not self.cycle or self.cycle.response_complete

    def _wait(self) -> None:
        if self._waiting is None and not self.transport.is_closing():
            self._waiting = self.loop.call_later(
                ARRIVAL, self._give_up, "408 Request Timeout"
            )

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self, status: str) -> None:
        self._stop_waiting()
        if self._is_idle or not self.cycle.response_started:
            self.transport.write(_REFUSAL.format(status).encode())
        self.transport.close()
