"""Many clients at once, at one server and at two that share a database."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from authing_sandbox import running
from authing_sandbox.database import Database
from authing_sandbox.tables import SignIn, User

from ..postgres import Cluster
from .calling import PASSWORD, Caller, Refused

pytestmark = pytest.mark.anyio

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
            counts = select(SignIn.user_id, func.count()).group_by(SignIn.user_id)
            sign_ins = dict((await unit.session.execute(counts)).tuples().all())
            stored = (await unit.session.scalars(select(User))).all()
        await database.close()
    [ada] = [user for user in stored if user.email == "ada@example.com"]
    assert (ada.nickname, ada.phone, ada.username) == ("Ada", "13800138000", "ada")
    assert sign_ins == {ada.id: ada.logins_count} == {ada.id: CLIENTS + 11}
    others = [user for user in stored if user.pool_id and user is not ada]
    assert len(others) == CLIENTS
    assert all(user.nickname == user.id for user in others)
    assert [user.username for user in others if user.username] == ["first"]
