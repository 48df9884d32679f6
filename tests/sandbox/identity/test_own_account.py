"""Users read and change their own accounts with a UserToken, and nobody else's."""

from typing import Any

import pytest

from ..calling import CHECK, PASSWORD, Caller, Refused, fresh_email, fresh_phone

pytestmark = pytest.mark.anyio

USER = "query u($id: String) { user(id: $id) { _id email nickname emailVerified } }"
OTHERS = (
    "query o($id: String, $t: String) { user(id: $id, token: $t) { email nickname } }"
)
PROVIDERS = "query n($u: String) { notBindOAuthList(user: $u) { type binded } }"


@pytest.fixture
def me(anyone: Caller, ada: Any) -> Caller:
    """Calls with Ada's UserToken."""
    return anyone.with_token(ada["token"])


async def test_reading_ones_own_account(me: Caller, ada: Any) -> None:
    for given in ({"id": ada["_id"]}, {}):
        assert (await me.call(USER, **given))["email"] == ada["email"]


async def test_changing_ones_own_account(me: Caller, ada: Any) -> None:
    name = f"countess {ada['_id']}"
    changed = await me.update(_id=ada["_id"], nickname="Countess", username=name)
    assert (changed["nickname"], changed["username"]) == ("Countess", name)
    assert (await me.update(nickname="Lady"))["_id"] == ada["_id"]
    assert (await me.call(USER))["nickname"] == "Lady"


@pytest.mark.parametrize("gateway", ["users", "oauth"])
async def test_listing_ones_own_bindings(me: Caller, ada: Any, gateway: str) -> None:
    for given in ({"u": ada["_id"]}, {}):
        bindings = await me.call(PROVIDERS, gateway, **given)
        assert {"type": "github", "binded": False} in bindings


async def test_nobody_elses_account(
    anyone: Caller, owner: Caller, me: Caller, ada: Any
) -> None:
    bo = await anyone.new_user()
    before = await owner.call(OTHERS, id=bo["_id"])
    with pytest.raises(Refused, match="2202"):
        await me.call(USER, id=bo["_id"])
    with pytest.raises(Refused, match="2202"):
        await me.call(OTHERS, t=bo["token"])
    with pytest.raises(Refused, match="2202"):
        await me.update(_id=bo["_id"], nickname="mine")
    with pytest.raises(Refused, match="2202"):
        await me.call(PROVIDERS, "oauth", u=bo["_id"])
    with pytest.raises(Refused, match="2202"):
        await me.call(USER, id="unknown")
    assert await owner.call(OTHERS, id=bo["_id"]) == before


@pytest.mark.parametrize(
    "change",
    [
        {"email": fresh_email()},
        {"email": ""},
        {"emailVerified": True},
        {"phone": fresh_phone()},
        {"phoneVerified": True},
        {"unionid": "somebody at github"},
        {"registerMethod": "oauth:github"},
        {"oauth": "{}"},
        {"blocked": True},
        {"isDeleted": True},
        {"loginsCount": 7},
        {"lastLogin": "0"},
        {"signedUp": "0"},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_what_only_the_owner_changes(
    owner: Caller, me: Caller, ada: Any, change: dict[str, Any]
) -> None:
    about = {"_id": ada["_id"]}
    before = await owner.call(USER, id=ada["_id"])
    with pytest.raises(Refused, match="1001"):
        await me.update(**about, **change, nickname="Countess")
    assert await owner.call(USER, id=ada["_id"]) == before
    assert await owner.update(**about, **change)


async def test_naming_a_value_as_it_is_changes_nothing(me: Caller, ada: Any) -> None:
    same = {"email": ada["email"], "emailVerified": False, "blocked": False}
    assert (await me.update(**same, nickname="Countess"))["nickname"] == "Countess"


async def test_a_new_password_takes_the_old_one(
    anyone: Caller, me: Caller, ada: Any
) -> None:
    with pytest.raises(Refused, match="2203"):
        await me.update(password="another")
    with pytest.raises(Refused, match="2203"):
        await me.update(password="another", oldPassword="wrong")
    await me.update(password="another", oldPassword=PASSWORD)
    assert (await me.call(CHECK))["code"] == 2207
    assert await anyone.login(email=ada["email"], password="another")


async def test_a_first_password_takes_none(anyone: Caller) -> None:
    email = fresh_email()
    user = await anyone.register(unionid=email, email=email)
    await anyone.with_token(user["token"]).update(password=PASSWORD)
    assert await anyone.login(email=email, password=PASSWORD)


async def test_signing_oneself_out(me: Caller) -> None:
    await me.update(tokenExpiredAt="0")
    assert (await me.call(CHECK))["status"] is False
