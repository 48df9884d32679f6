"""What a token is worth in every state, whichever operation is asked."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any, cast

import httpx
import jwt
import pytest

from authing_sandbox import running
from authing_sandbox.seeding.seed import OWNER_ID

from ..calling import CHECK, PASSWORD, Caller, Refused, fresh_email
from ..graphql.test_apps_and_directories import INIT
from .test_codes import CHANGE, SEND

pytestmark = pytest.mark.anyio

DECODE = """
query d($t: String) {
  decodeJwtToken(token: $t) { data { id } status { status code } }
}
"""
REFRESH = """
mutation r($c: String!, $u: String!) {
  refreshToken(client: $c, user: $u) { token iat exp }
}
"""
MY_MFA = "{ queryMFA { _id } }"
REMOVE = "mutation r($id: String) { removeUsers(ids: [$id]) { _id } }"
USERS = "{ users { totalCount } }"


class World:
    """A sandbox of a test's own, with Ada in it, and whoever manages the pool."""

    def __init__(self, anyone: Caller, owner: Caller, ada: Any) -> None:
        self.anyone = anyone
        self.owner = owner
        self.ada = ada
        self.clock = anyone.sandbox.clock

    @property
    def id(self) -> str:
        return cast("str", self.ada["_id"])

    async def login(self, password: str = PASSWORD) -> str:
        email = self.ada["email"]
        return cast(
            "str", (await self.anyone.login(email=email, password=password))["token"]
        )

    async def init(self, **given: Any) -> str:
        answer = await self.anyone.call(INIT, c=self.anyone.sandbox.pool_id, **given)
        return cast("str", answer["accessToken"])

    async def refresh(self) -> str:
        answer = await self.owner.call(
            REFRESH, c=self.anyone.sandbox.pool_id, u=self.id
        )
        return cast("str", answer["token"])

    async def verdicts(self, token: str | None) -> set[tuple[bool, int]]:
        """What each operation that judges a token says of this one; one, if they agree.

        The last of them is one that takes a UserToken: it works, or says why not.
        """
        bearer = self.anyone.with_token(token)
        answers = [
            await self.anyone.call(CHECK, token=token),
            await bearer.call(CHECK),
            # The token of the argument counts, not the one that the call is sent with.
            await self.owner.call(CHECK, token=token or ""),
            (await self.anyone.call(DECODE, t=token))["status"],
        ]
        if not token:
            del answers[2]  # Without one, that asks about the OwnerToken.
        found = {(answer["status"], answer["code"]) for answer in answers}
        try:
            await bearer.call(MY_MFA)
            found.add((True, 200))
        except Refused as refusal:
            found.add((False, refusal.code))
        return found


@pytest.fixture(scope="module")
def box() -> Any:
    with running() as box:
        yield box


@pytest.fixture
async def world(box: Any) -> AsyncIterator[World]:
    async with httpx.AsyncClient(base_url=box.url, timeout=30) as http:
        anyone = Caller(http, box)
        ada = await anyone.new_user()
        world = World(anyone, anyone, ada)
        world.owner = anyone.with_token(await world.init(s=box.secret))
        yield world


Happening = Callable[[World], Awaitable[None]]


async def nothing(world: World) -> None:
    pass


async def another_sign_in(world: World) -> None:
    await world.login()


async def a_refreshed_token(world: World) -> None:
    await world.refresh()


async def almost_expired(world: World) -> None:
    world.clock.advance(timedelta(days=15, seconds=-10))


async def expired(world: World) -> None:
    world.clock.advance(timedelta(days=15))
    world.owner = world.anyone.with_token(
        await world.init(s=world.anyone.sandbox.secret)
    )


async def expired_and_signed_in_again(world: World) -> None:
    await expired(world)
    await world.login()


async def password_changed(world: World) -> None:
    await world.owner.update(_id=world.id, password="brand new")


async def password_reset(world: World) -> None:
    about = {"email": world.ada["email"], "pool": world.anyone.sandbox.pool_id}
    await world.anyone.call(SEND % "sendResetPasswordEmail", **about)
    code = await world.anyone.sandbox.last_code(about["email"])
    password = world.anyone.encrypt("brand new")
    await world.anyone.call(CHANGE, **about, code=code, password=password)


async def password_changed_and_signed_in_again(world: World) -> None:
    await password_changed(world)
    await world.login("brand new")


async def blocked(world: World) -> None:
    await world.owner.update(_id=world.id, blocked=True)


async def blocked_and_unblocked(world: World) -> None:
    await blocked(world)
    await world.owner.update(_id=world.id, blocked=False)


async def removed(world: World) -> None:
    await world.owner.call(REMOVE, id=world.id)


async def removed_and_registered_again(world: World) -> None:
    await removed(world)
    await world.anyone.register(email=world.ada["email"], password=PASSWORD)


async def signed_out(world: World) -> None:
    await world.owner.update(_id=world.id, tokenExpiredAt="0")


async def signed_out_and_in_again(world: World) -> None:
    await signed_out(world)
    await world.login()


async def signed_out_and_refreshed(world: World) -> None:
    await signed_out(world)
    await world.refresh()


async def end_to_come(world: World) -> None:
    end = world.clock.now() + timedelta(hours=1)
    await world.owner.update(_id=world.id, tokenExpiredAt=end.isoformat())


async def end_has_come(world: World) -> None:
    await end_to_come(world)
    world.clock.advance(timedelta(hours=1))


async def end_has_come_and_signed_in_again(world: World) -> None:
    await end_has_come(world)
    await world.login()


async def end_has_come_and_refreshed(world: World) -> None:
    await end_has_come(world)
    await world.refresh()


async def another_address(world: World) -> None:
    await world.owner.update(_id=world.id, email=fresh_email())


VALID, EXPIRED, INVALID = (True, 200), (False, 2206), (False, 2207)
STATES: list[tuple[Happening, tuple[bool, int]]] = [
    (nothing, VALID),
    (another_sign_in, VALID),
    (a_refreshed_token, VALID),
    (another_address, VALID),
    (almost_expired, VALID),
    (expired, EXPIRED),
    (expired_and_signed_in_again, EXPIRED),
    (password_changed, INVALID),
    (password_reset, INVALID),
    (password_changed_and_signed_in_again, INVALID),
    (blocked, INVALID),
    (blocked_and_unblocked, INVALID),
    (removed, INVALID),
    (removed_and_registered_again, INVALID),
    (signed_out, INVALID),
    (signed_out_and_in_again, INVALID),
    (signed_out_and_refreshed, INVALID),
    (end_to_come, VALID),
    (end_has_come, EXPIRED),
    (end_has_come_and_signed_in_again, INVALID),
    (end_has_come_and_refreshed, INVALID),
]
WITHOUT_AN_ACCOUNT: dict[Happening, int] = {
    blocked: 2005,
    removed: 2004,
    removed_and_registered_again: 2004,
}


@pytest.mark.parametrize(("happens", "verdict"), STATES)
async def test_all_agree_on_a_token(
    world: World,
    happens: Happening,
    verdict: tuple[bool, int],
) -> None:
    by_registration, by_login = world.ada["token"], await world.login()
    tokens = by_registration, by_login, await world.refresh()
    await happens(world)
    for token in tokens:
        assert await world.verdicts(token) == {verdict}

    if (code := WITHOUT_AN_ACCOUNT.get(happens)) is not None:
        with pytest.raises(Refused) as refusal:
            await world.refresh()
        assert refusal.value.code == code
        return
    # Where there still is an account, a refreshed token is good, and no other
    # operation thinks otherwise; what was not good before has not become so.
    assert await world.verdicts(await world.refresh()) == {VALID}
    still = INVALID if happens is end_has_come else verdict
    for token in tokens:
        assert await world.verdicts(token) == {still}


async def test_no_token_and_what_is_none(world: World) -> None:
    assert await world.verdicts(None) == {(False, 2020)}
    header, payload, signature = world.ada["token"].split(".")
    flipped = signature[:-5] + ("A" if signature[-5] != "A" else "B") + signature[-4:]
    for token in [
        "garbage",
        "a.b.c",
        f"{header}.{payload}.{flipped}",
        f"{header}.{payload}.",
        # {"alg": "none"}
        f"eyJhbGciOiJub25lIn0.{payload}.",
    ]:
        assert await world.verdicts(token) == {INVALID}


async def test_an_owner_token_is_no_user_token(world: World) -> None:
    token = cast("str", world.owner.token)
    decoded = await world.anyone.call(DECODE, t=token)
    assert decoded["data"] == {"id": OWNER_ID}
    assert decoded["status"] == {"status": True, "code": 200}
    check = {"status": False, "code": 1001}
    assert await world.owner.call(CHECK) == check
    assert await world.anyone.call(CHECK, token=token) == check
    me = world.anyone.with_token(world.ada["token"])
    assert await me.call(CHECK, token=token) == check
    with pytest.raises(Refused, match="1001"):
        await world.owner.call("mutation { unbindEmail { _id } }")
    with pytest.raises(Refused, match="1001"):
        await me.call(USERS)


async def test_an_owner_token_ends_too(world: World) -> None:
    world.clock.advance(timedelta(days=15, seconds=-10))
    assert (await world.owner.call(USERS))["totalCount"] >= 1
    world.clock.advance(timedelta(seconds=10))
    with pytest.raises(Refused, match="2206"):
        await world.owner.call(USERS)
    again = await world.init(s=world.anyone.sandbox.secret)
    assert (await world.anyone.with_token(again).call(USERS))["totalCount"] >= 1


@pytest.mark.parametrize("secret", ["", "wrong", "\u00e9"])
async def test_a_wrong_secret(world: World, secret: str) -> None:
    with pytest.raises(Refused, match="1001"):
        await world.init(s=secret)


def signed(world: World, late: float = 0, nonce: int = 7) -> dict[str, Any]:
    instant = world.clock.now() - timedelta(seconds=late)
    timestamp = str(int(instant.timestamp() * 1000))
    signature = hashlib.sha1(f"{timestamp}{nonce}".encode()).hexdigest()
    return {"t": timestamp, "n": nonce, "g": signature}


@pytest.mark.parametrize("late", [0, 290, -290])
async def test_a_signature(world: World, late: float) -> None:
    given = signed(world, late)
    token = await world.init(**given)
    assert (await world.anyone.with_token(token).call(USERS))["totalCount"] >= 1
    with pytest.raises(Refused, match="1001 签名已被使用过"):
        await world.init(**given)
    assert await world.init(**signed(world, late, nonce=8))


@pytest.mark.parametrize("late", [310, -310, 10**9])
async def test_a_stale_signature(world: World, late: float) -> None:
    with pytest.raises(Refused, match="1001 签名已过期"):
        await world.init(**signed(world, late))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"g": "0" * 40}, 1001),
        ({"g": ""}, 1001),
        ({"n": 8}, 1001),
        ({"t": "1600000000000"}, 1001),
        ({"n": None}, 2231),
        ({"t": None}, 2231),
        ({"g": None}, 2231),
    ],
)
async def test_a_wrong_signature(
    world: World, changes: dict[str, Any], code: int
) -> None:
    given = signed(world)
    with pytest.raises(Refused) as refusal:
        await world.init(**given | changes)
    assert refusal.value.code == code
    # What was refused has not used the signature up.
    assert await world.init(**given)


@pytest.mark.parametrize("timestamp", ["soon", "", "9" * 400, "nan", "1_6"])
async def test_a_timestamp_that_is_none(world: World, timestamp: str) -> None:
    signature = hashlib.sha1(f"{timestamp}7".encode()).hexdigest()
    with pytest.raises(Refused, match="1001"):
        await world.init(t=timestamp, n=7, g=signature)


ODD: list[Any] = [
    *([], None, "text", 1, {}, {"exp": "soon"}, {"exp": None}, {"exp": [1]}),
    *({"data": None}, {"data": []}, {"data": "text"}, {"data": {}}),
    *({"data": {"id": {}}}, {"data": {"id": 10**30}}, {"data": {"id": "a\0"}}),
    *({"data": {"clientId": [1]}}, {"data": {"series": "0"}}),
    *({"grant": 1}, {"grant": {}}, {"grant": None}, {"scope": None}, {"scope": [1]}),
]


def token_of(payload: Any, key: str) -> str:
    """A token that says anything, signed as ours are."""
    parts = {"alg": "HS256", "typ": "JWT"}, payload
    text = ".".join(_url(json.dumps(part).encode()) for part in parts)
    return f"{text}.{_url(hmac.digest(key.encode(), text.encode(), 'sha256'))}"


def _url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@pytest.mark.parametrize("odd", ODD, ids=repr)
async def test_a_token_that_is_signed_and_says_what_none_of_ours_does(
    world: World, odd: Any
) -> None:
    claims: Any = jwt.decode(world.ada["token"], options={"verify_signature": False})
    claims |= {"grant": "nothing", "scope": "openid"}
    if isinstance(odd, dict):
        odd = claims | odd
        if isinstance(odd["data"], dict) and odd["data"]:
            odd["data"] = claims["data"] | odd["data"]
    anyone = world.anyone
    token = token_of(odd, anyone.sandbox.token_key)
    said = (await anyone.call(CHECK, token=token))["code"]
    only_oidc = isinstance(odd, dict) and odd["data"] == claims["data"]
    assert said == (200 if only_oidc and odd["exp"] == claims["exp"] else 2207)
    await anyone.call(DECODE, t=token)
    given: dict[str, str] = {"access_token": token}
    for path in ("oidc/user/userinfo", "user/userinfo"):
        url = f"{anyone.sandbox.url}/users/oauth/{path}"
        answer = await anyone.http.get(url, params=given)
        assert answer.status_code == 401
