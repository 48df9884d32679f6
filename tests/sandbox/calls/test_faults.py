"""Faults on request: what goes wrong, with which calls, how often."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from authing_gen import (
    AsyncAuthing,
    Authing,
    AuthingAPIError,
    AuthingTransportError,
    ServiceBusyError,
    WrongPasswordError,
)
from authing_sandbox import Fault, Sandbox, running

pytestmark = pytest.mark.anyio

EMAIL, PASSWORD = "ada@example.com", "correct horse"
CHECK = '{ userExist(userPoolId: "%s", email: "a@b.co") }'


@pytest.fixture
async def authing(box: Sandbox) -> AsyncIterator[AsyncAuthing]:
    async with AsyncAuthing(**box.settings, max_retries=0) as client:
        yield client


async def test_refused_in_the_form_of_the_service(
    box: Sandbox, authing: AsyncAuthing
) -> None:
    await authing.register(email=EMAIL, password=PASSWORD)
    await box.faults(Fault("login", code=2006))
    with pytest.raises(WrongPasswordError):
        await authing.login(email=EMAIL, password=PASSWORD)
    assert (await authing.users()).total_count == 1
    await box.faults()
    await authing.login(email=EMAIL, password=PASSWORD)


async def test_a_code_that_the_sandbox_does_not_know(
    box: Sandbox, authing: AsyncAuthing
) -> None:
    await box.faults(Fault("userExist", code=9876))
    with pytest.raises(Exception, match="9876"):
        await authing.user_exist(email=EMAIL)


async def test_status_of_a_proxy(box: Sandbox, authing: AsyncAuthing) -> None:
    await box.faults(Fault("userExist", status=503, retry_after=7))
    with pytest.raises(AuthingAPIError) as raised:
        await authing.user_exist(email=EMAIL)
    assert raised.value.status_code == 503
    assert raised.value.headers["retry-after"] == "7"


async def test_connection_cut_before_anything_is_done(
    box: Sandbox, authing: AsyncAuthing
) -> None:
    await box.faults(Fault("register", cut="request", times=1))
    with pytest.raises(AuthingTransportError):
        await authing.register(email=EMAIL, password=PASSWORD)
    assert (await authing.users()).total_count == 0
    await authing.register(email=EMAIL, password=PASSWORD)


async def test_answer_that_is_lost(
    box: Sandbox, authing: AsyncAuthing, caplog: pytest.LogCaptureFixture
) -> None:
    await box.faults(Fault("register", cut="answer"))
    with pytest.raises(AuthingTransportError):
        await authing.register(email=EMAIL, password=PASSWORD)
    assert (await authing.users()).total_count == 1
    assert caplog.records == []  # The server has nothing to complain of.


async def test_delay(box: Sandbox, authing: AsyncAuthing) -> None:
    await box.faults(Fault("userExist", delay=0.3), Fault(code=1000, delay=0.3))
    began = time.monotonic()
    assert not await authing.user_exist(email=EMAIL)
    assert time.monotonic() - began >= 0.3
    with pytest.raises(ServiceBusyError):
        await authing.users()
    assert time.monotonic() - began >= 0.6


async def test_a_delay_does_not_hold_up_the_end() -> None:
    async with running() as box, httpx.AsyncClient() as http:
        await box.faults(Fault(delay=60))
        query = {"query": CHECK % box.pool_id}
        waiting = asyncio.create_task(http.post(box.users_url, json=query))
        await asyncio.sleep(0.2)
        began = time.monotonic()
    assert time.monotonic() - began < 2
    await asyncio.gather(waiting, return_exceptions=True)


def test_retries_of_the_client(anyio_backend: str) -> None:
    with running() as box, Authing(**box.settings) as authing:
        box.blocking.faults(Fault("userExist", status=502, times=2))
        assert not authing.user_exist(email=EMAIL)
        assert box.blocking.fault_hits() == [2]


async def test_paths_of_endpoints(box: Sandbox, authing: AsyncAuthing) -> None:
    await box.faults(
        Fault("/users/send_smscode", code=2100, times=1),
        Fault("/users/oauth/oidc/token", status=500),
        Fault("/users/send", status=500),
    )
    async with httpx.AsyncClient(base_url=box.url) as http:
        sms = f"/users/send_smscode/13800138000/{box.pool_id}"
        assert (await http.get(sms)).json()["code"] == 2100
        assert (await http.get(sms)).json()["code"] == 200
        assert (await http.post("/users/oauth/oidc/token")).status_code == 500
        assert (await http.get("/users/oauth/oidc/jwks.json")).status_code != 500
        assert (await http.get("/sandbox/health")).status_code == 200


@pytest.mark.parametrize("share", [0.25, 1])
async def test_the_same_dice_strike_the_same_calls(
    box: Sandbox, authing: AsyncAuthing, share: float
) -> None:
    async def struck(others: bool) -> list[bool]:
        found: list[bool] = []
        for _ in range(60):
            if others:
                await authing.users()
            try:
                await authing.user_exist(email=EMAIL)
                found.append(False)
            except ServiceBusyError:
                found.append(True)
        return found

    first = Fault("userExist", code=1000, share=share)
    seed = await box.faults(first, Fault("users", delay=0.001, share=0.5))
    once = await struck(others=False)
    assert await box.faults(first, seed=seed) == seed
    assert await struck(others=True) == once
    assert all(once) if share == 1 else 3 <= sum(once) <= 30
    assert await box.fault_hits() == [sum(once)]
    if share < 1:
        await box.faults(first, seed=seed + 1)
        assert await struck(others=False) != once


async def test_fields_within_fragments(box: Sandbox) -> None:
    await box.faults(Fault("userExist", status=500))
    asked = (CHECK % box.pool_id).strip("{} ")
    for query in (
        f"{{ ... {{ {asked} }} }}",
        f"{{ ...A }} fragment A on Query {{ ...B }} fragment B on Query {{ {asked} }}",
    ):
        async with httpx.AsyncClient() as http:
            answer = await http.post(box.users_url, json={"query": query})
        assert answer.status_code == 500


async def test_reset_clears_them(box: Sandbox) -> None:
    await box.faults(Fault(status=500))
    await box.reset()
    assert await box.fault_hits() == []


async def test_over_http(box: Sandbox) -> None:
    async with httpx.AsyncClient(base_url=f"{box.url}/sandbox") as http:
        fault = {"operation": "login", "share": 0.5, "times": 3, "delay": 0.5}
        body = {"faults": [{**fault, "code": 1000}], "seed": 5}
        armed = (await http.post("/faults", json=body)).json()
        assert armed == (await http.get("/faults")).json()
        assert armed["seed"] == 5
        [found] = armed["faults"]
        assert found["hits"] == 0
        assert found["fault"].items() >= fault.items()
        assert (await http.delete("/faults")).status_code == 204
        assert (await http.get("/faults")).json()["faults"] == []


@pytest.mark.parametrize(
    "nonsense",
    [
        {},
        {"code": 1000, "status": 500},
        {"cut": "everything"},
        {"code": 1000, "share": 0},
        {"code": 1000, "share": 1.5},
        {"code": 1000, "times": 0},
        {"delay": -1},
        {"delay": 1e9},
        {"status": 200},
        {"status": 700},
        {"code": 1000, "retry_after": 1},
        {"code": 1000, "forever": True},
    ],
)
async def test_nonsense_is_refused(box: Sandbox, nonsense: dict[str, Any]) -> None:
    async with httpx.AsyncClient(base_url=f"{box.url}/sandbox") as http:
        answer = await http.post("/faults", json={"faults": [nonsense]})
        assert answer.status_code == 422
    with pytest.raises((ValueError, TypeError)):
        await box.faults(Fault(**nonsense))
    assert await box.fault_hits() == []
