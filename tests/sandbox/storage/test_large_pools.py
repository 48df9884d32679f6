"""Pools of many users: their pages, and files that are larger than the memory."""

import asyncio
import io
import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from authing_sandbox import Sandbox, Seed, running
from authing_sandbox.storage.json_reader import JSONReader

from ...test_structure import ROOT
from ..calling import Caller
from .test_durability import sqlite_file

pytestmark = [pytest.mark.anyio, pytest.mark.heavy]

USERS = (
    "query users($pool: String, $page: Int, $count: Int) {"
    " users(registerInClient: $pool, page: $page, count: $count) {"
    " totalCount list { email } } }"
)


@pytest.mark.parametrize("count", [1, 7, 10, 200])
async def test_pages_in_order_from_both_ends(count: int) -> None:
    names = [f"user{number:02}@example.com" for number in range(37)]
    seed = Seed(users=tuple({"email": name} for name in names))
    async with running(seed=seed) as box, httpx.AsyncClient(timeout=30) as http:
        caller = Caller(http, box)
        owner = caller.with_token(await token_of(caller))
        found: list[str] = []
        for page in range(1, 37 // count + 3):
            answer = await owner.call(USERS, pool=box.pool_id, page=page, count=count)
            assert answer["totalCount"] == 37
            found += [user["email"] for user in answer["list"]]
        assert found == names


async def token_of(caller: Caller) -> str:
    token: str = await caller.call(
        "query t($s: String, $p: String) {"
        " getAccessTokenByAppSecret(secret: $s, clientId: $p) }",
        s=caller.sandbox.secret,
        p=caller.sandbox.pool_id,
    )
    return token


@sqlite_file
async def test_a_database_of_an_older_version_gets_the_index(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.db"
    url = f"sqlite:///{file}"
    async with running(database_url=url):
        pass
    with sqlite3.connect(file) as database:
        database.execute("DROP INDEX account_listed")
    database.close()
    async with running(database_url=url):
        pass
    with sqlite3.connect(file) as database:
        [[plan]] = database.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'account_listed'"
        )
    database.close()
    assert "(pool_id, signed_up, id)" in plan


async def export(box: Sandbox) -> httpx.Response:
    async with httpx.AsyncClient(timeout=60) as http:
        answer = await http.get(f"{box.url}/sandbox/export")
        return answer.raise_for_status()


async def import_(box: Sandbox, content: Any) -> httpx.Response:
    async with httpx.AsyncClient(timeout=60) as http:
        return await http.post(f"{box.url}/sandbox/import", content=content)


async def test_in_whatever_order_and_form_the_document_is() -> None:
    ada = {"email": "ada@example.com", "password": "correct horse"}
    async with running(seed=Seed(users=(ada,))) as box:
        document = (await export(box)).json()
        tables = dict(reversed(document["tables"].items()))
        for text in (
            json.dumps(document, indent=4),
            json.dumps({"tables": tables, "format": document["format"]}),
            json.dumps(document, separators=(",", ":"), ensure_ascii=False),
        ):
            await box.reset()
            answer = await import_(box, text.encode())
            assert answer.json() == {"id": box.pool_id}, answer.text
            assert (await export(box)).json() == document


async def test_others_are_answered_meanwhile(tmp_path: Path) -> None:
    lines = (json.dumps({"email": f"u{number}@b.co"}) for number in range(20_000))
    async with running() as box, httpx.AsyncClient(timeout=60) as http:
        users = f"{box.url}/sandbox/users/import"
        added = asyncio.create_task(http.post(users, content="\n".join(lines)))
        answered = 0
        while not added.done():
            await http.get(f"{box.url}/sandbox/health")
            answered += 1
        assert (await added).json() == {"added": 20_000}
        assert answered > 10
        exported = await export(box)
        assert len(exported.json()["tables"]["account"]) == 20_001
        assert exported.text.count("\n") > 20_000


async def test_an_upload_that_breaks_off_changes_nothing() -> None:
    async with running() as box:
        before = await export(box)

        async def half() -> Any:
            yield before.content[: len(before.content) // 2]
            raise ConnectionResetError

        with pytest.raises(ConnectionResetError):
            await import_(box, half())
        assert (await import_(box, before.content[:-3])).status_code == 422
        assert (await import_(box, before.content + b"{}")).status_code == 422
        assert (await export(box)).json() == before.json()


@pytest.mark.parametrize("piece", [1, 2, 7, 1 << 16])
def test_reading_piece_by_piece(monkeypatch: pytest.MonkeyPatch, piece: int) -> None:
    monkeypatch.setattr("authing_sandbox.storage.json_reader._PIECE", piece)
    rows = [123, -1.5e10, 'é\\n"', {"a": [1, {}]}, [], None, True]
    text = json.dumps({"rows": rows, "none": [], "nothing": {}}, indent=1)
    reader = JSONReader(io.StringIO(f" {text}\n"))
    found: dict[str, Any] = {}
    for name in reader.members():
        found[name] = reader.value() if name == "nothing" else [*reader.entries()]
    reader.end()
    assert found == json.loads(text)


@pytest.mark.parametrize(
    "text", ["", "{", '{"a"', '{"a" 1}', "{1: 2}", '{"a": }', '{"a": 1 "b": 2}', "[]"]
)
def test_what_is_no_json(text: str) -> None:
    reader = JSONReader(io.StringIO(text))
    with pytest.raises(ValueError, match="no JSON"):
        _ = [reader.value() for _ in reader.members()]


def test_a_value_is_not_endless() -> None:
    reader = JSONReader(io.StringIO(f'["{"x" * (1 << 23)}"]'))
    with pytest.raises(ValueError, match="too long"):
        _ = [*reader.entries()]


@pytest.mark.heavy
def test_hundred_thousand_users() -> None:
    """Fails where memory or a late page are out of bounds."""
    command = [sys.executable, "-m", "benchmarks.large", "--users", "100000"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
