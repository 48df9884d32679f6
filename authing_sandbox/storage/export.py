"""A whole pool as one JSON document, and back.

What belongs to a pool is what the database would remove together with it, and the
account that owns it. Passwords are in it only as hashes, signed tokens not at all.
"""

import functools
from itertools import groupby
from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, create_model
from sqlalchemy import ColumnElement, Table, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from .rows import given, read_rows, row_model, table_of
from .tables import Base, Pool, User

Format = Literal["authing-sandbox-pool-1"]


@functools.cache
def pool_file() -> type[BaseModel]:
    """The model of an exported pool."""
    lists: dict[str, Any] = {
        table.name: (
            list.__class_getitem__(row_model(table, table.name)),
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


async def read_pool(session: AsyncSession, pool_id: str) -> BaseModel:
    """Export a pool."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for table, is_of_pool in _of_pool(pool_id).items():
        query = select(table).where(is_of_pool).order_by(*table.primary_key)
        tables[table.name] = await read_rows(session, query)
    for account in tables["account"]:
        account["token"] = None
    return pool_file().model_validate(
        {"format": "authing-sandbox-pool-1", "tables": tables}
    )


async def write_pool(session: AsyncSession, document: BaseModel) -> str:
    """Import a pool in place of the one with its identifier, if there is one."""
    tables = cast("Any", document).tables
    pool_id: str = tables.pool[0].id
    of_pool = _of_pool(pool_id)
    for table, is_of_pool in reversed(of_pool.items()):
        await session.execute(table.delete().where(is_of_pool))
    owner_id = tables.pool[0].owner_id
    # The pool's owner may have changed since the export.
    accounts = table_of(User)
    await session.execute(accounts.delete().where(accounts.c.id == owner_id))
    for table in of_pool:
        rows = [given(row) for row in getattr(tables, table.name)]
        for _, alike in groupby(rows, key=lambda row: sorted(row)):
            await session.execute(table.insert(), list(alike))
    return pool_id


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
