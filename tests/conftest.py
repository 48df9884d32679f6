"""What all tests share: one sandbox for the whole run, clients of it, fresh names."""

from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest

import authing_sandbox
from authing_gen import AsyncAuthing
from authing_sandbox import Sandbox


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USER_POOL_ID", "SECRET", "USERS_URL", "OAUTH_URL", "PUBLIC_KEY"):
        monkeypatch.delenv(f"AUTHING_{name}", raising=False)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """A sandbox that the tests share; each uses names of its own."""
    with authing_sandbox.running() as running:
        yield running


@pytest.fixture
async def authing(sandbox: Sandbox) -> AsyncIterator[AsyncAuthing]:
    """A client that manages the pool."""
    async with client_of(sandbox) as client:
        yield client


@pytest.fixture
def email() -> str:
    """An address that no other test uses."""
    return f"{uuid4().hex[:12]}@example.com"


def client_of(sandbox: Sandbox, **settings: object) -> AsyncAuthing:
    """A client of a sandbox."""
    arguments: dict[str, object] = {
        "user_pool_id": sandbox.pool_id,
        "secret": sandbox.secret,
        "users_url": sandbox.users_url,
        "oauth_url": sandbox.oauth_url,
        "public_key": sandbox.public_key,
    }
    return AsyncAuthing(**(arguments | settings))  # type: ignore[arg-type]
