"""An outage is not multiplied by those who retry, and is over when it is over."""

import asyncio
import logging
import time
from contextlib import suppress

import pytest

from authing_gen import (
    AsyncAuthing,
    AuthingError,
    AuthingTransportError,
    ServiceError,
)
from authing_gen.retry_budget import AFTER_AN_ANSWER, AFTER_NONE, CAPACITY

from ..blocking import only
from . import programs
from .conftest import Connect
from .scripted import DROPPED, Reply, ScriptedServer, answered, data, refused

pytestmark = pytest.mark.anyio

YES = data(userExist=True)
OUTAGE = answered({"message": "not now"}, 503, retry_after="0")


async def sent_by(client: AsyncAuthing, server: ScriptedServer, calls: int) -> int:
    """Make some calls one after the other; say how many requests came of them."""
    before = len(server.seen)
    for _ in range(calls):
        with suppress(ServiceError):
            await client.user_exist(email="ada@example.com")
    return len(server.seen) - before


async def test_in_an_outage_the_requests_of_a_call_tend_to_one(
    server: ScriptedServer, client: AsyncAuthing, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "authing_gen")
    server.answer("userExist", OUTAGE)
    retries = CAPACITY // AFTER_AN_ANSWER
    assert await sent_by(client, server, retries // 2) == 3 * (retries // 2)
    assert await sent_by(client, server, 100) == 100
    warnings = [record for record in caplog.records if record.levelname == "WARNING"]
    assert [record.getMessage() for record in warnings] == [
        "the retry budget is used up: failures are final for now"
    ]
    assert caplog.text.count("HTTP 503, final since the retry budget is used up") == 100


async def test_with_whom_the_outage_ends_the_budget_grows_again(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("userExist", OUTAGE)
    await sent_by(client, server, 60)
    server.answer("userExist", YES)
    assert await sent_by(client, server, 2 * AFTER_AN_ANSWER) == 2 * AFTER_AN_ANSWER
    server.answer("userExist", OUTAGE)
    assert await sent_by(client, server, 3) == 3 + 2
    server.answer("userExist", YES)
    await sent_by(client, server, CAPACITY)
    server.answer("userExist", OUTAGE)
    assert await sent_by(client, server, 100) == 100 + CAPACITY // AFTER_AN_ANSWER


async def test_a_call_that_succeeds_at_last_gives_back_what_its_retry_took(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    calls = 2 * CAPACITY // AFTER_AN_ANSWER
    server.answer("userExist", *([OUTAGE, YES] * calls))
    assert await sent_by(client, server, calls) == 2 * calls


@pytest.mark.parametrize(
    ("reply", "alive"),
    [(refused(2004), True), (answered({}, 404), True), (answered({}, 500), False)],
    ids=["2004", "404", "500"],
)
async def test_a_refusal_for_a_reason_shows_that_the_service_works(
    server: ScriptedServer, client: AsyncAuthing, reply: Reply, alive: bool
) -> None:
    server.answer("userExist", OUTAGE)
    await sent_by(client, server, 60)
    server.answer("userExist", reply)
    before = len(server.seen)
    for _ in range(AFTER_AN_ANSWER):
        with pytest.raises(AuthingError):
            await client.user_exist(email="ada@example.com")
    assert len(server.seen) - before == AFTER_AN_ANSWER
    server.answer("userExist", OUTAGE)
    assert await sent_by(client, server, 1) == 1 + alive


async def test_a_lost_connection_takes_twice_as_much(
    server: ScriptedServer, connect: Connect
) -> None:
    client = connect(retry=lambda _: 0)
    server.answer("userExist", DROPPED)
    calls = 60

    async def lose() -> None:
        with pytest.raises(AuthingTransportError):
            await client.user_exist(email="ada@example.com")

    await asyncio.gather(*(lose() for _ in range(calls)))
    assert len(server.seen) == calls + CAPACITY // AFTER_NONE


async def test_siblings_share_it(server: ScriptedServer, client: AsyncAuthing) -> None:
    server.answer("userExist", OUTAGE)
    await sent_by(client.with_options(max_retries=100), server, 1)
    for sibling in (client, client.as_user("t"), client.with_options(max_retries=5)):
        assert await sent_by(sibling, server, 1) == 1


async def test_another_client_has_its_own(
    server: ScriptedServer, connect: Connect
) -> None:
    server.answer("userExist", OUTAGE)
    await sent_by(connect(max_retries=200), server, 1)
    assert await sent_by(connect(), server, 1) == 3


async def test_many_at_once(server: ScriptedServer, connect: Connect) -> None:
    client = connect(max_retries=5, timeout=30)
    server.answer("userExist", OUTAGE)
    begun = time.monotonic()
    await asyncio.gather(*(sent_by(client, server, 4) for _ in range(40)))
    assert len(server.seen) == 160 + CAPACITY // AFTER_AN_ANSWER
    assert time.monotonic() - begun < 20


@only("sync", "the program forks")
async def test_a_forked_child_has_its_own() -> None:
    full = str(1 + CAPACITY // AFTER_NONE)
    assert await programs.run("limiting", "", "budgets") == [full, "1", full, "1"]
