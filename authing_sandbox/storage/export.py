"""A whole pool as one JSON document, and back, of any size: row by row.

What belongs to a pool is what the database would remove together with it, and the
account that owns it. Passwords are in it only as hashes, signed tokens not at all.
"""

import asyncio
import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import IO, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from pydantic_core import to_json
from sqlalchemy import ColumnElement, RowMapping, Table, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from .json_reader import JSONReader
from .rows import given, pass_on_rows, row_model
from .tables import Base, Pool, User, table_of

Format = Literal["authing-sandbox-pool-1"]
FORMAT: Format = "authing-sandbox-pool-1"
_BATCH = 100


@functools.cache
def pool_file() -> type[BaseModel]:
    """The model of an exported pool, which is never read as a whole."""
    lists: dict[str, Any] = {
        table.name: (
            list.__class_getitem__(_model(table)),
            Field(default_factory=list, max_length=1 if table.name == "pool" else None),
        )
        for table in _of_pool("")
    }
    lists["pool"] = (lists["pool"][0], Field(min_length=1, max_length=1))
    forbid = ConfigDict(extra="forbid")
    tables = create_model("PoolTables", __config__=forbid, **lists)
    return create_model(
        "PoolFile", __config__=forbid, format=(Format, ...), tables=(tables, ...)
    )


async def export_pool(session: AsyncSession, pool_id: str, file: IO[bytes]) -> None:
    """Write a pool to a file, a row a line."""
    file.write(b'{"format": "%s", "tables": {' % FORMAT.encode())
    for number, (table, is_of_pool) in enumerate(_of_pool(pool_id).items()):
        file.write(b'%s\n"%s": [' % (b"," if number else b"", table.name.encode()))
        writer = _Writer(file)
        query = select(table).where(is_of_pool).order_by(*table.primary_key)
        await pass_on_rows(session, query, writer.write, _BATCH)
        file.write(b"]")
    file.write(b"\n}}\n")


class _Writer:
    """Writes the rows of a table as JSON, each on a line."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._separator = b"\n"

    def write(self, rows: Sequence[RowMapping]) -> None:
        for row in rows:
            shown = {**row, "token": None} if "token" in row else dict(row)
            self._file.write(self._separator + to_json(shown))
            self._separator = b",\n"


class Misfit(Exception):  # noqa: N818 (it is answered, not handled)
    """What is wrong with a document, and where: as pydantic says it."""

    def __init__(self, problems: Sequence[Any]) -> None:
        super().__init__("it does not fit")
        self.problems = problems


@dataclass(frozen=True)
class PoolDocument:
    """An exported pool in a file, which fits the tables."""

    file: IO[str]
    pool_id: str
    owner_id: str
    in_order: bool
    """Whether what others refer to comes before them."""

    async def write(self, session: AsyncSession) -> None:
        """Import it in place of the pool with its identifier, if there is one."""
        of_pool = _of_pool(self.pool_id)
        for table, is_of_pool in reversed(of_pool.items()):
            await session.execute(table.delete().where(is_of_pool))
        # The pool's owner may have changed since the export.
        accounts = table_of(User)
        await session.execute(accounts.delete().where(accounts.c.id == self.owner_id))
        for table in of_pool:
            names = {one.name for one in of_pool} if self.in_order else {table.name}
            await _insert(session, self.file, names)
            if self.in_order:
                break


async def read_document(file: IO[str]) -> PoolDocument:
    """Read an exported pool from its first row to its last; raises Misfit."""
    tables = {table.name: table for table in _of_pool("")}
    pools: list[Any] = []
    names: list[str] = []
    for number, (name, index, row) in enumerate(_rows(file)):
        checked = _checked(tables[name], index, row)
        if name == "pool":
            pools.append(checked)
        if name not in names:
            names.append(name)
        if number % _BATCH == 0:
            await asyncio.sleep(0)  # Others are answered meanwhile.
    if len(pools) != 1:
        raise _misfit(("tables", "pool"), "there is one pool in a document")
    return PoolDocument(
        file, pools[0].id, pools[0].owner_id, names == [n for n in tables if n in names]
    )


async def _insert(session: AsyncSession, file: IO[str], names: set[str]) -> None:
    tables = {table.name: table for table in _of_pool("")}
    rows = (
        (name, given(_checked(tables[name], index, row)))
        for name, index, row in _rows(file)
        if name in names
    )
    while batch := list(islice(rows, _BATCH)):
        for (name, _), alike in groupby(
            batch, key=lambda one: (one[0], sorted(one[1]))
        ):
            await session.execute(tables[name].insert(), [row for _, row in alike])
        await asyncio.sleep(0)


def _rows(file: IO[str]) -> Iterator[tuple[str, int, Any]]:
    """Table, number and content of each row of a document; raises Misfit."""
    file.seek(0)
    try:
        yield from _read(JSONReader(file))
    except ValueError as error:
        raise _misfit((), str(error)) from None


def _read(document: JSONReader) -> Iterator[tuple[str, int, Any]]:
    known = {table.name for table in _of_pool("")}
    found: set[str] = set()
    for name in document.members():
        if name in found or name not in ("format", "tables"):
            raise _misfit((name,), "no such member, or there twice")
        found.add(name)
        if name == "format":
            if document.value() != FORMAT:
                raise _misfit((name,), f"it is not {FORMAT}")
            continue
        for table in document.members():
            if table in found or table not in known:
                raise _misfit(("tables", table), "no such table, or there twice")
            found.add(table)
            for index, row in enumerate(document.entries()):
                yield table, index, row
    document.end()
    if not found >= {"format", "tables"}:
        raise _misfit((), "format or tables are missing")


@functools.cache
def _model(table: Table) -> type[BaseModel]:
    return row_model(table, table.name)


def _checked(table: Table, index: int, row: Any) -> BaseModel:
    try:
        return _model(table).model_validate(row)
    except ValidationError as error:
        where = ("tables", table.name, index)
        problems = error.errors(
            include_url=False, include_context=False, include_input=False
        )
        raise Misfit(
            [{**problem, "loc": (*where, *problem["loc"])} for problem in problems]
        ) from None


def _misfit(where: Iterable[str | int], what: str) -> Misfit:
    return Misfit([{"type": "value_error", "loc": [*where], "msg": what}])


@functools.lru_cache(maxsize=16)
def _of_pool(pool_id: str) -> dict[Table, ColumnElement[bool]]:
    """The tables with rows of pools, parents first, and which rows are this one's."""
    found: dict[Table, ColumnElement[bool]] = {}
    for table in Base.metadata.sorted_tables:
        if table is table_of(Pool):
            found[table] = table.c.id == pool_id
        elif table is table_of(User):
            owner = select(Pool.owner_id).where(Pool.id == pool_id)
            found[table] = or_(table.c.pool_id == pool_id, table.c.id.in_(owner))
        elif "pool_id" in table.c:
            found[table] = table.c.pool_id == pool_id
        else:
            for key in table.foreign_keys:
                parent = key.column.table
                assert isinstance(parent, Table)
                if parent in found:
                    inside = select(key.column).where(found[parent])
                    found[table] = key.parent.in_(inside)
                    break
    return found
