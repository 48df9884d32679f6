"""Lost connections, slow answers, and what is sent again."""

import asyncio
import logging
import socket
import time
from email.utils import formatdate

import httpx
import pytest

from authing_gen import (
    AsyncAuthing,
    AuthingClosedError,
    AuthingConfigurationError,
    AuthingError,
    AuthingTimeoutError,
    AuthingTransportError,
    RateLimitError,
    ServiceError,
    UnsendableTextError,
)

from ..blocking import only
from .conftest import Connect
from .scripted import DROPPED, Reply, ScriptedServer, answered, data, held

pytestmark = pytest.mark.anyio

YES = data(userExist=True)
SENT = data(sendVerifyEmail={"message": "好", "code": 200, "status": True})


def busy(status: int = 503, retry_after: str = "0") -> Reply:
    return answered({"message": "not now"}, status, retry_after=retry_after)


@pytest.fixture
def nowhere() -> str:
    """A URL that refuses connections."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}/graphql"


async def test_nobody_listens(
    connect: Connect, nowhere: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "authing_gen")
    client = connect(users_url=nowhere, max_retries=1)
    with pytest.raises(AuthingTransportError) as caught:
        await client.send_verify_email(email="ada@example.com")
    assert caught.value.operation == "sendVerifyEmail"
    assert str(caught.value).startswith(
        "send_verify_email (sendVerifyEmail): no answer from 127.0.0.1:"
    )
    assert "(it cannot be connected to: " in str(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None
    assert not isinstance(caught.value, AuthingTimeoutError)
    assert caplog.text.count("trying again") == 1


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
async def test_a_query_is_sent_again_when_the_answer_is_not_now(
    server: ScriptedServer, client: AsyncAuthing, status: int
) -> None:
    server.answer("userExist", busy(status), busy(status), YES)
    assert await client.user_exist(email="ada@example.com")
    first, *others = server.seen
    assert [seen.content for seen in others] == [first.content] * 2


async def test_a_query_is_sent_again_when_the_connection_is_lost(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("userExist", DROPPED, YES)
    assert await client.user_exist(email="ada@example.com")
    assert len(server.seen) == 2


@pytest.mark.parametrize(
    ("reply", "expected"), [(busy(), ServiceError), (DROPPED, AuthingTransportError)]
)
async def test_a_mutation_is_sent_once(
    server: ScriptedServer,
    client: AsyncAuthing,
    reply: Reply,
    expected: type[AuthingError],
) -> None:
    server.answer("sendVerifyEmail", reply, SENT)
    with pytest.raises(expected, match="sendVerifyEmail"):
        await client.send_verify_email(email="ada@example.com")
    assert len(server.seen) == 1


@pytest.mark.parametrize("reply", [busy(), DROPPED], ids=["503", "dropped"])
async def test_unless_the_caller_says_that_it_does_no_harm(
    server: ScriptedServer, client: AsyncAuthing, reply: Reply
) -> None:
    server.answer("sendVerifyEmail", reply, SENT)
    await client.send_verify_email(email="ada@example.com", idempotent=True)
    assert len(server.seen) == 2


@pytest.mark.parametrize("status", [400, 401, 404, 500, 501])
async def test_other_refusals_are_final(
    server: ScriptedServer, client: AsyncAuthing, status: int
) -> None:
    server.answer("userExist", busy(status))
    with pytest.raises(AuthingError):
        await client.user_exist(email="ada@example.com")
    assert len(server.seen) == 1


async def test_the_last_answer_counts_when_the_tries_are_used_up(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("userExist", busy())
    with pytest.raises(ServiceError) as caught:
        await client.user_exist(email="ada@example.com")
    assert caught.value.status_code == 503
    assert len(server.seen) == 3


@pytest.mark.parametrize("reply", [busy(), DROPPED], ids=["503", "dropped"])
async def test_no_retries(
    server: ScriptedServer, connect: Connect, reply: Reply
) -> None:
    server.answer("userExist", reply, YES)
    with pytest.raises(AuthingError):
        await connect(max_retries=0).user_exist(email="ada@example.com")
    assert len(server.seen) == 1


async def test_retry_after_says_how_long_to_wait(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("userExist", busy(retry_after="1"), YES)
    started = time.monotonic()
    await client.user_exist(email="ada@example.com")
    assert 1 <= time.monotonic() - started < 3


@pytest.mark.parametrize(
    "asked", ["soon", "-1", "", "٣", "1e3", "Wed, 21 Oct 2015 07:28:00 GMT"]
)
async def test_a_retry_after_that_asks_for_nothing(
    server: ScriptedServer, client: AsyncAuthing, asked: str
) -> None:
    header = asked.encode().decode("latin-1")
    server.answer("userExist", busy(retry_after=header), YES)
    started = time.monotonic()
    assert await client.user_exist(email="ada@example.com")
    assert time.monotonic() - started < 1


async def test_retry_after_may_have_decimals(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("userExist", busy(retry_after="0.7"), YES)
    started = time.monotonic()
    await client.user_exist(email="ada@example.com")
    assert 0.7 <= time.monotonic() - started < 1.5


@pytest.mark.parametrize("clock", [0, 3600, -3600], ids=["right", "fast", "slow"])
async def test_retry_after_may_be_a_date_by_the_services_own_clock(
    server: ScriptedServer, client: AsyncAuthing, clock: float
) -> None:
    now = time.time() + clock
    date, until = formatdate(now, usegmt=True), formatdate(now + 1, usegmt=True)
    not_now = answered({"message": "not now"}, 503, retry_after=until, date=date)
    server.answer("userExist", not_now, YES)
    started = time.monotonic()
    await client.user_exist(email="ada@example.com")
    assert 1 <= time.monotonic() - started < 3


@pytest.mark.parametrize(("asked", "timeout"), [("11", 10), ("600", 10), ("2", 1)])
async def test_a_pause_that_the_deadline_does_not_allow_is_not_made(
    server: ScriptedServer, connect: Connect, asked: str, timeout: float
) -> None:
    server.answer("userExist", busy(429, retry_after=asked))
    started = time.monotonic()
    with pytest.raises(RateLimitError):
        await connect(timeout=timeout).user_exist(email="ada@example.com")
    assert time.monotonic() - started < 1
    assert len(server.seen) == 1


async def test_pauses_together_end_with_the_deadline(
    server: ScriptedServer, connect: Connect
) -> None:
    server.answer("userExist", busy(retry_after="0.6"))
    started = time.monotonic()
    with pytest.raises(ServiceError):
        await connect(timeout=1, max_retries=9).user_exist(email="ada@example.com")
    assert time.monotonic() - started < 1
    assert len(server.seen) == 2


@pytest.mark.parametrize(
    "limits",
    [{"max_retries": -1}, {"timeout": -1}, {"timeout": 0}, {"timeout": float("nan")}],
)
async def test_limits_that_cannot_be(connect: Connect, limits: dict[str, int]) -> None:
    with pytest.raises(AuthingConfigurationError):
        connect().with_options(**limits)
    with pytest.raises(AuthingConfigurationError):
        connect(**limits)


async def test_no_answer_in_time(server: ScriptedServer, connect: Connect) -> None:
    reply, _ = held(SENT)
    server.answer("sendVerifyEmail", reply)
    with pytest.raises(AuthingTimeoutError) as caught:
        await connect(timeout=0.05).send_verify_email(email="ada@example.com")
    assert caught.value.operation == "sendVerifyEmail"
    assert str(caught.value).startswith(
        "send_verify_email (sendVerifyEmail): no answer in time from"
        f" {server.url[7:]} (the deadline"
    )
    assert len(server.seen) == 1


async def test_a_query_that_takes_too_long_is_not_sent_again(
    server: ScriptedServer, connect: Connect
) -> None:
    reply, _ = held(YES)
    server.answer("userExist", reply)
    with pytest.raises(AuthingTimeoutError):
        await connect(timeout=0.5).user_exist(email="ada@example.com")
    assert len(server.seen) == 1


async def test_a_query_whose_try_takes_too_long_is_sent_again(
    server: ScriptedServer, connect: Connect
) -> None:
    reply, _ = held(YES)
    server.answer("userExist", reply, YES)
    phases = httpx.Timeout(5, read=0.1)
    assert await connect(timeout=phases).user_exist(email="ada@example.com")
    assert len(server.seen) == 2


@only("async", "a thread cannot be cancelled")
async def test_a_cancelled_call_is_not_sent_again(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    reply, _ = held(YES)
    server.answer("userExist", reply)
    call = asyncio.create_task(client.user_exist(email="ada@example.com"))
    await server.arrived("userExist")
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert len(server.seen) == 1


# Errors of httpx stay inside


@pytest.mark.parametrize("url", ["http://[::1", "no-scheme", "ftp://example.com/", ""])
async def test_a_url_that_is_none_is_one_of_our_errors(
    connect: Connect, url: str
) -> None:
    with pytest.raises(AuthingError):
        await connect(users_url=url, max_retries=0).user_exist(email="a@example.com")


@pytest.mark.parametrize(
    "token", ["t0ken-of-ada\n", "t0ken\x00of-ada", "t0ken-令牌", "t0ken ", "t0 ken"]
)
async def test_a_token_that_cannot_travel_is_not_quoted(
    client: AsyncAuthing, token: str
) -> None:
    with pytest.raises(AuthingError) as caught:
        await client.as_user(token).check_login_status()
    assert "t0ken" not in str(caught.value)
    assert "t0ken" not in str(caught.value.__cause__)


async def test_a_header_that_cannot_travel_is_not_quoted(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    with pytest.raises(AuthingTransportError) as caught:
        await client.user_exist(email="a@example.com", headers={"X-Key": "s3cret\n"})
    assert "s3cret" not in repr(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None
    assert server.seen == []


async def test_half_a_character_does_not_travel(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    half = "s3cret\udc80"
    calls = (
        client.user_exist(email=half),
        client.login_by_ldap(username="ada", password=half),
        client.register(email="ada@example.com", password=half),
        client.oidc.login(
            client_id="app", client_secret=half, email="a@example.com", password="p"
        ),
        client.sms.send_code(half),
    )
    for call in calls:
        with pytest.raises(UnsendableTextError) as caught:
            await call
        assert "s3cret" not in repr(caught.value)
        assert caught.value.__context__ is None
    assert server.seen == []


# Connections


@only("async", "an httpx.Client is passed to the other; see test_threads")
async def test_http_client_of_ones_own_stays_open(server: ScriptedServer) -> None:
    server.answer("userExist", YES)
    url = f"{server.url}/users/graphql"
    async with httpx.AsyncClient(headers={"X-From": "me"}) as http_client:
        async with AsyncAuthing(
            "pool", users_url=url, http_client=http_client
        ) as client:
            await client.user_exist(email="ada@example.com")
        assert not http_client.is_closed
        assert server.seen[0].headers["x-from"] == "me"
    assert http_client.is_closed


async def test_a_call_after_the_end_says_so(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("userExist", YES)
    async with client:
        await client.user_exist(email="ada@example.com")
        ada = client.as_user("token")
    for late in (client, ada, client.with_options(timeout=1)):
        with pytest.raises(
            AuthingClosedError, match=r"\(userExist\): the client is closed"
        ):
            await late.user_exist(email="ada@example.com")
    with pytest.raises(AuthingClosedError):
        await client.sms.send_code("1")
    assert len(server.seen) == 1


async def test_closing_a_sibling_closes_nothing(
    server: ScriptedServer, connect: Connect
) -> None:
    server.answer("userExist", YES)
    client = connect()
    async with client.as_user("token"), client.with_options(timeout=1):
        pass
    assert await client.user_exist(email="ada@example.com")


# with_options


async def test_with_options_changes_a_copy(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    reply, _ = held(YES)
    server.answer("userExist", reply, YES)
    hasty = client.with_options(timeout=0.05, max_retries=0)
    with pytest.raises(AuthingTimeoutError):
        await hasty.user_exist(email="ada@example.com")
    assert await client.user_exist(email="ada@example.com")


async def test_with_options_keeps_what_is_left_out(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("userExist", busy())
    quiet = client.with_options(max_retries=1).with_options(timeout=5)
    with pytest.raises(ServiceError):
        await quiet.user_exist(email="ada@example.com")
    assert len(server.seen) == 2


async def test_with_options_shares_the_owner_token(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("user", data(user=None))
    await client.user(id="ada")
    await client.with_options(timeout=5).user(id="ada")
    assert [seen.token for seen in server.calls("user")] == ["owner-token-1"] * 2


async def test_with_options_of_a_user_acts_as_the_user(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    body = {"status": True, "code": 200, "message": "已登录"}
    server.answer("checkLoginStatus", data(checkLoginStatus=body))
    await client.as_user("of-ada").with_options(timeout=5).check_login_status()
    assert server.seen[0].token == "of-ada"


async def test_with_options_reaches_sms_and_oidc(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    reply, _ = held(answered({}))
    server.answer("/users/send_smscode/1/the-pool", reply)
    server.answer("/users/oauth/oidc/token", reply)
    hasty = client.with_options(timeout=0.05)
    with pytest.raises(AuthingTimeoutError, match=r"sms\.send_code"):
        await hasty.sms.send_code("1")
    with pytest.raises(AuthingTimeoutError, match=r"oidc\.refresh"):
        await hasty.oidc.refresh(client_id="i", client_secret="s", refresh_token="r")
