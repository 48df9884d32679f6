"""A sandbox of these tests' own, whose clock they may move, and somebody to sign in."""

import contextlib
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

import authing_sandbox
from authing_client.models import RegisteredUser
from authing_gen import AsyncAuthing
from authing_sandbox import Clock, Sandbox


@pytest.fixture(scope="session")
def database_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the sandbox of this folder stores everything."""
    return tmp_path_factory.mktemp("operations") / "sandbox.db"


@pytest.fixture(scope="session")
def sandbox(database_file: Path) -> Iterator[Sandbox]:
    """The sandbox of this folder."""
    with authing_sandbox.running(database_url=f"sqlite:///{database_file}") as running:
        yield running


@pytest.fixture
def database(database_file: Path) -> Iterator[sqlite3.Connection]:
    """The sandbox's tables: to plant what no operation makes, or many of something."""
    with contextlib.closing(sqlite3.connect(database_file)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """Connections; without TLS, whose preparation takes longer than most tests."""
    async with httpx.AsyncClient(verify=False, trust_env=False, timeout=30) as client:
        yield client


@pytest.fixture
def authing(sandbox: Sandbox, http: httpx.AsyncClient) -> AsyncAuthing:
    """A client that manages the pool."""
    return AsyncAuthing(
        user_pool_id=sandbox.pool_id,
        secret=sandbox.secret,
        users_url=sandbox.users_url,
        oauth_url=sandbox.oauth_url,
        public_key=sandbox.public_key,
        http_client=http,
    )


@pytest.fixture
async def fresh_world(sandbox: Sandbox) -> None:
    """Forget what earlier tests did: for tests of what a whole pool has in common."""
    await sandbox.reset()


@pytest.fixture
def clock(sandbox: Sandbox) -> Iterator[Clock]:
    """The sandbox's clock, which goes right again after the test."""
    yield sandbox.clock
    sandbox.clock.advance(datetime.now(timezone.utc) - sandbox.clock.now())


@pytest.fixture
def password() -> str:
    """Ada's password."""
    return "correct horse"


@pytest.fixture
def phone() -> str:
    """A number that no other test uses."""
    return f"139{uuid4().int % 10**8:08}"


@pytest.fixture
async def ada(authing: AsyncAuthing, email: str, password: str) -> RegisteredUser:
    """A user with e-mail address and password."""
    return await authing.register(email=email, password=password)


@pytest.fixture
async def bo(authing: AsyncAuthing, email: str, password: str) -> RegisteredUser:
    """Another user; some tests have two."""
    return await authing.register(email=f"bo.{email}", password=password)


@pytest.fixture
def graphql(sandbox: Sandbox, http: httpx.AsyncClient) -> Callable[..., Awaitable[Any]]:
    """Sends a document: for arguments that only the production schema has."""

    async def send(document: str, **variables: object) -> Any:
        body = {"query": document, "variables": {"pool": sandbox.pool_id} | variables}
        return (await http.post(sandbox.users_url, json=body)).json()

    return send
