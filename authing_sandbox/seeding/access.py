"""What a seed says of who may do what: permissions, roles, groups."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ..identity.accounts import REGISTER_METHODS
from ..storage.tables import (
    Group,
    GroupRole,
    GroupUser,
    Permission,
    Role,
    RolePermission,
    RoleUser,
    User,
    new_id,
)
from .seed import Seed, SeedError


async def add_access(session: AsyncSession, seed: Seed, now: datetime) -> None:
    """Add the roles and groups of a seed, and each permission that a role names."""
    add = _Addition(session, seed.pool_id, now)
    for given in seed.roles:
        await add.role(given)
    for given in seed.groups:
        await add.group(given)
    await session.flush()


class _Addition:
    """Adds records, and finds those that it has added by their names."""

    def __init__(self, session: AsyncSession, pool_id: str, now: datetime) -> None:
        self._session = session
        self._columns = {"pool_id": pool_id, "created_at": now, "updated_at": now}
        self._permissions: dict[str, str] = {}
        self._roles: dict[str, str] = {}

    async def role(self, given: dict[str, Any]) -> None:
        """Add a role, what it permits, and to whom it is assigned."""
        role_id = self._roles[given["name"]] = await self._add(Role, given)
        for name in dict.fromkeys(given.get("permissions", ())):
            if name not in self._permissions:
                self._permissions[name] = await self._add(Permission, {"name": name})
            permission_id = self._permissions[name]
            link = RolePermission(role_id=role_id, permission_id=permission_id)
            self._session.add(link)
        for user_id in await self._users(given.get("users", ())):
            self._session.add(RoleUser(role_id=role_id, user_id=user_id))

    async def group(self, given: dict[str, Any]) -> None:
        """Add a group, its roles, and who is in it."""
        group_id = await self._add(Group, given)
        for name in dict.fromkeys(given.get("roles", ())):
            if name not in self._roles:
                raise SeedError(f"a group of the seed has a role that is none: {name}")
            link = GroupRole(group_id=group_id, role_id=self._roles[name])
            self._session.add(link)
        for user_id in await self._users(given.get("users", ())):
            self._session.add(GroupUser(group_id=group_id, user_id=user_id))

    async def _add(
        self, kind: type[Permission | Role | Group], given: dict[str, Any]
    ) -> str:
        id = given.get("id") or new_id()
        described = {"name": given["name"], "description": given.get("description")}
        self._session.add(kind(id=id, **described, **self._columns))
        await self._session.flush()
        return id

    async def _users(self, names: Iterable[str]) -> list[str]:
        """The accounts that are meant, each by any of its identifiers."""
        found: dict[str, None] = {}
        for name in names:
            is_known = (getattr(User, column) == name for column in REGISTER_METHODS)
            user_id = await self._session.scalar(
                select(User.id).where(
                    User.pool_id == self._columns["pool_id"],
                    or_(User.id == name, *is_known),
                )
            )
            if user_id is None:
                raise SeedError("a role or a group of the seed has a user who is none")
            found[user_id] = None
        return list(found)
