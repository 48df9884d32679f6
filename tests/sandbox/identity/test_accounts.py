"""Registering, signing in, changing and removing accounts."""

import asyncio
from typing import Any

import httpx
import pyotp
import pytest

from authing_sandbox import Seed, running

from ..calling import CHECK, PASSWORD, Caller, Refused, fresh_email, fresh_phone

pytestmark = pytest.mark.anyio

HISTORY = """
query user($id: String!, $page: Int, $count: Int) {
  user(id: $id, userLoginHistoryPage: $page, userLoginHistoryCount: $count) {
    userLoginHistory { totalCount list { success result ip device user { _id } } }
    userLocation { where when }
  }
}
"""
PATCH = "query p($ids: String) { userPatch(ids: $ids) { totalCount list { _id } } }"
REMOVE = "mutation r($ids: [String]) { removeUsers(ids: $ids) { _id } }"


async def test_register_and_sign_in_by_each_identifier(anyone: Caller) -> None:
    names = {
        "unionid": "wx-1",
        "email": fresh_email(),
        "phone": fresh_phone(),
        "username": "ada",
    }
    user = await anyone.register(**names, password=PASSWORD)
    assert user["registerMethod"] == "oauth"
    for name, value in names.items():
        signed_in = await anyone.login(**{name: value}, password=PASSWORD)
        assert signed_in["_id"] == user["_id"]
    assert signed_in["loginsCount"] == len(names)


@pytest.mark.parametrize(
    ("info", "code"),
    [
        ({"email": "no-address", "password": PASSWORD}, 2003),
        ({"email": "short@example.com", "password": "12345"}, 2029),
        ({"email": "none@example.com"}, 2032),
        ({"password": PASSWORD}, 2231),
        ({"phone": "12", "password": PASSWORD}, 2028),
    ],
)
async def test_what_registration_refuses(
    anyone: Caller, info: dict[str, str], code: int
) -> None:
    with pytest.raises(Refused) as refusal:
        await anyone.register(**info)
    assert refusal.value.code == code


async def test_duplicates(anyone: Caller, owner: Caller, ada: Any) -> None:
    with pytest.raises(Refused, match="2026"):
        await anyone.register(email=ada["email"], password=PASSWORD)
    bob = await anyone.register(
        email=fresh_email(), username="bob", phone=fresh_phone(), password=PASSWORD
    )
    taken = {"email": 2200, "username": 2034, "phone": 2035}
    for name, code in taken.items():
        with pytest.raises(Refused) as refusal:
            await owner.update(_id=ada["_id"], **{name: bob[name]})
        assert refusal.value.code == code
    with pytest.raises(Refused, match="2034"):
        await anyone.register(
            email=fresh_email(), username=bob["username"], password=PASSWORD
        )


async def test_twenty_at_once_make_one_user(anyone: Caller) -> None:
    email = fresh_email()
    tries = [anyone.register(email=email, password=PASSWORD) for _ in range(20)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    refusals = [o.code for o in outcomes if isinstance(o, Refused)]
    assert refusals == [2026] * 19


async def test_no_sign_in_is_lost_under_concurrency(anyone: Caller, ada: Any) -> None:
    tries = [anyone.login(email=ada["email"], password=PASSWORD) for _ in range(10)]
    counts = [user["loginsCount"] for user in await asyncio.gather(*tries)]
    assert sorted(counts) == list(range(1, 11))


async def test_a_password_must_be_encrypted(anyone: Caller, ada: Any) -> None:
    for password in (PASSWORD, "AAAA", "A" * 172):
        with pytest.raises(Refused, match="2016"):
            await anyone.call(
                "mutation l($p: String, $e: String, $c: String!)"
                " { login(registerInClient: $c, email: $e, password: $p) { _id } }",
                p=password,
                e=ada["email"],
                c=anyone.sandbox.pool_id,
            )


async def test_a_failed_sign_in_is_refused_and_recorded(
    anyone: Caller, owner: Caller, ada: Any
) -> None:
    with pytest.raises(Refused, match="2006"):
        await anyone.login(email=ada["email"], password="wrong", device="toaster")
    await anyone.login(email=ada["email"], password=PASSWORD, lastIP="8.8.8.8")
    user = await owner.call(HISTORY, id=ada["_id"])
    latest, first = user["userLoginHistory"]["list"]
    assert latest["success"] is True
    assert latest["ip"] == "8.8.8.8"
    assert latest["user"] == {"_id": ada["_id"]}
    assert first["success"] is False
    assert first["result"] == "密码不正确"
    assert first["device"] == "toaster"
    assert [place["where"] for place in user["userLocation"]] == ["8.8.8.8"]
    page = await owner.call(HISTORY, id=ada["_id"], page=2, count=1)
    assert page["userLoginHistory"] == {"totalCount": 2, "list": [first]}


async def test_a_locked_account(anyone: Caller, owner: Caller, ada: Any) -> None:
    await owner.update(_id=ada["_id"], blocked=True)
    with pytest.raises(Refused, match="2005"):
        await anyone.login(email=ada["email"], password=PASSWORD)
    assert (await anyone.call(CHECK, token=ada["token"]))["code"] == 2207
    await owner.update(_id=ada["_id"], blocked=False)
    assert await anyone.login(email=ada["email"], password=PASSWORD)
    assert (await anyone.call(CHECK, token=ada["token"]))["code"] == 2207


async def test_force_login(anyone: Caller, ada: Any) -> None:
    social = await anyone.register(unionid="gh-1", oauth="{}", forceLogin=True)
    again = await anyone.register(unionid="gh-1", oauth="{}", forceLogin=True)
    assert again["_id"] == social["_id"]
    with pytest.raises(Refused, match="2027"):
        await anyone.login(unionid="gh-1", password=PASSWORD)
    known = await anyone.register(
        email=ada["email"], password=PASSWORD, forceLogin=True
    )
    assert known["_id"] == ada["_id"]
    with pytest.raises(Refused, match="2006"):
        await anyone.register(email=ada["email"], password="wrong", forceLogin=True)


async def test_reading_users(anyone: Caller, owner: Caller) -> None:
    ids = [(await anyone.new_user())["_id"] for _ in range(3)]
    wanted = [ids[2], "unknown", ids[0], ids[2]]
    patch = await owner.call(PATCH, ids=",".join(wanted))
    assert [user["_id"] for user in patch["list"]] == [ids[2], ids[0]]
    with pytest.raises(Refused, match="2030"):
        await owner.call(PATCH, ids=",".join("x" * 81))
    assert await owner.call('query { user(id: "unknown") { _id } }') is None
    query = "query u($p: Int) { users(page: $p, count: 2) { totalCount list { _id } } }"
    first, second = [await owner.call(query, p=page) for page in (1, 2)]
    assert len(first["list"]) == 2
    assert first["list"] != second["list"]
    assert first["totalCount"] == second["totalCount"] >= 3


async def test_updating_a_user(anyone: Caller, owner: Caller, ada: Any) -> None:
    user = await owner.update(_id=ada["_id"], nickname="Countess", emailVerified=True)
    assert (user["nickname"], user["emailVerified"]) == ("Countess", True)
    user = await owner.update(_id=ada["_id"], email=fresh_email())
    assert user["emailVerified"] is False
    with pytest.raises(Refused, match="2203"):
        await owner.update(_id=ada["_id"], password="another", oldPassword="wrong")
    await owner.update(_id=ada["_id"], password="another", oldPassword=PASSWORD)
    assert (await anyone.call(CHECK, token=ada["token"]))["code"] == 2207
    assert await anyone.login(email=user["email"], password="another")
    with pytest.raises(Refused, match="2004"):
        await owner.update(_id="unknown", nickname="nobody")


@pytest.mark.parametrize(
    "text",
    [
        "2030-01-02T03:04:05.000Z",
        "Wed Jan 02 2030 11:04:05 GMT+0800 (CST)",
        "1893553445000",
    ],
)
async def test_instants_are_read_in_every_form(
    owner: Caller, ada: Any, text: str
) -> None:
    user = await owner.update(_id=ada["_id"], tokenExpiredAt=text)
    assert user["tokenExpiredAt"] == "Wed Jan 02 2030 11:04:05 GMT+0800 (CST)"
    with pytest.raises(Refused, match="2231"):
        await owner.update(_id=ada["_id"], tokenExpiredAt="tomorrow")


async def test_a_past_end_signs_out(anyone: Caller, owner: Caller, ada: Any) -> None:
    # What the vendor's SDKs do to log out.
    user = await owner.update(_id=ada["_id"], tokenExpiredAt="0")
    assert user["tokenExpiredAt"] == "Sat Jan 01 2000 00:00:00 GMT+0800 (CST)"
    assert (await anyone.call(CHECK, token=ada["token"]))["status"] is False
    signed_in = await anyone.login(email=ada["email"], password=PASSWORD)
    assert (await anyone.call(CHECK, token=signed_in["token"]))["status"] is True
    assert (await anyone.call(CHECK, token=ada["token"]))["status"] is False


async def test_removing_users(anyone: Caller, owner: Caller) -> None:
    users = [await anyone.new_user() for _ in range(2)]
    ids = [user["_id"] for user in users]
    with pytest.raises(Refused, match="2210"):
        await owner.call(REMOVE, ids=[*ids, "unknown"])
    with pytest.raises(Refused, match="2212"):
        await owner.call(REMOVE, ids=[owner.sandbox.owner_id])
    removed = await owner.call(REMOVE, ids=ids)
    assert [user["_id"] for user in removed] == ids
    assert (await anyone.call(CHECK, token=users[0]["token"]))["code"] == 2207
    with pytest.raises(Refused, match="2004"):
        await anyone.login(email=users[0]["email"], password=PASSWORD)


async def test_one_refused_field_undoes_the_others(owner: Caller, ada: Any) -> None:
    query = """
    mutation both($a: UserUpdateInput!, $b: UserUpdateInput!) {
      a: updateUser(options: $a) { _id }
      b: updateUser(options: $b) { _id }
    }
    """
    changes = {"_id": ada["_id"], "nickname": "half"}
    answer = await owner.send(query, a=changes, b={**changes, "_id": "unknown"})
    assert answer.json()["errors"][0]["message"]["code"] == 2004
    user = await owner.call(
        "query u($id: String) { user(id: $id) { nickname } }", id=ada["_id"]
    )
    assert user == {"nickname": None}


async def test_multi_factor_authentication(
    anyone: Caller, owner: Caller, ada: Any
) -> None:
    change = """
    mutation m($enable: Boolean!, $user: String, $pool: String, $id: String,
               $new: Boolean) {
      changeMFA(enable: $enable, userId: $user, userPoolId: $pool, _id: $id,
                refreshKey: $new) { _id userId enable shareKey }
    }
    """
    by_id = "query q($id: String) { queryMFA(_id: $id) { userId } }"
    read = "query q($user: String) { queryMFA(userId: $user) { shareKey } }"
    user = anyone.with_token(ada["token"])
    assert await user.call(read, user=ada["_id"]) is None
    mfa = await user.call(
        change, enable=True, user=ada["_id"], pool=anyone.sandbox.pool_id
    )
    with pytest.raises(Refused, match="2000"):
        await anyone.login(email=ada["email"], password=PASSWORD)
    with pytest.raises(Refused, match="2001"):
        await anyone.login(email=ada["email"], password=PASSWORD, MFACode="12")
    code = pyotp.TOTP(mfa["shareKey"]).now()
    assert await anyone.login(email=ada["email"], password=PASSWORD, MFACode=code)
    renewed = await user.call(change, enable=True, id=mfa["_id"], new=True)
    assert renewed["_id"] == mfa["_id"]
    assert renewed["shareKey"] != mfa["shareKey"]
    assert await owner.call(by_id, id=mfa["_id"]) == {"userId": ada["_id"]}
    other = anyone.with_token((await anyone.new_user())["token"])
    for query, given in [(read, {"user": ada["_id"]}), (by_id, {"id": mfa["_id"]})]:
        with pytest.raises(Refused, match="2202"):
            await other.call(query, **given)
    await user.call(change, enable=False, user=ada["_id"])
    assert await anyone.login(email=ada["email"], password=PASSWORD)


async def test_closed_registration() -> None:
    seed = Seed(pool_rules={"register_disabled": True})
    async with running(seed=seed) as box, httpx.AsyncClient(base_url=box.url) as http:
        with pytest.raises(Refused, match="2031"):
            await Caller(http, box).new_user()


@pytest.mark.parametrize("name", ["username", "unionid"])
async def test_identifiers_that_are_too_long_for_an_index(
    anyone: Caller, owner: Caller, name: str
) -> None:
    with pytest.raises(Refused, match=f"2231 参数过长：{name}"):
        await anyone.register(**{name: "x" * 501}, password=PASSWORD)
    user = await anyone.register(**{name: "𝕏" * 500}, password=PASSWORD)
    with pytest.raises(Refused, match=f"2231 参数过长：{name}"):
        await owner.update(_id=user["_id"], **{name: "x" * 501})
    keep = (
        "mutation k($i: SetUserMetadataInput!)"
        " { setUserMetadata(input: $i) { totalCount } }"
    )
    kept = {"_id": user["_id"], "key": "x" * 501, "value": "x" * 5_000}
    with pytest.raises(Refused, match="2231 参数过长：key"):
        await owner.call(keep, i=kept)
    kept["key"] = "𝕏" * 500
    assert await owner.call(keep, i=kept) == {"totalCount": 1}
