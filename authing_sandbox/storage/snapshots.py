"""Snapshots: the whole database, kept in memory to come back to."""

import contextlib
import sqlite3
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select

from .database import Database, Unit
from .rows import read_rows
from .tables import Base, KeyRing, table_of

Rows = dict[Table, list[dict[str, Any]]]

_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


@dataclass(frozen=True)
class Snapshot:
    """What the database held."""

    content: sqlite3.Connection | Rows

    def close(self) -> None:
        """Give its memory back."""
        if isinstance(self.content, sqlite3.Connection):
            self.content.close()


async def take(database: Database) -> Snapshot:
    """Copy the database: SQLite page by page, any other row by row."""

    async def read(unit: Unit) -> Snapshot:
        file = _sqlite_file(unit)
        content = _read_file(file) if file else await _read_rows(unit)
        return Snapshot(content)

    return await database.run(read, write=True)


async def restore(database: Database, snapshot: Snapshot) -> None:
    """Bring back what a snapshot holds; it can be restored any number of times."""

    async def write(unit: Unit) -> None:
        if isinstance(snapshot.content, sqlite3.Connection):
            # The pages are copied on another connection. From now on this one only
            # keeps other writers waiting.
            await unit.refuse()
            file = _sqlite_file(unit) or ""
            with contextlib.closing(sqlite3.connect(file, timeout=0)) as disk:
                disk.execute("PRAGMA synchronous = NORMAL")
                _copy(snapshot.content, disk)
        else:
            await unit.clear()
            for table, rows in snapshot.content.items():
                if rows:
                    await unit.session.execute(table.insert(), rows)

    await database.run(write, write=True)


def _read_file(file: str) -> sqlite3.Connection:
    with contextlib.ExitStack() as failed:
        content = failed.enter_context(contextlib.closing(sqlite3.connect(":memory:")))
        with contextlib.closing(sqlite3.connect(file, timeout=0)) as disk:
            _copy(disk, content)
        failed.pop_all()
        return content


def _copy(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Copy a database; fails as a statement does where another process locks it."""

    def check(status: int, _remaining: int, _total: int) -> None:
        # Python would try again until it works, and keep everybody waiting.
        if status & 0xFF in _LOCKED:
            raise sqlite3.OperationalError("database is locked")

    source.backup(target, progress=check)


def _sqlite_file(unit: Unit) -> str | None:
    engine = unit.session.get_bind().engine
    return engine.url.database if engine.dialect.name == "sqlite" else None


async def _read_rows(unit: Unit) -> Rows:
    return {
        table: await read_rows(unit.session, select(table))
        for table in Base.metadata.sorted_tables
        if table is not table_of(KeyRing)
    }
