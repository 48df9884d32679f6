"""The page of a sandbox that has several pools."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from authing_sandbox import Sandbox

from .test_pages import BROWSER, Checked

OTHER = "5f0e1d2c3b4a596877869fff"
COMMAND = r'data-(?:url|go)="[^"]*/(?:users|config|roles|organisations)[^"]*"'
SHIP = {"name": "Ship", "children": [{"name": "Bridge"}]}
USER = {"email": "bea@example.com", "password": "correct horse"}


@pytest.fixture
def http(box: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=box.url, trust_env=False, headers=BROWSER) as http:
        yield http


@pytest.fixture
def other(http: httpx.Client, box: Sandbox) -> str:
    """Another pool, with the rules of the first one, and a user."""
    document = http.get("/sandbox/export").json()
    (pool,) = document["tables"]["pool"]
    pool |= {"id": OTHER, "name": "Other", "app_secret": "secret of the other"}
    tables: dict[str, Any] = {name: [] for name in document["tables"]}
    document["tables"] = tables | {"pool": [pool]}
    added = http.post("/sandbox/import", json=document)
    assert added.json() == {"id": OTHER}
    http.post(f"/sandbox/users?pool={OTHER}", json=USER).raise_for_status()
    return OTHER


def test_one_pool_leaves_no_choice(http: httpx.Client) -> None:
    assert "?pool=" not in http.get("/console/users").text


def test_another_pool_is_a_click_away(http: httpx.Client, other: str) -> None:
    for name in ("users", "access", "pool"):
        page = http.get(f"/console/{name}")
        assert f"/console/{name}?pool={other}" in Checked(page.text).links
        assert USER["email"] not in page.text
    assert USER["email"] in http.get(f"/console/users?pool={other}").text


def test_its_pages_stay_with_it(http: httpx.Client, box: Sandbox, other: str) -> None:
    (user,) = http.get(f"/sandbox/users?pool={other}").json()["users"]
    http.post(f"/sandbox/roles?pool={other}", json={"name": "editor"})
    http.post(f"/sandbox/organisations?pool={other}", json=SHIP)
    nothing_to_do = ("users/nobody", "inbox")
    for address in ("users", f"users/{user['id']}", "access", "pool", *nothing_to_do):
        text = http.get(f"/console/{address}?pool={other}").text
        for part in ("users", "access", "pool"):
            assert f"/console/{part}?pool={other}" in Checked(text).links
        commands = re.findall(
            r'data-(?:url|go)="[^"]*/(?:users|config|roles|org)[^"]*"', text
        )
        assert all(f"?pool={other}" in command for command in commands)
        assert commands or address in nothing_to_do
    text = http.get(f"/console/pool?pool={other}").text
    assert f"AUTHING_USER_POOL_ID={other}" in text
    assert "secret of the other" in text
    assert box.secret not in text


def test_an_unknown_pool_is_the_first(http: httpx.Client, box: Sandbox) -> None:
    assert box.pool_id in http.get("/console/pool?pool=nowhere").text
    assert http.get("/console/users?pool=nowhere").status_code == 200
