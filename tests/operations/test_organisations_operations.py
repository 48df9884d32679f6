"""Organisations: trees whose nodes are groups."""

import httpx
import pytest

from authing_client.models import Org, RBACGroup, RegisteredUser
from authing_gen import (
    AsyncAuthing,
    BadInputError,
    GroupNotFoundError,
    PermissionDeniedError,
)
from authing_sandbox import Sandbox

pytestmark = pytest.mark.anyio

NOBODY = "0" * 24


@pytest.fixture
async def groups(authing: AsyncAuthing) -> dict[str, RBACGroup]:
    """Groups, by their names."""
    names = ("company", "sales", "tech", "backend")
    return {name: await authing.create_rbac_group(name=name) for name in names}


@pytest.fixture
async def company(authing: AsyncAuthing, groups: dict[str, RBACGroup]) -> Org:
    """An organisation: sales and tech below the company, backend below tech."""
    ids = {name: group.id for name, group in groups.items()}
    org = await authing.create_org(root_group_id=ids["company"])
    for name, parent in (
        ("sales", "company"),
        ("tech", "company"),
        ("backend", "tech"),
    ):
        await authing.add_org_node(
            org_id=org.id, group_id=ids[name], parent_group_id=ids[parent]
        )
    return await authing.org(id=org.id)


def tree(org: Org) -> dict[str, list[str]]:
    """The names of the nodes, and of those right below each."""
    names = {node.id: node.name for node in org.nodes}
    return {node.name: [names[id] for id in node.children] for node in org.nodes}


WHOLE = {"company": ["sales", "tech"], "sales": [], "tech": ["backend"], "backend": []}


# create_org, add_org_node, org


async def test_new_organisation_is_its_root(
    authing: AsyncAuthing, groups: dict[str, RBACGroup]
) -> None:
    org = await authing.create_org(root_group_id=groups["company"].id)

    (root,) = org.nodes
    assert (root.id, root.name, root.root) == (groups["company"].id, "company", True)
    assert root.children == []
    assert await authing.org(id=org.id) == org


async def test_organisation_grows_node_by_node(
    authing: AsyncAuthing, company: Org
) -> None:
    assert tree(company) == WHOLE
    assert [node.name for node in company.nodes if node.root] == ["company"]


async def test_node_is_put_where_there_is_one(
    authing: AsyncAuthing, company: Org, groups: dict[str, RBACGroup]
) -> None:
    other = await authing.create_rbac_group(name="other")

    with pytest.raises(BadInputError):
        await authing.add_org_node(
            org_id=company.id,
            group_id=groups["sales"].id,
            parent_group_id=groups["tech"].id,
        )
    for org_id, group_id, parent_group_id in (
        (NOBODY, other.id, groups["company"].id),
        (company.id, NOBODY, groups["company"].id),
        (company.id, other.id, other.id),
    ):
        with pytest.raises(GroupNotFoundError):
            await authing.add_org_node(
                org_id=org_id, group_id=group_id, parent_group_id=parent_group_id
            )
    with pytest.raises(GroupNotFoundError):
        await authing.create_org(root_group_id=NOBODY)
    assert tree(await authing.org(id=company.id)) == WHOLE


# orgs, org_root_node, org_children_nodes, is_root_node_of_org


@pytest.mark.usefixtures("fresh_world")
async def test_all_organisations_are_listed(
    authing: AsyncAuthing,
) -> None:
    group = await authing.create_rbac_group(name="root")
    first = await authing.create_org(root_group_id=group.id)
    second = await authing.create_org(root_group_id=group.id)

    page = await authing.orgs()

    assert (page.total_count, page.list_) == (2, [first, second])


async def test_nodes_below_another(
    authing: AsyncAuthing, company: Org, groups: dict[str, RBACGroup]
) -> None:
    async def below(name: str) -> list[tuple[str, int]]:
        found = await authing.org_children_nodes(
            org_id=company.id, group_id=groups[name].id
        )
        return [(node.group.name, node.depth) for node in found]

    assert await below("company") == [("sales", 1), ("tech", 1), ("backend", 2)]
    assert await below("tech") == [("backend", 1)]
    assert await below("backend") == []
    with pytest.raises(GroupNotFoundError):
        await authing.org_children_nodes(org_id=company.id, group_id=NOBODY)


async def test_root_of_an_organisation(
    authing: AsyncAuthing, company: Org, groups: dict[str, RBACGroup]
) -> None:
    assert await authing.org_root_node(id=company.id) == groups["company"]
    for name, is_root in (("company", True), ("tech", False)):
        answer = await authing.is_root_node_of_org(
            org_id=company.id, group_id=groups[name].id
        )
        assert answer is is_root


# org_node_user_list


async def test_users_of_a_node_and_of_all_below_it(
    authing: AsyncAuthing,
    company: Org,
    groups: dict[str, RBACGroup],
    ada: RegisteredUser,
    bo: RegisteredUser,
) -> None:
    tech, backend = groups["tech"].id, groups["backend"].id
    await authing.add_user_to_rbac_group(group_id=tech, user_id=ada.id)
    await authing.add_user_to_rbac_group_batch(
        group_id=backend, user_id_list=[ada.id, bo.id]
    )

    own = await authing.org_node_user_list(org_id=company.id, node_id=tech)
    both = await authing.org_node_user_list(
        org_id=company.id, node_id=tech, include_children=True
    )
    last = await authing.org_node_user_list(
        org_id=company.id, node_id=tech, include_children=True, page=1, count=1
    )

    assert [user.id for user in own.list_] == [ada.id]
    assert (both.total_count, [user.id for user in both.list_]) == (2, [bo.id, ada.id])
    assert [user.id for user in last.list_] == [ada.id]


# remove_org_node, delete_org


async def test_node_goes_with_all_below_it_and_the_groups_stay(
    authing: AsyncAuthing, company: Org, groups: dict[str, RBACGroup]
) -> None:
    left = await authing.remove_org_node(org_id=company.id, group_id=groups["tech"].id)

    assert tree(left) == {"company": ["sales"], "sales": []}
    assert await authing.org(id=company.id) == left
    assert (await authing.rbac_group(id=groups["backend"].id)).name == "backend"
    with pytest.raises(PermissionDeniedError):
        await authing.remove_org_node(org_id=company.id, group_id=groups["company"].id)
    with pytest.raises(GroupNotFoundError):
        await authing.remove_org_node(org_id=company.id, group_id=groups["tech"].id)


async def test_deleted_organisation_leaves_its_groups(
    authing: AsyncAuthing, company: Org, groups: dict[str, RBACGroup]
) -> None:
    assert (await authing.delete_org(id=company.id)).code == 200

    with pytest.raises(GroupNotFoundError) as refused:
        await authing.org(id=company.id)
    assert refused.value.code == 3901
    with pytest.raises(GroupNotFoundError):
        await authing.delete_org(id=company.id)
    assert (await authing.rbac_group(id=groups["company"].id)).name == "company"


async def test_deleted_group_takes_its_part_of_the_tree_along(
    authing: AsyncAuthing, company: Org, groups: dict[str, RBACGroup]
) -> None:
    await authing.delete_rbac_group(id=groups["tech"].id)
    assert tree(await authing.org(id=company.id)) == {"company": ["sales"], "sales": []}

    await authing.delete_rbac_group(id=groups["company"].id)
    with pytest.raises(GroupNotFoundError):
        await authing.org(id=company.id)
    assert (await authing.rbac_group(id=groups["sales"].id)).name == "sales"


# What a pool takes along


@pytest.mark.usefixtures("fresh_world")
async def test_exports_and_snapshots_hold_who_may_do_what(
    authing: AsyncAuthing,
    sandbox: Sandbox,
    http: httpx.AsyncClient,
    company: Org,
    groups: dict[str, RBACGroup],
    ada: RegisteredUser,
) -> None:
    role = await authing.create_rbac_role(name="editor")
    permission = await authing.create_rbac_permission(name="post:write")
    await authing.add_permission_to_rbac_role(
        role_id=role.id, permission_id=permission.id
    )
    await authing.add_role_to_rbac_group(group_id=groups["tech"].id, role_id=role.id)
    await authing.add_user_to_rbac_group(group_id=groups["tech"].id, user_id=ada.id)
    before = await sandbox.snapshot()
    document = (await http.get(f"{sandbox.url}/sandbox/export")).json()
    # Children before their parents, and what refers to others before them.
    tables = document["tables"]
    mixed = {name: rows[::-1] for name, rows in reversed(tables.items())}

    await authing.delete_rbac_group(id=groups["company"].id)
    await authing.delete_rbac_role(id=role.id)
    answer = await http.post(
        f"{sandbox.url}/sandbox/import", json={**document, "tables": mixed}
    )

    assert answer.status_code == 200, answer.text
    assert tree(await authing.org(id=company.id)) == WHOLE
    held = await authing.user_permission_list(id=ada.id)
    assert held.raw_list == ["post:write"]

    await authing.delete_org(id=company.id)
    await sandbox.restore(before)
    assert await authing.org(id=company.id) == company


async def test_users_read_no_organisation(
    authing: AsyncAuthing, company: Org, ada: RegisteredUser
) -> None:
    with pytest.raises(PermissionDeniedError):
        await authing.org(id=company.id, token=ada.token or "")
