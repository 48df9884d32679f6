"""The vendor's Python SDK 1.1.0, unmodified, against the sandbox.

It has a method a field of the production schema of 2020-05 and asks for all there is;
before it sends anything, it checks that against what introspection tells. It was made
for one gateway that answers everything; here each has its own.
"""

from typing import Any
from uuid import uuid4

import pytest

from authing_sandbox import Sandbox

from .conftest import Start
from .driving import Raised, Sdk, Witness

pytestmark = [pytest.mark.vendor, pytest.mark.xdist_group("vendor")]

PASSWORD = "correct horse"


@pytest.fixture(scope="module")
def owner(start_python_1: Start, sandbox: Sandbox) -> Sdk:
    return start_python_1(sandbox.users_url, sandbox.secret)


@pytest.fixture
def ada(owner: Sdk) -> Any:
    email = f"{uuid4().hex[:12]}@example.com"
    return owner.register({"email": email, "password": PASSWORD})


def test_wrong_secret(start_python_1: Start, sandbox: Sandbox) -> None:
    with pytest.raises(Raised, match="'code': 1001"):
        start_python_1(sandbox.users_url, "wrong")


def test_users(owner: Sdk, witness: Witness, ada: Any) -> None:
    id, email = ada["_id"], ada["email"]
    assert owner.userExist({"userPoolId": ada["registerInClient"], "email": email})
    total = owner.users({"page": 1, "count": 1})["totalCount"]
    everybody = owner.users({"page": (total + 199) // 200, "count": 200})
    assert id in [user["_id"] for user in everybody["list"]]
    assert owner.userPatch({"ids": id})["totalCount"] == 1
    assert owner.user({"id": id})["email"] == email
    changes = {"_id": id, "nickname": "Countess", "company": "Engines"}
    assert owner.updateUser({"options": changes})["nickname"] == "Countess"
    assert witness.user(id)["company"] == "Engines"
    assert owner.removeUsers({"ids": [id]}) == [{"_id": id}]
    assert witness.user(id) is None


def test_act_as_oneself(
    start_python_1: Start, sandbox: Sandbox, witness: Witness, ada: Any
) -> None:
    id, email = ada["_id"], ada["email"]
    me = start_python_1(sandbox.users_url)
    with pytest.raises(Raised, match="'code': 2006"):
        me.login({"email": email, "password": "wrong"})
    assert me.login({"email": email, "password": PASSWORD})["_id"] == id
    assert me.checkLoginStatus()["status"] is True
    assert me.user({"id": id})["email"] == email
    me.updateUser({"options": {"_id": id, "nickname": "Countess"}})
    assert witness.user(id)["nickname"] == "Countess"
    about = {"userId": id, "userPoolId": sandbox.pool_id}
    changed = me.changeMFA({**about, "enable": True})
    assert (changed["enable"], me.queryMFA(about)) == (True, changed)
    with pytest.raises(Raised, match="'code': 1001"):
        me.users()


def test_tokens(owner: Sdk, ada: Any) -> None:
    fresh = owner.refreshToken({"user": ada["_id"]})
    decoded = owner.decodeJwtToken({"token": fresh["token"]})
    assert (decoded["data"]["id"], decoded["exp"]) == (ada["_id"], fresh["exp"])
    assert decoded["status"]["code"] == 200


def test_passwords(owner: Sdk, witness: Witness, ada: Any) -> None:
    email = {"email": ada["email"]}
    assert owner.sendResetPasswordEmail(email)["code"] == 200
    given = {**email, "verifyCode": witness.code(ada["email"])}
    assert owner.verifyResetPasswordVerifyCode(given)["code"] == 200
    changed = owner.changePassword({**given, "password": "new secret"})
    assert changed["_id"] == ada["_id"]
    assert owner.login({**email, "password": "new secret"})["_id"] == ada["_id"]
    assert owner.sendVerifyEmail(email)["status"] is True
    witness.open_verification_link(ada["email"])
    assert witness.user(ada["_id"])["emailVerified"] is True


def test_whitelist(owner: Sdk, sandbox: Sandbox) -> None:
    phone = f"138{uuid4().int % 10**8:08}"
    assert owner.setInvitationState({"enablePhone": True})["enablePhone"] is True
    assert owner.queryInvitationState()["enablePhone"] is True
    added = owner.addToInvitation({"phone": phone})
    assert (added["client"], added["phone"]) == (sandbox.pool_id, phone)
    assert phone in [entry["phone"] for entry in owner.queryInvitation()]
    assert owner.removeFromInvitation({"phone": phone})["isDeleted"] is True
    assert phone not in [entry["phone"] for entry in owner.queryInvitation()]
    assert owner.setInvitationState({"enablePhone": False})["enablePhone"] is False


def test_social_login(start_python_1: Start, sandbox: Sandbox, ada: Any) -> None:
    oauth = start_python_1(sandbox.oauth_url)
    assert "github" in [provider["alias"] for provider in oauth.ReadOauthList()]
    with pytest.raises(Raised, match="'code': 2020"):
        oauth.notBindOAuthList({"user": ada["_id"]})
    me = start_python_1(sandbox.users_url)
    me.login({"email": ada["email"], "password": PASSWORD})
    about = {"user": ada["_id"], "type": "github"}
    bound = me.bindOtherOAuth({**about, "unionid": uuid4().hex, "userInfo": "{}"})
    assert (bound["user"], bound["client"]) == (ada["_id"], sandbox.pool_id)
    assert me.unbindOtherOAuth(about)["type"] == "github"


def test_authorised_apps(
    owner: Sdk, witness: Witness, sandbox: Sandbox, ada: Any
) -> None:
    witness.sign_in_at_app(ada["email"], PASSWORD)
    (app,) = owner.GetUserAuthorizedApps({"userId": ada["_id"]})["OIDCApps"]
    about = {"userPoolId": sandbox.pool_id, "userId": ada["_id"], "appId": app["_id"]}
    assert owner.RevokeUserAuthorizedApp(about)["isRevoked"] == "true"
    assert witness.authorised_apps(ada["_id"]) == []


def test_directories(owner: Sdk, sandbox: Sandbox) -> None:
    # It encrypts every password that it sends, here other than the documentation says.
    given = {"username": "leela", "password": sandbox.directory_password}
    assert owner.LoginByLDAP(given)["email"] == "leela@planetexpress.com"
    given |= {"username": "professor", "adConnectorId": sandbox.ad_connector_id}
    assert owner.loginByAd(given)["email"] == "professor@ad.planetexpress.com"
