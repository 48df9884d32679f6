"""Several pools side by side: nobody sees, or acts on, what belongs to another."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest

from authing_sandbox import Sandbox, Seed, running

from ..calling import CHECK, PASSWORD, Caller, Refused
from ..identity.test_codes import CHANGE, SEND, VERIFY, send_sms
from .test_apps_and_directories import (
    AD,
    APPS,
    BIND,
    INIT,
    LDAP,
    REFRESH,
    REVOKE,
    SIGN_IN,
)

pytestmark = pytest.mark.anyio

OTHER_POOL, OTHER_SECRET = "7" * 24, "the other secret"
EMAIL, PHONE = "ada@example.com", "13800138000"


@dataclass
class Pool:
    """A pool, somebody who manages it, and Ada, who is in both."""

    anyone: Caller
    owner: Caller
    ada: Any

    @property
    def id(self) -> str:
        return self.anyone.sandbox.pool_id

    @property
    def me(self) -> Caller:
        return self.anyone.with_token(self.ada["token"])


SEED = Seed(other_pools={OTHER_POOL: OTHER_SECRET})


async def enter(http: httpx.AsyncClient, box: Sandbox) -> Pool:
    """A pool with Ada in it."""
    anyone = Caller(http, box)
    init = await anyone.call(INIT, c=box.pool_id, s=box.secret)
    ada = await anyone.register(
        email=EMAIL, phone=PHONE, username="ada", unionid="ada", password=PASSWORD
    )
    return Pool(anyone, anyone.with_token(init["accessToken"]), ada)


@contextlib.asynccontextmanager
async def both(box: Sandbox) -> AsyncIterator[tuple[Pool, Pool]]:
    other = replace(box, pool_id=OTHER_POOL, secret=OTHER_SECRET)
    async with httpx.AsyncClient(base_url=box.url, timeout=30) as http:
        yield await enter(http, box), await enter(http, other)


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with running(seed=SEED) as box:
        yield box


@pytest.fixture
async def pools(box: Sandbox) -> AsyncIterator[tuple[Pool, Pool]]:
    await box.reset()
    async with both(box) as pools:
        yield pools


@pytest.fixture(scope="module")
async def untouched() -> AsyncIterator[tuple[Pool, Pool]]:
    """Two pools for tests that show that they leave them as they are."""
    async with running(seed=SEED) as box, both(box) as pools:
        yield pools


async def refused(code: int, caller: Caller, query: str, /, **variables: Any) -> None:
    for gateway in ("users", "oauth"):
        with pytest.raises(Refused) as refusal:
            await caller.call(query, gateway, **variables)
        # Whichever gateway it is that does not answer the operation at all.
        if refusal.value.message.startswith("此接口"):
            continue
        assert refusal.value.code == code


async def test_the_same_names_are_two_users(pools: tuple[Pool, Pool]) -> None:
    here, there = pools
    assert here.ada["_id"] != there.ada["_id"]
    await there.owner.update(_id=there.ada["_id"], password="the other one")
    for name, value in [("email", EMAIL), ("phone", PHONE), ("username", "ada")]:
        user = await here.anyone.login(**{name: value}, password=PASSWORD)
        assert user["_id"] == here.ada["_id"]
        user = await there.anyone.login(**{name: value}, password="the other one")
        assert user["_id"] == there.ada["_id"]


async def test_lists_hold_only_the_pools_own(pools: tuple[Pool, Pool]) -> None:
    for pool in pools:
        listed = await pool.owner.call("{ users { totalCount list { _id } } }")
        assert listed == {"totalCount": 1, "list": [{"_id": pool.ada["_id"]}]}
        init = await pool.anyone.call(
            "query i($c: String, $s: String) { getClientWhenSdkInit(clientId: $c,"
            " secret: $s) { clientInfo { _id usersCount } } }",
            c=pool.id,
            s=pool.anyone.sandbox.secret,
        )
        assert init["clientInfo"] == {"_id": pool.id, "usersCount": 1}


async def test_rules_and_whitelists_are_each_pools_own(
    pools: tuple[Pool, Pool],
) -> None:
    here, there = pools
    number = "mutation a($c: String!) { addToInvitation(client: $c, phone: %r) {phone}}"
    await there.owner.call((number % PHONE).replace("'", '"'), c=there.id)
    read = "query q($c: String!) { queryInvitation(client: $c) { phone } }"
    assert await here.owner.call(read, c=here.id) == []
    on = (
        "mutation s($c: String!)"
        " { setInvitationState(client: $c, enablePhone: true) { enablePhone } }"
    )
    await there.owner.call(on, c=there.id)
    assert await here.anyone.register(phone="13900139000", password=PASSWORD)
    with pytest.raises(Refused, match="2031"):
        await there.anyone.register(phone="13900139000", password=PASSWORD)


async def test_a_secret_opens_its_own_pool(pools: tuple[Pool, Pool]) -> None:
    here, there = pools
    await refused(1001, here.anyone, INIT, c=there.id, s=here.anyone.sandbox.secret)


# Every operation that takes the identifier of a user, of an app or of anything else,
# with one of the other pool: who asks, the code, the document, its variables.
FOREIGN = [
    ("owner", 2036, "mutation o($id: String!, $pool: String!)"
     " { refreshToken(client: $pool, user: $id) { token } }"),
    ("owner", 2036, "mutation o($id: String!)"
     " { updateUser(options: {_id: $id, nickname: \"x\"}) { _id } }"),
    ("owner", 2036, "mutation o($id: String!, $pool: String!) { updateUser("
     "options: {_id: $id, registerInClient: $pool, blocked: true}) { _id } }"),
    ("owner", 2210, "mutation o($id: String)"
     " { removeUsers(ids: [$id]) { _id } }"),
    ("owner", 2036, "query o($id: String) { notBindOAuthList(user: $id) { type } }"),
    ("owner", 2036, "query o($id: String)"
     " { GetUserAuthorizedApps(userId: $id) { totalCount } }"),
    ("owner", 2036, "mutation o($id: String, $app: String)"
     " { RevokeUserAuthorizedApp(userId: $id, appId: $app) { _id } }"),
    ("me", 2202, "mutation o($id: String) { bindOtherOAuth("
     "user: $id, type: \"qq\", unionid: \"x\", userInfo: \"{}\") { type } }"),
    ("me", 2202, "mutation o($id: String)"
     " { unbindOtherOAuth(user: $id, type: \"qq\") { type } }"),
    ("me", 2202, "mutation o($id: String) { unbindEmail(user: $id) { _id } }"),
    ("me", 2202, "mutation o($id: String)"
     " { changeMFA(userId: $id, enable: true) { _id } }"),
    ("me", 2202, "query o($id: String) { queryMFA(userId: $id) { _id } }"),
    ("me", 2202, "query o($id: String)"
     " { GetUserAuthorizedApps(userId: $id) { totalCount } }"),
    ("me", 2202, "mutation o($id: String, $app: String)"
     " { RevokeUserAuthorizedApp(userId: $id, appId: $app) { _id } }"),
    # The pool itself may be foreign.
    ("owner", 1001, "query o($foreign: String)"
     " { users(registerInClient: $foreign) { totalCount } }"),
    ("owner", 1001, "query o($id: String, $foreign: String)"
     " { user(id: $id, registerInClient: $foreign) { _id } }"),
    ("owner", 1001, "mutation o($id: String, $foreign: String)"
     " { removeUsers(ids: [$id], registerInClient: $foreign) { _id } }"),
    ("owner", 1001, "mutation o($id: String!, $foreign: String!)"
     " { updateUser(options: {_id: $id, registerInClient: $foreign}) { _id } }"),
    ("owner", 1001, "mutation o($id: String!, $foreign: String!)"
     " { refreshToken(client: $foreign, user: $id) { token } }"),
    ("owner", 1001, "query o($foreign: String!)"
     " { queryInvitation(client: $foreign) { phone } }"),
    ("owner", 1001, "query o($foreign: String!)"
     " { queryInvitationState(client: $foreign) { enablePhone } }"),
    ("owner", 1001, "mutation o($foreign: String!) { setInvitationState("
     "client: $foreign, enablePhone: true) { enablePhone } }"),
    ("owner", 1001, "mutation o($foreign: String!) { addToInvitation("
     "client: $foreign, phone: \"13800138000\") { phone } }"),
    ("owner", 1001, "mutation o($foreign: String!) { removeFromInvitation("
     "client: $foreign, phone: \"13800138000\") { phone } }"),
    ("me", 2036, "mutation o($foreign: String)"
     " { unbindEmail(client: $foreign) { _id } }"),
    ("me", 2036, "mutation o($id: String, $foreign: String) { changeMFA("
     "userId: $id, userPoolId: $foreign, enable: true) { _id } }"),
    ("me", 2036, "query o($id: String, $foreign: String)"
     " { queryMFA(userId: $id, userPoolId: $foreign) { _id } }"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "code", "query"), FOREIGN)
async def test_foreign_identifiers_are_refused(
    untouched: tuple[Pool, Pool], who: str, code: int, query: str
) -> None:
    for here, there in (untouched, untouched[::-1]):
        values = {
            "id": there.ada["_id"],
            "pool": here.id,
            "foreign": there.id,
            "app": here.anyone.sandbox.oidc_app_id,
        }
        given = {name: value for name, value in values.items() if f"${name}:" in query}
        before = await whole(there)
        await refused(code, getattr(here, who), query, **given)
        assert await whole(there) == before


async def whole(pool: Pool) -> Any:
    """What can be seen of Ada."""
    return await pool.owner.call(
        "query u($id: String) { user(id: $id) {"
        " _id email phone username nickname blocked token tokenExpiredAt"
        " userLoginHistory { totalCount } userLocation { where } } }",
        id=pool.ada["_id"],
    )


async def test_reading_foreign_users_finds_nobody(pools: tuple[Pool, Pool]) -> None:
    here, there = pools
    id, token = there.ada["_id"], there.ada["token"]
    user = "query u($id: String, $t: String) { user(id: $id, token: $t) { _id } }"
    assert await here.owner.call(user, id=id) is None
    assert await here.owner.call(user, t=token) is None
    patch = "query p($ids: String) { userPatch(ids: $ids) { totalCount } }"
    ids = f"{here.ada['_id']},{id}"
    assert await here.owner.call(patch, ids=ids) == {"totalCount": 1}
    mfa = await there.me.call(
        "mutation { changeMFA(enable: false) { _id } }",
    )
    by_id = "query q($id: String) { queryMFA(_id: $id) { _id } }"
    for caller in (here.owner, here.me):
        assert await caller.call(by_id, id=mfa["_id"]) is None
        by_user = "query q($id: String) { queryMFA(userId: $id) { _id } }"
    assert await here.owner.call(by_user, id=id) is None
    change = "mutation m($id: String) { changeMFA(_id: $id, enable: true) { _id } }"
    await refused(2202, here.me, change, id=mfa["_id"])
    mixed = "mutation r($ids: [String]) { removeUsers(ids: $ids) { _id } }"
    await refused(2210, here.owner, mixed, ids=[here.ada["_id"], id])
    assert await whole(here)


async def test_user_exist_asks_one_pool(pools: tuple[Pool, Pool]) -> None:
    here, there = pools
    await here.owner.update(_id=here.ada["_id"], username="only here")
    query = (
        "query e($c: String!, $u: String) { userExist(userPoolId: $c, username: $u)}"
    )
    for pool, found in ((here, True), (there, False)):
        assert await pool.anyone.call(query, c=pool.id, u="only here") is found


async def test_codes_of_one_pool_are_none_of_another(pools: tuple[Pool, Pool]) -> None:
    here, there = pools
    await send_sms(there.anyone, PHONE)
    code = await there.anyone.sandbox.last_code(PHONE)
    with pytest.raises(Refused, match="2001"):
        await here.anyone.login(phone=PHONE, phoneCode=int(code))
    assert await there.anyone.login(phone=PHONE, phoneCode=int(code))

    send = SEND % "sendResetPasswordEmail"
    await there.anyone.call(send, email=EMAIL, pool=there.id)
    code = await there.anyone.sandbox.last_code(EMAIL)
    about = {"email": EMAIL, "pool": here.id, "code": code}
    assert (await here.anyone.call(VERIFY, **about))["code"] == 2001
    password = here.anyone.encrypt("brand new")
    await refused(2001, here.anyone, CHANGE, **about, password=password)

    verify = (
        "mutation v($e: String!, $c: String!, $t: String)"
        " { sendVerifyEmail(email: $e, client: $c, token: $t) { code } }"
    )
    token = there.ada["token"]
    sent = await here.anyone.call(verify, e=EMAIL, c=here.id, t=token)
    assert sent == {"code": 2202}


async def test_apps_and_directories_of_another_pool(pools: tuple[Pool, Pool]) -> None:
    here, there = pools
    box = here.anyone.sandbox
    given = {"app": box.oidc_app_id, "email": EMAIL, "password": PASSWORD}
    tokens = await here.anyone.call(SIGN_IN, **given, pool=here.id)
    await refused(4212, there.anyone, SIGN_IN, **given, pool=there.id)
    refresh = REFRESH.replace("($app", "($pool: String, $app").replace(
        "(oidcAppId", "(userPoolId: $pool, oidcAppId"
    )
    token = tokens["refresh_token"]
    given = {"app": box.oidc_app_id, "token": token}
    await refused(4212, there.anyone, refresh, **given, pool=there.id)
    await refused(2011, there.me, REVOKE, app=box.oidc_app_id)
    assert (await here.me.call(APPS))["totalCount"] == 1
    assert (await there.me.call(APPS))["totalCount"] == 0
    fry = {"u": "fry", "p": box.directory_password}
    await refused(2011, there.anyone, LDAP, **fry, pool=there.id)
    connector = {"ad": box.ad_connector_id}
    await refused(2011, there.anyone, LDAP, **fry, **connector, pool=there.id)
    user = await here.anyone.call(AD, **fry, **connector)
    assert (await here.owner.call("{ users { totalCount } }"))["totalCount"] == 2
    assert user["_id"]


async def test_social_accounts_are_each_pools_own(pools: tuple[Pool, Pool]) -> None:
    for pool in pools:
        bound = await pool.me.call(BIND, type="github", unionid="ada-at-github")
        assert (bound["user"], bound["client"]) == (pool.ada["_id"], pool.id)
        user = await pool.anyone.login(unionid="ada-at-github", password=PASSWORD)
        assert user["_id"] == pool.ada["_id"]


async def test_a_user_token_says_its_pool(pools: tuple[Pool, Pool]) -> None:
    decode = "query d($t: String) { decodeJwtToken(token: $t) { data { clientId } } }"
    for pool in pools:
        decoded = await pool.anyone.call(decode, t=pool.ada["token"])
        assert decoded == {"data": {"clientId": pool.id}}
        assert (await pool.me.call(CHECK))["status"] is True


async def test_limits_are_each_pools_own() -> None:
    seed = Seed(
        other_pools={OTHER_POOL: OTHER_SECRET},
        pool_rules={"register_check_enable": True, "register_check_limit": 1},
    )
    async with running(seed=seed) as one, httpx.AsyncClient() as http:
        here, there = Caller(http, one), Caller(http, replace(one, pool_id=OTHER_POOL))
        await here.new_user()
        with pytest.raises(Refused, match="2100"):
            await here.new_user()
        assert await there.new_user()
