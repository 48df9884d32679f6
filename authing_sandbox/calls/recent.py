"""The requests of clients that came last, kept in memory for the developer to read.

What is kept holds secrets: whoever shows it has to hide them.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from starlette.types import Scope

LONGEST_BODY = 256 << 10
_MOST_BYTES = 4 << 20
_MOST = 500
_OF_CLIENTS = ("/users/", "/oauth/")


@dataclass
class Entry:
    """What is told of a request."""

    path: str = ""
    operation: str = ""
    token: str = "-"
    status: int = 500
    milliseconds: float = 0
    error: str | int | None = None


@dataclass
class Body:
    """What a request, or its answer, carries: all of it, or no more than its size."""

    content_type: str = ""
    content: bytes = b""
    size: int = 0

    def take(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Note what the headers say of it."""
        given = dict(headers).get(b"content-type", b"")
        self.content_type = given.decode("latin-1").partition(";")[0].strip().lower()

    def add(self, chunk: bytes) -> None:
        """Note a part of it."""
        self.size += len(chunk)
        is_short = self.size <= LONGEST_BODY
        self.content = self.content + chunk if is_short else b""


@dataclass
class Exchange:
    """A request and its answer."""

    at: datetime
    method: str
    query: str
    sent: Body = field(default_factory=Body)
    answered: Body = field(default_factory=Body)
    entry: Entry = field(default_factory=Entry)
    id: int = 0

    @property
    def size(self) -> int:
        """How many bytes it takes, about."""
        return len(self.query) + len(self.sent.content) + len(self.answered.content)


class RecentRequests:
    """The last requests, at most so many of them, and so many bytes."""

    def __init__(self) -> None:
        self._kept: deque[Exchange] = deque()
        self._numbers = count(1)
        self._bytes = 0

    @staticmethod
    def wants(scope: Scope) -> bool:
        """Say whether a request is a client's, rather than the developer's own."""
        path: str = scope["path"].removeprefix(scope.get("root_path", ""))
        return path.startswith(_OF_CLIENTS)

    def keep(self, exchange: Exchange) -> None:
        """Keep a request that has been answered."""
        exchange.id = next(self._numbers)
        self._kept.append(exchange)
        self._bytes += exchange.size
        while len(self._kept) > _MOST or self._bytes > _MOST_BYTES:
            self._bytes -= self._kept.popleft().size

    def clear(self) -> None:
        """Forget them."""
        self._kept.clear()
        self._bytes = 0

    def after(self, id: int) -> list[Exchange]:
        """Those that came later than one, the newest last."""
        return [exchange for exchange in self._kept if exchange.id > id]
