"""What the developer can see and do under `/sandbox`."""

import asyncio
import gc
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import inspect

from authing_sandbox import Sandbox, running
from authing_sandbox.storage.tables import Pool

from ..calling import CHECK, PASSWORD, Caller, Refused, fresh_phone

pytestmark = pytest.mark.anyio


async def send_code(caller: Caller, phone: str) -> None:
    path = f"/users/send_smscode/{phone}/{caller.sandbox.pool_id}"
    await caller.http.get(caller.sandbox.url + path)


async def ask(
    control: httpx.AsyncClient, method: str, path: str, **options: Any
) -> Any:
    answer = await control.request(method, path, **options)
    answer.raise_for_status()
    return answer.json() if answer.content else None


async def test_messages_by_recipient_and_kind(
    box: Sandbox, control: httpx.AsyncClient, caller: Caller
) -> None:
    phone, other = fresh_phone(), fresh_phone()
    await send_code(caller, phone)
    await send_code(caller, other)
    assert [message["to"] for message in await box.outbox()] == [phone, other]
    (first,) = await box.outbox(phone, kind="sms")
    assert await box.outbox(phone, kind="mail") == []
    assert await box.outbox(phone, after=first["id"]) == []
    await ask(control, "DELETE", "/outbox")
    assert await box.outbox() == []
    assert (await control.get("/outbox?kind=fax")).status_code == 422
    assert (await control.get("/outbox?form=x")).status_code == 422


async def test_waiting_for_a_message(box: Sandbox, caller: Caller) -> None:
    phone, other = fresh_phone(), fresh_phone()
    began = time.monotonic()
    with pytest.raises(TimeoutError, match=phone):
        await box.wait_for_code(phone, timeout=0.3)
    assert 0.3 <= time.monotonic() - began < 3
    code = asyncio.create_task(box.wait_for_code(phone, timeout=20))
    await asyncio.sleep(0.1)
    await send_code(caller, other)
    assert not code.done()
    await send_code(caller, phone)
    assert await asyncio.wait_for(code, 5) == await box.last_code(phone)
    (message,) = await box.outbox(phone)
    with pytest.raises(TimeoutError):
        await box.wait_for_code(phone, after=message["id"], timeout=0.1)


async def test_who_waits_does_not_hold_up_the_end() -> None:
    async with running() as box:
        waiting = asyncio.create_task(box.outbox("nobody", wait=30))
        await asyncio.sleep(0.2)
        began = time.monotonic()
    assert time.monotonic() - began < 2
    assert await waiting == []


async def test_tokens_and_codes_expire_on_command(
    box: Sandbox, control: httpx.AsyncClient, caller: Caller
) -> None:
    user = await caller.new_user()
    phone = fresh_phone()
    await send_code(caller, phone)
    assert (await caller.call(CHECK, token=user["token"]))["status"] is True
    await box.advance(seconds=601)
    with pytest.raises(Refused, match="2300"):
        await caller.register(phone=phone, phoneCode=await box.last_code(phone))
    assert (await caller.call(CHECK, token=user["token"]))["status"] is True
    await box.advance(seconds=15 * 24 * 3600)
    assert (await caller.call(CHECK, token=user["token"]))["code"] == 2206
    assert (await ask(control, "DELETE", "/clock"))["ahead"] == 0
    assert (await caller.call(CHECK, token=user["token"]))["status"] is True


async def test_the_clock(control: httpx.AsyncClient) -> None:
    to = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
    moved = await ask(control, "POST", "/clock", json={"now": to.isoformat()})
    now = datetime.fromisoformat(moved["now"])
    assert timedelta(0) <= now - to < timedelta(seconds=5)
    await ask(control, "POST", "/clock", json={"advance": -3600})
    ahead = (await ask(control, "GET", "/clock"))["ahead"]
    assert abs(moved["ahead"] - 3600 - ahead) < 0.001
    for nonsense in (
        {},
        {"advance": 1, "now": to.isoformat()},
        {"advance": "soon"},
        {"advance": 1e300},
        {"advance": 8000 * 366 * 24 * 3600},
        {"now": "2030-01-02T03:04:05"},
        {"now": "9999-12-31T00:00:00Z"},
    ):
        answer = await control.post("/clock", json=nonsense)
        assert answer.status_code == 422, nonsense
    assert (await ask(control, "GET", "/clock"))["ahead"] == ahead


async def test_every_rule_can_be_read_and_changed(
    box: Sandbox, control: httpx.AsyncClient
) -> None:
    rules = await ask(control, "GET", "/config")
    columns = set(inspect(Pool).columns.keys())
    assert {"jwt_expired", "code_lifetime", "sms_interval"} < rules.keys() < columns
    assert rules.keys().isdisjoint({"id", "owner_id", "app_secret", "is_deleted"})
    for name, value in rules.items():
        if isinstance(value, bool):
            other: Any = not value
        elif isinstance(value, int):
            other = value + 1
        else:
            other = "1234"
        assert (await ask(control, "PATCH", "/config", json={name: other})) == {
            **rules,
            name: other,
        }
        await ask(control, "PATCH", "/config", json={name: value})
    assert await ask(control, "GET", f"/config?pool={box.pool_id}") == rules


async def test_a_changed_rule_is_obeyed(box: Sandbox, caller: Caller) -> None:
    await box.configure(register_disabled=True)
    with pytest.raises(Refused, match="2031"):
        await caller.new_user()
    await box.configure(register_disabled=False)
    await caller.new_user()


@pytest.mark.parametrize(
    "rules",
    [
        {"jwt_expired": True},
        {"jwt_expired": "900"},
        {"jwt_expired": None},
        {"register_disabled": 1},
        {"app_secret": "mine"},
        {"no_such_rule": 1},
    ],
)
async def test_a_rule_of_the_wrong_type_changes_nothing(
    box: Sandbox, control: httpx.AsyncClient, rules: dict[str, Any]
) -> None:
    before = await ask(control, "GET", "/config")
    with pytest.raises(ValueError, match=next(iter(rules))):
        await box.configure(sms_interval=99, **rules)
    assert await ask(control, "GET", "/config") == before


async def test_there_and_back(box: Sandbox, caller: Caller) -> None:
    ada = await caller.register(email="ada@example.com", password=PASSWORD)
    await box.advance(seconds=60)
    then = await box.snapshot()
    for _ in range(2):
        await caller.register(email="eve@example.com", password=PASSWORD)
        await caller.login(email="ada@example.com", password=PASSWORD)
        await box.configure(register_disabled=True)
        await box.advance(seconds=10**7)
        assert (await caller.call(CHECK, token=ada["token"]))["code"] == 2206
        await box.restore(then)
        assert (await caller.call(CHECK, token=ada["token"]))["status"] is True
        with pytest.raises(Refused, match="2004"):
            await caller.login(email="eve@example.com", password=PASSWORD)
        again = await caller.login(email="ada@example.com", password=PASSWORD)
        assert again["loginsCount"] == (ada.get("loginsCount") or 1)
        await box.restore(then)
    async with httpx.AsyncClient(base_url=f"{box.url}/sandbox") as control:
        assert 60 <= (await ask(control, "GET", "/clock"))["ahead"] < 61
        await ask(control, "DELETE", f"/snapshots/{then}")
        answer = await control.post(f"/snapshots/{then}/restore")
        assert answer.status_code == 404


async def test_restoring_while_others_write(box: Sandbox, caller: Caller) -> None:
    then = await box.snapshot()

    async def write(number: int) -> None:
        await caller.register(email=f"u{number}@example.com", password=PASSWORD)

    async def restore(_: int) -> None:
        await box.restore(then)

    await asyncio.gather(*(f(n) for n in range(30) for f in (write, restore)))
    await box.restore(then)
    for number in range(30):
        await write(number)


async def test_nothing_is_left_open_at_the_end() -> None:
    def still_open() -> set[int]:
        return {id(each) for each in gc.get_objects() if _is_open(each)}

    before = still_open()
    async with running() as box:
        await box.snapshot()
        async with httpx.AsyncClient(base_url=f"{box.url}/sandbox") as control:
            await ask(control, "DELETE", f"/snapshots/{await box.snapshot()}")
    assert still_open() <= before


def _is_open(value: object) -> bool:
    if not isinstance(value, sqlite3.Connection):
        return False
    try:
        return value.total_changes >= 0
    except sqlite3.ProgrammingError:
        return False


async def test_milliseconds(box: Sandbox, caller: Caller) -> None:
    for number in range(50):
        await caller.register(username=f"user{number}", password=PASSWORD)
    spent: list[float] = []
    async with httpx.AsyncClient(base_url=f"{box.url}/sandbox") as control:
        for _ in range(10):
            began = time.perf_counter()
            name = (await ask(control, "POST", "/snapshots"))["id"]
            await ask(control, "POST", f"/snapshots/{name}/restore")
            spent.append(time.perf_counter() - began)
    assert sorted(spent)[2] < 0.1


async def test_reset_goes_back_in_everything(box: Sandbox, caller: Caller) -> None:
    await box.configure(register_disabled=True)
    await box.advance(seconds=60)
    await box.reset()
    await caller.new_user()
    async with httpx.AsyncClient(base_url=f"{box.url}/sandbox") as control:
        assert (await ask(control, "GET", "/clock"))["ahead"] == 0


async def test_health(control: httpx.AsyncClient) -> None:
    assert (await ask(control, "GET", "/health"))["status"] == "ok"


async def test_openapi_tells_the_truth(control: httpx.AsyncClient) -> None:
    description = await ask(control, "GET", "/openapi.json")
    assert description["openapi"].startswith("3.1")
    assert description["servers"] == [{"url": str(control.base_url).rstrip("/")}]
    models = description["components"]["schemas"]
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], path
            body = operation.get("requestBody", {}).get("content", {})
            for reference in str(body).split("'$ref': '")[1:]:
                name = reference.partition("'")[0].rpartition("/")[2]
                assert name in models
            if method == "get" and "{" not in path:
                answer = await control.get(path)
                described = operation["responses"]["200"]["content"]
                assert answer.headers["content-type"].split(";")[0] in described
            elif "{" not in path and "requestBody" in operation:
                answer = await control.request(method, path, json={"not": "so"})
                assert answer.status_code == 422
    parameters = description["paths"]["/outbox"]["get"]["parameters"]
    assert {p["name"] for p in parameters} == {"to", "kind", "after", "wait"}
