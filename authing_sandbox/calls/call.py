"""What answering a call needs: the server, the transaction, who asks, about what."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection

from ..addresses import Hosts
from ..storage.database import Database, Unit
from ..storage.tables import Message, Pool
from .clock import Clock
from .errors import BusinessError, ErrorCode
from .faults import Faults
from .keys import Keys
from .recent import RecentRequests

TokenKind = Literal["OWNER", "USER"]
_POOL = select(Pool).where(Pool.id == bindparam("id"))


@dataclass(frozen=True)
class Server:
    """What lives as long as the server does."""

    database: Database
    clock: Clock
    keys: Keys
    deliver: Callable[[Message, Pool], Awaitable[None]]
    """Hands a mail or SMS of a pool over to whoever takes it."""
    hosts: Hosts
    """By which names it may be called."""
    faults: Faults = field(default_factory=Faults)
    """What shall go wrong with the calls of clients."""
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the server ends: nobody shall wait for anything any longer."""
    at_end: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    """What is to be closed when the server ends."""
    recent: RecentRequests = field(default_factory=RecentRequests)
    """What clients asked last."""


@dataclass(frozen=True)
class Origin:
    """Where a request came from."""

    ip: str | None
    browser: str | None
    request: HTTPConnection | None = None

    @property
    def base_url(self) -> str:
        """The address it reached us at."""
        return str(self.request.base_url).rstrip("/") if self.request else ""


@dataclass(frozen=True)
class Caller:
    """Who a token speaks for."""

    kind: TokenKind
    user_id: str
    pool: Pool


@dataclass(frozen=True)
class Paging:
    """Which page of something is wanted, from 1, and how long a page is."""

    page: int = 1
    count: int = 10

    @property
    def first(self) -> int:
        """How many entries come before the page."""
        return (self.page - 1) * self.count

    @classmethod
    def of(cls, page: int | None, count: int | None, most: int = 200) -> "Paging":
        """Read what a caller asks for, keeping within what there can be."""
        return cls(max(page or 1, 1), min(max(count or 10, 1), most))


@dataclass
class AnswerOptions:
    """What a root field's arguments say about fields further down its answer."""

    histories: Paging = field(default_factory=Paging)


@dataclass(frozen=True)
class Call:
    """One call: a root field of GraphQL, or a REST request."""

    server: Server
    unit: Unit
    origin: Origin
    bearer: str | None = None
    caller: Caller | None = None
    named_pool: Pool | None = None
    answer: AnswerOptions = field(default_factory=AnswerOptions)

    @property
    def session(self) -> AsyncSession:
        """The session of the request's transaction."""
        return self.unit.session

    @property
    def now(self) -> datetime:
        """The present instant by the server's clock."""
        return self.server.clock.now()

    def after(self, seconds: int) -> datetime:
        """The instant so many seconds from now."""
        return self.now + timedelta(seconds=seconds)

    @property
    def pool(self) -> Pool:
        """The pool the call is about: the one it names, or else its token's."""
        if self.named_pool is not None:
            return self.named_pool
        if self.caller is not None:
            return self.caller.pool
        raise BusinessError(ErrorCode.POOL_REQUIRED)

    def about(self, pool: Pool) -> "Call":
        """The same call, about a pool that it names only indirectly."""
        return replace(self, named_pool=pool)

    def subject(self, user_id: str | None) -> str:
        """The user the call is about; a UserToken acts only on its own account."""
        if self.caller is not None and self.caller.kind == "USER":
            if user_id not in (None, self.caller.user_id):
                raise BusinessError(ErrorCode.NOT_OWN_ACCOUNT)
            return self.caller.user_id
        if user_id is None:
            raise BusinessError(ErrorCode.MISSING_PARAMETER)
        return user_id


async def find_pool(session: AsyncSession, pool_id: str) -> Pool:
    """Read a pool; refused where there is none."""
    pool = await session.scalar(_POOL, {"id": pool_id})
    if pool is None or pool.is_deleted:
        raise BusinessError(ErrorCode.NO_SUCH_POOL)
    return pool
