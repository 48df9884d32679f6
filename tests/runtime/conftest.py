"""What the runtime's tests share: a scripted server, clients of it, key pairs."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, AsyncExitStack
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import authing_gen.aiohttp_engine  # Takes longer than the timeouts of some tests.
from authing_gen import AsyncAuthing

from ..blocking import client_kind, pytest_generate_tests
from .redis_server import RedisServer, need_redis, serving
from .scripted import INIT, ScriptedServer, owner

__all__ = ["authing_gen", "client_kind", "pytest_generate_tests"]

Connect = Callable[..., AsyncAuthing]


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    """A server that answers what the test tells it to."""
    server = ScriptedServer()
    server.answer(INIT, owner("owner-token-1"), owner("owner-token-2"))
    async with server.serving():
        yield server


@pytest.fixture
async def connect(server: ScriptedServer) -> AsyncIterator[Connect]:
    """Makes clients of the scripted server."""
    async with AsyncExitStack() as clients:

        def connect(**settings: object) -> AsyncAuthing:
            arguments: dict[str, object] = {
                "user_pool_id": "the-pool",
                "secret": "the-pool-secret",
                "users_url": f"{server.url}/users/graphql",
                "oauth_url": f"{server.url}/oauth/graphql",
            }
            client = AsyncAuthing(**(arguments | settings))  # type: ignore[arg-type]
            clients.push_async_callback(client.aclose)
            return client

        yield connect


@pytest.fixture
def client(connect: Connect) -> AsyncAuthing:
    """A client of the scripted server that manages the pool."""
    return connect()


@pytest.fixture(scope="session")
def short_key() -> RSAPrivateKey:
    """As long as the vendor's."""
    return generate_private_key(65537, 1024)


@pytest.fixture(scope="session")
def long_key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


@pytest.fixture(scope="session")
def pem() -> Callable[[RSAPrivateKey], str]:
    """Writes the public half of a key as PEM text."""

    def pem(key: RSAPrivateKey) -> str:
        form = PublicFormat.SubjectPublicKeyInfo
        return key.public_key().public_bytes(Encoding.PEM, form).decode()

    return pem


def _redis(folder: Path, *options: str) -> AbstractContextManager[RedisServer]:
    need_redis()
    return serving(folder, *options)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis server that nobody else uses."""
    with _redis(tmp_path) as server:
        yield server


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[RedisServer]:
    """A cluster of one Redis server."""
    with _redis(tmp_path, "--cluster-enabled", "yes") as server:
        server.form_a_cluster()
        yield server
