"""Roles, permissions and groups under `/sandbox`."""

from typing import Any

import httpx
import pytest

from authing_gen import AsyncAuthing
from authing_sandbox import Sandbox

from ..calling import PASSWORD
from .conftest import ADA, BEA

pytestmark = pytest.mark.anyio


async def read(control: httpx.AsyncClient, path: str) -> Any:
    return (await control.get(path)).raise_for_status().json()


async def permitted(authing: AsyncAuthing, user_id: str) -> list[str]:
    return (await authing.user_permission_list(id=user_id)).raw_list


async def names(control: httpx.AsyncClient, path: str) -> list[str]:
    return [one["name"] for one in await read(control, path)]


async def test_what_is_created_holds_for_clients(
    box: Sandbox, authing: AsyncAuthing, ids: tuple[str, str]
) -> None:
    ada, bea = ids
    await box.create_role("editor", permissions=["post:read", "post:write"])
    await box.create_role("reader", permissions=["post:read"], users=[ADA])
    await box.create_group("staff", roles=["editor"], users=[BEA])
    assert await permitted(authing, ada) == ["post:read"]
    assert await permitted(authing, bea) == ["post:read", "post:write"]
    assert (await authing.rbac_permission_list()).total_count == 2


async def test_roles_come_and_go(
    box: Sandbox, authing: AsyncAuthing, ids: tuple[str, str]
) -> None:
    ada, bea = ids
    role_id = await box.create_role("editor", permissions=["post:write"])
    for user in (ADA, ada, bea, BEA):  # Each twice, by another name.
        await box.assign_role("editor", user)
    for id in ids:
        assert (await authing.user_role_list(id=id)).raw_list == ["editor"]
    await box.revoke_role(role_id, ADA)
    await box.revoke_role(role_id, ADA)
    assert await permitted(authing, ada) == []
    assert await permitted(authing, bea) == ["post:write"]


async def test_users_come_into_groups_and_leave_them(
    box: Sandbox, authing: AsyncAuthing, ids: tuple[str, str]
) -> None:
    ada, _ = ids
    await box.create_role("editor", permissions=["post:write"])
    await box.create_group("staff", roles=["editor"])
    await box.add_to_group("staff", ADA)
    assert await permitted(authing, ada) == ["post:write"]
    await box.remove_from_group("staff", ADA)
    assert (await authing.user_group_list(id=ada)).raw_list == []


async def test_the_same_without_await(
    box: Sandbox, authing: AsyncAuthing, ids: tuple[str, str]
) -> None:
    ada, _ = ids
    remote = box.blocking
    remote.create_role("editor", permissions=["post:write"])
    remote.create_group("staff", roles=["editor"], users=[ADA])
    remote.assign_role("editor", ADA)
    remote.remove_from_group("staff", ADA)
    assert await permitted(authing, ada) == ["post:write"]
    remote.revoke_role("editor", ADA)
    assert await permitted(authing, ada) == []


async def test_lists_say_what_belongs_together(
    box: Sandbox, control: httpx.AsyncClient, ids: tuple[str, str]
) -> None:
    await box.create_role("editor", permissions=["read", "write"], users=[ADA, BEA])
    await box.create_role("reader", permissions=["read"])
    await box.create_group("staff", roles=["reader", "editor"], users=[BEA])
    editor, reader = await read(control, "/roles")
    assert [one["name"] for one in editor["permissions"]] == ["read", "write"]
    assert [one["name"] for one in editor["groups"]] == ["staff"]
    assert (editor["users"], reader["users"]) == (2, 0)
    (staff,) = await read(control, "/groups")
    assert [one["name"] for one in staff["roles"]] == ["editor", "reader"]
    assert staff["users"] == 1
    reading, writing = await read(control, "/permissions")
    assert [one["name"] for one in reading["roles"]] == ["editor", "reader"]
    assert [one["id"] for one in writing["roles"]] == [editor["id"]]


async def test_changes_what_is_named(
    box: Sandbox, control: httpx.AsyncClient, authing: AsyncAuthing
) -> None:
    role_id = await box.create_role("editor", permissions=["read", "write"])
    await box.create_role("reader")
    await box.create_group("staff", roles=["editor"])
    changed = await control.patch("/roles/editor", json={"permissions": ["read", "x"]})
    assert changed.json() == {"id": role_id, "name": "editor"}
    await control.patch("/roles/editor", json={"name": "writer", "description": "Yes"})
    role = await authing.rbac_role(id=role_id)
    assert (role.name, role.description) == ("writer", "Yes")
    assert role.permissions is not None
    assert [one.name for one in role.permissions.list_] == ["read", "x"]
    await control.patch("/groups/staff", json={"roles": ["reader"]})
    (staff,) = await read(control, "/groups")
    assert [one["name"] for one in staff["roles"]] == ["reader"]
    await control.patch("/permissions/x", json={"name": "y"})
    assert await names(control, "/permissions") == ["read", "write", "y"]


async def test_what_is_refused_changes_nothing(
    box: Sandbox, control: httpx.AsyncClient
) -> None:
    await box.create_role("editor", permissions=["read"])
    wrong = {"permissions": ["new"], "users": [ADA], "name": "second"}
    assert (await control.post("/roles", json=wrong)).status_code == 409
    assert (await control.post("/groups", json={"name": "x", "roles": ["no"]})).json()[
        "detail"
    ] == "x has a role that is none: no"
    assert await names(control, "/roles") == ["editor"]
    assert await names(control, "/groups") == []
    assert await names(control, "/permissions") == ["read"]


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("PUT", "/roles/none/users/{ada}", 3903),
        ("PUT", "/roles/editor/users/nobody", 2004),
        ("DELETE", "/groups/none/users/{ada}", 3901),
        ("DELETE", "/permissions/none", 3905),
        ("DELETE", "/roles/none", 3903),
        ("DELETE", "/groups/editor", 3901),
    ],
)
async def test_says_what_there_is_not(
    box: Sandbox,
    control: httpx.AsyncClient,
    ids: tuple[str, str],
    method: str,
    path: str,
    code: int,
) -> None:
    await box.create_role("editor")
    answer = await control.request(method, path.format(ada=ids[0]))
    assert (answer.status_code, answer.json()["detail"]["code"]) == (404, code)


async def test_of_two_with_one_name_the_id_is_wanted(
    box: Sandbox, control: httpx.AsyncClient, ids: tuple[str, str]
) -> None:
    first = await box.create_role("editor")
    await box.create_role("editor")
    named_like_an_id = await box.create_role(first)
    answer = await control.put(f"/roles/editor/users/{ADA}")
    assert (answer.status_code, answer.json()) == (
        409,
        {"detail": "several are called editor: give the id of one"},
    )
    await box.assign_role(first, ADA)
    told = (await control.get(f"/users/{ids[0]}")).json()
    assert [role["id"] for role in told["roles"]] == [first]
    assert (await control.delete(f"/roles/{named_like_an_id}")).status_code == 204
    assert await names(control, "/roles") == ["editor", "editor"]


async def test_removes(
    box: Sandbox, control: httpx.AsyncClient, ids: tuple[str, str]
) -> None:
    await box.create_role("editor", permissions=["write"], users=[ADA])
    await box.create_group("staff", roles=["editor"], users=[ADA])
    for path in ("/permissions/write", "/roles/editor", "/groups/staff"):
        assert (await control.delete(path)).status_code == 204
        assert (await control.delete(path)).status_code == 404
    told = (await control.get(f"/users/{ids[0]}")).json()
    assert (told["roles"], told["groups"], told["permissions"]) == ([], [], [])


async def test_finds_the_users_of_a_role_and_of_a_group(
    box: Sandbox, control: httpx.AsyncClient, ids: tuple[str, str]
) -> None:
    role_id = await box.create_role("editor", users=[ADA])
    await box.create_group("staff", roles=["editor"], users=[BEA])

    async def found(**wanted: str) -> list[str]:
        answer = (await control.get("/users", params=wanted)).json()
        assert answer["total"] == len(answer["users"])
        return [user["id"] for user in answer["users"]]

    ada, bea = ids
    assert await found(role="editor") == await found(role=role_id) == [ada]
    assert await found(group="staff") == [bea]
    assert await found(role="editor", group="staff") == []
    assert await found(role="none") == []


async def test_a_user_is_told_apart_from_its_groups(
    box: Sandbox, control: httpx.AsyncClient, ids: tuple[str, str]
) -> None:
    await box.create_role("editor", permissions=["write"], users=[ADA])
    await box.create_role("reader", permissions=["read", "write"])
    await box.create_group("staff", roles=["reader"], users=[ADA])
    told = (await control.get(f"/users/{ids[0]}")).json()
    assert [role["name"] for role in told["roles"]] == ["editor"]
    assert [role["name"] for role in told["inherited_roles"]] == ["reader"]
    assert told["permissions"] == ["write", "read"]


async def test_metadata_is_kept_and_removed(
    control: httpx.AsyncClient, authing: AsyncAuthing, ids: tuple[str, str]
) -> None:
    url = f"/users/{ids[0]}/metadata"
    given = {"theme": "dark", "a/b": "", "plan": "free"}
    assert (await control.patch(url, json=given)).json() == given
    changed = {"theme": "light", "plan": None, "none": None}
    left = {"theme": "light", "a/b": ""}
    assert (await control.patch(url, json=changed)).json() == left
    kept = await authing.user_metadata(id=ids[0])
    assert {entry.key: entry.value for entry in kept.list_} == left
    assert (await control.patch(url, json={"theme": 1})).status_code == 422
    assert (await control.patch("/users/none/metadata", json={})).status_code == 404


async def test_pools_do_not_mix(
    box: Sandbox, control: httpx.AsyncClient, ids: tuple[str, str]
) -> None:
    document = (await control.get("/export")).json()
    (pool,) = document["tables"]["pool"]
    tables: dict[str, Any] = {name: [] for name in document["tables"]}
    tables["pool"] = [pool | {"id": "5f0e1d2c3b4a596877869fff"}]
    await control.post("/import", json={**document, "tables": tables})
    of_other = {"pool": "5f0e1d2c3b4a596877869fff"}
    user = {"email": "eve@example.com", "password": PASSWORD}
    await control.post("/users", params=of_other, json=user)
    await box.create_role("editor", permissions=["write"])
    assert (await control.get("/roles", params=of_other)).json() == []
    assert (await control.put("/roles/editor/users/eve@example.com")).status_code == 404
    role = {"name": "editor", "users": ["eve@example.com"]}
    assert (await control.post("/roles", params=of_other, json=role)).status_code == 200
    assert [one["users"] for one in await read(control, "/roles")] == [0]
