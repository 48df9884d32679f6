"""What a seed says of who may do what: roles, groups, organisations."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from ..access import naming
from ..access.records import Record
from ..storage.tables import (
    Group,
    GroupRole,
    GroupUser,
    Org,
    OrgNode,
    Permission,
    Role,
    RolePermission,
    RoleUser,
    new_id,
)
from .seed import Seed, SeedError


async def add_access(session: AsyncSession, seed: Seed, now: datetime) -> None:
    """Add the roles, groups and organisations of a seed, and what these name."""
    add = Addition(session, seed.pool_id, now)
    for given in seed.roles:
        await add.role(given)
    for given in seed.groups:
        await add.group(given)
    for given in seed.organisations:
        await add.organisation(given)


class Addition:
    """Adds to a pool what a seed describes; what it names is found by id or name.

    Each method returns the identifier of what it has added, and raises SeedError where
    something is named that there is not, or several times.
    """

    def __init__(self, session: AsyncSession, pool_id: str, now: datetime) -> None:
        self._session, self._pool_id, self._now = session, pool_id, now

    async def role(self, given: dict[str, Any]) -> str:
        """Add a role, what it permits, and to whom it is assigned."""
        role_id = await self._add(Role, given)
        for permission_id in await self.permissions(given.get("permissions", ())):
            link = RolePermission(role_id=role_id, permission_id=permission_id)
            self._session.add(link)
        for user_id in await self._users(given):
            self._session.add(RoleUser(role_id=role_id, user_id=user_id))
        await self._session.flush()
        return role_id

    async def group(self, given: dict[str, Any]) -> str:
        """Add a group, its roles, and who is in it."""
        group_id = await self._add(Group, given)
        for role_id in await self._roles(given):
            self._session.add(GroupRole(group_id=group_id, role_id=role_id))
        for user_id in await self._users(given):
            self._session.add(GroupUser(group_id=group_id, user_id=user_id))
        await self._session.flush()
        return group_id

    async def organisation(self, given: dict[str, Any]) -> str:
        """Add a tree of groups: those that there are, and those that it describes."""
        root = _Place(await self.node(given), None)
        columns = {"pool_id": self._pool_id, "created_at": self._now}
        org = Org(id=new_id(), root_id=root.group_id, **columns)
        self._session.add(org)
        placed, below = {root.group_id}, [(root, given)]
        while below:
            place, node = below.pop()
            row = OrgNode(org_id=org.id, **place._asdict())
            self._session.add(row)
            for child in node.get("children", ()):
                child_id = await self.node(child)
                if child_id in placed:
                    raise SeedError(f"{child['name']} is twice in an organisation")
                placed.add(child_id)
                below.append((_Place(child_id, place.group_id), child))
        await self._session.flush()
        return org.id

    async def node(self, given: dict[str, Any]) -> str:
        """The group of a node: the one that is named, or else a new one."""
        group = await self._find(Group, given["name"])
        if group is None:
            return await self.group(given)
        if given.keys() - {"name", "children"}:
            raise SeedError(f"{group.name} is a group already; say there who is in it")
        return group.id

    async def permissions(self, names: Iterable[str]) -> list[str]:
        """The permissions that are named, those added that there are not."""
        found: dict[str, None] = {}
        for name in names:
            permission = await self._find(Permission, name)
            id = permission.id if permission else None
            found[id or await self._add(Permission, {"name": name})] = None
        return [*found]

    async def _add(
        self, kind: type[Permission | Role | Group], given: dict[str, Any]
    ) -> str:
        id = given.get("id") or new_id()
        described = {"name": given["name"], "description": given.get("description")}
        times = {"created_at": self._now, "updated_at": self._now}
        record = kind(id=id, pool_id=self._pool_id, **described, **times)
        self._session.add(record)
        await self._session.flush()
        return id

    async def _roles(self, given: dict[str, Any]) -> list[str]:
        found: dict[str, None] = {}
        for name in given.get("roles", ()):
            role = await self._find(Role, name)
            if role is None:
                raise SeedError(f"{given['name']} has a role that is none: {name}")
            found[role.id] = None
        return [*found]

    async def _users(self, given: dict[str, Any]) -> list[str]:
        found: dict[str, None] = {}
        for name in given.get("users", ()):
            try:
                user = await naming.find_user(self._session, self._pool_id, name)
            except naming.AmbiguousNameError:
                raise SeedError(f"{given['name']} has a user who may be two") from None
            if user is None:
                raise SeedError(f"{given['name']} has a user who is none")
            found[user.id] = None
        return [*found]

    async def _find(self, kind: type[Record], name: str) -> Record | None:
        try:
            return await naming.find(self._session, self._pool_id, kind, name)
        except naming.AmbiguousNameError as error:
            raise SeedError(str(error)) from None


class _Place(NamedTuple):
    group_id: str
    parent_id: str | None
