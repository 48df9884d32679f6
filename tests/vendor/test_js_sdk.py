"""The vendor's JavaScript SDK 1.19.0 (npm), unmodified, against the sandbox.

It throws a refusal as it arrived. Once somebody has signed in, `user`, `userPatch` and
`update` go out with that UserToken.
"""

from typing import Any
from uuid import uuid4

import pytest

from authing_sandbox import Sandbox

from .driving import Raised, Sdk, Witness

pytestmark = pytest.mark.vendor

PASSWORD = "correct horse"


@pytest.fixture
def ada(js: Sdk) -> Any:
    email = f"{uuid4().hex[:12]}@example.com"
    return js.register({"email": email, "password": PASSWORD})


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
    assert js.decodeToken(token)["data"]["id"] == ada["_id"]
    assert witness.user(ada["_id"])["loginsCount"] == 1
    assert js.logout(ada["_id"])["_id"] == ada["_id"]
    assert js.checkLoginStatus(token)["status"] is False


def test_passwords(js: Sdk, witness: Witness, ada: Any) -> None:
    email = {"email": ada["email"]}
    assert js.sendResetPasswordEmail(email)["code"] == 200
    given = {**email, "verifyCode": witness.code(ada["email"])}
    assert js.verifyResetPasswordVerifyCode(given)["code"] == 200
    js.changePassword({**given, "password": "new secret"})
    assert js.login({**email, "password": "new secret"})["_id"] == ada["_id"]
    js.logout(ada["_id"])
    assert js.sendVerifyEmail(email)["status"] is True
    witness.open_verification_link(ada["email"])
    assert witness.user(ada["_id"])["emailVerified"] is True


def test_sign_in_by_phone(js: Sdk, sandbox: Sandbox, witness: Witness) -> None:
    phone = f"138{uuid4().int % 10**8:08}"
    assert js.getVerificationCode(phone)["code"] == 200
    user = witness.register_by_phone(phone, sandbox.pool_id)
    assert js.getVerificationCode(phone)["code"] == 200
    code = int(witness.code(phone))
    signed_in = js.loginByPhoneCode({"phone": phone, "phoneCode": code})
    assert signed_in["_id"] == user["_id"]
    js.logout(user["_id"])


def test_social_login(js: Sdk, sandbox: Sandbox, ada: Any) -> None:
    providers = js.readOAuthList()
    assert "github" in [provider["alias"] for provider in providers]
    js.login({"email": ada["email"], "password": PASSWORD})
    about = {"user": ada["_id"], "client": sandbox.pool_id, "type": "github"}
    given = {**about, "unionid": uuid4().hex, "userInfo": "{}"}
    assert js.bindOAuth(given)["bindOtherOAuth"]["user"] == ada["_id"]
    assert js.unbindOAuth(about)["unbindOtherOAuth"]["type"] == "github"
    js.logout(ada["_id"])


def test_login_by_ldap(js: Sdk, sandbox: Sandbox) -> None:
    # Goes to the oauth gateway, other than the documentation says.
    given = {"username": "leela", "password": sandbox.directory_password}
    user = js.loginByLDAP(given)
    assert user["username"] == "leela"
    assert js.checkLoginStatus()["status"] is True
    js.logout(user["_id"])
