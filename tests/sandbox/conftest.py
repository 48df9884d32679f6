"""A sandbox for the whole folder."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from authing_sandbox import Sandbox, running

from .calling import Caller


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with running() as sandbox:
        yield sandbox


@pytest.fixture
def box() -> Iterator[Sandbox]:
    """A sandbox of the test's own, for what all clients would feel."""
    with running() as box:
        yield box


@pytest.fixture
async def http(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=sandbox.url, timeout=30) as client:
        yield client


@pytest.fixture
def anyone(http: httpx.AsyncClient, sandbox: Sandbox) -> Caller:
    """Calls without a token."""
    return Caller(http, sandbox)


@pytest.fixture
async def owner(anyone: Caller) -> Caller:
    """Calls with the OwnerToken."""
    token = await anyone.call(
        "query t($secret: String, $clientId: String) {"
        " getAccessTokenByAppSecret(secret: $secret, clientId: $clientId) }",
        secret=anyone.sandbox.secret,
        clientId=anyone.sandbox.pool_id,
    )
    return anyone.with_token(token)


@pytest.fixture
async def ada(anyone: Caller) -> Any:
    """A freshly registered user."""
    return await anyone.new_user()
