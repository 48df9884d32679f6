"""The business error code 1000, "busy", is a "not now" like HTTP 503."""

import logging
import time

import pytest

from authing_gen import AsyncAuthing, AuthingError, RateLimitError, ServiceBusyError

from .conftest import Connect
from .scripted import (
    INIT,
    Reply,
    ScriptedServer,
    answered,
    data,
    html,
    jwt,
    owner,
    refused,
)

pytestmark = pytest.mark.anyio

YES = data(userExist=True)
BUSY = refused(1000, "系统繁忙")
SENT = data(sendVerifyEmail={"message": "好", "code": 200, "status": True})


@pytest.mark.parametrize(
    "busy",
    [
        BUSY,
        refused("1000"),
        answered({"code": 1000, "message": "busy"}),
        answered({"errors": [{"message": {"code": 1000}}]}, 500),
    ],
    ids=["200", "a text", "no errors", "500"],
)
async def test_a_query_is_sent_again_after_a_growing_pause(
    server: ScriptedServer, client: AsyncAuthing, busy: Reply
) -> None:
    server.answer("userExist", busy, busy, YES)
    begun = time.monotonic()
    assert await client.user_exist(email="ada@example.com")
    assert 0.125 + 0.25 <= time.monotonic() - begun < 5
    first, *others = server.seen
    assert [seen.content for seen in others] == [first.content] * 2


async def test_the_last_refusal_counts_when_the_tries_are_used_up(
    server: ScriptedServer, client: AsyncAuthing, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "authing_gen")
    server.answer("userExist", BUSY)
    with pytest.raises(ServiceBusyError, match="系统繁忙") as caught:
        await client.user_exist(email="ada@example.com")
    assert caught.value.__cause__ is caught.value.__context__ is None
    assert len(server.seen) == 3
    assert caplog.text.count("HTTP 200 with code 1000, trying again in") == 2
    assert "系统繁忙" not in caplog.text


async def test_retry_after_counts(server: ScriptedServer, client: AsyncAuthing) -> None:
    now = answered({"errors": [{"message": {"code": 1000}}]}, retry_after="0")
    server.answer("userExist", now, now, YES)
    begun = time.monotonic()
    assert await client.user_exist(email="ada@example.com")
    assert time.monotonic() - begun < 0.3


async def test_where_the_deadline_does_not_allow_the_pause_it_is_final(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("userExist", BUSY)
    with pytest.raises(ServiceBusyError):
        await client.user_exist(email="ada@example.com", timeout=0.12)
    assert len(server.seen) == 1


async def test_a_mutation_is_sent_again_only_if_its_caller_says_so(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("sendVerifyEmail", BUSY)
    with pytest.raises(ServiceBusyError):
        await client.send_verify_email(email="ada@example.com")
    assert len(server.seen) == 1
    server.answer("sendVerifyEmail", BUSY, SENT)
    await client.send_verify_email(email="ada@example.com", idempotent=True)
    assert len(server.seen) == 3


@pytest.mark.parametrize("reply", [refused(2100), refused(1001), refused(10000)])
async def test_other_codes_are_final(
    server: ScriptedServer, client: AsyncAuthing, reply: Reply
) -> None:
    server.answer("userExist", reply)
    with pytest.raises(AuthingError):
        await client.user_exist(email="ada@example.com")
    assert len(server.seen) == 1


async def test_what_is_no_answer_at_all_is_final(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("userExist", html(200))
    with pytest.raises(AuthingError):
        await client.user_exist(email="ada@example.com")
    assert len(server.seen) == 1


# The initialization


@pytest.fixture
def managed(server: ScriptedServer, connect: Connect) -> Connect:
    server.answer("user", data(user=None))
    return connect


async def test_the_initialization_is_sent_again(
    server: ScriptedServer, managed: Connect
) -> None:
    server.answer(INIT, BUSY, owner(jwt("one", 3600)))
    assert await managed().user(id="ada") is None
    assert len(server.calls(INIT)) == 2


async def test_but_not_with_a_signature_which_is_good_once(
    server: ScriptedServer, managed: Connect
) -> None:
    server.answer(INIT, BUSY, owner(jwt("one", 3600)))
    with pytest.raises(ServiceBusyError):
        await managed(secret=None, signed=True).user(id="ada")
    assert len(server.calls(INIT)) == 1


async def test_too_many_initializations_are_not_made_more(
    server: ScriptedServer, managed: Connect
) -> None:
    server.answer(INIT, refused(2100), owner(jwt("one", 3600)))
    client = managed()
    for _ in range(2):
        with pytest.raises(RateLimitError):
            await client.user(id="ada")
    assert len(server.calls(INIT)) == 1
