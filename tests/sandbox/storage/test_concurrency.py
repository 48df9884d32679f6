"""Many clients at once, at one server and at two that share a database."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from authing_sandbox import DirectorySettings, Sandbox, Seed, running
from authing_sandbox.storage.database import Database, Unit
from authing_sandbox.storage.tables import Message, SignIn, User

from ...postgres import Cluster
from ..calling import PASSWORD, Caller, Refused
from ..directory.test_ldap import refusal
from ..graphql.test_apps_and_directories import AD

pytestmark = [pytest.mark.anyio, pytest.mark.heavy]

CLIENTS = 50
OK = 200


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/sandbox.db"
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster.new_database()


async def _code(call: Awaitable[Any]) -> int:
    """How a call ends; what is no answer of the service fails the test."""
    try:
        await call
    except Refused as refused:
        return refused.code
    return OK


async def _codes(*calls: Awaitable[Any]) -> Counter[int]:
    """How calls end that are made at once."""
    return Counter(await asyncio.gather(*map(_code, calls)))


async def _all_at_once(clients: list[Caller]) -> None:
    """Register, sign in and change the same users, everybody at the same moment."""
    ada = {"email": "ada@example.com", "password": PASSWORD}
    same = await _codes(*(client.register(**ada) for client in clients))
    assert same == {OK: 1, 2026: CLIENTS - 1}

    users = await asyncio.gather(*(client.new_user() for client in clients))
    ids = [user["_id"] for user in users]
    token = await clients[0].call(
        "query t($secret: String, $clientId: String) {"
        " getAccessTokenByAppSecret(secret: $secret, clientId: $clientId) }",
        secret=clients[0].sandbox.secret,
        clientId=clients[0].sandbox.pool_id,
    )
    owners = [client.with_token(token) for client in clients]

    # One counter for everybody; meanwhile each user is changed.
    assert await _codes(
        *(client.login(**ada) for client in clients),
        *(o.update(_id=id, nickname=id) for o, id in zip(owners, ids, strict=True)),
    ) == {OK: 2 * CLIENTS}
    # One user gets the name, and keeps it.
    assert await _codes(
        *(o.update(_id=id, username="first") for o, id in zip(owners, ids, strict=True))
    ) == {OK: 1, 2034: CLIENTS - 1}
    # Different things about one user: none is put back to what another call had read.
    id = (await clients[0].login(**ada))["_id"]
    changes = [{"nickname": "Ada"}, {"phone": "13800138000"}, {"username": "ada"}]
    assert await _codes(
        *(client.login(**ada) for client in clients[:10]),
        *(o.update(_id=id, **new) for o, new in zip(owners, changes, strict=False)),
    ) == {OK: 10 + len(changes)}


@pytest.mark.parametrize("servers", [1, 2])
async def test_fifty_clients_at_once(database_url: str, servers: int) -> None:
    async with AsyncExitStack() as stack:
        boxes = [
            await stack.enter_async_context(running(database_url=database_url))
            for _ in range(servers)
        ]
        # Connections of their own, spread over the servers.
        connections = [
            await stack.enter_async_context(
                httpx.AsyncClient(verify=False, trust_env=False, timeout=60)
            )
            for _ in range(CLIENTS)
        ]
        await _all_at_once(
            [Caller(http, boxes[n % servers]) for n, http in enumerate(connections)]
        )
        database = Database(database_url)
        async with database.unit(write=False) as unit:
            total = func.count().label("total")
            counts = select(SignIn.user_id, total).group_by(SignIn.user_id)
            found = await unit.session.execute(counts)
            sign_ins = {row.user_id: row.total for row in found}
            stored = (await unit.session.scalars(select(User))).all()
        await database.close()
    [ada] = [user for user in stored if user.email == "ada@example.com"]
    assert (ada.nickname, ada.phone, ada.username) == ("Ada", "13800138000", "ada")
    assert sign_ins == {ada.id: ada.logins_count} == {ada.id: CLIENTS + 11}
    others = [user for user in stored if user.pool_id and user is not ada]
    assert len(others) == CLIENTS
    assert all(user.nickname == user.id for user in others)
    assert [user.username for user in others if user.username] == ["first"]


async def test_a_silent_directory_keeps_nobody_else_waiting(database_url: str) -> None:
    binds, heard, speak = 0, asyncio.Event(), asyncio.Event()

    async def serve(client: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        nonlocal binds
        request = await client.read(1000)
        binds += 1
        heard.set()
        await speak.wait()
        to.write(refusal(request[2 : 4 + request[3]], b"wrong"))
        to.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as listener:
        port = listener.sockets[0].getsockname()[1]
        silent = DirectorySettings(
            f"ldap://127.0.0.1:{port}", "dc=com", "ad", upn_suffix="example.com"
        )
        seed = Seed(directories={"silent": silent})
        async with (
            running(seed=seed, database_url=database_url) as box,
            httpx.AsyncClient() as http,
        ):
            anyone = Caller(http, box)
            await anyone.register(username="ada", password=PASSWORD)
            wrong = {"ad": "silent", "u": "ada", "p": "one eye"}
            waiting = asyncio.create_task(_code(anyone.call(AD, **wrong)))
            await asyncio.wait_for(heard.wait(), 10)
            await anyone.new_user()
            await anyone.login(username="ada", password=PASSWORD)
            assert not waiting.done()
            speak.set()
            assert await waiting == 2006
        database = Database(database_url)
        async with database.unit(write=False) as unit:
            tried = await unit.session.scalars(select(SignIn).order_by(SignIn.when))
            outcomes = [attempt.success for attempt in tried]
        await database.close()
    assert binds == 1
    assert outcomes == [True, False]


async def test_an_unfinished_request_keeps_nobody_else_waiting(
    sandbox: Sandbox, anyone: Caller
) -> None:
    address = httpx.URL(sandbox.url)
    answer, request = await asyncio.open_connection(address.host, address.port)
    head = (
        "POST /users/oauth/oidc/token HTTP/1.1\r\nhost: localhost\r\n"
        "content-length: 4\r\n\r\n"
    )
    request.write(head.encode() + b"a=")
    # Whoever is answered only later has come before: nothing else says it has arrived.
    for _ in range(3):
        await anyone.http.get("/sandbox/health")
    assert await asyncio.wait_for(anyone.new_user(), 10)
    request.write(b"bc")
    assert b" 401 " in await answer.readline()
    request.close()


async def test_what_is_asked_outside_is_asked_between_two_transactions(
    database_url: str,
) -> None:
    database, attempts = Database(database_url), 0
    await database.create_tables()

    def message(text: str) -> Message:
        now = datetime.now(UTC)
        return Message(kind="sms", to="1", text=text, code="1", created_at=now)

    async def ask() -> str:
        async def write(unit: Unit) -> None:
            unit.session.add(message("meanwhile"))

        # It would wait for ever if a turn or a lock were held.
        await asyncio.wait_for(database.run(write, write=True), 10)
        return "answer"

    async def work(unit: Unit) -> None:
        nonlocal attempts
        attempts += 1
        unit.session.add(message(f"attempt {attempts}"))
        unit.add_if_refused(message("kept"))
        await unit.session.flush()
        assert [unit.outside("question", ask) for _ in range(2)] == ["answer"] * 2

    await database.run(work, write=True)
    async with database.unit(write=False) as unit:
        texts = await unit.session.scalars(select(Message.text).order_by(Message.id))
        assert texts.all() == ["meanwhile", "attempt 2"]
    await database.close()
