"""SQLite and PostgreSQL: everything that depends on which database it is."""

import os
import shutil
import tempfile
import weakref
from typing import Any

from sqlalchemy import event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from .sessions import KeptSession, Sessions

_READERS = 15
_CONNECT_TIMEOUT = 10  # seconds
# By which PostgreSQL says that a transaction of another process came between: it could
# not be serialised, it was locked out, or what it had looked up has just been taken,
# removed or created.
_CONFLICTS = frozenset({"40001", "40P01", "23505", "23503", "42P07"})


class UnusableDatabaseError(RuntimeError):
    """There is no such database, or it cannot be used; says why in a line."""

    def __init__(self, location: URL | None, reason: object) -> None:
        # What is no URL may be a password.
        name = location.render_as_string(hide_password=True) if location else "database"
        text = " ".join(str(reason).split()) or type(reason).__name__
        super().__init__(f"{name}: {text}")


class Engines:
    """The sessions that read and those that write, of the database that a URL names.

    Who writes has a connection of its own. From the readers' it might wait for one that
    is held by a reader which waits for the writer.
    """

    def __init__(self, url: str) -> None:
        self.location = location = _read_url(url)
        self._forget: weakref.finalize[[str, int], Engines] | None = None
        if location.get_backend_name() == "sqlite":
            sqlite = self._sqlite_location(location)
            self.reading = _open_sqlite(sqlite, "BEGIN", _READERS)
            self.writing = _open_sqlite(sqlite, "BEGIN IMMEDIATE", 1)
        else:
            begin = "BEGIN ISOLATION LEVEL"
            reading, writing = f"{begin} REPEATABLE READ", f"{begin} SERIALIZABLE"
            self.reading = _open_postgresql(location, reading, _READERS)
            # One writer at a time: they would have to try again when they meet.
            self.writing = _open_postgresql(location, writing, 1)

    def _sqlite_location(self, location: URL) -> URL:
        """Name a file even for a database in memory.

        Connections to a SQLite database in memory either are one connection, whose
        transactions would mix, or share a cache, whose locks do not wait. A file in a
        temporary directory has neither flaw, and never needs to reach the disk.
        """
        if location.database in (None, "", ":memory:"):
            directory = tempfile.mkdtemp(prefix="authing-sandbox-")
            self._forget = weakref.finalize(self, _remove, directory, os.getpid())
            file = f"{directory}/sandbox.db"
            return location.set(database=file, query={"synchronous": "OFF"})
        return location

    async def close(self) -> None:
        """Close the connections; a database in memory is gone then."""
        await self.reading.close()
        await self.writing.close()
        if self._forget is not None:
            self._forget()


def _remove(directory: str, owner: int) -> None:
    """Remove a directory, unless a forked child has come to its own end."""
    if os.getpid() == owner:
        shutil.rmtree(directory, ignore_errors=True)


def is_conflict(error: BaseException) -> bool:
    """Say whether a transaction has failed because another one came between."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    state: str | None = getattr(cause, "sqlstate", None)
    return state in _CONFLICTS or str(cause) == "database is locked"


def _read_url(url: str) -> URL:
    try:
        location = make_url(url)
    except (ArgumentError, ValueError):
        raise UnusableDatabaseError(None, "expected a URL like sqlite://") from None
    if location.get_backend_name() not in ("sqlite", "postgresql"):
        raise UnusableDatabaseError(location, "only sqlite and postgresql are known")
    return location


class InlineSQLite(SQLiteDialect_pysqlite):
    """Python's own sqlite3 behind SQLAlchemy's asynchronous interface.

    A statement takes SQLite microseconds; handing it to another thread and back, as
    asynchronous drivers for SQLite do, takes longer and lets the threads compete.
    """

    is_async = True
    supports_statement_cache = True


registry.register("sqlite.inline", __name__, "InlineSQLite")


class _InlineSession(AsyncSession):
    """What is done most without the way out to the event loop: SQLite never waits."""

    async def execute(self, statement: Any, params: Any = None, **how: Any) -> Any:
        return self.sync_session.execute(statement, params, **how)

    async def scalar(self, statement: Any, params: Any = None, **how: Any) -> Any:
        return self.sync_session.scalar(statement, params, **how)

    async def scalars(self, statement: Any, params: Any = None, **how: Any) -> Any:
        return self.sync_session.scalars(statement, params, **how)

    async def flush(self, objects: Any = None) -> None:
        self.sync_session.flush(objects)


class _OnSQLite(KeptSession):
    kind = _InlineSession

    async def execute(self, sql: str) -> None:
        self.driver.execute(sql)

    def is_in_transaction(self) -> bool:
        return bool(self.driver.in_transaction)

    def is_lost(self) -> bool:
        return False


class _OnPostgreSQL(KeptSession):
    async def execute(self, sql: str) -> None:
        await self.driver.execute(sql)

    def is_in_transaction(self) -> bool:
        return not self.is_lost() and bool(self.driver.is_in_transaction())

    def is_lost(self) -> bool:
        return bool(self.driver.is_closed())


def _open_postgresql(location: URL, begin: str, most: int) -> Sessions:
    try:
        engine = create_async_engine(
            location.set(drivername="postgresql+asyncpg"),
            connect_args={"timeout": _CONNECT_TIMEOUT},
            isolation_level="AUTOCOMMIT",
            poolclass=NullPool,
        )
    except ModuleNotFoundError as error:
        needed = "it needs the extra authing-gen[postgres]"
        raise UnusableDatabaseError(location, needed) from error
    return Sessions(engine, _OnPostgreSQL, begin, most)


def _open_sqlite(location: URL, begin: str, most: int) -> Sessions:
    # A process that is killed has lost nothing with NORMAL, nor is the file damaged
    # when power fails; what is in no file that stays need not be written at all.
    synchronous = location.query.get("synchronous", "NORMAL")
    location = location.difference_update_query(["synchronous"])
    engine = create_async_engine(
        location.set(drivername="sqlite+inline"), poolclass=NullPool
    )

    def prepare(connection: Any, _record: object) -> None:
        # Python's sqlite3 begins no transaction by itself.
        connection.isolation_level = None
        for pragma in (
            # It is `run` that waits for another process at the same file: if SQLite
            # did, every client would.
            "busy_timeout = 0",
            "foreign_keys = ON",
            "journal_mode = WAL",
            f"synchronous = {synchronous}",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    event.listen(engine.sync_engine, "connect", prepare)
    return Sessions(engine, _OnSQLite, begin, most)
