"""Permissions, and who has which."""

import pytest

from authing_client.enums import SortByEnum
from authing_client.models import RBACPermission, RegisteredUser
from authing_gen import (
    AsyncAuthing,
    PermissionDeniedError,
    PermissionNotFoundError,
    UserNotFoundError,
)
from authing_sandbox import Sandbox

pytestmark = pytest.mark.anyio

NOBODY = "0" * 24


@pytest.fixture
async def permission(authing: AsyncAuthing) -> RBACPermission:
    """A permission."""
    return await authing.create_rbac_permission(name="post:write")


# create_rbac_permission, rbac_permission, update_rbac_permission


async def test_permission_is_what_it_was_created_as(
    sandbox: Sandbox, authing: AsyncAuthing
) -> None:
    created = await authing.create_rbac_permission(
        name="post:read", description="Reads posts"
    )

    assert (created.name, created.description) == ("post:read", "Reads posts")
    assert created.user_pool_id == sandbox.pool_id
    assert await authing.rbac_permission(id=created.id) == created


async def test_changed_permission_keeps_what_is_left_out(
    authing: AsyncAuthing, permission: RBACPermission
) -> None:
    changed = await authing.update_rbac_permission(
        id=permission.id, description="Writes posts"
    )

    assert (changed.name, changed.description) == ("post:write", "Writes posts")
    assert await authing.rbac_permission(id=permission.id) == changed


async def test_permission_that_there_is_not(authing: AsyncAuthing) -> None:
    with pytest.raises(PermissionNotFoundError):
        await authing.rbac_permission(id=NOBODY)
    with pytest.raises(PermissionNotFoundError):
        await authing.update_rbac_permission(id=NOBODY, name="a:b")
    with pytest.raises(PermissionNotFoundError):
        await authing.delete_rbac_permission(id=NOBODY)


async def test_permission_of_another_pool_is_none(authing: AsyncAuthing) -> None:
    role = await authing.create_rbac_role(name="editor")
    with pytest.raises(PermissionNotFoundError):
        await authing.rbac_permission(id=role.id)


# rbac_permission_list


@pytest.mark.usefixtures("fresh_world")
async def test_permissions_are_listed(authing: AsyncAuthing) -> None:
    for name in ("a:b", "c:d", "e:f"):
        await authing.create_rbac_permission(name=name)

    newest = await authing.rbac_permission_list(count=2)
    oldest = await authing.rbac_permission_list(sort_by=SortByEnum.CREATEDAT_ASC)

    assert newest.total_count == oldest.total_count == 3
    assert [permission.name for permission in newest.list_] == ["e:f", "c:d"]
    assert [permission.name for permission in oldest.list_] == ["a:b", "c:d", "e:f"]


# delete_rbac_permission, delete_rbac_permission_batch


async def test_deleted_permission_is_given_by_no_role(
    authing: AsyncAuthing, permission: RBACPermission
) -> None:
    role = await authing.create_rbac_role(name="editor")
    await authing.add_permission_to_rbac_role(
        role_id=role.id, permission_id=permission.id
    )

    assert (await authing.delete_rbac_permission(id=permission.id)).code == 200

    with pytest.raises(PermissionNotFoundError):
        await authing.rbac_permission(id=permission.id)
    given = (await authing.rbac_role(id=role.id)).permissions
    assert given is not None
    assert given.list_ == []


async def test_several_permissions_are_deleted_or_none(
    authing: AsyncAuthing, permission: RBACPermission
) -> None:
    other = await authing.create_rbac_permission(name="post:read")
    ids = [permission.id, other.id]

    with pytest.raises(PermissionNotFoundError):
        await authing.delete_rbac_permission_batch(id_list=[*ids, NOBODY])
    assert await authing.rbac_permission(id=permission.id) == permission

    assert (await authing.delete_rbac_permission_batch(id_list=ids)).code == 200
    for id in ids:
        with pytest.raises(PermissionNotFoundError):
            await authing.rbac_permission(id=id)


# user_permission_list


async def test_permissions_are_those_of_own_roles_and_of_groups_roles(
    authing: AsyncAuthing, permission: RBACPermission, ada: RegisteredUser
) -> None:
    read = await authing.create_rbac_permission(name="post:read")
    editor = await authing.create_rbac_role(name="editor")
    reader = await authing.create_rbac_role(name="reader")
    await authing.add_permission_to_rbac_role_batch(
        role_id=editor.id, permission_id_list=[permission.id, read.id]
    )
    await authing.add_permission_to_rbac_role(role_id=reader.id, permission_id=read.id)
    group = await authing.create_rbac_group(name="staff")
    await authing.add_role_to_rbac_group(group_id=group.id, role_id=editor.id)
    await authing.assign_rbac_role_to_user(role_id=reader.id, user_id=ada.id)

    assert (await authing.user_permission_list(id=ada.id)).raw_list == ["post:read"]

    await authing.add_user_to_rbac_group(group_id=group.id, user_id=ada.id)
    both = await authing.user_permission_list(id=ada.id)
    assert (both.total_count, both.list_) == (2, [permission, read])
    assert both.raw_list == ["post:write", "post:read"]
    # The role is the group's, not the user's.
    assert (await authing.user_role_list(id=ada.id)).raw_list == ["reader"]

    await authing.delete_rbac_group(id=group.id)
    assert (await authing.user_permission_list(id=ada.id)).raw_list == ["post:read"]


async def test_users_read_their_own_permissions_and_give_none(
    authing: AsyncAuthing, ada: RegisteredUser, bo: RegisteredUser
) -> None:
    me = authing.as_user(ada)

    assert (await me.user_permission_list(id=ada.id)).total_count == 0
    with pytest.raises(PermissionDeniedError):
        await me.user_permission_list(id=bo.id)
    with pytest.raises(PermissionDeniedError):
        await me.create_rbac_permission(name="post:all", token=ada.token or "")
    with pytest.raises(UserNotFoundError):
        await authing.user_permission_list(id=NOBODY)
