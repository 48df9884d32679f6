"""What relates users, roles, permissions and groups: making it, and undoing it."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, delete, select

from ..calls.call import Call
from ..identity import accounts
from ..storage.tables import (
    Group,
    GroupRole,
    GroupUser,
    Permission,
    Role,
    RolePermission,
    RoleUser,
    User,
)
from . import records
from .records import Record

One = TypeVar("One", Role, Group)
Other = Permission | Role | User


@dataclass(frozen=True)
class Relation(Generic[One]):
    """How one record relates to others."""

    link: type[RolePermission | RoleUser | GroupRole | GroupUser]
    one: type[One]
    one_id: str
    """Name of the link's column for the one."""
    other: Callable[[Call, str], Awaitable[Other]]
    """Finds another one by its identifier, or refuses."""
    other_id: str
    """Name of the link's column for another one."""


def _find(kind: type[Record]) -> Callable[[Call, str], Awaitable[Record]]:
    async def find(call: Call, id: str) -> Record:
        return await records.get(call, kind, id)

    return find


PERMISSIONS_OF_ROLE = Relation(
    RolePermission, Role, "role_id", _find(Permission), "permission_id"
)
USERS_OF_ROLE = Relation(RoleUser, Role, "role_id", accounts.get, "user_id")
ROLES_OF_GROUP = Relation(GroupRole, Group, "group_id", _find(Role), "role_id")
USERS_OF_GROUP = Relation(GroupUser, Group, "group_id", accounts.get, "user_id")


async def add(
    call: Call, relation: Relation[One], one_id: str, other_ids: Iterable[str]
) -> One:
    """Relate a record to others; those that it is related to already are left so.

    Returns the record.

    Raises:
        BusinessError: One of them is not in the pool; nothing has changed.
    """
    one, others = await _named(call, relation, one_id, other_ids)
    column = getattr(relation.link, relation.other_id)
    known = await call.session.scalars(select(column).where(_is_of(relation, one.id)))
    for id in others.difference(known):
        row: dict[str, Any] = {relation.one_id: one.id, relation.other_id: id}
        call.session.add(relation.link(**row))
    await call.session.flush()
    return one


async def remove(
    call: Call, relation: Relation[One], one_id: str, other_ids: Iterable[str]
) -> One:
    """Relate a record to others no longer; it need not have been related to them.

    Returns the record.

    Raises:
        BusinessError: One of them is not in the pool; nothing has changed.
    """
    one, others = await _named(call, relation, one_id, other_ids)
    is_named = getattr(relation.link, relation.other_id).in_(others)
    await call.session.execute(
        delete(relation.link).where(_is_of(relation, one.id), is_named)
    )
    return one


async def _named(
    call: Call, relation: Relation[One], one_id: str, other_ids: Iterable[str]
) -> tuple[One, set[str]]:
    one = await records.get(call, relation.one, one_id)
    return one, {(await relation.other(call, id)).id for id in other_ids}


def _is_of(relation: Relation[One], one_id: str) -> ColumnElement[bool]:
    is_of: ColumnElement[bool] = getattr(relation.link, relation.one_id) == one_id
    return is_of
