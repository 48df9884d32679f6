"""The database: connections, and one transaction a request.

Everything that depends on which database it is stands in this module.
"""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncGenerator
from typing import Any

from sqlalchemy import event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, Pool

from .tables import Base


class InlineSQLite(SQLiteDialect_pysqlite):
    """Python's own sqlite3 behind SQLAlchemy's asynchronous interface.

    A statement takes SQLite microseconds; handing it to another thread and back, as
    asynchronous drivers for SQLite do, takes longer and lets the threads compete.
    """

    is_async = True
    supports_statement_cache = True

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:
        return AsyncAdaptedQueuePool


registry.register("sqlite.inline", __name__, "InlineSQLite")


class Unit:
    """One transaction: all its effects are kept, or none.

    What the service records even of a call that it refuses (a failed sign-in) goes
    through `keep` instead of the session.
    """

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self._kept: list[Base] = []

    def keep(self, row: Base) -> None:
        """Store a row should the call be refused."""
        self._kept.append(row)

    async def refuse(self) -> None:
        """Take back every effect, and store only what was to be kept."""
        await self.session.rollback()
        self.session.add_all(self._kept)
        self._kept = []
        try:
            await self.session.commit()
        except IntegrityError:
            # The row belonged to a record that has just been taken back.
            await self.session.rollback()


class Database:
    """A SQLite file, a SQLite database in memory, or whatever else the URL names."""

    def __init__(self, url: str) -> None:
        self._directory: tempfile.TemporaryDirectory[str] | None = None
        location = make_url(url)
        self._sqlite = location.get_backend_name() == "sqlite"
        if self._sqlite:
            location = self._sqlite_location(location)
        self._engine = create_async_engine(location)
        if self._sqlite:
            event.listen(self._engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self._engine.sync_engine, "begin", _begin_sqlite)
            writer = self._engine.execution_options(begin="BEGIN IMMEDIATE")
        else:
            writer = self._engine.execution_options(isolation_level="SERIALIZABLE")
        self._reading = async_sessionmaker(self._engine, expire_on_commit=False)
        self._writing = async_sessionmaker(writer, expire_on_commit=False)
        self._turn = asyncio.Lock()

    def _sqlite_location(self, location: URL) -> URL:
        """Name the asynchronous driver, and a file even for a database in memory.

        Connections to a SQLite database in memory either are one connection, whose
        transactions would mix, or share a cache, whose locks do not wait. A file in a
        temporary directory has neither flaw, and never needs to reach the disk.
        """
        if location.database in (None, "", ":memory:"):
            self._directory = tempfile.TemporaryDirectory(prefix="authing-sandbox-")
            location = location.set(database=f"{self._directory.name}/sandbox.db")
        return location.set(drivername="sqlite+inline")

    async def create_tables(self) -> None:
        """Create what is missing."""
        async with self._engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)

    @contextlib.asynccontextmanager
    async def unit(self, *, write: bool) -> AsyncGenerator[Unit]:
        """Open a transaction; it is refused where the block raises, else committed."""
        async with contextlib.AsyncExitStack() as stack:
            if write and self._sqlite:
                # One writer at a time, first come first served: SQLite itself would
                # have them sleep and try again.
                await stack.enter_async_context(self._turn)
            sessions = self._writing if write else self._reading
            unit = Unit(await stack.enter_async_context(sessions()))
            try:
                yield unit
            except BaseException:
                await unit.refuse()
                raise
            await unit.session.commit()

    async def close(self) -> None:
        """Close the connections; a database in memory is gone then."""
        await self._engine.dispose()
        if self._directory is not None:
            self._directory.cleanup()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # SQLAlchemy says when a transaction begins (below), not Python's sqlite3.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "busy_timeout = 5000",  # for other processes at the same file
        "foreign_keys = ON",
        "journal_mode = WAL",
        "synchronous = OFF",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    connection.exec_driver_sql(options.get("begin", "BEGIN"))
