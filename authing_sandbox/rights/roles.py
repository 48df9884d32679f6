"""Roles, the permissions that they give, and groups."""

from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import BaseModel

from ..access import links, records
from ..access.links import One, Relation
from ..access.records import Record
from ..calls.call import Call, Server
from ..endpoints.endpoint import Endpoint
from ..endpoints.of_pool import OfPool
from ..seeding.access_file import NewGroup, NewRole, described
from ..storage.rows import STRICT
from ..storage.rows import String as Text
from ..storage.tables import (
    Group,
    Permission,
    Role,
)
from . import shown
from .held import Tag
from .named import (
    Change,
    Named,
    adding,
    find,
    find_user,
    set_related,
)
from .shown import ShownGroup, ShownPermission, ShownRole


class NewPermission(BaseModel):
    """A permission."""

    model_config = STRICT

    name: Text
    description: Text | None = None


class RoleChange(Change):
    """What of a role becomes another."""

    permissions: list[Text] | None = None
    """All that it permits from now on; permissions that are none are made."""


class GroupChange(Change):
    """What of a group becomes another."""

    roles: list[Text] | None = None
    """All that it has from now on."""


class Rights(Named):
    """Answers the endpoints."""

    async def read_permissions(self, query: OfPool) -> list[ShownPermission]:
        """The permissions, the oldest first."""
        return await self._run(query, shown.permissions)

    async def read_roles(self, query: OfPool) -> list[ShownRole]:
        """The roles, the oldest first."""
        return await self._run(query, shown.roles)

    async def read_groups(self, query: OfPool) -> list[ShownGroup]:
        """The groups, the oldest first."""
        return await self._run(query, shown.groups)

    async def create_permission(self, query: OfPool, body: NewPermission) -> Tag:
        """Add a permission."""

        async def create(call: Call) -> Tag:
            made = await records.create(call, Permission, body.name, body.description)
            return Tag(id=made.id, name=made.name)

        return await self._run(query, create, write=True)

    async def create_role(self, query: OfPool, body: NewRole) -> Tag:
        """Add a role, what it permits, and who has it; as in a seed."""

        async def create(call: Call) -> Tag:
            id = await adding(call).role(described(body))
            return Tag(id=id, name=body.name)

        return await self._run(query, create, write=True)

    async def create_group(self, query: OfPool, body: NewGroup) -> Tag:
        """Add a group, its roles, and who is in it; as in a seed."""

        async def create(call: Call) -> Tag:
            id = await adding(call).group(described(body))
            return Tag(id=id, name=body.name)

        return await self._run(query, create, write=True)

    async def change_permission(self, name: str, query: OfPool, body: Change) -> Tag:
        """Rename or describe a permission."""

        async def change(call: Call) -> Tag:
            return await _change(call, await find(call, Permission, name), body)

        return await self._run(query, change, write=True)

    async def change_role(self, name: str, query: OfPool, body: RoleChange) -> Tag:
        """Rename or describe a role, or say anew what it permits."""

        async def change(call: Call) -> Tag:
            found = await find(call, Role, name)
            if body.permissions is not None:
                wanted = await adding(call).permissions(body.permissions)
                await set_related(call, links.PERMISSIONS_OF_ROLE, found.id, wanted)
            return await _change(call, found, body)

        return await self._run(query, change, write=True)

    async def change_group(self, name: str, query: OfPool, body: GroupChange) -> Tag:
        """Rename or describe a group, or say anew which roles it has."""

        async def change(call: Call) -> Tag:
            found = await find(call, Group, name)
            if body.roles is not None:
                wanted = [(await find(call, Role, each)).id for each in body.roles]
                await set_related(call, links.ROLES_OF_GROUP, found.id, wanted)
            return await _change(call, found, body)

        return await self._run(query, change, write=True)

    async def remove_permission(self, name: str, query: OfPool) -> None:
        """Remove a permission; no role gives it any longer."""
        await self._remove(query, Permission, name)

    async def remove_role(self, name: str, query: OfPool) -> None:
        """Remove a role; nobody has it any longer."""
        await self._remove(query, Role, name)

    async def remove_group(self, name: str, query: OfPool) -> None:
        """Remove a group, and with it its places in organisations and all below."""
        await self._remove(query, Group, name)

    async def assign_role(self, name: str, user: str, query: OfPool) -> None:
        """Assign a role to a user, who may have it already."""
        await self._link(query, links.add, links.USERS_OF_ROLE, name, user)

    async def revoke_role(self, name: str, user: str, query: OfPool) -> None:
        """Revoke a role from a user, who need not have it."""
        await self._link(query, links.remove, links.USERS_OF_ROLE, name, user)

    async def add_to_group(self, name: str, user: str, query: OfPool) -> None:
        """Put a user into a group, who may be in it already."""
        await self._link(query, links.add, links.USERS_OF_GROUP, name, user)

    async def remove_from_group(self, name: str, user: str, query: OfPool) -> None:
        """Take a user out of a group, who need not be in it."""
        await self._link(query, links.remove, links.USERS_OF_GROUP, name, user)

    async def _remove(self, query: OfPool, kind: type[Record], name: str) -> None:
        async def remove(call: Call) -> None:
            await records.remove(call, kind, [(await find(call, kind, name)).id])

        await self._run(query, remove, write=True)

    async def _link(
        self,
        query: OfPool,
        act: Callable[[Call, Relation[One], str, list[str]], Awaitable[One]],
        relation: Relation[One],
        name: str,
        user: str,
    ) -> None:
        async def link(call: Call) -> None:
            one = await find(call, relation.one, name)
            await act(call, relation, one.id, [(await find_user(call, user)).id])

        await self._run(query, link, write=True)


def endpoints(server: Server, pool_id: str) -> list[Endpoint]:
    """All of them; `pool_id` says which pool is meant where none is named."""
    rights = Rights(server, pool_id)
    permission, role, group = "/permissions/{name}", "/roles/{name}", "/groups/{name}"
    has_role, is_inside = f"{role}/users/{{user}}", f"{group}/users/{{user}}"
    of_pool: dict[str, Any] = {"query": OfPool}
    told: dict[str, Any] = {**of_pool, "returns": Tag}
    return [
        Endpoint(
            "GET",
            "/permissions",
            rights.read_permissions,
            **of_pool,
            returns=list[ShownPermission],
        ),
        Endpoint(
            "POST",
            "/permissions",
            rights.create_permission,
            body=NewPermission,
            **told,
        ),
        Endpoint("PATCH", permission, rights.change_permission, body=Change, **told),
        Endpoint("DELETE", permission, rights.remove_permission, **of_pool),
        Endpoint(
            "GET", "/roles", rights.read_roles, **of_pool, returns=list[ShownRole]
        ),
        Endpoint("POST", "/roles", rights.create_role, body=NewRole, **told),
        Endpoint("PATCH", role, rights.change_role, body=RoleChange, **told),
        Endpoint("DELETE", role, rights.remove_role, **of_pool),
        Endpoint("PUT", has_role, rights.assign_role, **of_pool),
        Endpoint("DELETE", has_role, rights.revoke_role, **of_pool),
        Endpoint(
            "GET", "/groups", rights.read_groups, **of_pool, returns=list[ShownGroup]
        ),
        Endpoint("POST", "/groups", rights.create_group, body=NewGroup, **told),
        Endpoint("PATCH", group, rights.change_group, body=GroupChange, **told),
        Endpoint("DELETE", group, rights.remove_group, **of_pool),
        Endpoint("PUT", is_inside, rights.add_to_group, **of_pool),
        Endpoint("DELETE", is_inside, rights.remove_from_group, **of_pool),
    ]


async def _change(call: Call, record: Permission | Role | Group, body: Change) -> Tag:
    await records.change(call, record, body.name, body.description)
    return Tag(id=record.id, name=record.name)
