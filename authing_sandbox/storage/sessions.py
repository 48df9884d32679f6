"""Sessions, kept with their connections for one transaction after another.

To open one, and to have it begin and end a transaction, takes SQLAlchemy several times
as long as to execute a statement. So to SQLAlchemy each of them is in one transaction
for as long as it is kept, in which every statement is final (`AUTOCOMMIT`); those of
the database are begun and ended beside it.
"""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable
from typing import Any, ClassVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession


class KeptSession(ABC):
    """A session, and the transactions of its connection."""

    kind: ClassVar[type[AsyncSession]] = AsyncSession

    def __init__(self, connection: AsyncConnection, driver: Any, begin: str) -> None:
        self.session = self.kind(connection, expire_on_commit=False)
        self.driver = driver
        """The driver's own connection."""
        self._connection = connection
        self._begin = begin

    @abstractmethod
    async def execute(self, sql: str) -> None:
        """Have the driver execute a statement that answers nothing."""

    @abstractmethod
    def is_in_transaction(self) -> bool:
        """Say whether a transaction has begun and not ended."""

    @abstractmethod
    def is_lost(self) -> bool:
        """Say whether the connection has ended by itself."""

    async def begin(self) -> None:
        """Begin a transaction."""
        await self.execute(self._begin)

    async def commit(self) -> None:
        """Keep the effects of the transaction."""
        session = self.session
        if session.new or session.dirty or session.deleted:
            await session.flush()
        await self.execute("COMMIT")

    async def rollback(self) -> None:
        """Take them back, if there is a transaction."""
        await self.session.rollback()
        if self.is_in_transaction():
            await self.execute("ROLLBACK")

    async def close(self) -> None:
        """Close the connection."""
        await self.session.close()
        await self._connection.close()


class Sessions:
    """As many sessions as are needed at once, but no more than so many."""

    def __init__(
        self,
        engine: AsyncEngine,
        kind: Callable[[AsyncConnection, Any, str], KeptSession],
        begin: str,
        most: int,
    ) -> None:
        self._engine, self._kind, self._begin = engine, kind, begin
        self._places = asyncio.Semaphore(most)
        self._idle: list[KeptSession] = []

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncGenerator[KeptSession]:
        """A session in a transaction, which is taken back where the block raises.

        Whoever comes when all are in use waits for one, first come first served.
        """
        async with self._places:
            idle = self._idle
            kept = await self._take()
            can_be_kept = False
            try:
                await kept.begin()
                yield kept
                can_be_kept = True
            except BaseException:
                with contextlib.suppress(Exception):
                    await kept.rollback()
                    can_be_kept = True
                raise
            finally:
                if can_be_kept and idle is self._idle:
                    kept.session.expunge_all()
                    idle.append(kept)
                else:  # All have been closed meanwhile, or it has lost its connection.
                    await kept.close()

    async def _take(self) -> KeptSession:
        while self._idle:
            kept = self._idle.pop()
            if not kept.is_lost():
                return kept
            await kept.close()
        connection = await self._engine.connect()
        raw = await connection.get_raw_connection()
        return self._kind(connection, raw.driver_connection, self._begin)

    async def close(self) -> None:
        """Close those that are idle now, and the others as soon as they are."""
        idle, self._idle = self._idle, []
        for kept in idle:
            await kept.close()
