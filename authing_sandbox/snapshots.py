"""Snapshots: the whole database, and the clock, kept in memory to come back to."""

import contextlib
import sqlite3
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, select

from .call import Server
from .database import Unit
from .planting import clear
from .rows import read_rows, table_of
from .tables import Base, KeyRing

Rows = dict[Table, list[dict[str, Any]]]


@dataclass(frozen=True)
class Snapshot:
    """What the database held, and how far the clock was ahead."""

    content: sqlite3.Connection | Rows
    ahead: timedelta


async def take(server: Server) -> Snapshot:
    """Copy the database: SQLite page by page, any other row by row."""
    async with server.database.unit(write=True) as unit:
        content: sqlite3.Connection | Rows
        if file := _sqlite_file(unit):
            content = sqlite3.connect(":memory:")
            with contextlib.closing(sqlite3.connect(file)) as disk:
                disk.backup(content)
        else:
            content = await _read_rows(unit)
        return Snapshot(content, server.clock.ahead)


async def restore(server: Server, snapshot: Snapshot) -> None:
    """Bring back what a snapshot holds; it can be restored any number of times."""

    async def write(unit: Unit) -> None:
        # Nothing is executed in this transaction before the pages are copied: it only
        # keeps other writers waiting.
        if isinstance(snapshot.content, sqlite3.Connection):
            with contextlib.closing(sqlite3.connect(_sqlite_file(unit) or "")) as disk:
                disk.execute("PRAGMA synchronous = NORMAL")
                snapshot.content.backup(disk)
        else:
            await clear(unit.session)
            for table, rows in snapshot.content.items():
                if rows:
                    await unit.session.execute(table.insert(), rows)

    await server.database.run(write, write=True)
    server.clock.ahead = snapshot.ahead


def _sqlite_file(unit: Unit) -> str | None:
    engine = unit.session.get_bind().engine
    return engine.url.database if engine.dialect.name == "sqlite" else None


async def _read_rows(unit: Unit) -> Rows:
    return {
        table: await read_rows(unit.session, select(table))
        for table in Base.metadata.sorted_tables
        if table is not table_of(KeyRing)
    }
