"""A sandbox of these tests' own, whose clock they may move, and somebody to sign in."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

import authing_sandbox
from authing_client.models import RegisteredUser
from authing_gen import AsyncAuthing
from authing_sandbox import Clock, Sandbox
from authing_sandbox.storage.database import Database

from ..blocking import client_kind, pytest_generate_tests

__all__ = ["client_kind", "pytest_generate_tests"]


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the sandbox of this folder stores everything."""
    return f"sqlite:///{tmp_path_factory.mktemp('operations')}/sandbox.db"


@pytest.fixture(scope="session")
def sandbox(database_url: str) -> Iterator[Sandbox]:
    """The sandbox of this folder."""
    with authing_sandbox.running(database_url=database_url) as running:
        yield running


@pytest.fixture
async def database(sandbox: Sandbox, database_url: str) -> AsyncIterator[Database]:
    """The sandbox's tables: to plant what no operation makes, or many of something."""
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """Connections; without TLS, whose preparation takes longer than most tests."""
    async with httpx.AsyncClient(verify=False, trust_env=False, timeout=30) as client:
        yield client


@pytest.fixture
def authing(sandbox: Sandbox, http: httpx.AsyncClient) -> AsyncAuthing:
    """A client that manages the pool."""
    return AsyncAuthing(**sandbox.settings, http_client=http)


@pytest.fixture
async def fresh_world(sandbox: Sandbox) -> None:
    """Forget what earlier tests did: for tests of what a whole pool has in common."""
    await sandbox.reset()


@pytest.fixture
def clock(sandbox: Sandbox) -> Iterator[Clock]:
    """The sandbox's clock, which goes right again after the test."""
    yield sandbox.clock
    sandbox.clock.advance(datetime.now(UTC) - sandbox.clock.now())


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
