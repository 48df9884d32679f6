"""The database: connections, and one transaction a request.

Everything that depends on which database it is stands in this module.
"""

import asyncio
import contextlib
import random
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import Executable, event, inspect
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.pool import AsyncAdaptedQueuePool, Pool

from .tables import Base, KeyRing

Result = TypeVar("Result")

# As many connections as by default, but none of them opened anew for each call. Who
# waits for one waits for their turn: refusing after so many seconds, with a traceback
# in the log, would take longer than answering.
_POOL: Any = {"pool_size": 15, "max_overflow": 0, "pool_timeout": None}
_ATTEMPTS = 60
_CONNECT_TIMEOUT = 10  # seconds
_LONGEST_PAUSE = 0.1
# By which PostgreSQL says that a transaction of another process came between: it could
# not be serialised, it was locked out, or what it had looked up has just been taken,
# removed or created.
_CONFLICTS = frozenset({"40001", "40P01", "23505", "23503", "42P07"})


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


class UnusableDatabaseError(RuntimeError):
    """There is no such database, or it cannot be used; says why in a line."""

    def __init__(self, location: URL | None, reason: object) -> None:
        # What is no URL may be a password.
        name = location.render_as_string(hide_password=True) if location else "database"
        text = " ".join(str(reason).split()) or type(reason).__name__
        super().__init__(f"{name}: {text}")


class OutsideError(Exception):
    """Work cannot go on before somebody outside has been asked something."""

    def __init__(self, question: Hashable, ask: Callable[[], Awaitable[Any]]) -> None:
        # The question may hold a password.
        super().__init__("asked in no transaction of `Database.run`")
        self.question = question
        self.ask = ask


Answers = Mapping[Hashable, asyncio.Future[Any]]


class Unit:
    """One transaction: all its effects are kept, or none.

    What the service records even of a call that it refuses (a failed sign-in) goes
    through `add_if_refused` and `execute_if_refused` instead of the session.
    """

    def __init__(self, session: AsyncSession, answers: Answers) -> None:
        self.session = session
        self._answers = answers
        self._rows_if_refused: list[Base] = []
        self._statements_if_refused: list[Executable] = []
        self.afterwards: list[Callable[[], Awaitable[None]]] = []

    def outside(
        self, question: Hashable, ask: Callable[[], Awaitable[Result]]
    ) -> Result:
        """What another server answers; raises what asking it raises.

        Nobody waits for that server but this call: the transaction is taken back, and
        its work begun again with the answer at hand. Of equal questions only the first
        is asked, however often the work is done again.
        """
        if question not in self._answers:
            raise OutsideError(question, ask)
        answer: Result = self._answers[question].result()
        return answer

    def after_commit(self, action: Callable[[], Awaitable[None]]) -> None:
        """Do something once every effect is kept, while no lock is held.

        What it raises reaches whoever opened the transaction.
        """
        self.afterwards.append(action)

    def add_if_refused(self, row: Base) -> None:
        """Store a row should the call be refused."""
        self._rows_if_refused.append(row)

    def execute_if_refused(self, statement: Executable) -> None:
        """Execute a statement should the call be refused."""
        self._statements_if_refused.append(statement)

    async def clear(self) -> None:
        """Empty every table but the keys', so that clients need not fetch them anew."""
        for table in reversed(Base.metadata.sorted_tables):
            if table is not KeyRing.__table__:
                await self.session.execute(table.delete())
        self.session.expunge_all()

    async def refuse(self) -> None:
        """Take back every effect, and store only what was to be kept."""
        await self.session.rollback()
        for statement in self._statements_if_refused:
            await self.session.execute(statement)
        self.session.add_all(self._rows_if_refused)
        self._rows_if_refused, self._statements_if_refused = [], []
        self.afterwards = []
        try:
            await self.session.commit()
        except IntegrityError:
            # The row belonged to a record that has just been taken back.
            await self.session.rollback()


class Database:
    """A SQLite file, a SQLite database in memory, or PostgreSQL, as the URL says."""

    def __init__(self, url: str) -> None:
        self._directory: tempfile.TemporaryDirectory[str] | None = None
        self._location = location = _read_url(url)
        if location.get_backend_name() == "sqlite":
            open_engine = partial(_open_sqlite, self._sqlite_location(location))
        else:
            open_engine = partial(_open_postgresql, location)
        # The writer has a connection of its own. From the readers' it might wait for
        # one that is held by a reader which waits for the writer.
        self._engines = open_engine(write=False), open_engine(write=True)
        self._reading, self._writing = (
            async_sessionmaker(engine, expire_on_commit=False)
            for engine in self._engines
        )
        self._turn = asyncio.Lock()

    def _sqlite_location(self, location: URL) -> URL:
        """Name a file even for a database in memory.

        Connections to a SQLite database in memory either are one connection, whose
        transactions would mix, or share a cache, whose locks do not wait. A file in a
        temporary directory has neither flaw, and never needs to reach the disk.
        """
        if location.database in (None, "", ":memory:"):
            self._directory = tempfile.TemporaryDirectory(prefix="authing-sandbox-")
            file = f"{self._directory.name}/sandbox.db"
            return location.set(database=file, query={"synchronous": "OFF"})
        return location

    async def create_tables(self) -> None:
        """Create what is missing; the first to use the database, and to see it fail."""

        async def create(unit: Unit) -> None:
            connection = await unit.session.connection()
            await connection.run_sync(_create_tables)

        try:
            await self.run(create, write=True)
        except Exception as error:
            # Drivers have errors of their own for what they cannot connect to.
            cause = error.orig if isinstance(error, DBAPIError) else error
            raise UnusableDatabaseError(self._location, cause) from error

    async def run(
        self, work: Callable[[Unit], Awaitable[Result]], *, write: bool
    ) -> Result:
        """Do work in one transaction, and again from its start after a conflict.

        Whatever the work does outside the transaction is done again as well, but for
        what it asks by `Unit.outside`.
        """
        attempt = 1
        answers: dict[Hashable, asyncio.Future[Any]] = {}
        while True:
            try:
                async with self.unit(write=write, answers=answers) as unit:
                    return await work(unit)
            except OutsideError as error:
                answer = asyncio.ensure_future(error.ask())
                await asyncio.gather(answer, return_exceptions=True)
                answers[error.question] = answer
                continue
            except Exception as error:
                if attempt == _ATTEMPTS or not _is_conflict(error):
                    raise
            # Not as long as another's pause, or the same two would meet again.
            pause = min(_LONGEST_PAUSE, 0.001 * 2**attempt)
            await asyncio.sleep(random.uniform(0, pause))  # noqa: S311
            attempt += 1

    @contextlib.asynccontextmanager
    async def unit(
        self, *, write: bool, answers: Answers = MappingProxyType({})
    ) -> AsyncGenerator[Unit]:
        """Open a transaction; it is refused where the block raises, else committed."""
        async with contextlib.AsyncExitStack() as stack:
            if write:
                # One writer at a time, first come first served: the databases would
                # have them sleep, or fail, and try again.
                await stack.enter_async_context(self._turn)
            sessions = self._writing if write else self._reading
            unit = Unit(await stack.enter_async_context(sessions()), answers)
            try:
                yield unit
            except BaseException as error:
                if not begins_again(error):
                    await unit.refuse()
                raise
            await unit.session.commit()
        if unit.afterwards:
            await asyncio.gather(*(action() for action in unit.afterwards))

    async def close(self) -> None:
        """Close the connections; a database in memory is gone then."""
        for engine in self._engines:
            await engine.dispose()
        if self._directory is not None:
            self._directory.cleanup()


def _create_tables(connection: Connection) -> None:
    old = inspect(connection)
    for name in {*old.get_table_names()} & Base.metadata.tables.keys():
        there = {column["name"] for column in old.get_columns(name)}
        needed = (column.name for column in Base.metadata.tables[name].columns)
        if lacking := [each for each in needed if each not in there]:
            raise RuntimeError(
                f"another version has made it: {name} lacks {', '.join(lacking)};"
                " export it there, and import that into a new one"
            )
    Base.metadata.create_all(connection)
    # Tables that were there may lack an index of a newer version.
    for table in Base.metadata.sorted_tables:
        for index in table.indexes:
            index.create(connection, checkfirst=True)


def begins_again(error: BaseException) -> bool:
    """Say whether a transaction has failed only for `run` to begin it again."""
    return isinstance(error, OutsideError) or _is_conflict(error)


def _is_conflict(error: BaseException) -> bool:
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


def _open_postgresql(location: URL, *, write: bool) -> AsyncEngine:
    try:
        return create_async_engine(
            location.set(drivername="postgresql+asyncpg"),
            connect_args={"timeout": _CONNECT_TIMEOUT},
            isolation_level="SERIALIZABLE" if write else "REPEATABLE READ",
            **_POOL,
        )
    except ModuleNotFoundError as error:
        needed = "it needs the extra authing-gen[postgres]"
        raise UnusableDatabaseError(location, needed) from error


def _open_sqlite(location: URL, *, write: bool) -> AsyncEngine:
    # A process that is killed has lost nothing with NORMAL, nor is the file damaged
    # when power fails; what is in no file that stays need not be written at all.
    synchronous = location.query.get("synchronous", "NORMAL")
    location = location.difference_update_query(["synchronous"])
    engine = create_async_engine(location.set(drivername="sqlite+inline"), **_POOL)

    def prepare(connection: Any, _record: object) -> None:
        # SQLAlchemy says when a transaction begins (below), not Python's sqlite3.
        connection.isolation_level = None
        for pragma in (
            "foreign_keys = ON",
            "journal_mode = WAL",
            f"synchronous = {synchronous}",
            # From now on it is `run` that waits for another process at the same file:
            # if SQLite did, every client would.
            "busy_timeout = 0",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    event.listen(engine.sync_engine, "connect", prepare)
    event.listen(engine.sync_engine, "begin", begin)
    return engine
