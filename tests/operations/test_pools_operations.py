"""Initialisation: the pool, and the token that manages it."""

import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from hashlib import sha1
from secrets import randbelow
from typing import Any

import httpx
import pytest

import authing_sandbox
from authing_client.models import RegisteredUser
from authing_gen import (
    AsyncAuthing,
    BadInputError,
    PermissionDeniedError,
    RegistrationClosedError,
    UserPoolNotFoundError,
)
from authing_sandbox import Clock, Sandbox, Seed

pytestmark = pytest.mark.anyio


async def test_secret_gives_a_token_that_manages_the_pool(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    answer = await authing.get_client_when_sdk_init(secret=sandbox.secret)

    assert answer.access_token is not None
    stored = await authing.user(id=ada.id, token=answer.access_token)
    assert stored is not None
    assert stored.email == ada.email


async def test_token_belongs_to_the_owner_of_the_pool(
    sandbox: Sandbox, authing: AsyncAuthing
) -> None:
    answer = await authing.get_client_when_sdk_init(
        secret=sandbox.secret, ret_user_id=True
    )

    decoded = await authing.decode_jwt_token(token=answer.access_token)
    assert decoded.data is not None
    assert decoded.data.id == sandbox.owner_id
    assert decoded.data.client_id == sandbox.pool_id
    assert answer.client_info is not None
    assert decoded.iat is not None
    assert decoded.exp == int(decoded.iat) + (answer.client_info.jwt_expired or 0)


async def test_pool_is_described(sandbox: Sandbox, authing: AsyncAuthing) -> None:
    answer = await authing.get_client_when_sdk_init(secret=sandbox.secret)

    pool = answer.client_info
    assert pool is not None
    assert (pool.id, pool.name) == (sandbox.pool_id, "Planet Express")
    assert pool.jwt_expired == 15 * 24 * 3600
    assert (pool.is_deleted, pool.register_disabled) == (False, False)
    assert pool.email_verified_default is False
    assert pool.allowed_origins == "http://127.0.0.1:3000"
    assert pool.created_at is not None
    assert pool.created_at.endswith("GMT+0800 (CST)")
    assert pool.client_type is not None
    assert (pool.client_type.name, pool.client_type.description) == ("Web", "网站")


async def test_rules_of_a_pool_are_described_and_in_force(
    http: httpx.AsyncClient, email: str, password: str
) -> None:
    rules = {"register_disabled": True, "jwt_expired": 3600, "logo": "pe.png"}
    async with authing_sandbox.running(seed=Seed(pool_rules=rules)) as sandbox:
        authing = AsyncAuthing(
            user_pool_id=sandbox.pool_id,
            users_url=sandbox.users_url,
            public_key=sandbox.public_key,
            http_client=http,
        )
        answer = await authing.get_client_when_sdk_init(secret=sandbox.secret)
        decoded = await authing.decode_jwt_token(token=answer.access_token)
        with pytest.raises(RegistrationClosedError):
            await authing.register(email=email, password=password)
        assert await authing.user_exist(email=email) is False

    pool = answer.client_info
    assert pool is not None
    assert {name: getattr(pool, name) for name in rules} == rules
    assert decoded.iat is not None
    assert decoded.exp == int(decoded.iat) + 3600


async def test_signature_gives_a_token_once(
    authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    timestamp, nonce = str(int(time.time() * 1000)), randbelow(2**31)
    signature = sha1(f"{timestamp}{nonce}".encode()).hexdigest()

    answer = await authing.get_client_when_sdk_init(
        timestamp=timestamp, nonce=nonce, signature=signature
    )

    assert answer.access_token is not None
    stored = await authing.user(id=ada.id, token=answer.access_token)
    assert stored is not None
    with pytest.raises(PermissionDeniedError):
        await authing.get_client_when_sdk_init(
            timestamp=timestamp, nonce=nonce, signature=signature
        )


async def test_wrong_credentials_give_no_token(
    sandbox: Sandbox, authing: AsyncAuthing
) -> None:
    with pytest.raises(PermissionDeniedError):
        await authing.get_client_when_sdk_init(secret="guessed")
    with pytest.raises(PermissionDeniedError):
        await authing.get_client_when_sdk_init(
            timestamp="1600000000000", nonce=1, signature="0" * 40
        )
    with pytest.raises(BadInputError):
        await authing.get_client_when_sdk_init()
    with pytest.raises(UserPoolNotFoundError):
        await authing.get_client_when_sdk_init(
            secret=sandbox.secret, client_id="0" * 24
        )


async def test_token_of_a_user_does_not_manage_the_pool(
    authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    assert ada.token is not None

    with pytest.raises(PermissionDeniedError):
        await authing.remove_users(ids=[ada.id], token=ada.token)

    assert await authing.user(id=ada.id) is not None


async def test_client_fetches_another_token_when_its_own_has_expired(
    authing: AsyncAuthing, ada: RegisteredUser, clock: Clock
) -> None:
    assert await authing.user(id=ada.id) is not None

    clock.advance(timedelta(days=16))

    stored = await authing.user(id=ada.id)
    assert stored is not None
    assert stored.email == ada.email


# get_user_pool_settings


async def test_anybody_reads_the_settings_of_a_pool(
    sandbox: Sandbox, http: httpx.AsyncClient
) -> None:
    anybody = AsyncAuthing(
        user_pool_id=sandbox.pool_id, users_url=sandbox.users_url, http_client=http
    )
    await sandbox.configure(verify_old_phone=True, jwt_expired=3600)
    try:
        settings = await anybody.get_user_pool_settings()
    finally:
        await sandbox.configure(verify_old_phone=False, jwt_expired=15 * 24 * 3600)

    assert (settings.id, settings.name) == (sandbox.pool_id, "Planet Express")
    assert settings.jwt_expired == 3600
    assert settings.register_disabled is False
    assert settings.change_phone_strategy is not None
    assert settings.change_phone_strategy.verify_old_phone is True
    assert settings.change_email_strategy is not None
    assert settings.change_email_strategy.verify_old_email is False
    assert settings.login_fail_check is not None
    assert settings.login_fail_check.limit == 3


async def test_nobody_reads_more_of_a_pool(
    sandbox: Sandbox, graphql: Callable[..., Awaitable[Any]]
) -> None:
    answer = await graphql(
        "query($pool: String!) { getUserPoolSettings(userPoolId: $pool)"
        " { secret token usersCount user { email } createdAt } }"
    )

    assert set(answer["data"]["getUserPoolSettings"].values()) == {None}
