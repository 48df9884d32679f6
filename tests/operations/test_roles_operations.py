"""Roles: what they are, who has them, and what they permit."""

from datetime import timedelta

import pytest

from authing_client.enums import SortByEnum
from authing_client.models import RBACPermission, RBACRole, RegisteredUser
from authing_gen import (
    AsyncAuthing,
    PermissionDeniedError,
    PermissionNotFoundError,
    RoleNotFoundError,
    UserNotFoundError,
)
from authing_sandbox import Clock, Sandbox

pytestmark = pytest.mark.anyio

NOBODY = "0" * 24


@pytest.fixture
async def role(authing: AsyncAuthing) -> RBACRole:
    """A role."""
    return await authing.create_rbac_role(name="editor", description="Writes")


@pytest.fixture
async def permissions(authing: AsyncAuthing) -> list[RBACPermission]:
    """Three permissions."""
    names = ("post:read", "post:write", "post:delete")
    return [await authing.create_rbac_permission(name=name) for name in names]


async def users_of(authing: AsyncAuthing, role: RBACRole) -> set[str]:
    page = (await authing.rbac_role_users(id=role.id)).users
    assert page is not None
    assert page.total_count == len(page.list_)
    return {user.id for user in page.list_}


async def permissions_of(authing: AsyncAuthing, role: RBACRole) -> list[str]:
    page = (await authing.rbac_role(id=role.id)).permissions
    assert page is not None
    assert page.total_count == len(page.list_)
    return [permission.name for permission in page.list_]


# create_rbac_role, rbac_role, update_rbac_role


async def test_role_is_what_it_was_created_as(
    sandbox: Sandbox, authing: AsyncAuthing, role: RBACRole
) -> None:
    stored = await authing.rbac_role(id=role.id)

    assert (role.name, role.description) == ("editor", "Writes")
    assert role.user_pool_id == sandbox.pool_id
    assert role.created_at == role.updated_at is not None
    assert stored.model_dump(include={*RBACRole.model_fields}) == role.model_dump()
    assert await permissions_of(authing, role) == []


async def test_two_roles_may_have_one_name(
    authing: AsyncAuthing, role: RBACRole
) -> None:
    namesake = await authing.create_rbac_role(name=role.name)

    assert namesake.id != role.id
    assert namesake.description is None


async def test_changed_role_keeps_what_is_left_out(
    authing: AsyncAuthing, role: RBACRole, clock: Clock
) -> None:
    clock.advance(timedelta(hours=1))

    renamed = await authing.update_rbac_role(id=role.id, name="author")
    described = await authing.update_rbac_role(id=role.id, description="Writes more")

    assert (renamed.name, renamed.description) == ("author", "Writes")
    assert (described.name, described.description) == ("author", "Writes more")
    assert described.created_at == role.created_at != described.updated_at
    stored = await authing.rbac_role(id=role.id)
    assert stored.model_dump(include={*RBACRole.model_fields}) == described.model_dump()


async def test_role_that_there_is_not(
    authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    with pytest.raises(RoleNotFoundError) as refused:
        await authing.rbac_role(id=NOBODY)
    assert refused.value.code == 3903
    with pytest.raises(RoleNotFoundError):
        await authing.update_rbac_role(id=NOBODY, name="editor")
    with pytest.raises(RoleNotFoundError):
        await authing.delete_rbac_role(id=NOBODY)
    with pytest.raises(RoleNotFoundError):
        await authing.assign_rbac_role_to_user(role_id=NOBODY, user_id=ada.id)


# rbac_role_list


@pytest.mark.usefixtures("fresh_world")
async def test_roles_are_listed_page_by_page_from_0(authing: AsyncAuthing) -> None:
    roles = [await authing.create_rbac_role(name=f"role {n}") for n in range(15)]
    newest = [role.id for role in reversed(roles)]

    first = await authing.rbac_role_list()
    second = await authing.rbac_role_list(page=1)
    third = await authing.rbac_role_list(page=2)
    longer = await authing.rbac_role_list(page=1, count=12)

    assert [role.id for role in first.list_] == newest[:10]
    assert [role.id for role in second.list_] == newest[10:]
    assert third.list_ == []
    assert [role.id for role in longer.list_] == newest[12:]
    totals = {page.total_count for page in (first, second, third, longer)}
    assert totals == {15}
    every = [role.id async for role in authing.iter_rbac_role_list(page_size=4)]
    assert every == newest


@pytest.mark.usefixtures("fresh_world")
async def test_roles_are_listed_in_the_order_that_is_asked_for(
    authing: AsyncAuthing, clock: Clock
) -> None:
    for name in ("a", "b", "c"):
        await authing.create_rbac_role(name=name)
        clock.advance(timedelta(seconds=1))
    oldest = (await authing.rbac_role_list(sort_by=SortByEnum.CREATEDAT_ASC)).list_[0]
    await authing.update_rbac_role(id=oldest.id, description="changed")

    for order, expected in {
        SortByEnum.CREATEDAT_DESC: "cba",
        SortByEnum.CREATEDAT_ASC: "abc",
        SortByEnum.UPDATEDAT_DESC: "acb",
        SortByEnum.UPDATEDAT_ASC: "bca",
    }.items():
        listed = await authing.rbac_role_list(sort_by=order)
        assert "".join(role.name for role in listed.list_) == expected


# delete_rbac_role, delete_rbac_role_batch


async def test_deleted_role_is_nobodys(
    authing: AsyncAuthing, role: RBACRole, ada: RegisteredUser
) -> None:
    group = await authing.create_rbac_group(name="staff")
    await authing.add_role_to_rbac_group(group_id=group.id, role_id=role.id)
    await authing.assign_rbac_role_to_user(role_id=role.id, user_id=ada.id)

    answer = await authing.delete_rbac_role(id=role.id)

    assert (answer.code, answer.status) == (200, True)
    with pytest.raises(RoleNotFoundError):
        await authing.rbac_role(id=role.id)
    assert (await authing.user_role_list(id=ada.id)).list_ == []
    roles = (await authing.rbac_group(id=group.id)).roles
    assert roles is not None
    assert roles.list_ == []


async def test_several_roles_are_deleted_or_none(authing: AsyncAuthing) -> None:
    roles = [await authing.create_rbac_role(name=name) for name in "abc"]
    ids = [role.id for role in roles[:2]]

    with pytest.raises(RoleNotFoundError):
        await authing.delete_rbac_role_batch(id_list=[*ids, NOBODY])
    assert (await authing.rbac_role(id=ids[0])).name == "a"

    assert (await authing.delete_rbac_role_batch(id_list=ids)).code == 200
    for id in ids:
        with pytest.raises(RoleNotFoundError):
            await authing.rbac_role(id=id)
    assert (await authing.rbac_role(id=roles[2].id)).name == "c"


# assign_rbac_role_to_user, revoke_rbac_role_from_user, and of many


async def test_role_is_assigned_and_revoked(
    authing: AsyncAuthing, role: RBACRole, ada: RegisteredUser
) -> None:
    answer = await authing.assign_rbac_role_to_user(role_id=role.id, user_id=ada.id)
    again = await authing.assign_rbac_role_to_user(role_id=role.id, user_id=ada.id)

    assert answer == again == role
    assert await users_of(authing, role) == {ada.id}
    held = await authing.user_role_list(id=ada.id)
    assert (held.total_count, held.list_, held.raw_list) == (1, [role], ["editor"])

    answer = await authing.revoke_rbac_role_from_user(role_id=role.id, user_id=ada.id)
    again = await authing.revoke_rbac_role_from_user(role_id=role.id, user_id=ada.id)

    assert answer == again == role
    assert await users_of(authing, role) == set()
    assert (await authing.user_role_list(id=ada.id)).total_count == 0


async def test_role_of_many_users(
    authing: AsyncAuthing, role: RBACRole, ada: RegisteredUser, bo: RegisteredUser
) -> None:
    await authing.assign_rbac_role_to_user(role_id=role.id, user_id=bo.id)
    both = [ada.id, bo.id, ada.id]

    answer = await authing.assign_rbac_role_to_user_batch(
        role_id=role.id, user_id_list=both
    )
    assert answer == role
    assert await users_of(authing, role) == {ada.id, bo.id}

    answer = await authing.revoke_rbac_role_from_user_batch(
        role_id=role.id, user_id_list=both
    )
    assert answer == role
    assert await users_of(authing, role) == set()


async def test_role_is_assigned_to_all_who_are_named_or_to_nobody(
    sandbox: Sandbox, authing: AsyncAuthing, role: RBACRole, ada: RegisteredUser
) -> None:
    with pytest.raises(UserNotFoundError):
        await authing.assign_rbac_role_to_user_batch(
            role_id=role.id, user_id_list=[ada.id, NOBODY]
        )
    with pytest.raises(PermissionDeniedError):
        await authing.assign_rbac_role_to_user(
            role_id=role.id, user_id=sandbox.owner_id
        )
    assert await users_of(authing, role) == set()


async def test_users_of_a_role_are_listed_page_by_page(
    authing: AsyncAuthing, role: RBACRole, email: str, password: str
) -> None:
    users = [
        await authing.register(username=f"{n}.{email}", password=password)
        for n in range(3)
    ]
    ids = [user.id for user in users]
    await authing.assign_rbac_role_to_user_batch(role_id=role.id, user_id_list=ids)

    answer = await authing.rbac_role_users(
        id=role.id, sort_by=SortByEnum.CREATEDAT_ASC, page=1, count=2
    )

    assert answer.users is not None
    assert answer.users.total_count == 3
    (last,) = answer.users.list_
    assert (last.id, last.username) == (ids[2], users[2].username)


async def test_removed_user_has_no_role(
    authing: AsyncAuthing, role: RBACRole, ada: RegisteredUser
) -> None:
    await authing.assign_rbac_role_to_user(role_id=role.id, user_id=ada.id)

    await authing.remove_users(ids=[ada.id])

    assert await users_of(authing, role) == set()


# add_permission_to_rbac_role, remove_permission_from_rbac_role, and many


async def test_role_gives_permissions(
    authing: AsyncAuthing, role: RBACRole, permissions: list[RBACPermission]
) -> None:
    read, write, delete = (permission.id for permission in permissions)

    answer = await authing.add_permission_to_rbac_role(
        role_id=role.id, permission_id=write
    )
    assert answer == role
    assert await permissions_of(authing, role) == ["post:write"]

    await authing.add_permission_to_rbac_role_batch(
        role_id=role.id, permission_id_list=[read, write, delete]
    )
    expected = ["post:read", "post:write", "post:delete"]
    assert await permissions_of(authing, role) == expected

    await authing.remove_permission_from_rbac_role(role_id=role.id, permission_id=write)
    assert await permissions_of(authing, role) == ["post:read", "post:delete"]

    await authing.remove_permission_from_rbac_role_batch(
        role_id=role.id, permission_id_list=[read, write, delete]
    )
    assert await permissions_of(authing, role) == []


async def test_role_gives_no_permission_that_there_is_not(
    authing: AsyncAuthing, role: RBACRole, permissions: list[RBACPermission]
) -> None:
    with pytest.raises(PermissionNotFoundError) as refused:
        await authing.add_permission_to_rbac_role(role_id=role.id, permission_id=NOBODY)
    assert refused.value.code == 3905
    with pytest.raises(PermissionNotFoundError):
        await authing.add_permission_to_rbac_role_batch(
            role_id=role.id, permission_id_list=[permissions[0].id, NOBODY]
        )
    assert await permissions_of(authing, role) == []


# user_role_list


async def test_users_read_their_own_roles_and_assign_none(
    authing: AsyncAuthing, role: RBACRole, ada: RegisteredUser, bo: RegisteredUser
) -> None:
    await authing.assign_rbac_role_to_user(role_id=role.id, user_id=ada.id)
    me = authing.as_user(ada)

    assert (await me.user_role_list(id=ada.id)).raw_list == ["editor"]
    with pytest.raises(PermissionDeniedError):
        await authing.as_user(bo).user_role_list(id=ada.id)
    with pytest.raises(PermissionDeniedError):
        await me.assign_rbac_role_to_user(
            role_id=role.id, user_id=ada.id, token=ada.token or ""
        )
    with pytest.raises(UserNotFoundError):
        await authing.user_role_list(id=NOBODY)
