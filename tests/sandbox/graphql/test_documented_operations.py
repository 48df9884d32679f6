"""Every documented operation, word for word, from a new user to a removed one."""

from pathlib import Path
from typing import Any

import pytest
from graphql import FragmentDefinitionNode, OperationDefinitionNode, parse, print_ast

from ..calling import PASSWORD, Caller, fresh_email, fresh_phone

pytestmark = pytest.mark.anyio

DOCUMENT = Path(__file__).parents[2] / "wire" / "documented.graphql"
ON_OAUTH_GATEWAY = {"ReadOAuthList", "notBindOAuthList"}


def operations() -> dict[str, str]:
    found: dict[str, str] = {}
    for node in parse(DOCUMENT.read_text(encoding="utf-8")).definitions:
        assert not isinstance(node, FragmentDefinitionNode)
        assert isinstance(node, OperationDefinitionNode)
        assert node.name is not None
        found[node.name.value] = print_ast(node)
    return found


class Walk:
    """Runs documented operations, and remembers which are left."""

    def __init__(self) -> None:
        self.left = operations()

    async def run(self, caller: Caller, name: str, **variables: Any) -> Any:
        gateway = "oauth" if name in ON_OAUTH_GATEWAY else "users"
        return await caller.call(self.left.pop(name), gateway, **variables)


async def test_all_of_them(anyone: Caller) -> None:
    walk, box = Walk(), anyone.sandbox
    pool, email, phone = box.pool_id, fresh_email(), fresh_phone()

    init = await walk.run(
        anyone, "getClientWhenSdkInit", secret=box.secret, clientId=pool
    )
    owner = anyone.with_token(init["accessToken"])
    providers = await walk.run(anyone, "ReadOAuthList", clientId=pool)
    assert {"GitHub", "微信"} <= {provider["name"] for provider in providers}

    secret = anyone.encrypt(PASSWORD)
    user = await walk.run(
        anyone, "register", registerInClient=pool, email=email, password=secret
    )
    id = user["_id"]
    assert await walk.run(anyone, "userExist", userPoolId=pool, email=email) is True
    signed_in = await walk.run(
        anyone, "login", registerInClient=pool, email=email, password=secret
    )
    ada = anyone.with_token(signed_in["token"])
    assert (await walk.run(ada, "checkLoginStatus"))["code"] == 200
    decoded = await walk.run(anyone, "decodeJwtToken", token=ada.token)
    assert decoded["data"]["id"] == id
    fresh = await walk.run(owner, "RefreshToken", client=pool, user=id)
    assert fresh["token"]

    await users(walk, owner, id, pool)
    await phones(walk, anyone, owner, phone)
    await directories(walk, anyone)
    await social(walk, ada, owner, id)
    await apps(walk, anyone, ada, email)
    await mfa(walk, ada, id)
    await passwords(walk, anyone, email)

    unbound = await walk.run(await relogin(anyone, id, email), "unbindEmail", user=id)
    assert unbound["email"] is None
    removed = await walk.run(owner, "removeUsers", ids=[id], registerInClient=pool)
    assert removed == [{"_id": id}]
    assert walk.left == {}


async def users(walk: Walk, owner: Caller, id: str, pool: str) -> None:
    updated = await walk.run(
        owner, "UpdateUser", _id=id, registerInClient=pool, username="word-for-word"
    )
    assert updated["username"] == "word-for-word"
    found = await walk.run(owner, "user", id=id, registerInClient=pool)
    assert found["userLoginHistory"]["totalCount"] == 1
    patch = await walk.run(owner, "userPatch", ids=id)
    assert patch["list"][0]["userLoginHistory"] == found["userLoginHistory"]
    page = await walk.run(owner, "users", registerInClient=pool, page=1, count=200)
    assert id in [user["_id"] for user in page["list"]]


async def phones(walk: Walk, anyone: Caller, owner: Caller, phone: str) -> None:
    pool = anyone.sandbox.pool_id
    entry = {"client": pool, "qrCodePhone": phone}
    assert await walk.run(owner, "addToInvitation", **entry) == entry
    assert entry in await walk.run(owner, "queryInvitation", client=pool)
    assert await walk.run(owner, "removeFromInvitation", **entry) == entry
    off = await walk.run(owner, "setInvitationState", client=pool, enableQrCode=False)
    assert off["enableQrCode"] is False
    state = await walk.run(owner, "queryInvitationState", client=pool)
    assert state == {"client": pool, "enableQrCode": False}
    await anyone.register(phone=phone, password=PASSWORD)
    await anyone.http.get(f"/users/send_smscode/{phone}/{pool}")
    code = int(await anyone.sandbox.last_code(phone))
    by_code = {"phone": phone, "phoneCode": code, "registerInClient": pool}
    signed_in = await walk.run(anyone, "loginByPhoneCode", **by_code)
    assert signed_in["phone"] == phone


async def directories(walk: Walk, anyone: Caller) -> None:
    box = anyone.sandbox
    fry = {"username": "fry", "password": box.directory_password}
    by_ldap = await walk.run(anyone, "LoginByLDAP", **fry, clientId=box.pool_id)
    assert by_ldap["registerMethod"] == "ldap"
    by_ad = await walk.run(
        anyone, "LoginByAd", **fry, adConnectorId=box.ad_connector_id
    )
    assert by_ad["registerMethod"] == "ad"


async def social(walk: Walk, ada: Caller, owner: Caller, id: str) -> None:
    pool = ada.sandbox.pool_id
    about = {"user": id, "client": pool}
    await walk.run(
        ada, "bindOtherOAuth", **about, type="qq", unionid=f"qq-{id}", userInfo="{}"
    )
    providers = await walk.run(owner, "notBindOAuthList", **about)
    assert [p["type"] for p in providers if p["binded"]] == ["qq"]
    unbound = await walk.run(ada, "unbindOtherOAuth", **about, type="qq")
    assert unbound["unionid"] == f"qq-{id}"


async def apps(walk: Walk, anyone: Caller, ada: Caller, email: str) -> None:
    box = anyone.sandbox
    app = {"oidcAppId": box.oidc_app_id, "userPoolId": box.pool_id}
    signed_in = await walk.run(anyone, "SignIn", **app, email=email, password=PASSWORD)
    refreshed = await walk.run(
        anyone, "RefreshSignInToken", **app, refreshToken=signed_in["refresh_token"]
    )
    assert refreshed["access_token"] != signed_in["access_token"]
    id = signed_in["sub"]
    listed = await walk.run(
        ada, "GetUserAuthorizedApps", clientId=box.pool_id, userId=id
    )
    assert [app["_id"] for app in listed["OIDCApps"]] == [box.oidc_app_id]
    revoked = await walk.run(
        ada,
        "RevokeUserAuthorizedApp",
        userPoolId=box.pool_id,
        userId=id,
        appId=box.oidc_app_id,
    )
    assert revoked["isRevoked"] == "true"


async def mfa(walk: Walk, ada: Caller, id: str) -> None:
    about = {"userId": id, "userPoolId": ada.sandbox.pool_id}
    changed = await walk.run(ada, "changeMFA", **about, enable=False)
    assert await walk.run(ada, "queryMFA", **about) == changed


async def passwords(walk: Walk, anyone: Caller, email: str) -> None:
    about = {"email": email, "client": anyone.sandbox.pool_id}
    assert (await walk.run(anyone, "sendVerifyEmail", **about))["status"] is True
    assert (await walk.run(anyone, "sendResetPasswordEmail", **about))["code"] == 200
    about["verifyCode"] = await anyone.sandbox.last_code(email)
    checked = await walk.run(anyone, "verifyResetPasswordVerifyCode", **about)
    assert checked["status"] is True
    await walk.run(
        anyone, "changePassword", **about, password=anyone.encrypt("brand new")
    )


async def relogin(anyone: Caller, id: str, email: str) -> Caller:
    user = await anyone.login(email=email, password="brand new")
    assert user["_id"] == id
    return anyone.with_token(user["token"])
