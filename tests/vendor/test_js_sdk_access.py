"""The vendor's JavaScript SDK 3.20.1 asks who may do what, against the sandbox.

Its methods for metadata, roles, permissions, groups, organisations and contacts are
called as they are.
"""

import contextlib
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from .conftest import Start
from .driving import Raised, Sdk, Witness

pytestmark = [pytest.mark.vendor, pytest.mark.xdist_group("vendor")]

PASSWORD = "correct horse"
Call = Callable[..., Any]


@pytest.fixture(scope="module")
def js(start_js: Start) -> Sdk:
    return start_js("v3")


@pytest.fixture(scope="module")
def authz(js: Sdk) -> Call:
    """Calls a method of `authz`."""
    return lambda method, *args: getattr(js, f"authz.{method}")(*args)


@pytest.fixture(scope="module")
def org(js: Sdk) -> Call:
    """Calls a method of `org`."""
    return lambda method, *args: getattr(js, f"org.{method}")(*args)


@pytest.fixture
def ada(js: Sdk) -> str:
    return str(js.register({"email": address(), "password": PASSWORD})["_id"])


def address() -> str:
    return f"{uuid4().hex[:12]}@example.com"


def names(listed: Any) -> set[str]:
    assert listed["totalCount"] == len(listed["list"])
    return {each["name"] for each in listed["list"]}


def test_metadata(js: Sdk, ada: str) -> None:
    js.setMetadata({"_id": ada, "key": "plan", "value": "free"})
    js.setMetadata({"_id": ada, "key": "plan", "value": "paid"})
    assert js.metadata(ada)["list"] == [{"key": "plan", "value": "paid"}]
    assert js.removeMetadata({"_id": ada, "key": "plan"})["totalCount"] == 0


def test_permissions_come_by_roles_and_by_the_roles_of_groups(
    js: Sdk, authz: Call, ada: str
) -> None:
    read, write = (
        authz("createPermission", {"name": f"{name}-{uuid4().hex[:6]}"})
        for name in ("read", "write")
    )
    editor = authz("createRole", {"name": "editor"})["_id"]
    reader = authz("createRole", {"name": "reader"})["_id"]
    staff = authz("createGroup", {"name": "staff"})["_id"]
    authz("addPermissionToRole", {"roleId": reader, "permissionId": read["_id"]})
    both = [read["_id"], write["_id"]]
    authz("addPermissionToRoleBatch", {"roleId": editor, "permissionIdList": both})
    assert names(authz("rolePermissionList", editor)) == {read["name"], write["name"]}
    authz("addRoleToGroup", {"groupId": staff, "roleId": reader})
    assert names(authz("groupRoleList", staff)) == {"reader"}
    assert names(authz("groupPermissionList", staff)) == {read["name"]}

    authz("addUserToGroup", {"groupId": staff, "userId": ada})
    assert js.userPermissionList(ada)["rawList"] == [read["name"]]
    assert js.userGroupList(ada)["rawList"] == ["staff"]
    authz("assignRoleToUser", {"roleId": editor, "userId": ada})
    assert js.userRoleList(ada)["rawList"] == ["editor"]
    assert set(js.userPermissionList(ada)["rawList"]) == {read["name"], write["name"]}

    authz("revokeRoleFromUser", {"roleId": editor, "userId": ada})
    authz("removeRoleFromGroup", {"groupId": staff, "roleId": reader})
    assert js.userPermissionList(ada)["rawList"] == []


def test_many_at_once(js: Sdk, authz: Call, ada: str) -> None:
    role = authz("createRole", {"name": "many"})["_id"]
    group = authz("createGroup", {"name": "many"})["_id"]
    permission = authz("createPermission", {"name": "many"})["_id"]
    grace = js.register({"email": address(), "password": PASSWORD})["_id"]
    users = {"userIdList": [ada, grace]}

    done = authz(
        "assignRoleToUserBatch", {"roleId": role, **users}, {"fetchUsers": True}
    )
    assert done["data"]["totalCount"] == 2
    assert authz("roleUserList", role, {"count": 1})["totalCount"] == 2
    authz("addUserToGroupBatch", {"groupId": group, **users})
    assert {each["_id"] for each in authz("groupUserList", group)["list"]} == {
        ada,
        grace,
    }
    authz("addRoleToGroupBatch", {"groupId": group, "roleIdList": [role]})
    assert names(authz("groupRoleList", group)) == {"many"}
    given = {"roleId": role, "permissionIdList": [permission]}
    authz("addPermissionToRoleBatch", given)
    assert js.userPermissionList(grace)["rawList"] == ["many"]

    authz("removePermissionFromRoleBatch", given)
    assert authz("rolePermissionList", role)["totalCount"] == 0
    authz("removeRoleFromGroupBatch", {"groupId": group, "roleIdList": [role]})
    authz("removeUserFromGroupBatch", {"groupId": group, "userIdList": [ada]})
    authz("removeUserFromGroup", {"groupId": group, "userId": grace})
    assert authz("groupUserList", group)["totalCount"] == 0
    authz("revokeRoleFromUserBatch", {"roleId": role, **users})
    assert authz("roleUserList", role)["totalCount"] == 0


def test_somebody_changes_how_they_are_reached(
    start_js: Start, witness: Witness
) -> None:
    with contextlib.closing(start_js("v3")) as me:
        old, new = address(), address()
        me.register({"email": old, "password": PASSWORD})
        me.login({"email": old, "password": PASSWORD})
        me.sendChangeEmailVerifyCode({"email": new})
        changed = me.updateEmail({"email": new, "emailCode": witness.code(new)})
        assert changed["email"] == witness.user(changed["_id"])["email"] == new
        phone = f"138{uuid4().int % 10**8:08}"
        me.getVerificationCode(phone)
        changed = me.updatePhone({"phone": phone, "phoneCode": witness.code(phone)})
        assert changed["phone"] == witness.user(changed["_id"])["phone"] == phone


def test_what_is_deleted_is_gone(authz: Call) -> None:
    role = authz("createRole", {"name": "short-lived"})["_id"]
    changed = authz("updateRole", {"_id": role, "description": "Not for long"})
    assert changed["description"] == "Not for long"
    authz("deleteRole", role)
    with pytest.raises(Raised, match="3903"):
        authz("role", role)
    groups = [authz("createGroup", {"name": f"g{n}"})["_id"] for n in range(2)]
    authz("deleteGroupBatch", groups)
    with pytest.raises(Raised, match="3901"):
        authz("group", groups[0])
    permission = authz("createPermission", {"name": "nothing"})["_id"]
    authz("deletePermissionBatch", [permission])
    with pytest.raises(Raised, match="3905"):
        authz("permission", permission)


def test_lists_page_from_0(authz: Call) -> None:
    made = [authz("createRole", {"name": f"page-{n}"})["_id"] for n in range(3)]
    paging = {"sortBy": "CREATEDAT_DESC", "page": 1, "count": 2}
    page = authz("roleList", paging)
    assert page["list"][0]["_id"] == made[0]
    assert len(page["list"]) <= 2 < page["totalCount"]


def test_an_organisation_is_a_tree_of_groups(authz: Call, org: Call) -> None:
    group = {name: authz("createGroup", {"name": name})["_id"] for name in "abc"}
    made = org("createOrg", {"rootGroupId": group["a"]})["_id"]
    for parent, child in ("ab", "bc"):
        node = {"parentGroupId": group[parent], "groupId": group[child]}
        org("addNode", {"orgId": made, **node})
    assert org("rootNode", made)["name"] == "a"
    assert org("isRootNode", {"orgId": made, "groupId": group["a"]}) is True
    below = org("childrenNodes", {"orgId": made, "groupId": group["a"]})
    depths = {each["group"]["name"]: each["depth"] for each in below}
    assert depths == {"b": 1, "c": 2}
    tree = org("findById", made)["tree"]
    assert tree["name"] == "a"
    assert tree["children"][0]["children"][0]["name"] == "c"
    org("removeNode", {"orgId": made, "groupId": group["b"]})
    assert [node["name"] for node in org("findById", made)["nodes"]] == ["a"]
    assert made in [each["_id"] for each in org("all")["list"]]
    org("dropById", made)
    with pytest.raises(Raised, match="3901"):
        org("findById", made)
