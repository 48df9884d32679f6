"""The vendor's Python SDK 0.16.9, unmodified, against the sandbox.

It answers a refusal with `{"code", "message", "data", "errors": True}`: fine only
where a refusal's message is an object. What it keeps apart (`users` acts as whoever
signed in last, `authService` as the owner) decides which token a method sends.
"""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from authing_sandbox import Sandbox

from .conftest import Start
from .driving import Raised, Sdk, Witness

pytestmark = [pytest.mark.vendor, pytest.mark.xdist_group("vendor")]

PASSWORD = "correct horse"


@pytest.fixture(scope="module")
def owner(start_python: Start) -> Sdk:
    """Never signs anybody in, so that it keeps acting as the owner."""
    return start_python()


@pytest.fixture(scope="module")
def visitor(start_python: Start) -> Sdk:
    """Signs users in, and acts as the last of them from then on."""
    return start_python()


@pytest.fixture
def email() -> str:
    return f"{uuid4().hex[:12]}@example.com"


@pytest.fixture
def phone() -> str:
    return f"138{uuid4().int % 10**8:08}"


@pytest.fixture
def ada(owner: Sdk, email: str) -> Any:
    return owner.register(email, PASSWORD)


@pytest.fixture
def as_ada(start_python: Start, visitor: Sdk, ada: Any) -> Iterator[Sdk]:
    """An SDK that was given a UserToken."""
    token = visitor.login(ada["email"], password=PASSWORD)["token"]
    sdk = start_python(token)
    yield sdk
    sdk.close()


def is_refused(answer: Any, code: int) -> bool:
    return bool(answer["errors"]) and answer["code"] == code and answer["message"]


def test_wrong_secret(start_python: Start) -> None:
    with pytest.raises(Raised, match="'code': 1001"):
        start_python(secret="wrong")


def test_register(owner: Sdk, witness: Witness, email: str) -> None:
    user = owner.register(email, PASSWORD)
    assert (user["email"], user["emailVerified"]) == (email, False)
    assert owner.checkLoginStatus(user["token"])["status"] is True
    assert witness.user(user["_id"])["registerMethod"] == "default:email"
    assert is_refused(owner.register(email, PASSWORD), 2026)
    assert is_refused(owner.register(f"x{email}", "short"), 2029)


def test_register_by_phone(owner: Sdk, witness: Witness, phone: str) -> None:
    assert owner.sendRegisterPhoneCode(phone) == [True, "发送成功"]
    code = witness.code(phone)
    wrong = f"{(int(code) + 1) % 10**4:04}"
    assert is_refused(owner.registerByPhone(phone, PASSWORD, wrong), 2001)
    user = owner.registerByPhone(phone, PASSWORD, code)
    assert witness.user(user["_id"])["phone"] == phone
    success, message = owner.sendRegisterPhoneCode(phone)
    assert (success, bool(message)) == (False, True)


def test_login(visitor: Sdk, owner: Sdk, witness: Witness, ada: Any) -> None:
    assert is_refused(visitor.login(ada["email"], password="wrong"), 2006)
    assert is_refused(visitor.login(username=uuid4().hex, password=PASSWORD), 2004)
    user = visitor.login(ada["email"], password=PASSWORD)
    assert (user["_id"], user["loginsCount"]) == (ada["_id"], 1)
    assert user["metadata"] is None
    assert visitor.checkLoginStatus() == {
        "status": True,
        "code": 200,
        "message": "已登录",
    }
    name = uuid4().hex
    owner.update({"_id": ada["_id"], "username": name})
    assert visitor.login(username=name, password=PASSWORD)["_id"] == ada["_id"]
    history = witness.user(ada["_id"])["userLoginHistory"]
    assert history["totalCount"] == 3
    assert [attempt["success"] for attempt in history["list"]] == [True, True, False]


def test_login_by_phone(visitor: Sdk, owner: Sdk, witness: Witness, phone: str) -> None:
    assert owner.getVerificationCode(phone) == [True, "发送成功"]
    user = owner.registerByPhone(phone, PASSWORD, witness.code(phone))
    assert visitor.loginByPhonePassword(phone, PASSWORD)["_id"] == user["_id"]
    assert witness.user(user["_id"])["browser"] == "python_sdk"
    assert is_refused(visitor.loginByPhonePassword(phone, "wrong!"), 2006)
    assert owner.sendOneTimePhoneCode(phone) == [True, "发送成功"]
    code = int(witness.code(phone))
    assert visitor.loginByPhoneCode(phone, code)["_id"] == user["_id"]
    assert is_refused(visitor.loginByPhoneCode(phone, code), 2001)  # good once
    assert witness.user(user["_id"])["loginsCount"] == 2


def test_read_users(owner: Sdk, ada: Any) -> None:
    assert owner.user({"id": ada["_id"]})["email"] == ada["email"]
    assert owner.user({"id": "5aec1ea610ecb800018db176"}) is None
    everybody = owner.list(1, 200)
    assert everybody["totalCount"] == len(everybody["list"])
    assert ada["_id"] in [user["_id"] for user in everybody["list"]]
    assert len(owner.list(1, 1)["list"]) == 1
    patch = owner.userPatch(f"{ada['_id']},nobody")
    assert [user["_id"] for user in patch["list"]] == [ada["_id"]]
    assert patch["totalCount"] == 1
    assert patch["list"][0]["userLoginHistory"] == {"totalCount": 0, "list": []}


def test_update(owner: Sdk, visitor: Sdk, witness: Witness, ada: Any) -> None:
    changes = {"nickname": "Countess", "company": "Engines", "emailVerified": True}
    user = owner.update({"_id": ada["_id"], **changes})
    stored = witness.user(ada["_id"])
    assert changes.items() <= user.items()
    assert changes.items() <= stored.items()
    password = {"password": "new secret", "oldPassword": "wrong one"}
    assert is_refused(owner.update({"_id": ada["_id"], **password}), 2203)
    owner.update({"_id": ada["_id"], **password, "oldPassword": PASSWORD})
    assert is_refused(visitor.login(ada["email"], password=PASSWORD), 2006)
    assert visitor.login(ada["email"], password="new secret")["_id"] == ada["_id"]
    assert is_refused(owner.update({"_id": "nobody", "nickname": "x"}), 2004)


def test_logout(owner: Sdk, visitor: Sdk, ada: Any) -> None:
    token = visitor.login(ada["email"], password=PASSWORD)["token"]
    assert owner.checkLoginStatus(token)["status"] is True
    assert owner.logout(ada["_id"])["_id"] == ada["_id"]
    assert owner.checkLoginStatus(token)["status"] is False


def test_remove(owner: Sdk, visitor: Sdk, ada: Any) -> None:
    assert owner.remove(ada["_id"]) == [{"_id": ada["_id"]}]
    assert owner.user({"id": ada["_id"]}) is None
    assert owner.checkLoginStatus(ada["token"])["status"] is False
    assert is_refused(visitor.login(ada["email"], password=PASSWORD), 2004)
    assert is_refused(owner.remove(ada["_id"]), 2210)


def test_tokens(owner: Sdk, ada: Any) -> None:
    assert owner.checkLoginStatus()["status"] is False  # the owner is not a user
    decoded = owner.decodeToken(ada["token"])
    assert decoded["status"]["code"] == 200
    assert decoded["data"]["id"] == ada["_id"]
    assert decoded["exp"] - int(decoded["iat"]) == 15 * 24 * 3600
    assert owner.decodeToken("nonsense")["status"]["code"] == 2207
    fresh = owner.RefreshToken(ada["_id"])
    assert owner.checkLoginStatus(fresh["token"])["status"] is True
    assert owner.decodeToken(fresh["token"])["exp"] == fresh["exp"]


def test_reset_password(owner: Sdk, visitor: Sdk, witness: Witness, ada: Any) -> None:
    email = ada["email"]
    assert owner.sendResetPasswordEmail({"email": email})["code"] == 200
    code = witness.code(email)
    given = {"email": email, "verifyCode": code}
    wrong = {**given, "verifyCode": "wrong"}
    assert owner.verifyResetPasswordVerifyCode(given)["code"] == 200
    assert owner.verifyResetPasswordVerifyCode(wrong)["code"] == 2001
    changed = owner.changePassword({**given, "password": "new secret"})
    assert changed["_id"] == ada["_id"]
    assert visitor.login(email, password="new secret")["_id"] == ada["_id"]
    again = owner.changePassword({**given, "password": "another one"})
    assert is_refused(again, 2001)
    nobody = owner.sendResetPasswordEmail({"email": f"x{email}"})
    assert nobody["code"] == 2004


def test_verify_email(owner: Sdk, witness: Witness, ada: Any) -> None:
    email = {"email": ada["email"]}
    sent = {"message": "发送验证邮件成功"}
    assert owner.sendActivationEmail(ada["email"]) == sent
    first = witness.code(ada["email"])
    assert owner.sendVerifyEmail(email)["status"] is True
    assert witness.code(ada["email"]) != first
    witness.open_verification_link(ada["email"])
    assert owner.user({"id": ada["_id"]})["emailVerified"] is True


def test_providers_of_the_pool(owner: Sdk, sandbox: Sandbox) -> None:
    providers = {provider["type"]: provider for provider in owner.readOAuthList()}
    assert providers["github"]["client"] == sandbox.pool_id
    assert providers["github"]["oAuthUrl"].startswith("https://")


def test_social_login(owner: Sdk, as_ada: Sdk, ada: Any, sandbox: Sandbox) -> None:
    profile = json.dumps({"login": "ada"})
    given = {"user": ada["_id"], "client": sandbox.pool_id, "unionid": uuid4().hex}
    binding = as_ada.bindOAuth({**given, "type": "github", "userInfo": profile})
    assert (binding["user"], binding["userInfo"]) == (ada["_id"], profile)
    assert bound(owner, ada) == {"github"}
    again = as_ada.bindOAuth({**given, "type": "github", "userInfo": profile})
    assert is_refused(again, 2213)
    assert as_ada.unbindOAuth(ada["_id"], "github")["type"] == "github"
    assert bound(owner, ada) == set()
    assert is_refused(as_ada.unbindOAuth(ada["_id"], "github"), 2216)
    assert is_refused(owner.unbindOAuth(ada["_id"], "github"), 1001)


def bound(owner: Sdk, user: Any) -> set[str]:
    providers = owner.readUserOAuthList(user["_id"])
    return {provider["type"] for provider in providers if provider["binded"]}


def test_unbind_email(owner: Sdk, as_ada: Sdk, witness: Witness, ada: Any) -> None:
    assert is_refused(as_ada.unbindEmail(ada["_id"]), 2217)
    owner.update({"_id": ada["_id"], "username": uuid4().hex})
    assert as_ada.unbindEmail(ada["_id"])["email"] is None
    assert witness.user(ada["_id"])["email"] is None
    assert is_refused(as_ada.unbindEmail(ada["_id"]), 2219)


def test_mfa(owner: Sdk, as_ada: Sdk, visitor: Sdk, ada: Any, sandbox: Sandbox) -> None:
    assert owner.queryMFA(sandbox.pool_id, ada["_id"]) is None
    changed = as_ada.changeMFA(ada["_id"], True)
    assert (changed["enable"], changed["userId"]) == (True, ada["_id"])
    assert owner.queryMFA(sandbox.pool_id, ada["_id"]) == changed
    assert is_refused(visitor.login(ada["email"], password=PASSWORD), 2000)
    assert as_ada.changeMFA(ada["_id"], False)["enable"] is False
    assert visitor.login(ada["email"], password=PASSWORD)["_id"] == ada["_id"]


def test_authorised_apps(
    owner: Sdk, witness: Witness, ada: Any, sandbox: Sandbox
) -> None:
    app = sandbox.oidc_app_id
    assert is_refused(owner.revokeAuthedApp(ada["_id"], app), 2011)
    witness.sign_in_at_app(ada["email"], PASSWORD)
    # The SDK builds its query and forgets to send it.
    assert owner.getAuthedAppList(ada["_id"], 1, 10) is None
    revoked = owner.revokeAuthedApp(ada["_id"], app)
    assert (revoked["isRevoked"], revoked["appId"]) == ("true", app)
    assert witness.authorised_apps(ada["_id"]) == []


def test_login_by_ldap(owner: Sdk, witness: Witness, sandbox: Sandbox) -> None:
    user = owner.loginByLDAP("fry", sandbox.directory_password)
    assert user["username"] == "fry"
    assert owner.checkLoginStatus(user["token"])["status"] is True
    assert witness.user(user["_id"])["browser"] == "python_sdk"
    assert is_refused(owner.loginByLDAP("fry", "wrong"), 2006)


def test_preflight(owner: Sdk) -> None:
    assert owner.preflightFun() == [True, ""]
    assert owner.cdnPreflightFun() is True


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("createRole", [{"name": "crew", "descriptions": ""}]),
        ("getUsersByRole", ["5aec1ea610ecb800018db176"]),
        ("queryPermissions", ["5aec1ea610ecb800018db176"]),
    ],
)
def test_what_the_sandbox_does_not_have(
    owner: Sdk, method: str, arguments: list[Any]
) -> None:
    # Unknown fields are refused by GraphQL, in plain words; the SDK cannot take those.
    with pytest.raises(Raised, match="'str' object does not support item assignment"):
        getattr(owner, method)(*arguments)
