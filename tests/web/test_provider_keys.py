"""The keys of a provider: read when they are needed, and no more often."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    generate_private_key,
)

from authing_gen import ServiceError
from authing_gen.deadlines import Deadline
from authing_gen.web import AsyncKit, InvalidTokenError, Kit

from ..runtime.scripted import Reply, ScriptedServer, answered, html
from .conftest import EitherKit

pytestmark = pytest.mark.anyio

APP = "5f0e1d2c3b4a59687786950d"
PATH = "/users/oauth/oidc/.well-known/jwks.json"
KEYS = {name: generate_private_key(65537, 2048) for name in ("old", "new")}


def keys(*names: str) -> Reply:
    found = [
        json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEYS[name].public_key()))
        | {"kid": name, "use": "sig", "alg": "RS256"}
        for name in names
    ]
    return answered({"keys": found})


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    server = ScriptedServer()
    async with server.serving():
        yield server


@pytest.fixture(params=["async", "sync"])
async def kit(
    request: pytest.FixtureRequest, server: ScriptedServer
) -> AsyncIterator[EitherKit]:
    kind = AsyncKit if request.param == "async" else Kit
    url = f"{server.url}/users/graphql"
    settings = {"user_pool_id": "pool", "users_url": url, "max_retries": 0}
    kit = EitherKit(kind({**settings, "oidc_app_id": APP, "max_token_age": 86_400}))
    yield kit
    await kit.aclose()


@pytest.fixture
def token(server: ScriptedServer) -> Callable[..., str]:
    def token(name: str | None = "old", key: RSAPrivateKey | None = None) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": f"{server.url}/users/oauth/oidc",
            "sub": "ada",
            "aud": APP,
            "iat": now,
            "exp": now + 86_400,
        }
        headers = {} if name is None else {"kid": name}
        return jwt.encode(claims, key or KEYS[name or "old"], "RS256", headers)

    return token


async def test_read_once_for_all(
    server: ScriptedServer, kit: EitherKit, token: Callable[..., str]
) -> None:
    server.answer(PATH, keys("old"))
    await asyncio.gather(*(kit.of_token(token()) for _ in range(20)))
    assert len(server.calls(PATH)) == 1


async def test_an_unknown_name_reads_them_once_more(
    server: ScriptedServer, kit: EitherKit, token: Callable[..., str]
) -> None:
    server.answer(PATH, keys("old"), keys("old", "new"))
    assert await kit.of_token(token())
    stranger = generate_private_key(65537, 2048)
    for number in range(5):  # Anybody may name keys that there are not.
        with pytest.raises(InvalidTokenError, match="no such key"):
            await kit.of_token(token(f"key {number}", stranger))
    assert len(server.calls(PATH)) == 1
    with time_machine.travel(time.time() + 61):
        assert (await kit.of_token(token("new"))).id == "ada"
        with pytest.raises(InvalidTokenError):
            await kit.of_token(token("nobody's", stranger))
    assert len(server.calls(PATH)) == 2


async def test_a_key_that_is_taken_back(
    server: ScriptedServer, kit: EitherKit, token: Callable[..., str]
) -> None:
    server.answer(PATH, keys("old"), keys("new"))
    signed = token()
    assert await kit.of_token(signed)
    with time_machine.travel(time.time() + 3601), pytest.raises(InvalidTokenError):
        await kit.of_token(signed)


async def test_an_outage_is_bridged_for_a_day(
    server: ScriptedServer, kit: EitherKit, token: Callable[..., str]
) -> None:
    server.answer(PATH, keys("old"), html(503))
    assert await kit.of_token(token())
    with time_machine.travel(time.time() + 7200):
        for _ in range(3):
            assert await kit.of_token(token())
        assert len(server.calls(PATH)) == 2
    with time_machine.travel(time.time() + 25 * 3600), pytest.raises(ServiceError):
        await kit.of_token(token())


async def test_without_keys_nobody_is_let_in(
    server: ScriptedServer, kit: EitherKit, token: Callable[..., str]
) -> None:
    server.answer(PATH, html(502), answered({"keys": []}), keys("old"))
    with pytest.raises(ServiceError):
        await kit.of_token(token())
    with pytest.raises(InvalidTokenError):
        await kit.of_token(token())


async def test_a_single_key_need_not_be_named(
    server: ScriptedServer, kit: EitherKit, token: Callable[..., str]
) -> None:
    server.answer(PATH, keys("old"), keys("old", "new"))
    assert await kit.of_token(token(None))
    with time_machine.travel(time.time() + 3601), pytest.raises(InvalidTokenError):
        await kit.of_token(token(None))


async def test_by_another_key_of_the_same_name(
    server: ScriptedServer, kit: EitherKit, token: Callable[..., str]
) -> None:
    server.answer(PATH, keys("old"))
    with pytest.raises(InvalidTokenError, match="not signed"):
        await kit.of_token(token("old", KEYS["new"]))


async def test_two_who_read_at_once_read_once(
    server: ScriptedServer, kit: EitherKit, token: Callable[..., str]
) -> None:
    """Whoever comes just too late to join finds that it has been done."""
    server.answer(PATH, keys("old"))
    assert await kit.of_token(token())
    reading = kit.kit._all().users._keys._reading
    done = reading.get(Deadline(5))
    found = await done if isinstance(done, Awaitable) else done
    assert found.keys() == {"old"}
    assert len(server.calls(PATH)) == 1
