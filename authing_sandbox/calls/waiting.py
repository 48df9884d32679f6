"""Calls whose turn comes late: their client may have left by then."""

import asyncio

from starlette.requests import ClientDisconnect, Request

CLIENT_LEFT = 499
"""The status that the log then shows, as proxies have it."""
_LONG = 1
"""Seconds after which it is worth asking."""


class Wait:
    """The time that a call waits for its turn at the database."""

    def __init__(self, http: Request) -> None:
        self._http = http
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()

    async def end(self) -> None:
        """The transaction has begun.

        Raises ClientDisconnect where that took long and the client has left: a server
        that answered nobody would never catch up.
        """
        waited = self._loop.time() - self._began
        if waited > _LONG and await self._http.is_disconnected():
            raise ClientDisconnect
