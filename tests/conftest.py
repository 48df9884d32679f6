"""What all tests share: one sandbox for the whole run, clients of it, fresh names."""

import os
import signal
from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest
from hypothesis import settings

import authing_sandbox
from authing_gen import AsyncAuthing
from authing_sandbox import Sandbox
from authing_sandbox.storage.database import Database

from .postgres import Cluster, need_postgres

# A shell that starts tests in the background lets them ignore this signal, and with
# them the programs that they stop by it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


# The same examples every time; `--hypothesis-profile=default` looks for new ones.
settings.load_profile("ci")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server."""
    need_postgres()
    with Cluster() as running:
        yield running


@pytest.fixture(scope="session", autouse=True)
def _database_of_choice(request: pytest.FixtureRequest) -> Iterator[None]:
    """With AUTHING_SANDBOX_TEST_DATABASE=postgresql, SQLite is nowhere in use.

    Whatever opens a SQLite database in this process gets one of PostgreSQL.
    """
    if os.environ.get("AUTHING_SANDBOX_TEST_DATABASE") != "postgresql":
        yield
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    open_database = Database.__init__

    def open_on_postgres(self: Database, url: str) -> None:
        open_database(self, cluster.instead_of(url))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "__init__", open_on_postgres)
        yield


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AUTHING_")]:
        if not name.startswith(("AUTHING_SANDBOX_", "AUTHING_TEST_")):
            monkeypatch.delenv(name)


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
    arguments: dict[str, object] = {**sandbox.settings, **settings}
    return AsyncAuthing(**arguments)  # type: ignore[arg-type]
