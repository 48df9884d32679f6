"""The database: one transaction a request, begun again where another came between."""

import asyncio
import contextlib
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import Executable, inspect
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from .engines import Engines, UnusableDatabaseError, is_conflict
from .sessions import KeptSession
from .tables import Base, KeyRing

Result = TypeVar("Result")

_ATTEMPTS = 60
_LONGEST_PAUSE = 0.1


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

    def __init__(self, kept: KeptSession, answers: Answers) -> None:
        self.session = kept.session
        self._kept = kept
        self._is_refused = False
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

    async def commit(self) -> None:
        """Keep every effect; nothing where the unit was refused."""
        if not self._is_refused:
            await self._kept.commit()

    async def refuse(self) -> None:
        """Take back every effect, and store only what was to be kept.

        The transaction has ended then: all that may follow is reading.
        """
        await self._kept.rollback()
        self._is_refused, self.afterwards = True, []
        rows, self._rows_if_refused = self._rows_if_refused, []
        statements, self._statements_if_refused = self._statements_if_refused, []
        if not (rows or statements):
            return
        await self._kept.begin()
        for statement in statements:
            await self.session.execute(statement)
        self.session.add_all(rows)
        try:
            await self._kept.commit()
        except IntegrityError:
            # The row belonged to a record that has just been taken back.
            await self._kept.rollback()


class Database:
    """A SQLite file, a SQLite database in memory, or PostgreSQL, as the URL says."""

    def __init__(self, url: str) -> None:
        self._engines = Engines(url)

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
            raise UnusableDatabaseError(self._engines.location, cause) from error

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
                if attempt == _ATTEMPTS or not is_conflict(error):
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
        engines = self._engines
        sessions = engines.writing if write else engines.reading
        async with sessions.transaction() as kept:
            unit = Unit(kept, answers)
            try:
                yield unit
            except BaseException as error:
                if not begins_again(error):
                    await unit.refuse()
                raise
            await unit.commit()
        if unit.afterwards:
            await asyncio.gather(*(action() for action in unit.afterwards))

    async def close(self) -> None:
        """Close the connections; a database in memory is gone then."""
        await self._engines.close()


def _create_tables(connection: Connection) -> None:
    old = inspect(connection)
    kept = {*old.get_table_names()} & Base.metadata.tables.keys()
    for name in kept:
        there = {column["name"] for column in old.get_columns(name)}
        needed = (column.name for column in Base.metadata.tables[name].columns)
        if lacking := [each for each in needed if each not in there]:
            raise RuntimeError(
                f"another version has made it: {name} lacks {', '.join(lacking)};"
                " export it there, and import that into a new one"
            )
    Base.metadata.create_all(connection)
    for name in kept:  # They may lack an index of a newer version.
        for index in Base.metadata.tables[name].indexes:
            index.create(connection, checkfirst=True)


def begins_again(error: BaseException) -> bool:
    """Say whether a transaction has failed only for `run` to begin it again."""
    return isinstance(error, OutsideError) or is_conflict(error)
