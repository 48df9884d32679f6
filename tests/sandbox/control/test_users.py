"""The accounts of a pool, and what it has besides, under `/sandbox`."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from authing_sandbox import Sandbox

from ..calling import CHECK, PASSWORD, Caller, Refused

pytestmark = pytest.mark.anyio

ADA = {"email": "ada@example.com", "password": PASSWORD, "nickname": "Ada"}


async def create(control: httpx.AsyncClient, **more: Any) -> Any:
    answer = await control.post("/users", json={**ADA, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def search(control: httpx.AsyncClient, **wanted: Any) -> tuple[list[str], int]:
    answer = (await control.get("/users", params=wanted)).json()
    return [user["email"] for user in answer["users"]], answer["total"]


async def test_creates_who_can_sign_in(
    control: httpx.AsyncClient, caller: Caller
) -> None:
    ada = await create(control, email_verified=True)
    assert ada["nickname"] == "Ada"
    assert ada["email_verified"] is True
    assert ada.keys().isdisjoint({"password_hash", "token", "token_series"})
    signed_in = await caller.login(email=ADA["email"], password=PASSWORD)
    assert signed_in["_id"] == ada["id"]


async def test_obeys_the_rules_of_the_pool(
    box: Sandbox, control: httpx.AsyncClient
) -> None:
    await create(control)
    again = await control.post("/users", json=ADA)
    assert again.status_code == 409
    assert again.json()["detail"]["code"] == 2026
    await box.configure(register_disabled=True)
    closed = await control.post("/users", json={**ADA, "email": "eve@example.com"})
    assert closed.json()["detail"]["code"] == 2031


@pytest.mark.parametrize(
    "given",
    [
        {"password": "short"},
        {"password_hash": "x"},
        {"token": "x"},
        {"id": "x"},
        {"nickname": 1},
        {"no_such_column": "x"},
    ],
)
async def test_refuses_what_cannot_be_said(
    control: httpx.AsyncClient, given: dict[str, Any]
) -> None:
    answer = await control.post("/users", json={**ADA, **given})
    assert answer.status_code == 422
    assert await search(control) == ([], 0)


async def test_finds_users_page_by_page(control: httpx.AsyncClient) -> None:
    for number in range(5):
        await create(control, email=f"u{number}@example.com", nickname=f"N{number}")
    newest = [f"u{number}@example.com" for number in (4, 3, 2, 1, 0)]
    assert await search(control) == (newest, 5)
    assert await search(control, count=2, page=2) == (newest[2:4], 5)
    assert await search(control, search="U3@") == (["u3@example.com"], 1)
    assert await search(control, search="n2") == (["u2@example.com"], 1)
    assert await search(control, search="%") == ([], 0)
    assert await search(control, search="_") == ([], 0)
    for query in ("state=odd", "search=%00", "role=%00", "group=%00"):
        assert (await control.get(f"/users?{query}")).status_code == 422


async def test_filters_by_state(control: httpx.AsyncClient, caller: Caller) -> None:
    ada = await create(control)
    eve = await create(control, email="eve@example.com", email_verified=True)
    await control.patch(f"/users/{eve['id']}", json={"blocked": True})
    await caller.login(email=ADA["email"], password=PASSWORD)
    change = "mutation m($u: String) { changeMFA(userId: $u, enable: true) { enable } }"
    token = (await control.post(f"/users/{ada['id']}/sign-in")).json()["token"]
    await caller.with_token(token).call(change, gateway="users", u=ada["id"])
    for state, email in {
        "active": ada["email"],
        "blocked": eve["email"],
        "unverified": ada["email"],
        "never": eve["email"],
        "mfa": ada["email"],
    }.items():
        assert await search(control, state=state) == ([email], 1), state


async def test_changes_what_is_named(
    control: httpx.AsyncClient, caller: Caller
) -> None:
    ada = await create(control)
    url = f"/users/{ada['id']}"
    changed = await control.patch(url, json={"company": "Analytical Engines"})
    assert changed.json()["company"] == "Analytical Engines"
    assert changed.json()["nickname"] == "Ada"
    assert (await control.patch(url, json={"nickname": ""})).json()["nickname"] == ""
    assert (await control.patch(url, json={"email": "no"})).status_code == 409
    await control.patch(url, json={"password": "battery staple"})
    with pytest.raises(Refused, match="2006"):
        await caller.login(email=ADA["email"], password=PASSWORD)
    await caller.login(email=ADA["email"], password="battery staple")


async def test_blocks_and_signs_out(control: httpx.AsyncClient, caller: Caller) -> None:
    ada = await create(control)
    url = f"/users/{ada['id']}"
    given = (await control.post(f"{url}/sign-in")).json()
    assert (await caller.call(CHECK, token=given["token"]))["status"] is True
    assert (await control.post(f"{url}/sign-out")).status_code == 204
    assert (await caller.call(CHECK, token=given["token"]))["status"] is False
    again = (await control.post(f"{url}/sign-in")).json()["token"]
    assert (await caller.call(CHECK, token=again))["status"] is True
    assert (await caller.call(CHECK, token=given["token"]))["status"] is False
    await control.patch(url, json={"blocked": True})
    assert (await caller.call(CHECK, token=again))["status"] is False
    refused = await control.post(f"{url}/sign-in")
    assert refused.json()["detail"]["code"] == 2005
    await control.patch(url, json={"blocked": False})
    assert (await caller.call(CHECK, token=again))["status"] is False


async def test_tells_what_happened(control: httpx.AsyncClient, caller: Caller) -> None:
    ada = await create(control)
    url = f"/users/{ada['id']}"
    told = (await control.get(url)).json()
    assert told["attempts"] == told["sessions"] == told["apps"] == []
    assert told["signed_in_until"] is None
    assert told["has_password"] is True
    await caller.login(email=ADA["email"], password=PASSWORD)
    with pytest.raises(Refused):
        await caller.login(email=ADA["email"], password="battery staple")
    told = (await control.get(url)).json()
    assert [one["success"] for one in told["attempts"]] == [False, True]
    assert told["total_attempts"] == 2
    assert told["signed_in_until"] is not None
    assert told["user"]["logins_count"] == 1


async def test_removes(control: httpx.AsyncClient) -> None:
    url = f"/users/{(await create(control))['id']}"
    assert (await control.delete(url)).status_code == 204
    assert (await control.get(url)).status_code == 404
    assert (await control.delete(url)).status_code == 404
    assert (await control.post(f"{url}/sign-in")).status_code == 404
    assert (await control.get("/users?pool=nowhere")).status_code == 404


async def test_what_a_pool_has(box: Sandbox, control: httpx.AsyncClient) -> None:
    await create(control)
    pool = (await control.get("/pool")).json()
    assert (pool["id"], pool["secret"]) == (box.pool_id, box.secret)
    assert pool["users"] == 1
    apps = {app["id"] for app in (await control.get("/apps")).json()}
    assert {box.oidc_app_id, box.oauth_app_id} < apps


async def test_switches_providers(
    control: httpx.AsyncClient, box: Sandbox, caller: Caller
) -> None:
    async def enabled() -> set[str]:
        found = (await control.get("/providers")).json()
        return {one["alias"] for one in found if one["enabled"]}

    before = await enabled()
    answer = await control.patch("/providers/weibo", json={"enabled": True})
    assert answer.json()["alias"] == "weibo"
    assert await enabled() == before | {"weibo"}
    query = "query q($c: String!) { ReadOauthList(clientId: $c) { alias enabled } }"
    told = await caller.call(query, gateway="oauth", c=box.pool_id)
    assert {one["alias"] for one in told if one["enabled"]} == before | {"weibo"}
    missing = await control.patch("/providers/fax", json={"enabled": True})
    assert missing.status_code == 404


async def test_the_whitelist(
    control: httpx.AsyncClient, box: Sandbox, caller: Caller
) -> None:
    await box.configure(whitelist_enabled=True)
    phone = "13900139000"
    with pytest.raises(Refused, match="2031"):
        await caller.register(phone=phone, password=PASSWORD)
    added = await control.post("/whitelist", json={"phone": phone})
    assert added.json()["phone"] == phone
    await caller.register(phone=phone, password=PASSWORD)
    assert len((await control.get("/whitelist")).json()) == 1
    assert (await control.delete(f"/whitelist/{phone}")).status_code == 204
    assert (await control.get("/whitelist")).json() == []
    assert (await control.delete(f"/whitelist/{phone}")).status_code == 404
    no_phone = await control.post("/whitelist", json={"phone": "no phone"})
    assert no_phone.json()["detail"]["code"] == 2028


async def test_snapshots_are_listed(box: Sandbox, control: httpx.AsyncClient) -> None:
    first = await box.snapshot()
    await box.advance(seconds=60)
    second = await box.snapshot()
    kept = (await control.get("/snapshots")).json()
    assert [one["id"] for one in kept] == [first, second]
    assert [round(one["ahead"]) for one in kept] == [0, 60]
    taken = [datetime.fromisoformat(one["at"]) for one in kept]
    assert timedelta(0) <= taken[1] - taken[0] < timedelta(seconds=30)
    await control.delete(f"/snapshots/{first}")
    assert len((await control.get("/snapshots")).json()) == 1
