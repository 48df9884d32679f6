"""Groups: who is in them, and what their roles give."""

import pytest

from authing_client.enums import SortByEnum
from authing_client.models import RBACGroup, RBACRole, RegisteredUser
from authing_gen import (
    AsyncAuthing,
    GroupNotFoundError,
    PermissionDeniedError,
    RoleNotFoundError,
    UserNotFoundError,
)
from authing_sandbox import Sandbox

pytestmark = pytest.mark.anyio

NOBODY = "0" * 24


@pytest.fixture
async def group(authing: AsyncAuthing) -> RBACGroup:
    """A group."""
    return await authing.create_rbac_group(name="staff", description="Who works here")


@pytest.fixture
async def roles(authing: AsyncAuthing) -> list[RBACRole]:
    """Two roles."""
    return [await authing.create_rbac_role(name=name) for name in ("reader", "editor")]


async def users_of(authing: AsyncAuthing, group: RBACGroup) -> set[str]:
    page = (await authing.rbac_group_users(id=group.id)).users
    assert page is not None
    assert page.total_count == len(page.list_)
    return {user.id for user in page.list_}


async def roles_of(authing: AsyncAuthing, group: RBACGroup) -> list[str]:
    page = (await authing.rbac_group(id=group.id)).roles
    assert page is not None
    assert page.total_count == len(page.list_)
    return [role.name for role in page.list_]


# create_rbac_group, rbac_group, update_rbac_group


async def test_group_is_what_it_was_created_as(
    sandbox: Sandbox, authing: AsyncAuthing, group: RBACGroup
) -> None:
    stored = await authing.rbac_group(id=group.id)

    assert (group.name, group.description) == ("staff", "Who works here")
    assert group.user_pool_id == sandbox.pool_id
    assert stored.model_dump(include={*RBACGroup.model_fields}) == group.model_dump()
    assert await roles_of(authing, group) == []
    assert await users_of(authing, group) == set()


async def test_changed_group_keeps_what_is_left_out(
    authing: AsyncAuthing, group: RBACGroup
) -> None:
    changed = await authing.update_rbac_group(id=group.id, name="crew")

    assert (changed.name, changed.description) == ("crew", "Who works here")
    stored = await authing.rbac_group(id=group.id)
    assert stored.model_dump(include={*RBACGroup.model_fields}) == changed.model_dump()


async def test_group_that_there_is_not(
    authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    with pytest.raises(GroupNotFoundError) as refused:
        await authing.rbac_group(id=NOBODY)
    assert refused.value.code == 3901
    with pytest.raises(GroupNotFoundError):
        await authing.update_rbac_group(id=NOBODY, name="crew")
    with pytest.raises(GroupNotFoundError):
        await authing.delete_rbac_group(id=NOBODY)
    with pytest.raises(GroupNotFoundError):
        await authing.add_user_to_rbac_group(group_id=NOBODY, user_id=ada.id)


# rbac_group_list, rbac_group_users


@pytest.mark.usefixtures("fresh_world")
async def test_groups_are_listed(authing: AsyncAuthing) -> None:
    for name in "abc":
        await authing.create_rbac_group(name=name)

    newest = await authing.rbac_group_list(count=2)
    rest = await authing.rbac_group_list(page=1, count=2)
    oldest = await authing.rbac_group_list(sort_by=SortByEnum.CREATEDAT_ASC)

    assert newest.total_count == rest.total_count == oldest.total_count == 3
    assert [group.name for group in newest.list_ + rest.list_] == ["c", "b", "a"]
    assert [group.name for group in oldest.list_] == ["a", "b", "c"]


async def test_users_of_a_group_are_listed_page_by_page(
    authing: AsyncAuthing, group: RBACGroup, email: str, password: str
) -> None:
    names = [f"{n}.{email}" for n in range(12)]
    users = [await authing.register(username=name, password=password) for name in names]
    await authing.add_user_to_rbac_group_batch(
        group_id=group.id, user_id_list=[user.id for user in users]
    )

    pages = [await authing.rbac_group_users(id=group.id, page=n) for n in range(2)]

    found = [page.users.list_ for page in pages if page.users is not None]
    assert [len(users) for users in found] == [10, 2]
    assert [user.username for page in found for user in page] == names[::-1]
    every = authing.iter_rbac_group_users(id=group.id, page_size=5)
    assert [user.username async for user in every] == names[::-1]


# delete_rbac_group, delete_rbac_group_batch


async def test_users_and_roles_outlive_their_group(
    authing: AsyncAuthing,
    group: RBACGroup,
    roles: list[RBACRole],
    ada: RegisteredUser,
) -> None:
    await authing.add_user_to_rbac_group(group_id=group.id, user_id=ada.id)
    await authing.add_role_to_rbac_group(group_id=group.id, role_id=roles[0].id)

    assert (await authing.delete_rbac_group(id=group.id)).code == 200

    with pytest.raises(GroupNotFoundError):
        await authing.rbac_group(id=group.id)
    assert (await authing.user_group_list(id=ada.id)).list_ == []
    assert await authing.user(id=ada.id) is not None
    assert (await authing.rbac_role(id=roles[0].id)).name == "reader"


async def test_several_groups_are_deleted_or_none(
    authing: AsyncAuthing, group: RBACGroup
) -> None:
    other = await authing.create_rbac_group(name="crew")
    ids = [group.id, other.id]

    with pytest.raises(GroupNotFoundError):
        await authing.delete_rbac_group_batch(id_list=[*ids, NOBODY])
    assert (await authing.rbac_group(id=group.id)).name == "staff"

    assert (await authing.delete_rbac_group_batch(id_list=ids)).code == 200
    for id in ids:
        with pytest.raises(GroupNotFoundError):
            await authing.rbac_group(id=id)


# add_role_to_rbac_group, remove_role_from_rbac_group, and many


async def test_group_gives_its_users_roles(
    authing: AsyncAuthing, group: RBACGroup, roles: list[RBACRole]
) -> None:
    reader, editor = (role.id for role in roles)

    answer = await authing.add_role_to_rbac_group(group_id=group.id, role_id=editor)
    assert answer == group
    assert await roles_of(authing, group) == ["editor"]

    await authing.add_role_to_rbac_group_batch(
        group_id=group.id, role_id_list=[reader, editor]
    )
    assert await roles_of(authing, group) == ["reader", "editor"]

    await authing.remove_role_from_rbac_group(group_id=group.id, role_id=reader)
    assert await roles_of(authing, group) == ["editor"]

    await authing.remove_role_from_rbac_group_batch(
        group_id=group.id, role_id_list=[reader, editor]
    )
    assert await roles_of(authing, group) == []


async def test_group_has_each_permission_of_its_roles_once(
    authing: AsyncAuthing, group: RBACGroup, roles: list[RBACRole]
) -> None:
    read = await authing.create_rbac_permission(name="post:read")
    write = await authing.create_rbac_permission(name="post:write")
    for role in roles:
        await authing.add_permission_to_rbac_role(
            role_id=role.id, permission_id=read.id
        )
    await authing.add_permission_to_rbac_role(
        role_id=roles[1].id, permission_id=write.id
    )

    await authing.add_role_to_rbac_group_batch(
        group_id=group.id, role_id_list=[role.id for role in roles]
    )

    permissions = (await authing.rbac_group(id=group.id)).permissions
    assert permissions is not None
    assert permissions.list_ == [read, write]
    assert permissions.total_count == 2


async def test_group_gives_no_role_that_there_is_not(
    authing: AsyncAuthing, group: RBACGroup, roles: list[RBACRole]
) -> None:
    with pytest.raises(RoleNotFoundError):
        await authing.add_role_to_rbac_group_batch(
            group_id=group.id, role_id_list=[roles[0].id, NOBODY]
        )
    assert await roles_of(authing, group) == []


# add_user_to_rbac_group, remove_user_from_rbac_group, and many; user_group_list


async def test_users_come_into_a_group_and_leave_it(
    authing: AsyncAuthing, group: RBACGroup, ada: RegisteredUser, bo: RegisteredUser
) -> None:
    answer = await authing.add_user_to_rbac_group(group_id=group.id, user_id=ada.id)
    again = await authing.add_user_to_rbac_group(group_id=group.id, user_id=ada.id)
    assert answer == again == group
    held = await authing.user_group_list(id=ada.id)
    assert (held.total_count, held.list_, held.raw_list) == (1, [group], ["staff"])

    both = [ada.id, bo.id]
    await authing.add_user_to_rbac_group_batch(group_id=group.id, user_id_list=both)
    assert await users_of(authing, group) == {ada.id, bo.id}

    await authing.remove_user_from_rbac_group(group_id=group.id, user_id=ada.id)
    assert await users_of(authing, group) == {bo.id}
    await authing.remove_user_from_rbac_group_batch(
        group_id=group.id, user_id_list=both
    )
    assert await users_of(authing, group) == set()


async def test_all_who_are_named_come_into_a_group_or_nobody(
    authing: AsyncAuthing, group: RBACGroup, ada: RegisteredUser
) -> None:
    with pytest.raises(UserNotFoundError):
        await authing.add_user_to_rbac_group_batch(
            group_id=group.id, user_id_list=[ada.id, NOBODY]
        )
    assert await users_of(authing, group) == set()


async def test_users_read_their_own_groups_and_join_none(
    authing: AsyncAuthing, group: RBACGroup, ada: RegisteredUser, bo: RegisteredUser
) -> None:
    await authing.add_user_to_rbac_group(group_id=group.id, user_id=ada.id)

    me = authing.as_user(ada)
    assert (await me.user_group_list(id=ada.id)).raw_list == ["staff"]
    with pytest.raises(PermissionDeniedError):
        await authing.as_user(bo).user_group_list(id=ada.id)
    with pytest.raises(PermissionDeniedError):
        await me.add_user_to_rbac_group(
            group_id=group.id, user_id=bo.id, token=ada.token or ""
        )
