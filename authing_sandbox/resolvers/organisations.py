"""Organisations."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from ariadne import MutationType, QueryType

from ..access import inheritance, organisations
from ..access.organisations import Tree
from ..access.pages import Page, paging_from_0, read_page
from ..calls.call import Call
from ..storage.tables import Group, User
from .records import DONE

query = QueryType()
mutation = MutationType()

Input = Mapping[str, str]


@query.field("org")
async def org(call: Call, *, _id: str) -> dict[str, Any]:
    return _described(await organisations.get(call, _id))


@query.field("orgs")
async def orgs(call: Call, **_: Any) -> dict[str, Any]:
    found = [_described(tree) for tree in await organisations.get_all(call)]
    return {"list": found, "total_count": len(found)}


@query.field("orgRootNode")
async def org_root_node(call: Call, *, _id: str) -> Group:
    tree = await organisations.get(call, _id)
    return tree.groups[tree.org.root_id]


@query.field("orgChildrenNodes")
async def org_children_nodes(call: Call, *, input: Input) -> list[dict[str, Any]]:
    tree = await organisations.get(call, input["org_id"])
    below = islice(tree.descend(input["group_id"]), 1, None)
    return [{"group": group, "depth": depth} for group, depth in below]


@query.field("isRootNodeOfOrg")
async def is_root_node_of_org(call: Call, *, input: Input) -> bool:
    tree = await organisations.get(call, input["org_id"])
    return tree.org.root_id == input["group_id"]


@query.field("orgNodeUserList")
async def org_node_user_list(
    call: Call,
    *,
    org_id: str,
    node_id: str,
    page: int | None = None,
    count: int | None = None,
    include_children_nodes: bool | None = None,
) -> Page[User]:
    tree = await organisations.get(call, org_id)
    nodes = [group.id for group, _ in tree.descend(node_id)]
    wanted = nodes if include_children_nodes else nodes[:1]
    chosen = inheritance.users_of_groups(wanted)
    paging = paging_from_0(page, count)
    return await read_page(call.session, User, chosen, None, paging)


@mutation.field("createOrg")
async def create_org(call: Call, *, input: Input) -> dict[str, Any]:
    return _described(await organisations.create(call, input["root_group_id"]))


@mutation.field("deleteOrg")
async def delete_org(call: Call, *, _id: str) -> dict[str, Any]:
    await organisations.remove(call, _id)
    return DONE


@mutation.field("addOrgNode")
async def add_org_node(call: Call, *, input: Input) -> dict[str, Any]:
    names = ("org_id", "group_id", "parent_group_id")
    tree = await organisations.add_node(call, *(input[name] for name in names))
    return _described(tree)


@mutation.field("removeOrgNode")
async def remove_org_node(call: Call, *, input: Input) -> dict[str, Any]:
    tree = await organisations.remove_node(call, input["org_id"], input["group_id"])
    return _described(tree)


def _described(tree: Tree) -> dict[str, Any]:
    root_id = tree.org.root_id
    nodes = [
        group.as_dict() | {"children": tree.below[group.id], "root": depth == 0}
        for group, depth in tree.descend(root_id)
    ]
    return {"id": tree.org.id, "nodes": nodes}
