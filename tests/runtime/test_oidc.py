"""Tokens of OpenID Connect apps."""

from typing import Literal

import pytest

from authing_gen import (
    AsyncAuthing,
    AuthingAPIError,
    AuthingError,
    AuthingResponseError,
    MissingTokenError,
    OAuthError,
    ServiceError,
    TokenSet,
    UserNotFoundError,
)
from authing_sandbox import Sandbox

from .scripted import Reply, ScriptedServer, answered, html

pytestmark = pytest.mark.anyio

PATH = "/users/oauth/oidc/token"
Method = Literal["POST", "GET"]


@pytest.fixture
async def ada(authing: AsyncAuthing, email: str) -> str:
    """The address of a registered user whose password is `correct horse`."""
    await authing.register(email=email, password="correct horse")
    return email


async def _login(
    authing: AsyncAuthing, sandbox: Sandbox, ada: str, method: Method = "POST"
) -> TokenSet:
    return await authing.oidc.login(
        client_id=sandbox.oidc_app_id,
        client_secret=sandbox.oidc_app_secret,
        email=ada,
        password="correct horse",
        method=method,
    )


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_sign_in_and_refresh(
    authing: AsyncAuthing, sandbox: Sandbox, ada: str, method: Method
) -> None:
    tokens = await _login(authing, sandbox, ada, method)
    assert tokens.token_type == "Bearer"
    assert tokens.id_token
    assert tokens.refresh_token
    fresh = await authing.oidc.refresh(
        client_id=sandbox.oidc_app_id,
        client_secret=sandbox.oidc_app_secret,
        refresh_token=tokens.refresh_token,
        method=method,
    )
    assert fresh.access_token != tokens.access_token


async def test_the_scope_decides_what_comes(
    authing: AsyncAuthing, sandbox: Sandbox, ada: str
) -> None:
    tokens = await authing.oidc.login(
        client_id=sandbox.oidc_app_id,
        client_secret=sandbox.oidc_app_secret,
        email=ada,
        password="correct horse",
        scope="openid",
    )
    assert (tokens.scope, tokens.refresh_token) == ("openid", None)


async def test_a_wrong_password_is_an_invalid_grant(
    authing: AsyncAuthing, sandbox: Sandbox, ada: str
) -> None:
    with pytest.raises(OAuthError) as caught:
        await authing.oidc.login(
            client_id=sandbox.oidc_app_id,
            client_secret=sandbox.oidc_app_secret,
            email=ada,
            password="wr0ng horse",
        )
    error = caught.value
    assert (error.error, error.status_code) == ("invalid_grant", 400)
    assert (error.operation, error.code) == ("oidc.login", None)
    assert "wr0ng horse" not in str(error)


async def test_a_wrong_secret_is_an_invalid_client(
    authing: AsyncAuthing, sandbox: Sandbox
) -> None:
    with pytest.raises(OAuthError) as caught:
        await authing.oidc.refresh(
            client_id=sandbox.oidc_app_id, client_secret="wr0ng", refresh_token="r"
        )
    assert (caught.value.error, caught.value.status_code) == ("invalid_client", 401)
    assert "wr0ng" not in str(caught.value)


async def test_a_refresh_token_is_good_once(
    authing: AsyncAuthing, sandbox: Sandbox, ada: str
) -> None:
    token = (await _login(authing, sandbox, ada)).refresh_token
    assert token
    app, secret = sandbox.oidc_app_id, sandbox.oidc_app_secret
    await authing.oidc.refresh(client_id=app, client_secret=secret, refresh_token=token)
    with pytest.raises(OAuthError, match="invalid_grant"):
        await authing.oidc.refresh(
            client_id=app, client_secret=secret, refresh_token=token
        )


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_the_form_is_in_the_body_and_never_in_the_url(
    server: ScriptedServer, client: AsyncAuthing, method: Method
) -> None:
    server.answer(PATH, answered({"access_token": "a", "token_type": "Bearer"}))
    await client.oidc.login(
        client_id="app",
        client_secret="s3cret",
        username="ada",
        password="correct & horse",
        method=method,
    )
    (seen,) = server.seen
    assert (seen.method, seen.target) == (method, PATH)
    assert seen.headers["content-type"] == "application/x-www-form-urlencoded"
    assert seen.token is None
    assert seen.form == {
        "grant_type": "password",
        "client_id": "app",
        "client_secret": "s3cret",
        "scope": "openid profile email phone offline_access",
        "username": "ada",
        "password": "correct & horse",
    }


async def test_a_refresh_sends_the_token_and_nothing_of_a_user(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer(PATH, answered({"access_token": "a", "token_type": "Bearer"}))
    await client.oidc.refresh(client_id="app", client_secret="s", refresh_token="r")
    assert server.seen[0].form == {
        "grant_type": "refresh_token",
        "client_id": "app",
        "client_secret": "s",
        "refresh_token": "r",
    }


async def test_exactly_one_name_of_the_user(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    app, secret, password = "app", "s", "p"
    with pytest.raises(TypeError, match="exactly one"):
        await client.oidc.login(client_id=app, client_secret=secret, password=password)
    with pytest.raises(TypeError, match="exactly one"):
        await client.oidc.login(
            client_id=app,
            client_secret=secret,
            password=password,
            email="ada@example.com",
            phone="138",
        )
    assert server.seen == []


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (answered({"error": "invalid_grant"}, 400), OAuthError),
        (answered({"error": "invalid_grant"}, 200), OAuthError),
        (answered({"error": "temporarily_unavailable"}, 503), OAuthError),
        (answered({"code": 2004, "message": "用户不存在"}), UserNotFoundError),
        (answered({"message": "oops"}, 400), AuthingAPIError),
        (
            answered({"access_token": None, "token_type": "Bearer"}),
            AuthingResponseError,
        ),
        (answered({"access_token": "a"}), AuthingResponseError),
        (answered({}), AuthingResponseError),
        (answered("a"), AuthingResponseError),
        (html(502), ServiceError),
        (html(200), AuthingResponseError),
    ],
)
async def test_refusals(
    server: ScriptedServer,
    client: AsyncAuthing,
    reply: Reply,
    expected: type[AuthingError],
) -> None:
    server.answer(PATH, reply)
    with pytest.raises(AuthingError) as caught:
        await client.oidc.refresh(client_id="i", client_secret="s", refresh_token="r")
    assert type(caught.value) is expected
    assert str(caught.value).startswith("oidc.refresh: ")
    assert len(server.seen) == 1  # A refresh token may be used up by the first try.


@pytest.mark.parametrize(
    ("description", "text"),
    [
        ("密码不正确", "oidc.refresh: invalid_grant: 密码不正确"),
        (None, "oidc.refresh: invalid_grant"),
    ],
)
async def test_how_an_oauth_error_reads(
    server: ScriptedServer, client: AsyncAuthing, description: str | None, text: str
) -> None:
    body = {"error": "invalid_grant", "error_description": description}
    server.answer(PATH, answered(body, 400))
    with pytest.raises(OAuthError) as caught:
        await client.oidc.refresh(client_id="i", client_secret="s", refresh_token="r")
    assert str(caught.value) == text
    assert caught.value.error == "invalid_grant"


@pytest.mark.parametrize("quoted", ["correct horse", "the-app-secret"])
async def test_an_oauth_error_that_quotes_a_secret_loses_it(
    server: ScriptedServer, client: AsyncAuthing, quoted: str
) -> None:
    body = {"error": "invalid_request", "error_description": f"what is {quoted}?"}
    reply = answered(body, 400)
    echo = {"X-Echo": f"password={quoted}"}
    server.answer(PATH, Reply(reply.content, 400, {**reply.headers, **echo}))
    with pytest.raises(OAuthError) as caught:
        await client.oidc.login(
            client_id="app",
            client_secret="the-app-secret",
            email="ada@example.com",
            password="correct horse",
        )
    assert quoted not in f"{caught.value} {caught.value.headers}"


def test_a_token_set_does_not_show_its_tokens() -> None:
    tokens = TokenSet(
        access_token="t0ken-a",
        token_type="Bearer",
        id_token="t0ken-i",
        refresh_token="t0ken-r",
    )
    assert "t0ken" not in f"{tokens!r} {tokens}"


async def test_keys_and_claims(
    authing: AsyncAuthing, sandbox: Sandbox, ada: str
) -> None:
    (key,) = await authing.oidc.keys()
    assert (key["kty"], key["use"]) == ("RSA", "sig")
    assert "d" not in key
    assert await authing.oidc.keys(issuer=sandbox.oidc_issuer) == [key]
    tokens = await _login(authing, sandbox, ada)
    claims = await authing.oidc.user_info(tokens.access_token)
    assert claims["email"] == ada
    with pytest.raises(OAuthError, match="invalid_token") as caught:
        await authing.oidc.user_info(f"{tokens.access_token}x")
    assert tokens.access_token not in str(caught.value)
    with pytest.raises(MissingTokenError):
        await authing.oidc.user_info("two\nlines")


KEYS = "/users/oauth/oidc/.well-known/jwks.json"
CLAIMS = "/users/oauth/oidc/user/userinfo"


@pytest.mark.parametrize(
    "reply", [html(200), answered({}), answered({"keys": "none"}), answered([])]
)
async def test_an_answer_without_keys_or_claims_is_refused(
    server: ScriptedServer, client: AsyncAuthing, reply: Reply
) -> None:
    server.answer(KEYS, reply)
    server.answer(CLAIMS, reply)
    with pytest.raises(AuthingError):
        await client.oidc.keys()
    with pytest.raises(AuthingError):
        await client.oidc.user_info("token")


async def test_reading_is_tried_again(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer(KEYS, html(503), answered({"keys": []}))
    assert await client.oidc.keys() == []
    server.answer(CLAIMS, html(503), answered({"sub": "ada"}))
    assert await client.oidc.user_info("the-token") == {"sub": "ada"}
    assert [seen.token for seen in server.calls(CLAIMS)] == ["the-token"] * 2
