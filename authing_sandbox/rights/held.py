"""What a user has: roles, groups, places in organisations, metadata."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select

from ..access import inheritance, organisations
from ..access.pages import read_all
from ..calls.call import Call, Server
from ..endpoints.endpoint import Endpoint
from ..endpoints.of_pool import OfPool
from ..endpoints.owner import AsOwner
from ..identity import accounts
from ..resolvers import metadata
from ..storage.rows import String as Text
from ..storage.tables import Group, GroupUser, OrgNode, Permission, Role

Metadata = dict[str, str]
Entries = dict[Text, Text | None]
"""Metadata by key; what is null goes."""


class Tag(BaseModel):
    """What something is called."""

    id: str
    name: str


class Place(BaseModel):
    """A node of an organisation."""

    organisation: str
    group: str
    path: list[str]
    """Names of the groups from the root down to the node."""


class Held(BaseModel):
    """What a user has."""

    roles: list[Tag]
    """Those that are assigned to the user."""
    inherited_roles: list[Tag]
    """Those of the groups that the user is in."""
    groups: list[Tag]
    organisations: list[Place]
    """Where these groups are nodes of organisations."""
    permissions: list[str]
    """Names of what the user may do, by all of these roles."""
    metadata: Metadata


async def held_by(call: Call, user_id: str) -> Held:
    """Read what a user has, the oldest first."""
    session = call.session
    groups = (await read_all(session, Group, inheritance.groups_of_user(user_id))).list
    roles = await read_all(session, Role, inheritance.roles_of_user(user_id))
    inherited = await read_all(session, Role, inheritance.inherited_roles(user_id))
    permitted = inheritance.permissions_of_user(user_id)
    permissions = await read_all(session, Permission, permitted)
    return Held(
        roles=tags(roles.list),
        inherited_roles=tags(inherited.list),
        groups=tags(groups),
        organisations=await _places(call, user_id),
        permissions=[permission.name for permission in permissions.list],
        metadata=await _kept(call, user_id),
    )


def tags(records: Iterable[Permission | Role | Group]) -> list[Tag]:
    """What they are called."""
    return [Tag(id=record.id, name=record.name) for record in records]


class Keeping(AsOwner):
    """Answers the endpoint."""

    async def change_metadata(self, id: str, query: OfPool, body: Entries) -> Metadata:
        """Keep metadata with an account; a key whose value is null is removed."""

        async def change(call: Call) -> Metadata:
            user = await accounts.get(call, id)
            for key, value in body.items():
                about = {"_id": user.id, "key": key}
                if value is None:
                    await metadata.remove_user_metadata(call, input=about)
                else:
                    given = about | {"value": value}
                    await metadata.set_user_metadata(call, input=given)
            return await _kept(call, user.id)

        return await self._run(query, change, write=True)


def endpoints(server: Server, pool_id: str) -> list[Endpoint]:
    """All of them; `pool_id` says which pool is meant where none is named."""
    keeping = Keeping(server, pool_id)
    return [
        Endpoint(
            "PATCH",
            "/users/{id}/metadata",
            keeping.change_metadata,
            query=OfPool,
            body=Entries,
            returns=Metadata,
        )
    ]


async def _places(call: Call, user_id: str) -> list[Place]:
    inside = select(GroupUser.group_id).where(GroupUser.user_id == user_id)
    of_user = select(OrgNode.org_id, OrgNode.group_id).where(
        OrgNode.group_id.in_(inside)
    )
    nodes = {(org, group) for org, group in await call.session.execute(of_user)}
    places: list[Place] = []
    for org_id in sorted({org for org, _ in nodes}):
        path: list[str] = []
        for group, depth in (await organisations.get(call, org_id)).walk():
            path[depth:] = [group.name]
            if (org_id, group.id) in nodes:
                places.append(Place(organisation=org_id, group=group.id, path=[*path]))
    return places


async def _kept(call: Call, user_id: str) -> Metadata:
    kept: Any = await metadata.user_metadata(call, _id=user_id)
    return {entry.key: entry.value for entry in kept.list}
