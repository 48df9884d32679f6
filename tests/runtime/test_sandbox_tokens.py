"""Tokens against the sandbox: the same rules as at the service."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

import authing_sandbox
from authing_gen import AsyncAuthing, AuthingAPIError
from authing_sandbox import Sandbox

pytestmark = pytest.mark.anyio


@pytest.fixture
async def signed(sandbox: Sandbox) -> AsyncIterator[AsyncAuthing]:
    """A client that signs instead of sending the secret."""
    async with AsyncAuthing(
        sandbox.pool_id,
        signed=True,
        users_url=sandbox.users_url,
        oauth_url=sandbox.oauth_url,
        public_key=sandbox.public_key,
    ) as client:
        yield client


async def test_a_signature_stands_for_the_secret(signed: AsyncAuthing) -> None:
    page = await signed.users(count=1)
    assert page.total_count >= 0


async def test_a_wrong_secret_is_refused_as_the_service_words_it(
    sandbox: Sandbox,
) -> None:
    async with AsyncAuthing(
        sandbox.pool_id, "wr0ng-secret", users_url=sandbox.users_url
    ) as client:
        with pytest.raises(AuthingAPIError) as caught:
            await client.users()
    assert caught.value.operation == "getClientWhenSdkInit"
    assert "wr0ng-secret" not in str(caught.value)


async def test_registered_and_signed_in_users_act_side_by_side(
    authing: AsyncAuthing, email: str
) -> None:
    ada = await authing.register(email=email, password="correct horse")
    bob = await authing.register(email=f"bob.{email}", password="battery staple")
    ada_signed_in = await authing.login(email=email, password="correct horse")
    bob_signed_in = await authing.login(email=f"bob.{email}", password="battery staple")
    as_ada, as_bob = authing.as_user(ada_signed_in), authing.as_user(bob_signed_in)
    assert (await as_ada.check_login_status()).status
    assert (await as_ada.change_mfa(enable=False)).user_id == ada.id
    assert (await as_bob.change_mfa(enable=False)).user_id == bob.id
    with pytest.raises(AuthingAPIError):
        await as_ada.query_mfa(user_id=bob.id)


async def test_an_expired_owner_token_is_renewed_without_notice() -> None:
    with authing_sandbox.running() as sandbox:
        async with AsyncAuthing(
            sandbox.pool_id, sandbox.secret, users_url=sandbox.users_url
        ) as client:
            before = await client.users()
            sandbox.clock.advance(timedelta(days=400))
            assert (await client.users()).total_count == before.total_count
