"""Organisations: trees of groups."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from ..access import organisations
from ..access.organisations import Tree
from ..calls.call import Call, Server
from ..endpoints.endpoint import Endpoint, RefusedError
from ..endpoints.of_pool import OfPool
from ..seeding.access_file import NewGroup, NewNode, described
from ..storage.rows import String as Text
from ..storage.tables import Group, GroupUser, Org
from .held import Tag
from .named import Named, adding, find
from .shown import users_by


class ShownNode(Tag):
    """A node, which is a group."""

    parent: str | None
    """The group above it; none of the root."""
    depth: int
    """How far it is below the root."""
    users: int
    """How many users are in the group itself."""


class ShownOrganisation(Tag):
    """An organisation, called like its root."""

    nodes: list[ShownNode]
    """From top to bottom, each before those below it."""


class Placed(NewGroup):
    """A group, and the node that it comes below; by its name alone one that is."""

    below: Text
    """A group by its id or name."""


class Organisations(Named):
    """Answers the endpoints."""

    async def read_organisations(self, query: OfPool) -> list[ShownOrganisation]:
        """The organisations, the oldest first."""

        async def read(call: Call) -> list[ShownOrganisation]:
            users = await users_by(call, Group, GroupUser.group_id)
            return [_shown(tree, users) for tree in await organisations.get_all(call)]

        return await self._run(query, read)

    async def create_organisation(self, query: OfPool, body: NewNode) -> Tag:
        """Add an organisation, as in a seed, with the groups that there are not."""

        async def create(call: Call) -> Tag:
            id = await adding(call).organisation(described(body))
            return Tag(id=id, name=_root(await organisations.get(call, id)).name)

        return await self._run(query, create, write=True)

    async def remove_organisation(self, organisation: str, query: OfPool) -> None:
        """Remove an organisation; its groups stay."""

        async def remove(call: Call) -> None:
            await organisations.remove(call, await _find(call, organisation))

        await self._run(query, remove, write=True)

    async def add_node(self, organisation: str, query: OfPool, body: Placed) -> Tag:
        """Put a group below a node, a new one where there is none of that name."""

        async def add(call: Call) -> Tag:
            org_id = await _find(call, organisation)
            parent = await find(call, Group, body.below)
            given = described(body)
            del given["below"]
            node_id = await adding(call).node(given)
            tree = await organisations.add_node(call, org_id, node_id, parent.id)
            return Tag(id=node_id, name=tree.groups[node_id].name)

        return await self._run(query, add, write=True)

    async def remove_node(self, organisation: str, group: str, query: OfPool) -> None:
        """Take a node out, and all below it; the groups stay."""

        async def remove(call: Call) -> None:
            org_id = await _find(call, organisation)
            node = await find(call, Group, group)
            await organisations.remove_node(call, org_id, node.id)

        await self._run(query, remove, write=True)


def endpoints(server: Server, pool_id: str) -> list[Endpoint]:
    """All of them; `pool_id` says which pool is meant where none is named."""
    found, all = Organisations(server, pool_id), "/organisations"
    one = f"{all}/{{organisation}}"
    of_pool: dict[str, Any] = {"query": OfPool}
    told: dict[str, Any] = {**of_pool, "returns": Tag}
    listed: dict[str, Any] = {**of_pool, "returns": list[ShownOrganisation]}
    return [
        Endpoint("GET", all, found.read_organisations, **listed),
        Endpoint("POST", all, found.create_organisation, body=NewNode, **told),
        Endpoint("DELETE", one, found.remove_organisation, **of_pool),
        Endpoint("POST", f"{one}/nodes", found.add_node, body=Placed, **told),
        Endpoint("DELETE", f"{one}/nodes/{{group}}", found.remove_node, **of_pool),
    ]


async def _find(call: Call, name: str) -> str:
    """The id of an organisation, by that or by the name of its root."""
    named = (
        select(Org.id)
        .join(Group, Group.id == Org.root_id)
        .where(Org.pool_id == call.pool.id, Group.name == name)
        .limit(2)
    )
    found = (await call.session.scalars(named)).all()
    if len(found) > 1:
        raise RefusedError(409, f"several are called {name}: give the id of one")
    return found[0] if found else name


def _shown(tree: Tree, users: Mapping[str, int]) -> ShownOrganisation:
    parents = {child: id for id, children in tree.below.items() for child in children}
    nodes = [
        ShownNode(
            id=group.id,
            name=group.name,
            parent=parents.get(group.id),
            depth=depth,
            users=users.get(group.id, 0),
        )
        for group, depth in tree.walk()
    ]
    return ShownOrganisation(id=tree.org.id, name=_root(tree).name, nodes=nodes)


def _root(tree: Tree) -> Group:
    return tree.groups[tree.org.root_id]
