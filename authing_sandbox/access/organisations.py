"""Organisations: trees whose nodes are groups."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import delete, select

from ..calls.call import Call
from ..calls.errors import BusinessError, ErrorCode
from ..storage.tables import Group, Org, OrgNode
from . import records


@dataclass(frozen=True)
class Tree:
    """The nodes of an organisation."""

    org: Org
    groups: dict[str, Group]
    """The groups that are its nodes, by their identifiers."""
    below: dict[str, list[str]]
    """Which of them are right below each, the oldest first."""

    def check_node(self, group_id: str) -> None:
        """Refuse a group that is no node (3901)."""
        if group_id not in self.groups:
            raise BusinessError(ErrorCode.NO_SUCH_GROUP)

    def descend(self, group_id: str) -> Iterator[tuple[Group, int]]:
        """A node and all below it, the nearest first; how far below it each is.

        Raises:
            BusinessError: The group is no node (3901).
        """
        self.check_node(group_id)
        level, depth = [group_id], 0
        while level:
            yield from ((self.groups[id], depth) for id in level)
            level, depth = [id for node in level for id in self.below[node]], depth + 1

    def walk(self) -> Iterator[tuple[Group, int]]:
        """All nodes from top to bottom, each before those below it; how far down."""
        waiting = [(self.org.root_id, 0)]
        while waiting:
            id, depth = waiting.pop()
            yield self.groups[id], depth
            waiting += [(below, depth + 1) for below in reversed(self.below[id])]


async def get(call: Call, org_id: str) -> Tree:
    """Read an organisation of the pool; refused where there is none."""
    org = await call.session.get(Org, org_id)
    if org is None or org.pool_id != call.pool.id:
        raise BusinessError(ErrorCode.NO_SUCH_GROUP)
    return await _tree(call, org)


async def get_all(call: Call) -> list[Tree]:
    """Read the organisations of the pool, the oldest first."""
    of_pool = select(Org).where(Org.pool_id == call.pool.id)
    found = await call.session.scalars(of_pool.order_by(Org.created_at, Org.id))
    return [await _tree(call, org) for org in found]


async def create(call: Call, root_id: str) -> Tree:
    """Make an organisation of a group of the pool."""
    root = await records.get(call, Group, root_id)
    org = Org(pool_id=call.pool.id, root_id=root.id, created_at=call.now)
    call.session.add(org)
    await call.session.flush()
    call.session.add(OrgNode(org_id=org.id, group_id=root.id))
    await call.session.flush()
    return await _tree(call, org)


async def remove(call: Call, org_id: str) -> None:
    """Delete an organisation; its groups stay."""
    tree = await get(call, org_id)
    await call.session.execute(delete(Org).where(Org.id == tree.org.id))


async def add_node(call: Call, org_id: str, group_id: str, parent_id: str) -> Tree:
    """Put a group below a node; refused where it is a node of the organisation."""
    tree = await get(call, org_id)
    group = await records.get(call, Group, group_id)
    tree.check_node(parent_id)
    if group.id in tree.groups:
        raise BusinessError(ErrorCode.MISSING_PARAMETER, "分组已在此组织机构中")
    call.session.add(OrgNode(org_id=org_id, group_id=group.id, parent_id=parent_id))
    await call.session.flush()
    return await _tree(call, tree.org)


async def remove_node(call: Call, org_id: str, group_id: str) -> Tree:
    """Take a node out, and all below it; refused of the root. The groups stay."""
    tree = await get(call, org_id)
    tree.check_node(group_id)
    if group_id == tree.org.root_id:
        raise BusinessError(ErrorCode.FORBIDDEN, "不能移除组织机构的根节点")
    is_node = (OrgNode.org_id == org_id) & (OrgNode.group_id == group_id)
    await call.session.execute(delete(OrgNode).where(is_node))
    return await _tree(call, tree.org)


async def _tree(call: Call, org: Org) -> Tree:
    nodes = (
        select(Group, OrgNode.parent_id)
        .join(OrgNode, OrgNode.group_id == Group.id)
        .where(OrgNode.org_id == org.id)
        .order_by(Group.created_at, Group.id)
    )
    found = [(group, parent) for group, parent in await call.session.execute(nodes)]
    below: dict[str, list[str]] = {group.id: [] for group, _ in found}
    for group, parent in found:
        if parent is not None:
            below[parent].append(group.id)
    return Tree(org, {group.id: group for group, _ in found}, below)
