"""Permissions, roles and groups: finding, creating, changing and deleting them."""

from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import delete, select

from ..calls.call import Call, Paging
from ..calls.errors import BusinessError, ErrorCode
from ..storage.tables import Group, Permission, Role
from .pages import Order, Page, read_page

Record = TypeVar("Record", Permission, Role, Group)

_MISSING: dict[type[Permission | Role | Group], ErrorCode] = {
    Permission: ErrorCode.NO_SUCH_PERMISSION,
    Role: ErrorCode.NO_SUCH_ROLE,
    Group: ErrorCode.NO_SUCH_GROUP,
}


async def get(call: Call, kind: type[Record], id: str) -> Record:
    """Read a record of the pool; refused where there is none."""
    record = await call.session.get(kind, id)
    if record is None or record.pool_id != call.pool.id:
        raise BusinessError(_MISSING[kind])
    return record


async def list_page(
    call: Call, kind: type[Record], order: Order | None, paging: Paging
) -> Page[Record]:
    """Read a page of the records of the pool."""
    of_pool = select(kind).where(kind.pool_id == call.pool.id)
    return await read_page(call.session, kind, of_pool, order, paging)


async def create(
    call: Call, kind: type[Record], name: str, description: str | None = None
) -> Record:
    """Create a record in the pool."""
    record = kind(
        pool_id=call.pool.id,
        name=name,
        description=description,
        created_at=call.now,
        updated_at=call.now,
    )
    call.session.add(record)
    await call.session.flush()
    return record


async def change(
    call: Call,
    record: Permission | Role | Group,
    name: str | None,
    description: str | None,
) -> None:
    """Change a record; what is None stays as it is."""
    record.name = record.name if name is None else name
    record.description = record.description if description is None else description
    record.updated_at = call.now
    await call.session.flush()


async def remove(call: Call, kind: type[Record], ids: Iterable[str]) -> None:
    """Delete records and what relates them to others; all of them, or none."""
    found = {(await get(call, kind, id)).id for id in ids}
    await call.session.execute(delete(kind).where(kind.id.in_(found)))
