"""Roles, permissions and groups as they are listed."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from ..access.pages import read_all
from ..access.records import Record
from ..calls.call import Call
from ..storage.tables import (
    Group,
    GroupRole,
    GroupUser,
    Permission,
    Role,
    RolePermission,
    RoleUser,
)
from .held import Tag


class ShownPermission(Tag):
    """A permission, and the roles that give it."""

    description: str | None
    roles: list[Tag]


class ShownRole(Tag):
    """A role: what it permits, the groups that give it, and how many users have it."""

    description: str | None
    permissions: list[Tag]
    groups: list[Tag]
    users: int
    """To how many it is assigned; who has it by a group is not counted."""


class ShownGroup(Tag):
    """A group, its roles, and how many users are in it."""

    description: str | None
    roles: list[Tag]
    users: int


async def permissions(call: Call) -> list[ShownPermission]:
    """The permissions of a pool, the oldest first."""
    roles = await _related(
        call, Role, RolePermission.role_id, RolePermission.permission_id
    )
    return [
        ShownPermission(
            id=permission.id,
            name=permission.name,
            description=permission.description,
            roles=roles.get(permission.id, []),
        )
        for permission in await _of_pool(call, Permission)
    ]


async def roles(call: Call) -> list[ShownRole]:
    """The roles of a pool, the oldest first."""
    permissions = await _related(
        call, Permission, RolePermission.permission_id, RolePermission.role_id
    )
    groups = await _related(call, Group, GroupRole.group_id, GroupRole.role_id)
    users = await users_by(call, Role, RoleUser.role_id)
    return [
        ShownRole(
            id=role.id,
            name=role.name,
            description=role.description,
            permissions=permissions.get(role.id, []),
            groups=groups.get(role.id, []),
            users=users.get(role.id, 0),
        )
        for role in await _of_pool(call, Role)
    ]


async def groups(call: Call) -> list[ShownGroup]:
    """The groups of a pool, the oldest first."""
    roles = await _related(call, Role, GroupRole.role_id, GroupRole.group_id)
    users = await users_by(call, Group, GroupUser.group_id)
    return [
        ShownGroup(
            id=group.id,
            name=group.name,
            description=group.description,
            roles=roles.get(group.id, []),
            users=users.get(group.id, 0),
        )
        for group in await _of_pool(call, Group)
    ]


async def users_by(
    call: Call, kind: type[Role | Group], end: InstrumentedAttribute[str]
) -> Mapping[str, int]:
    """How many users each role, or each group, of the pool has, where it has any."""
    of_pool = select(kind.id).where(kind.pool_id == call.pool.id)
    query = select(end, func.count()).where(end.in_(of_pool)).group_by(end)
    return dict((await call.session.execute(query)).tuples().all())


async def _of_pool(call: Call, kind: type[Record]) -> Sequence[Record]:
    of_pool = select(kind).where(kind.pool_id == call.pool.id)
    return (await read_all(call.session, kind, of_pool)).list


async def _related(
    call: Call,
    kind: type[Permission | Role | Group],
    end: InstrumentedAttribute[str],
    by: InstrumentedAttribute[str],
) -> Mapping[str, list[Tag]]:
    """The records at one end of the pool's links, by what is at the other."""
    found: dict[str, list[Tag]] = {}
    query = (
        select(by, kind.id, kind.name)
        .join(kind, kind.id == end)
        .where(kind.pool_id == call.pool.id)
        .order_by(kind.created_at, kind.id)
    )
    for other, id, name in await call.session.execute(query):
        found.setdefault(other, []).append(Tag(id=id, name=name))
    return found
