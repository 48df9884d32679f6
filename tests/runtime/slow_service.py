"""A service that answers slowly, in pieces, and not always."""

import asyncio
import json

from .bytewise import Peer, answer_to, chunk, graphql, head, http
from .scripted import INIT, Seen


class Service:
    """Answers slowly, in pieces; says no, stalls and recovers as a test wants it."""

    def __init__(self, together: int = 1) -> None:
        self.together = together
        """How many calls of "health" have to be under way at once."""
        self.stalls: set[str] = set()
        """Operations that are not answered."""
        self.refused: set[str] = set()
        """Tokens that are no good any more."""
        self.busy: set[str] = set()
        """Tokens that are told to come again, once."""
        self.always_busy = False
        self.pieces: int | None = None
        """Of how many pieces an answer has no more, for now."""
        self.tokens = 0
        """How many OwnerTokens have been given."""
        self._healthy = 0

    async def __call__(self, peer: Peer) -> None:
        async for seen in peer.requests():
            while seen.name in self.stalls:
                await asyncio.sleep(0.001)
            if seen.token and seen.token.startswith("health"):
                await self._all_healthy()
                await peer.send(http(answer_to(seen)))
            elif self.always_busy or seen.token in self.busy:
                self.busy.discard(seen.token)
                await peer.send(http(b"{}", 503, retry_after="0.005"))
            else:
                await self._slowly(peer, self._answer(seen))

    async def _all_healthy(self) -> None:
        self._healthy += 1
        group = (self._healthy - 1) // self.together + 1
        while self._healthy < group * self.together:
            await asyncio.sleep(0.001)

    async def _slowly(self, peer: Peer, body: bytes) -> None:
        start = head(transfer_encoding="chunked")
        pieces = [
            start[:20],
            start[20:],
            chunk(body[:9]),
            chunk(body[9:]),
            b"0\r\n\r\n",
        ]
        for number, piece in enumerate(pieces):
            await asyncio.sleep(0.001)
            while number == self.pieces:
                await asyncio.sleep(0.001)
            await peer.send(piece)

    def _answer(self, seen: Seen) -> bytes:
        if seen.token in self.refused:
            message = {"code": 2206, "message": "登录信息有误", "data": None}
            return json.dumps({"errors": [{"message": message}]}).encode()
        if seen.name == INIT:
            self.tokens += 1
            token = {"accessToken": f"owner-{self.tokens}", "clientInfo": None}
            return graphql(getClientWhenSdkInit=token)
        if seen.name == "RefreshToken":
            fresh = {"token": f"of {seen.variables['user']}", "iat": 1, "exp": 2}
            return graphql(refreshToken=fresh)
        return answer_to(seen)
