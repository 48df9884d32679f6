"""A NUL, which PostgreSQL stores nowhere, wherever a request may hold one."""

import base64
from collections.abc import Iterator

import httpx
import pytest

from authing_sandbox import Sandbox, running

from ...postgres import Cluster

pytestmark = pytest.mark.postgres

PAGES = ["users", "access", "inbox", "pool", "time", "snapshots", "requests"]
NAMES = ["search", "state", "page", "pool", "to", "kind", "id", "lang"]


@pytest.fixture(scope="module")
def box(cluster: Cluster) -> Iterator[Sandbox]:
    with running(database_url=cluster.new_database()) as box:
        yield box


@pytest.mark.parametrize("page", PAGES)
def test_in_what_is_wished_of_the_console(box: Sandbox, page: str) -> None:
    with httpx.Client(base_url=f"{box.url}/console") as http:
        for name in NAMES:
            assert http.get(f"/{page}?{name}=a%00b").status_code == 200, name
        assert http.get(f"/{page}/%00").status_code == 404


@pytest.mark.parametrize("name", ["a\0", "%00"])
def test_in_the_name_of_an_app(box: Sandbox, name: str) -> None:
    credentials = base64.b64encode(f"{name}:secret".encode()).decode()
    headers = {"authorization": f"Basic {credentials}"}
    for path in ("oidc/token", "token", "oidc/token/revocation"):
        answer = httpx.post(f"{box.url}/users/oauth/{path}", headers=headers)
        assert answer.status_code == 401
        assert answer.json()["error"] == "invalid_client"


@pytest.mark.parametrize(
    "path",
    ["users/a%00", "snapshots/a%00/restore", "users?search=%00", "outbox?to=%00"],
)
def test_in_what_is_asked_of_the_control(box: Sandbox, path: str) -> None:
    assert httpx.get(f"{box.url}/sandbox/{path}").status_code in (404, 405, 422)
