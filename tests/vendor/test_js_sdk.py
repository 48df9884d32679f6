"""The vendor's JavaScript SDKs (npm), unmodified, against the sandbox.

They throw a refusal as it arrived. Once somebody has signed in, they send that user's
token with `user`, `update` and `readUserOAuthList`; versions 1 and 2 also where only
the owner may ask (`userPatch`).
"""

import contextlib
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from authing_sandbox import Sandbox

from .conftest import Start
from .driving import Raised, Sdk, Witness

pytestmark = [pytest.mark.vendor, pytest.mark.xdist_group("vendor")]

PASSWORD = "correct horse"


@pytest.fixture(scope="module", params=["v1", "v2", "v3"])
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def js(start_js: Start, version: str) -> Sdk:
    return start_js(version)


@pytest.fixture(scope="module")
def v0(start_js: Start) -> Sdk:
    return start_js("v0")


@pytest.fixture(scope="module")
def v3(start_js: Start) -> Sdk:
    return start_js("v3")


@pytest.fixture
def ada(js: Sdk) -> Any:
    return js.register({"email": address(), "password": PASSWORD})


@pytest.fixture
def as_ada(start_js: Start, version: str, ada: Any) -> Iterator[Sdk]:
    """An SDK that Ada has signed in to; 1 and 2 keep the first token for the list."""
    with contextlib.closing(start_js(version)) as sdk:
        sdk.login({"email": ada["email"], "password": PASSWORD})
        yield sdk


def address() -> str:
    return f"{uuid4().hex[:12]}@example.com"


def number() -> str:
    return f"138{uuid4().int % 10**8:08}"


def test_manage_users(js: Sdk, witness: Witness, ada: Any) -> None:
    id = ada["_id"]
    assert witness.user(id)["email"] == ada["email"]
    assert js.user({"id": id})["userLoginHistory"]["totalCount"] == 0
    assert [user["_id"] for user in js.userPatch({"ids": id})["list"]] == [id]
    assert id in [user["_id"] for user in js.list(1, 200)["list"]]
    assert js.update({"_id": id, "nickname": "Countess"})["nickname"] == "Countess"
    assert witness.user(id)["nickname"] == "Countess"
    assert js.remove(id) == [{"_id": id}]
    with pytest.raises(Raised, match='"code":2210'):
        js.remove(id)


def test_sign_in_and_out(js: Sdk, witness: Witness, ada: Any) -> None:
    given = {"email": ada["email"], "password": PASSWORD}
    with pytest.raises(Raised, match='"code":2006'):
        js.login({**given, "password": "wrong"})
    token = js.login(given)["token"]
    assert js.checkLoginStatus()["status"] is True
    decoded = js.decodeToken(token)
    assert decoded["data"]["id"] == ada["_id"]
    assert decoded["status"]["message"] == "token 解析正常"
    assert witness.user(ada["_id"])["loginsCount"] == 1
    signed_out = js.logout(ada["_id"])
    assert signed_out["tokenExpiredAt"] == "Sat Jan 01 2000 00:00:00 GMT+0800 (CST)"
    assert js.checkLoginStatus(token)["status"] is False


def test_act_as_oneself(
    as_ada: Sdk, witness: Witness, ada: Any, sandbox: Sandbox
) -> None:
    id = ada["_id"]
    assert as_ada.user({"id": id})["email"] == ada["email"]
    assert as_ada.update({"_id": id, "nickname": "Countess"})["nickname"] == "Countess"
    assert witness.user(id)["nickname"] == "Countess"
    about = {"user": id, "client": sandbox.pool_id}
    assert "github" in [p["type"] for p in as_ada.readUserOAuthList(about)]
    with pytest.raises(Raised, match='"code":1001'):
        as_ada.update({"_id": id, "email": address()})
    with pytest.raises(Raised, match='"code":1001'):
        as_ada.update({"_id": id, "emailVerified": True})
    assert witness.user(id)["email"] == ada["email"]
    assert witness.user(id)["emailVerified"] is False


def test_nobody_acts_as_somebody_else(
    as_ada: Sdk, js: Sdk, witness: Witness, sandbox: Sandbox
) -> None:
    id = js.register({"email": address(), "password": PASSWORD})["_id"]
    with pytest.raises(Raised, match='"code":2202'):
        as_ada.user({"id": id})
    with pytest.raises(Raised, match='"code":2202'):
        as_ada.update({"_id": id, "nickname": "mine"})
    with pytest.raises(Raised, match='"code":2202'):
        as_ada.readUserOAuthList({"user": id, "client": sandbox.pool_id})
    assert witness.user(id)["nickname"] is None


def test_reading_several_users_takes_the_owner(
    as_ada: Sdk, version: str, ada: Any
) -> None:
    ids = {"ids": ada["_id"]}
    if version == "v3":
        assert as_ada.userPatch(ids)["totalCount"] == 1  # sent with the OwnerToken
    else:
        with pytest.raises(Raised, match='"code":1001'):
            as_ada.userPatch(ids)


def test_new_password_of_ones_own(js: Sdk, ada: Any) -> None:
    given = {"email": ada["email"], "password": PASSWORD}
    js.login(given)
    change = {"_id": ada["_id"], "password": "new secret"}
    with pytest.raises(Raised, match='"code":2203'):
        js.update({**change, "oldPassword": "wrong one"})
    js.update({**change, "oldPassword": PASSWORD})
    assert js.checkLoginStatus()["status"] is False
    assert js.login({**given, "password": "new secret"})["_id"] == ada["_id"]
    js.logout(ada["_id"])


def test_passwords(js: Sdk, witness: Witness, ada: Any) -> None:
    email = {"email": ada["email"]}
    assert js.sendResetPasswordEmail(email) == {"code": 200, "message": "成功"}
    given = {**email, "verifyCode": witness.code(ada["email"])}
    assert js.verifyResetPasswordVerifyCode(given)["code"] == 200
    js.changePassword({**given, "password": "new secret"})
    assert js.login({**email, "password": "new secret"})["_id"] == ada["_id"]
    js.logout(ada["_id"])
    assert js.sendVerifyEmail(email)["status"] is True
    witness.open_verification_link(ada["email"])
    assert witness.user(ada["_id"])["emailVerified"] is True


def test_sign_in_by_phone(js: Sdk, sandbox: Sandbox, witness: Witness) -> None:
    phone = number()
    assert js.getVerificationCode(phone)["code"] == 200
    user = witness.register_by_phone(phone, sandbox.pool_id)
    assert js.getVerificationCode(phone)["code"] == 200
    code = int(witness.code(phone))
    signed_in = js.loginByPhoneCode({"phone": phone, "phoneCode": code})
    assert signed_in["_id"] == user["_id"]
    js.logout(user["_id"])


def test_social_login(as_ada: Sdk, version: str, sandbox: Sandbox, ada: Any) -> None:
    def only(answer: Any, name: str) -> Any:
        return answer if version == "v3" else answer[name]

    providers = as_ada.readOAuthList()
    assert "github" in [provider["alias"] for provider in providers]
    about = {"user": ada["_id"], "client": sandbox.pool_id, "type": "github"}
    given = {**about, "unionid": uuid4().hex, "userInfo": "{}"}
    bound = only(as_ada.bindOAuth(given), "bindOtherOAuth")
    assert bound["user"] == ada["_id"]
    bindings = {p["type"]: p["binded"] for p in as_ada.readUserOAuthList(about)}
    assert bindings["github"] is True
    unbound = only(as_ada.unbindOAuth(about), "unbindOtherOAuth")
    assert unbound["type"] == "github"


def test_login_by_ldap(js: Sdk, sandbox: Sandbox) -> None:
    # Goes to the oauth gateway, other than the documentation says.
    given = {"username": "leela", "password": sandbox.directory_password}
    user = js.loginByLDAP(given)
    assert user["username"] == "leela"
    assert js.checkLoginStatus()["status"] is True
    js.logout(user["_id"])


# What only later versions have


@pytest.mark.parametrize("version", ["v2", "v3"], indirect=True)
def test_mfa(as_ada: Sdk, ada: Any, sandbox: Sandbox) -> None:
    about = {"userId": ada["_id"], "userPoolId": sandbox.pool_id}
    assert as_ada.queryMFA(about) is None
    changed = as_ada.changeMFA({**about, "enable": True})
    assert (changed["enable"], as_ada.queryMFA(about)) == (True, changed)


@pytest.mark.parametrize("version", ["v2", "v3"], indirect=True)
def test_authorised_apps(js: Sdk, witness: Witness, ada: Any, sandbox: Sandbox) -> None:
    # Both go to the oauth gateway, other than the documentation says.
    witness.sign_in_at_app(ada["email"], PASSWORD)
    pool = {"clientId": sandbox.pool_id, "userPoolId": sandbox.pool_id}
    about = {**pool, "userId": ada["_id"]}
    (app,) = js.getAuthedAppList(about)["OIDCApps"]
    assert app["_id"] == sandbox.oidc_app_id
    revoked = js.revokeAuthedApp({**about, "appId": app["_id"]})
    assert (revoked["isRevoked"], revoked["appId"]) == ("true", app["_id"])
    assert witness.authorised_apps(ada["_id"]) == []


@pytest.mark.parametrize("version", ["v2", "v3"], indirect=True)
def test_refresh_token(js: Sdk, ada: Any) -> None:
    fresh = js.refreshToken({"user": ada["_id"]})
    assert js.checkLoginStatus(fresh["token"])["status"] is True
    assert js.decodeToken(fresh["token"])["exp"] == fresh["exp"]


def test_v3_phones(v3: Sdk, witness: Witness) -> None:
    phone = number()
    assert v3.sendRegisterPhoneCode(phone)["code"] == 200
    code = witness.code(phone)
    user = v3.register({"phone": phone, "phoneCode": code, "password": PASSWORD})
    assert witness.user(user["_id"])["phone"] == phone
    assert v3.sendOneTimePhoneCode(phone)["code"] == 200
    given = {"phone": phone, "password": PASSWORD}
    assert v3.loginByPhonePassword(given)["_id"] == user["_id"]
    v3.logout(user["_id"])


def test_v3_openid_connect(v3: Sdk, sandbox: Sandbox) -> None:
    # The token endpoint, and the claims at /me; signIn is the same by GraphQL.
    user = v3.register({"email": address(), "password": PASSWORD})
    given = {"email": user["email"], "password": PASSWORD}
    app = {"client_id": sandbox.oidc_app_id, "client_secret": sandbox.oidc_app_secret}
    with pytest.raises(Raised, match='"error":"invalid_grant"'):
        v3.loginByOidc({**app, **given, "password": "wrong"})
    scope = "openid email offline_access"
    signed_in = v3.loginByOidc({**app, **given, "scope": scope})
    assert (signed_in["sub"], signed_in["email"]) == (user["_id"], user["email"])
    refresh = {**app, "refresh_token": signed_in["refresh_token"]}
    assert v3.refreshOidcToken(refresh)["id_token"]
    signed_in = v3.signIn(given)
    assert signed_in["sub"] == user["_id"]
    refresh = {"refreshToken": signed_in["refresh_token"]}
    assert v3.refreshSignInToken(refresh)["access_token"]
    v3.logout(user["_id"])


def test_v3_more(v3: Sdk, witness: Witness, sandbox: Sandbox) -> None:
    user = v3.createUser({"email": address(), "password": PASSWORD})
    email = user["email"]
    assert v3.userExist(sandbox.pool_id, {"email": email}) is True
    assert v3.userExist(sandbox.pool_id, {"email": address()}) is False
    assert v3.sendActivationEmail({"email": email})["message"]
    witness.open_verification_link(email)
    assert witness.user(user["_id"])["emailVerified"] is True
    # Goes to the oauth gateway.
    given = {"username": "professor", "password": sandbox.directory_password}
    professor = v3.loginByAd({**given, "adConnectorId": sandbox.ad_connector_id})
    assert professor["email"] == "professor@ad.planetexpress.com"
    v3.logout(professor["_id"])


# The first version


def test_v0(v0: Sdk, witness: Witness, sandbox: Sandbox) -> None:
    user = v0.register({"email": address(), "password": PASSWORD})
    id, email = user["_id"], user["email"]
    assert id in [user["_id"] for user in v0.list(1, 200)["list"]]
    assert "GitHub" in [provider["name"] for provider in v0.readOAuthList()]
    assert v0.checkLoginStatus()["code"] == 2020  # says so itself
    with pytest.raises(Raised, match='"code":2006'):
        v0.login({"email": email, "password": "wrong"})
    assert v0.login({"email": email, "password": PASSWORD})["_id"] == id
    assert v0.checkLoginStatus()["status"] is True
    assert v0.user({"id": id})["email"] == email
    assert v0.update({"_id": id, "nickname": "Countess"})["nickname"] == "Countess"
    token = witness.user(id)["token"]
    assert v0.logout(id)["_id"] == id
    assert witness.is_signed_in(token) is False
    given = {"email": email, "client": sandbox.pool_id}
    assert v0.sendResetPasswordEmail(given)["code"] == 200
    given |= {"verifyCode": witness.code(email)}
    assert v0.verifyResetPasswordVerifyCode(given)["code"] == 200
    assert v0.changePassword({**given, "password": "new secret"})["_id"] == id
    assert v0.login({"email": email, "password": "new secret"})["_id"] == id
    (removed,) = v0.remove(id)
    assert removed["_id"] == id
    assert witness.user(id) is None
