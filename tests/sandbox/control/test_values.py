"""Values that no database stores: refused, in whatever way they come."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from authing_sandbox import Sandbox

from ..calling import CHECK, Caller

pytestmark = pytest.mark.anyio

LARGE = 99999999999999999999
NUMBERS = [LARGE, -LARGE, 1 << 31, -(1 << 31) - 1, 1 << 63, 10**400]
INSTANTS = ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"]


@pytest.fixture
async def http(box: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=box.url, timeout=30) as http:
        yield http


async def test_the_outbox_after_something(http: httpx.AsyncClient) -> None:
    for after in (*map(str, NUMBERS), "x", "1.5", "", "nan"):
        answer = await http.get("/sandbox/outbox", params={"after": after})
        assert answer.status_code == 422, after
    last = await http.get("/sandbox/outbox", params={"after": (1 << 31) - 1})
    assert last.json() == []


@pytest.mark.parametrize("wait", ["-1", "61", "inf", "nan", "1e400", "x"])
async def test_the_outbox_waiting(http: httpx.AsyncClient, wait: str) -> None:
    answer = await http.get("/sandbox/outbox", params={"wait": wait})
    assert answer.status_code == 422


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("rule", ["sms_interval", "jwt_expired", "code_lifetime"])
async def test_rules(http: httpx.AsyncClient, rule: str, number: int) -> None:
    answer = await http.patch("/sandbox/config", json={rule: number})
    assert answer.status_code == 422


async def test_the_longest_lifetimes_work(
    box: Sandbox, http: httpx.AsyncClient
) -> None:
    longest = (1 << 31) - 1
    await box.configure(jwt_expired=longest, code_lifetime=longest)
    caller = Caller(http, box)
    user = await caller.new_user()
    assert (await caller.call(CHECK, token=user["token"]))["status"] is True


@pytest.mark.parametrize(
    "body",
    [
        *({"advance": number} for number in (1e300, -1e300, 10**13, -(10**11))),
        *({"now": instant} for instant in INSTANTS),
        {"now": "0090-01-01T00:00:00Z"},
        {"now": "9950-01-01T00:00:00Z"},
    ],
)
async def test_the_clock(http: httpx.AsyncClient, body: dict[str, Any]) -> None:
    assert (await http.post("/sandbox/clock", json=body)).status_code == 422
    assert (await http.get("/sandbox/clock")).json()["ahead"] == 0


@pytest.mark.parametrize("instant", INSTANTS)
@pytest.mark.parametrize("column", ["signed_up", "updated_at", "token_expired_at"])
async def test_instants_of_an_import(
    http: httpx.AsyncClient, column: str, instant: str
) -> None:
    pool = (await http.get("/sandbox/export")).json()
    pool["tables"]["account"][0][column] = instant
    assert (await http.post("/sandbox/import", json=pool)).status_code == 422
    assert (await http.get("/sandbox/export")).is_success


async def test_numbers_and_texts_of_an_import(http: httpx.AsyncClient) -> None:
    pool = (await http.get("/sandbox/export")).json()
    account = pool["tables"]["account"][0]
    for change in ({"logins_count": LARGE}, {"nickname": "a\0b"}):
        pool["tables"]["account"][0] = account | change
        assert (await http.post("/sandbox/import", json=pool)).status_code == 422


@pytest.mark.parametrize("instant", [INSTANTS[0], INSTANTS[2]])
async def test_instants_of_a_call(
    box: Sandbox, http: httpx.AsyncClient, instant: str
) -> None:
    caller = Caller(http, box)
    user = await caller.new_user()
    own = caller.with_token(user["token"])
    query = (
        "mutation u($options: UserUpdateInput!)"
        " { updateUser(options: $options) { tokenExpiredAt } }"
    )
    options = {"_id": user["_id"], "tokenExpiredAt": instant}
    answer = await own.send(query, options=options)
    (error,) = answer.json()["errors"]
    assert error["message"]["code"] == 2231


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/sandbox/outbox?to=a%00b"),
        ("GET", "/sandbox/config?pool=%00"),
        ("GET", "/sandbox/export?pool=%00"),
        ("DELETE", "/sandbox/directories/%00"),
        ("POST", "/sandbox/snapshots/%00/restore"),
        ("GET", "/users/send_smscode/13800138000/%00"),
        ("GET", "/users/send_smscode/%00/5f0e1d2c3b4a59687786950a"),
        ("GET", "/users/verify_email?client=%00&email=%00&code=%00"),
        ("GET", "/users/oauth/oidc/auth?client_id=%00"),
    ],
)
async def test_nul(http: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await http.request(method, path)
    assert answer.status_code in (200, 400, 404, 422)
    assert answer.status_code != 200 or answer.json()["code"] not in (200, 1000)
