"""Whom a token speaks for, and how often the service is asked."""

import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jwt
import pytest
import time_machine

from authing_gen import AsyncAuthing, AuthingTransportError
from authing_gen.web import (
    CurrentUser,
    InvalidTokenError,
    NotSignedInError,
)
from authing_gen.web.memory import Memory
from authing_gen.web.presented import Presented, read
from authing_sandbox import Sandbox

from .conftest import PASSWORD, Calls, MakeKit, incoming

pytestmark = pytest.mark.anyio

LATER = 120
"""Seconds; a token is believed for 60."""


@contextmanager
def later(seconds: float) -> Iterator[None]:
    """Let time go on, here and in the sandbox, which is in the same process."""
    with time_machine.travel(time.time() + seconds):
        yield


async def test_cookie_and_header(
    make_kit: MakeKit, sandbox: Sandbox, ada: CurrentUser
) -> None:
    kit = make_kit()
    by_cookie = incoming(cookies={"__Host-authing": ada.token})
    assert await kit.current_user(by_cookie) == await kit.of_token(ada.token) == ada
    assert ada.email


async def test_nobody(make_kit: MakeKit) -> None:
    kit = make_kit()
    with pytest.raises(NotSignedInError, match="Sign in first"):
        await kit.current_user(incoming())
    with pytest.raises(NotSignedInError):
        await kit.current_user(incoming({"authorization": "Basic YTpi"}))
    with pytest.raises(InvalidTokenError):
        await kit.current_user(incoming({"authorization": "Bearer "}))


async def test_without_a_key_the_service_is_asked_once_a_minute(
    make_kit: MakeKit, ada: CurrentUser, calls: Calls
) -> None:
    kit = make_kit()
    for _ in range(3):
        assert await kit.of_token(ada.token) == ada
    assert calls.new() == ["decodeJwtToken"]
    with later(LATER):
        await kit.of_token(ada.token)
        assert calls.new() == ["decodeJwtToken"]


async def test_zero_asks_for_each_request(
    make_kit: MakeKit, sandbox: Sandbox, ada: CurrentUser, calls: Calls
) -> None:
    kit = make_kit(max_token_age=0, token_key=sandbox.token_key)
    for _ in range(3):
        await kit.of_token(ada.token)
    assert calls.new() == ["decodeJwtToken"] * 3


async def test_with_the_key_it_is_asked_only_when_the_token_is_old(
    make_kit: MakeKit, sandbox: Sandbox, ada: CurrentUser, calls: Calls
) -> None:
    kit = make_kit(token_key=sandbox.token_key)
    for _ in range(3):
        assert await kit.of_token(ada.token) == ada
    assert calls.new() == []
    with later(LATER):
        for _ in range(3):
            assert await kit.of_token(ada.token) == ada
        assert calls.new() == ["decodeJwtToken"]


@pytest.mark.parametrize("has_key", [True, False])
async def test_what_is_taken_back_ends_within_a_minute(
    make_kit: MakeKit,
    sandbox: Sandbox,
    authing: AsyncAuthing,
    ada: CurrentUser,
    has_key: bool,
) -> None:
    kit = make_kit(token_key=sandbox.token_key if has_key else None)
    await kit.of_token(ada.token)
    await authing.update_user(id=ada.id, password="battery staple")
    with later(61), pytest.raises(InvalidTokenError):
        await kit.of_token(ada.token)


async def test_a_process_that_has_not_seen_a_token_asks(
    make_kit: MakeKit, sandbox: Sandbox, authing: AsyncAuthing, ada: CurrentUser
) -> None:
    """Not even a new worker believes an old token that has been taken back."""
    await authing.update_user(id=ada.id, password="battery staple")
    with later(61), pytest.raises(InvalidTokenError):
        await make_kit(token_key=sandbox.token_key).of_token(ada.token)


async def test_what_is_forged_costs_no_call(
    make_kit: MakeKit, sandbox: Sandbox, ada: CurrentUser, calls: Calls
) -> None:
    kit = make_kit(token_key=sandbox.token_key)
    forged = jwt.encode(read(ada.token).claims, "another " * 8)
    with pytest.raises(InvalidTokenError, match="not signed"):
        await kit.of_token(forged)
    with later(LATER), pytest.raises(InvalidTokenError, match="not signed"):
        await kit.of_token(forged)
    assert calls.new() == []


async def test_what_is_forged_is_found_out_without_a_key(
    make_kit: MakeKit, ada: CurrentUser
) -> None:
    forged = jwt.encode(read(ada.token).claims, "another " * 8)
    with pytest.raises(InvalidTokenError, match="does not take it"):
        await make_kit().of_token(forged)


async def test_expired(
    make_kit: MakeKit, sandbox: Sandbox, ada: CurrentUser, calls: Calls
) -> None:
    kit = make_kit()
    await kit.of_token(ada.token)
    calls.new()
    with later(16 * 24 * 3600), pytest.raises(InvalidTokenError, match="expired"):
        await kit.of_token(ada.token)
    assert calls.new() == []


async def test_of_another_pool(
    make_kit: MakeKit, sandbox: Sandbox, ada: CurrentUser, calls: Calls
) -> None:
    claims = read(ada.token).claims
    claims["data"]["clientId"] = "5f0e1d2c3b4a59687786950b"
    token = jwt.encode(claims, sandbox.token_key)
    with pytest.raises(InvalidTokenError, match="another user pool"):
        await make_kit(token_key=sandbox.token_key).of_token(token)
    assert calls.new() == []


async def test_a_service_that_is_away_lets_nobody_in(
    make_kit: MakeKit, sandbox: Sandbox, ada: CurrentUser
) -> None:
    away = {"users_url": "http://127.0.0.1:9/users/graphql", "max_retries": 0}
    kit = make_kit(**away, token_key=sandbox.token_key)
    assert await kit.of_token(ada.token) == ada
    with later(LATER), pytest.raises(AuthingTransportError):
        await kit.of_token(ada.token)


async def test_signed_out_is_forgotten(
    make_kit: MakeKit, ada: CurrentUser, calls: Calls
) -> None:
    kit = make_kit()
    request = incoming(cookies={"__Host-authing": ada.token})
    await kit.current_user(request)
    kit.kit.sign_out(request)
    await kit.current_user(request)
    assert calls.new() == ["decodeJwtToken"] * 2


async def test_memory_is_bounded_and_keeps_no_token(ada: CurrentUser) -> None:
    memory, now = Memory(60, most=3), time.time()
    tokens = [Presented(f"{ada.token}{number}", {}, {}) for number in range(10)]
    for presented in tokens:
        memory.keep(presented, ada, now)
    assert len(memory) == 3
    found = memory.find(tokens[9])
    assert found is not None
    assert (found.id, found.token) == (ada.id, tokens[9].token)
    assert memory.find(tokens[0]) is None
    assert not any(known.user.token for known in memory._known.values())
    with later(61):
        assert memory.find(tokens[9]) is None
    assert len(memory) == 2


async def test_acts_as_the_user(
    make_kit: MakeKit, authing: AsyncAuthing, ada: CurrentUser
) -> None:
    user = await make_kit().of_token(ada.token)
    assert (await authing.as_user(user).check_login_status()).status


async def test_nothing_that_is_written_holds_the_token(
    make_kit: MakeKit, sandbox: Sandbox, ada: CurrentUser
) -> None:
    user = await make_kit().of_token(ada.token)
    written = [repr(user), str(user), user.model_dump_json(), str(user.model_dump())]
    assert not any(ada.token in text for text in written)
    assert (
        "token" not in CurrentUser.model_json_schema(mode="serialization")["properties"]
    )


@pytest.mark.parametrize("has_key", [True, False])
async def test_no_error_holds_the_token_or_the_key(
    make_kit: MakeKit, sandbox: Sandbox, ada: CurrentUser, has_key: bool
) -> None:
    key = sandbox.token_key if has_key else None
    token = ada.token[:-6] + "AAAAAA"
    kit = make_kit(token_key=key)
    with pytest.raises(InvalidTokenError) as caught:
        await kit.of_token(token)
    told = "".join(
        traceback.TracebackException.from_exception(
            caught.value, capture_locals=True
        ).format()
    )
    ours = [part for part in told.split("  File ") if "/authing_gen/" in part]
    assert ours
    assert not any(token in part or sandbox.token_key in part for part in ours)


class TestOidc:
    """Tokens of OpenID Connect apps."""

    @staticmethod
    async def tokens(
        authing: AsyncAuthing, sandbox: Sandbox, app: str, ada: Any
    ) -> Any:
        return await authing.oidc.login(
            client_id=app,
            client_secret=sandbox.oidc_app_secret,
            email=ada.email,
            password=PASSWORD,
        )

    async def test_rs256_by_the_providers_keys(
        self,
        make_kit: MakeKit,
        sandbox: Sandbox,
        authing: AsyncAuthing,
        ada: CurrentUser,
        calls: Calls,
    ) -> None:
        app = sandbox.oidc_rs256_app_id
        kit = make_kit(oidc_app_id=app)
        tokens = await self.tokens(authing, sandbox, app, ada)
        calls.new()
        for token, kind in ((tokens.access_token, "access"), (tokens.id_token, "id")):
            for _ in range(3):
                user = await kit.of_token(token)
                assert (user.id, user.kind) == (ada.id, kind)
        assert calls.new() == ["jwks.json"]
        with later(LATER):
            for _ in range(3):
                await kit.of_token(tokens.access_token)
                await kit.of_token(tokens.id_token)
            assert calls.new() == ["userinfo", "getClientWhenSdkInit", "user"]

    async def test_hs256(
        self,
        make_kit: MakeKit,
        sandbox: Sandbox,
        authing: AsyncAuthing,
        ada: CurrentUser,
        calls: Calls,
    ) -> None:
        """Access tokens by HS256 are the provider's own business: it is asked."""
        app, secret = sandbox.oidc_app_id, sandbox.oidc_app_secret
        kit = make_kit(oidc_app_id=app, oidc_app_secret=secret)
        tokens = await self.tokens(authing, sandbox, app, ada)
        calls.new()
        assert (await kit.of_token(tokens.id_token)).email == ada.email
        assert calls.new() == []
        user = await kit.of_token(tokens.access_token)
        assert (user.id, user.email, user.kind) == (ada.id, ada.email, "access")
        assert "openid" in user.scope.split()
        assert calls.new() == ["userinfo"]

    async def test_consent_taken_back(
        self,
        make_kit: MakeKit,
        sandbox: Sandbox,
        authing: AsyncAuthing,
        ada: CurrentUser,
    ) -> None:
        app = sandbox.oidc_rs256_app_id
        kit = make_kit(oidc_app_id=app)
        tokens = await self.tokens(authing, sandbox, app, ada)
        await kit.of_token(tokens.access_token)
        await authing.revoke_user_authorized_app(user_id=ada.id, app_id=app)
        with later(61), pytest.raises(InvalidTokenError, match="provider"):
            await kit.of_token(tokens.access_token)

    async def test_who_is_locked_out(
        self,
        make_kit: MakeKit,
        sandbox: Sandbox,
        authing: AsyncAuthing,
        ada: CurrentUser,
    ) -> None:
        app = sandbox.oidc_rs256_app_id
        kit = make_kit(oidc_app_id=app)
        tokens = await self.tokens(authing, sandbox, app, ada)
        assert await kit.of_token(tokens.id_token)
        await authing.remove_users(ids=[ada.id])
        with later(61), pytest.raises(InvalidTokenError, match="gone"):
            await kit.of_token(tokens.id_token)

    async def test_not_for_this_application(
        self,
        make_kit: MakeKit,
        sandbox: Sandbox,
        authing: AsyncAuthing,
        ada: CurrentUser,
        calls: Calls,
    ) -> None:
        app, another = sandbox.oidc_rs256_app_id, sandbox.oidc_public_app_id
        tokens = await self.tokens(authing, sandbox, app, ada)
        calls.new()
        for kit, why in (
            (make_kit(), "not taken"),
            (make_kit(oidc_app_id=another), "another application"),
            (make_kit(oidc_app_id=app, oidc_issuer=sandbox.url), "another provider"),
        ):
            for token in (tokens.access_token, tokens.id_token):
                with pytest.raises(InvalidTokenError, match=why):
                    await kit.of_token(token)
        only = make_kit(oidc_app_id=app, oidc_tokens={"access"})
        with pytest.raises(InvalidTokenError, match="not taken"):
            await only.of_token(tokens.id_token)
        assert await only.of_token(tokens.access_token)
        assert calls.new() == ["jwks.json"]
