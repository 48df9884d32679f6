"""What a service says of a token that does not fit the token is no proof."""

import time
from collections.abc import AsyncIterator
from typing import Any

import jwt
import pytest

from authing_gen import AuthingAPIError, MissingTokenError, OAuthError
from authing_gen.web import AsyncKit, InvalidTokenError, Kit, Visitor
from authing_gen.web.forms import SignIn

from ..runtime.scripted import Reply, ScriptedServer, answered, data, owner, refused
from .conftest import EitherKit

pytestmark = pytest.mark.anyio

POOL, APP = "5f0e1d2c3b4a59687786950a", "5f0e1d2c3b4a59687786950c"
CLAIMS = "/users/oauth/oidc/user/userinfo"


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    server = ScriptedServer()
    server.answer("getClientWhenSdkInit", owner("owner-token"))
    async with server.serving():
        yield server


@pytest.fixture(params=["async", "sync"])
async def kit(
    request: pytest.FixtureRequest, server: ScriptedServer
) -> AsyncIterator[EitherKit]:
    kind = AsyncKit if request.param == "async" else Kit
    settings: dict[str, object] = {
        "user_pool_id": POOL,
        "secret": "the-pool-secret",
        "users_url": f"{server.url}/users/graphql",
        "oauth_url": f"{server.url}/oauth/graphql",
        "max_retries": 0,
        "max_token_age": 0,
        "oidc_app_id": APP,
    }
    kit = EitherKit(kind(settings))
    yield kit
    await kit.aclose()


def token(**claims: object) -> str:
    now = int(time.time())
    return jwt.encode({"iat": now, "exp": now + 60, **claims}, "k" * 32)


def user_token() -> str:
    return token(data={"id": "ada", "clientId": POOL})


def decoded(status: object, **claims: object) -> Reply:
    said = {"email": None, "unionid": None, **claims} if claims else None
    return data(decodeJwtToken={"data": said, "status": status, "iat": "1", "exp": 1})


GOOD = {"message": "", "code": 200, "status": True}


@pytest.mark.parametrize(
    "reply",
    [
        decoded(None, id="ada", clientId=POOL),
        decoded({**GOOD, "status": False}, id="ada", clientId=POOL),
        decoded(GOOD),
        decoded(GOOD, id="ada", clientId="another"),
        decoded(GOOD, id=None, clientId=POOL),
        decoded(GOOD, id="eve", clientId=POOL),
    ],
)
async def test_user_tokens(
    server: ScriptedServer, kit: EitherKit, reply: Reply
) -> None:
    server.answer("decodeJwtToken", reply)
    with pytest.raises(InvalidTokenError):
        await kit.of_token(user_token())


async def test_access_tokens(server: ScriptedServer, kit: EitherKit) -> None:
    issuer = f"{server.url}/users/oauth/oidc"
    access = token(iss=issuer, aud=[APP], sub="ada", scope="openid")
    server.answer(
        CLAIMS,
        answered({"sub": "ada"}),
        answered({"sub": "eve"}),
        answered({"error": "invalid_token"}, 401),
        answered({"error": "server_error"}, 500),
        answered({"message": "no", "code": 2206}, 401),
    )
    assert (await kit.of_token(access)).id == "ada"
    for kind in (InvalidTokenError, InvalidTokenError, OAuthError, InvalidTokenError):
        with pytest.raises(kind):
            await kit.of_token(access)


async def test_id_tokens_that_nobody_can_check(
    server: ScriptedServer, kit: EitherKit
) -> None:
    issuer = f"{server.url}/users/oauth/oidc"
    claims: dict[str, Any] = {"iss": issuer, "aud": APP, "sub": "ada"}
    for algorithm in ("HS256", "HS512"):
        now = int(time.time())
        given = {"iat": now, "exp": now + 60, **claims}
        with pytest.raises(InvalidTokenError):
            await kit.of_token(jwt.encode(given, "k" * 64, algorithm))
    assert server.seen == []


async def test_a_service_that_refuses_is_no_answer(
    server: ScriptedServer, kit: EitherKit
) -> None:
    server.answer("decodeJwtToken", refused(1000))
    with pytest.raises(AuthingAPIError):
        await kit.of_token(user_token())


async def test_signed_in_without_a_token(
    server: ScriptedServer, kit: EitherKit
) -> None:
    fields = (
        "email emailVerified username nickname company phone photo browser token"
        " tokenExpiredAt loginsCount lastLogin lastIP signedUp blocked isDeleted"
    )
    user: dict[str, Any] = dict.fromkeys(fields.split())
    server.answer("login", data(login={"_id": "ada", **user}))
    form = SignIn.model_validate({"email": "a@example.com", "password": "x"})
    with pytest.raises(MissingTokenError):
        await kit.account("sign_in", form, Visitor())
