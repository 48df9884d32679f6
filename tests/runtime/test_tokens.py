"""Whose token a call is sent with, and when an OwnerToken is fetched."""

import asyncio

import pytest

from authing_gen import (
    AppNotFoundError,
    AsyncAuthing,
    AuthingConfigurationError,
    AuthingTransportError,
    MissingTokenError,
    NotLoggedInError,
    RateLimitError,
)

from ..blocking import only
from .conftest import Connect
from .scripted import (
    DROPPED,
    INIT,
    Reply,
    ScriptedServer,
    Seen,
    data,
    held,
    jwt,
    owner,
    refused,
)

pytestmark = pytest.mark.anyio

NOBODY = data(user=None)
SIGNED_IN = data(checkLoginStatus={"status": True, "code": 200, "message": "已登录"})


@pytest.fixture(autouse=True)
def _script(server: ScriptedServer) -> None:
    server.answer("user", NOBODY)
    server.answer("checkLoginStatus", SIGNED_IN)
    server.answer("userExist", data(userExist=False))


def _tokens(server: ScriptedServer, name: str) -> list[str | None]:
    return [seen.token for seen in server.calls(name)]


# The OwnerToken


async def test_it_is_fetched_when_first_needed(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    await client.user_exist(email="ada@example.com")
    assert [seen.name for seen in server.seen] == ["userExist"]
    await client.user(id="ada")
    await client.user(id="bob")
    assert [seen.name for seen in server.seen[1:]] == [INIT, "user", "user"]
    assert _tokens(server, "user") == ["owner-token-1", "owner-token-1"]
    assert server.calls(INIT)[0].variables == {
        "secret": "the-pool-secret",
        "clientId": "the-pool",
    }


async def test_an_operation_without_token_is_sent_without_one(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    await client.user(id="ada")
    await client.user_exist(email="ada@example.com")
    assert _tokens(server, "userExist") == [None]


async def test_fifty_callers_share_one_fetch(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    await asyncio.gather(*(client.user(id=str(number)) for number in range(50)))
    assert len(server.calls(INIT)) == 1
    assert _tokens(server, "user") == ["owner-token-1"] * 50


@only("async", "threads cannot be seen to wait; see test_threads")
async def test_everybody_who_waited_gets_the_failure_of_the_one_fetch(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    reply, release = held(refused(2011, "应用不存在"))
    server.answer(INIT, reply, owner("owner-token-1"))
    waiters = [asyncio.create_task(client.user(id=str(n))) for n in range(50)]
    await server.arrived(INIT)
    release.set()
    results = await asyncio.gather(*waiters, return_exceptions=True)
    assert [type(result) for result in results] == [AppNotFoundError] * 50
    notes = [getattr(result, "__notes__", None) for result in results]
    assert notes == [["The token was wanted for user"]] * 50
    assert [seen.name for seen in server.seen] == [INIT]


async def test_a_refusal_counts_for_a_moment(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer(INIT, refused(2100), owner("owner-token-1"))
    for _ in range(3):
        with pytest.raises(RateLimitError):
            await client.user(id="ada")
    assert len(server.calls(INIT)) == 1
    await asyncio.sleep(1.05)
    assert await client.user(id="ada") is None


async def test_a_fetch_that_got_no_answer_is_tried_again_by_the_next_call(
    server: ScriptedServer, connect: Connect
) -> None:
    client = connect(max_retries=0)
    server.answer(INIT, DROPPED, owner("owner-token-1"))
    with pytest.raises(AuthingTransportError):
        await client.user(id="ada")
    assert await client.user(id="ada") is None


async def test_no_token_in_the_answer_is_a_configuration_error(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer(
        INIT, data(getClientWhenSdkInit={"accessToken": None, "clientInfo": None})
    )
    with pytest.raises(AuthingConfigurationError, match="OwnerToken"):
        await client.user(id="ada")
    assert server.calls("user") == []


@only("async", "a thread cannot be cancelled")
@pytest.mark.parametrize("cancelled", [0, 1], ids=["who fetches", "who waits"])
async def test_a_cancelled_caller_does_not_disturb_the_others(
    server: ScriptedServer, client: AsyncAuthing, cancelled: int
) -> None:
    reply, release = held(owner("slow"))
    server.answer(INIT, reply)
    callers = [asyncio.create_task(client.user(id=str(n))) for n in range(3)]
    await server.arrived(INIT)
    callers[cancelled].cancel()
    await asyncio.wait([callers[cancelled]])
    release.set()
    results = await asyncio.gather(*callers, return_exceptions=True)
    assert isinstance(results.pop(cancelled), asyncio.CancelledError)
    assert results == [None, None]
    assert _tokens(server, "user") == ["slow", "slow"]


async def test_it_is_renewed_before_it_expires(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    short, long = jwt("short", 0.5), jwt("long", 3600)
    server.answer(INIT, owner(short), owner(long))
    await client.user(id="ada")
    await asyncio.sleep(0.46)  # It is good for 0.04 s more.
    await client.user(id="ada")
    await client.user(id="ada")
    assert _tokens(server, "user") == [short, long, long]


async def test_its_own_clock_says_how_long_it_is_good_for(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer(INIT, owner(jwt("issued by a slow clock", 3600, age=7200)))
    await client.user(id="ada")
    await client.user(id="ada")
    assert len(server.calls(INIT)) == 1


@pytest.mark.parametrize("code", [2020, 2206, 2207])
async def test_a_refused_one_is_renewed_once(
    server: ScriptedServer, client: AsyncAuthing, code: int
) -> None:
    server.answer("user", refused(code), NOBODY)
    assert await client.user(id="ada") is None
    assert _tokens(server, "user") == ["owner-token-1", "owner-token-2"]


@pytest.mark.parametrize("code", [2020, 2206, 2207])
async def test_after_the_second_refusal_the_call_gives_up(
    server: ScriptedServer, client: AsyncAuthing, code: int
) -> None:
    server.answer("user", refused(code))
    with pytest.raises(NotLoggedInError) as caught:
        await client.user(id="ada")
    assert caught.value.code == code
    assert _tokens(server, "user") == ["owner-token-1", "owner-token-2"]
    assert len(server.calls(INIT)) == 2


async def test_callers_refused_together_share_the_renewal(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    await client.user(id="ada")

    async def refuse_the_first(seen: Seen) -> Reply:
        return refused(2206) if seen.token == "owner-token-1" else NOBODY

    server.handle("user", refuse_the_first)
    await asyncio.gather(*(client.user(id=str(number)) for number in range(10)))
    assert len(server.calls(INIT)) == 2
    assert _tokens(server, "user").count("owner-token-2") == 10


# Users


async def test_a_sibling_acts_as_the_user_and_the_parent_does_not(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    ada = client.as_user("token-of-ada")
    assert (await ada.check_login_status()).status
    await client.user(id="ada")
    assert _tokens(server, "checkLoginStatus") == ["token-of-ada"]
    assert _tokens(server, "user") == ["owner-token-1"]
    assert "acts as user" in repr(ada)
    assert "acts as owner" in repr(client)


async def test_users_side_by_side_act_as_themselves(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("queryMFA", data(queryMFA=_mfa()))
    people = {name: client.as_user(f"token-of-{name}") for name in ("ada", "bob")}

    async def ask(name: str) -> None:
        for _ in range(10):
            await people[name].query_mfa(user_id=name)

    await asyncio.gather(ask("ada"), ask("bob"))
    seen = server.calls("queryMFA")
    assert len(seen) == 20
    assert all(one.token == f"token-of-{one.variables['userId']}" for one in seen)


def _mfa() -> dict[str, object]:
    return {
        "_id": "1",
        "userId": None,
        "userPoolId": None,
        "enable": False,
        "shareKey": None,
    }


async def test_a_users_token_is_not_renewed(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("checkLoginStatus", refused(2206))
    with pytest.raises(NotLoggedInError):
        await client.as_user("old").check_login_status()
    assert [seen.name for seen in server.seen] == ["checkLoginStatus"]


@pytest.mark.parametrize("acting", ["owner", "user", "nobody"])
async def test_a_token_of_the_call_wins_and_is_not_renewed(
    server: ScriptedServer, connect: Connect, acting: str
) -> None:
    client = connect(secret=None if acting == "nobody" else "s")
    client = client.as_user("of-the-client") if acting == "user" else client
    server.answer("user", NOBODY, refused(2206))
    await client.user(id="ada", token="of-the-call")
    with pytest.raises(NotLoggedInError):
        await client.user(id="ada", token="of-the-call")
    assert _tokens(server, "user") == ["of-the-call"] * 2
    assert server.calls(INIT) == []


class NeverSignedIn:
    token: str | None = None


@pytest.mark.parametrize("user", ["", NeverSignedIn()], ids=["text", "profile"])
async def test_nobody_can_act_as_a_user_without_token(
    client: AsyncAuthing, user: str | NeverSignedIn
) -> None:
    with pytest.raises(MissingTokenError, match="login"):
        client.as_user(user)


# What nobody has is missing before anything is sent


async def test_an_owner_operation_asks_for_the_secret(
    server: ScriptedServer, connect: Connect
) -> None:
    with pytest.raises(MissingTokenError) as caught:
        await connect(secret=None).users()
    for word in ("users", "OwnerToken", "secret", "AUTHING_SECRET"):
        assert word in str(caught.value)
    assert server.seen == []


@pytest.mark.parametrize("secret", [None, "s"], ids=["no secret", "owner"])
async def test_a_user_operation_asks_for_a_sign_in(
    server: ScriptedServer, connect: Connect, secret: str | None
) -> None:
    with pytest.raises(MissingTokenError) as caught:
        await connect(secret=secret).check_login_status()
    for word in ("checkLoginStatus", "UserToken", "as_user", "login"):
        assert word in str(caught.value)
    assert server.seen == []


async def test_an_operation_for_both_asks_for_either(
    server: ScriptedServer, connect: Connect
) -> None:
    with pytest.raises(MissingTokenError) as caught:
        await connect(secret=None).user(id="ada")
    for word in ("user", "OwnerToken", "AUTHING_SECRET", "UserToken", "as_user"):
        assert word in str(caught.value)
    assert server.seen == []


async def test_an_owner_operation_is_not_for_users(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    with pytest.raises(MissingTokenError) as caught:
        await client.as_user("t").remove_users(ids=["ada"])
    for word in ("removeUsers", "OwnerToken", "acts as a user", "secret"):
        assert word in str(caught.value)
    assert server.seen == []


async def test_an_operation_for_both_goes_with_either(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("queryMFA", data(queryMFA=_mfa()))
    await client.query_mfa(user_id="ada")
    await client.as_user("token-of-ada").query_mfa(user_id="ada")
    assert _tokens(server, "queryMFA") == ["owner-token-1", "token-of-ada"]


# Signed initialisation


async def test_a_signed_fetch_does_not_send_the_secret(
    server: ScriptedServer, connect: Connect
) -> None:
    client = connect(signed=True, secret=None)
    await client.user(id="ada")
    sent = server.calls(INIT)[0].variables
    assert set(sent) == {"clientId", "timestamp", "nonce", "signature"}
    assert _tokens(server, "user") == ["owner-token-1"]


async def test_a_signed_fetch_is_not_repeated(
    server: ScriptedServer, connect: Connect
) -> None:
    server.answer(INIT, Reply(b"{}", 503, {"retry-after": "0"}))
    with pytest.raises(Exception, match="503"):
        await connect(signed=True).user(id="ada")
    assert len(server.calls(INIT)) == 1
