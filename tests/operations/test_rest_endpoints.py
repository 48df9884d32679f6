"""The REST endpoints: codes by SMS, tokens of OpenID Connect apps."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any, Literal

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey

import authing_sandbox
from authing_client.models import RegisteredUser
from authing_gen import (
    AsyncAuthing,
    BadInputError,
    ConflictError,
    OAuthError,
    RateLimitError,
    TokenSet,
    UnsendableArgumentError,
    UserPoolNotFoundError,
    WrongVerifyCodeError,
)
from authing_sandbox import Clock, Sandbox, Seed

pytestmark = pytest.mark.anyio

Method = Literal["POST", "GET"]
by_both_methods = pytest.mark.parametrize("method", ["POST", "GET"])

# The documented `register` has no argument for the code; production's has.
REGISTER = """
mutation ($pool: String!, $phone: String, $code: String) {
  register(userInfo: {registerInClient: $pool, phone: $phone, phoneCode: $code}) {
    _id
    phone
  }
}
"""


# sms.send_code


async def test_code_is_sent_to_the_phone(
    sandbox: Sandbox, authing: AsyncAuthing, phone: str
) -> None:
    receipt = await authing.sms.send_code(phone)

    assert (receipt.code, receipt.message) == (200, "发送成功")
    [sms] = await sandbox.outbox(phone)
    assert (sms["kind"], sms["to"]) == ("sms", phone)
    assert sms["code"] is not None
    assert sms["code"] in sms["text"]
    assert (len(sms["code"]), sms["code"].isdecimal()) == (4, True)


async def test_code_with_a_leading_zero_signs_in(
    sandbox: Sandbox, authing: AsyncAuthing, phone: str, password: str
) -> None:
    ada = await authing.register(phone=phone, password=password)
    code = ""
    while not code.startswith("0"):  # Every tenth does.
        await authing.sms.send_code(phone)
        code = await sandbox.last_code(phone)

    signed_in = await authing.login_by_phone_code(phone=phone, phone_code=int(code))

    assert signed_in.id == ada.id


async def test_phone_may_have_a_country_code(
    sandbox: Sandbox, authing: AsyncAuthing, phone: str, password: str
) -> None:
    abroad = f"+86{phone}"
    ada = await authing.register(phone=abroad, password=password)

    await authing.sms.send_code(abroad)

    (message,) = await sandbox.outbox(phone)
    assert message["to"] == phone  # A number has one spelling.
    code = int(await sandbox.last_code(abroad))
    signed_in = await authing.login_by_phone_code(phone=abroad, phone_code=code)
    assert signed_in.id == ada.id


async def test_no_code_for_what_is_no_phone(
    sandbox: Sandbox, authing: AsyncAuthing, email: str
) -> None:
    for send in (authing.sms.send_code, authing.sms.send_register_code):
        with pytest.raises(BadInputError):
            await send("12345")  # It might be one; the service knows better.
        with pytest.raises(UnsendableArgumentError):
            await send(email)
    assert await sandbox.outbox("12345") == await sandbox.outbox(email) == []


async def test_no_code_from_a_pool_that_does_not_exist(
    sandbox: Sandbox, http: httpx.AsyncClient, phone: str
) -> None:
    stranger = AsyncAuthing(
        user_pool_id="0" * 24, users_url=sandbox.users_url, http_client=http
    )

    with pytest.raises(UserPoolNotFoundError):
        await stranger.sms.send_code(phone)
    with pytest.raises(UserPoolNotFoundError):
        await stranger.sms.send_register_code(phone)

    assert await sandbox.outbox(phone) == []


async def test_codes_can_be_too_frequent(http: httpx.AsyncClient, phone: str) -> None:
    seed = Seed(pool_rules={"sms_interval": 60})
    async with authing_sandbox.running(seed=seed) as sandbox:
        authing = AsyncAuthing(
            user_pool_id=sandbox.pool_id,
            users_url=sandbox.users_url,
            http_client=http,
        )
        await authing.sms.send_code(phone)
        with pytest.raises(RateLimitError):
            await authing.sms.send_code(phone)
        with pytest.raises(RateLimitError):
            await authing.sms.send_register_code(phone)
        assert len(await sandbox.outbox(phone)) == 1

        sandbox.clock.advance(timedelta(seconds=60))

        await authing.sms.send_code(phone)
        assert len(await sandbox.outbox(phone)) == 2


# sms.send_register_code


async def test_code_registers_once(
    sandbox: Sandbox,
    authing: AsyncAuthing,
    graphql: Callable[..., Awaitable[Any]],
    phone: str,
) -> None:
    receipt = await authing.sms.send_register_code(phone)
    code = await sandbox.last_code(phone)

    answer = await graphql(REGISTER, phone=phone, code=code)

    assert receipt.code == 200
    assert answer["data"]["register"]["phone"] == phone
    assert await authing.user_exist(phone=phone) is True
    with pytest.raises(WrongVerifyCodeError):
        await authing.login_by_phone_code(phone=phone, phone_code=int(code))


async def test_wrong_code_does_not_register(
    sandbox: Sandbox,
    authing: AsyncAuthing,
    graphql: Callable[..., Awaitable[Any]],
    phone: str,
) -> None:
    await authing.sms.send_register_code(phone)
    wrong = f"{(int(await sandbox.last_code(phone)) + 1) % 10_000:04}"

    answer = await graphql(REGISTER, phone=phone, code=wrong)

    assert answer["errors"][0]["message"]["code"] == 2001
    assert await authing.user_exist(phone=phone) is False


async def test_no_register_code_for_a_phone_that_is_registered(
    sandbox: Sandbox, authing: AsyncAuthing, phone: str, password: str
) -> None:
    await authing.register(phone=phone, password=password)

    with pytest.raises(ConflictError):
        await authing.sms.send_register_code(phone)

    assert await sandbox.outbox(phone) == []


# oidc.login


@by_both_methods
async def test_login_at_an_app(
    sandbox: Sandbox,
    authing: AsyncAuthing,
    ada: RegisteredUser,
    password: str,
    method: Method,
) -> None:
    tokens = await authing.oidc.login(
        client_id=sandbox.oidc_app_id,
        client_secret=sandbox.oidc_app_secret,
        email=ada.email,
        password=password,
        method=method,
    )

    assert (tokens.token_type, tokens.expires_in) == ("Bearer", 3600)
    assert tokens.scope == "openid profile email phone offline_access"
    stored = await authing.user(id=ada.id)
    assert stored is not None
    assert stored.logins_count == 1
    apps = await authing.get_user_authorized_apps(user_id=ada.id)
    assert [app.id for app in apps.oidc_apps] == [sandbox.oidc_app_id]


async def test_id_token_says_who_the_user_is(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    await authing.update_user(id=ada.id, nickname="Ada")
    tokens = await _log_in(sandbox, authing, ada, password)

    assert tokens.id_token is not None
    key = OctKey.import_key(sandbox.oidc_app_secret)
    claims = jwt.decode(tokens.id_token, key, ["HS256"]).claims
    assert (claims["sub"], claims["aud"]) == (ada.id, sandbox.oidc_app_id)
    assert (claims["email"], claims["nickname"]) == (ada.email, "Ada")
    assert claims["exp"] == claims["iat"] + 3600


async def test_claims_are_read_and_keys_are_published(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    tokens = await _log_in(sandbox, authing, ada, password)

    claims = await authing.oidc.user_info(tokens.access_token)
    assert (claims["sub"], claims["email"]) == (ada.id, ada.email)
    assert {key["kty"] for key in await authing.oidc.keys()} == {"RSA"}


async def test_id_token_is_signed_with_the_published_key(
    sandbox: Sandbox,
    authing: AsyncAuthing,
    http: httpx.AsyncClient,
    ada: RegisteredUser,
    password: str,
) -> None:
    tokens = await authing.oidc.login(
        client_id=sandbox.oidc_rs256_app_id,
        client_secret=sandbox.oidc_app_secret,
        email=ada.email,
        password=password,
    )

    answer = await http.get(f"{sandbox.url}/users/oauth/oidc/.well-known/jwks.json")
    keys = KeySet.import_key_set(answer.json())
    assert tokens.id_token is not None
    token = jwt.decode(tokens.id_token, keys, ["RS256"])
    assert token.claims["sub"] == ada.id
    assert token.header["kid"] == answer.json()["keys"][0]["kid"]


async def test_login_by_every_name(
    sandbox: Sandbox, authing: AsyncAuthing, email: str, phone: str, password: str
) -> None:
    ada = await authing.register(
        unionid=email, phone=phone, username=email, password=password
    )
    log_in = partial(
        authing.oidc.login,
        client_id=sandbox.oidc_app_id,
        client_secret=sandbox.oidc_app_secret,
        password=password,
    )

    await log_in(unionid=email)
    await log_in(phone=phone)
    await log_in(username=email)

    stored = await authing.user(id=ada.id)
    assert stored is not None
    assert stored.logins_count == 3


@by_both_methods
async def test_password_may_hold_any_character(
    sandbox: Sandbox, authing: AsyncAuthing, email: str, method: Method
) -> None:
    odd = " a+b&c=d;%41#/密码 "
    ada = await authing.register(email=email, password=odd)

    await authing.oidc.login(
        client_id=sandbox.oidc_app_id,
        client_secret=sandbox.oidc_app_secret,
        email=email,
        password=odd,
        method=method,
    )

    stored = await authing.user(id=ada.id)
    assert stored is not None
    assert stored.logins_count == 1


async def test_scope_bounds_what_is_given(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    narrow = await _log_in(sandbox, authing, ada, password, scope="openid")
    plain = await _log_in(sandbox, authing, ada, password, scope="profile")

    assert (narrow.scope, plain.scope) == ("openid", "profile")
    assert narrow.refresh_token is None
    assert narrow.id_token is not None
    assert plain.id_token is None
    key = OctKey.import_key(sandbox.oidc_app_secret)
    claims = jwt.decode(narrow.id_token, key, ["HS256"]).claims
    assert claims["sub"] == ada.id
    assert {"email", "nickname", "phone_number"} & claims.keys() == set()


@by_both_methods
async def test_login_at_an_app_is_refused(
    sandbox: Sandbox,
    authing: AsyncAuthing,
    ada: RegisteredUser,
    password: str,
    method: Method,
) -> None:
    app_id, secret = sandbox.oidc_app_id, sandbox.oidc_app_secret
    attempts = [
        (app_id, "guessed", password),
        (sandbox.oauth_app_id, secret, password),
        (app_id, secret, "wrong horse"),
    ]
    refusals = []
    for client_id, client_secret, given in attempts:
        with pytest.raises(OAuthError) as refusal:
            await authing.oidc.login(
                client_id=client_id,
                client_secret=client_secret,
                email=ada.email,
                password=given,
                method=method,
            )
        refusals.append((refusal.value.error, refusal.value.status_code))

    assert refusals == [
        ("invalid_client", 401),
        ("invalid_client", 401),
        ("invalid_grant", 400),
    ]
    stored = await authing.user(id=ada.id)
    assert stored is not None
    assert stored.user_login_history is not None
    assert [entry.success for entry in stored.user_login_history.list_] == [False]
    apps = await authing.get_user_authorized_apps(user_id=ada.id)
    assert apps.total_count == 0


# oidc.refresh


@by_both_methods
async def test_refresh_token_is_exchanged_once(
    sandbox: Sandbox,
    authing: AsyncAuthing,
    ada: RegisteredUser,
    password: str,
    method: Method,
) -> None:
    app_id, secret = sandbox.oidc_app_id, sandbox.oidc_app_secret
    first = await _log_in(sandbox, authing, ada, password)
    assert first.refresh_token is not None

    second = await authing.oidc.refresh(
        client_id=app_id,
        client_secret=secret,
        refresh_token=first.refresh_token,
        method=method,
    )

    assert second.refresh_token is not None
    assert second.access_token != first.access_token
    assert second.scope == first.scope
    with pytest.raises(OAuthError) as refusal:
        await authing.oidc.refresh(
            client_id=app_id,
            client_secret=secret,
            refresh_token=first.refresh_token,
            method=method,
        )
    assert refusal.value.error == "invalid_grant"
    # Somebody used the old one again: it may have been stolen, so the family ends.
    with pytest.raises(OAuthError):
        await authing.oidc.refresh(
            client_id=app_id,
            client_secret=secret,
            refresh_token=second.refresh_token,
            method=method,
        )


async def test_refresh_token_is_good_at_its_own_app_only(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    tokens = await _log_in(sandbox, authing, ada, password)
    assert tokens.refresh_token is not None

    with pytest.raises(OAuthError) as other_app:
        await authing.oidc.refresh(
            client_id=sandbox.oidc_rs256_app_id,
            client_secret=sandbox.oidc_app_secret,
            refresh_token=tokens.refresh_token,
        )
    with pytest.raises(OAuthError) as no_app:
        await authing.oidc.refresh(
            client_id=sandbox.oidc_app_id,
            client_secret="guessed",
            refresh_token=tokens.refresh_token,
        )

    assert other_app.value.error == "invalid_grant"
    assert no_app.value.error == "invalid_client"
    fresh = await _refresh(sandbox, authing, tokens)
    assert fresh.id_token is not None


async def test_refresh_token_expires(
    sandbox: Sandbox,
    authing: AsyncAuthing,
    ada: RegisteredUser,
    password: str,
    clock: Clock,
) -> None:
    tokens = await _log_in(sandbox, authing, ada, password)

    clock.advance(timedelta(days=30))

    with pytest.raises(OAuthError) as refusal:
        await _refresh(sandbox, authing, tokens)
    assert refusal.value.error == "invalid_grant"


async def test_refresh_token_ends_with_the_users_standing(
    sandbox: Sandbox,
    authing: AsyncAuthing,
    ada: RegisteredUser,
    bo: RegisteredUser,
    password: str,
) -> None:
    of_locked = await _log_in(sandbox, authing, ada, password)
    of_removed = await _log_in(sandbox, authing, bo, password)

    await authing.update_user(id=ada.id, blocked=True)
    await authing.remove_users(ids=[bo.id])

    for tokens in (of_locked, of_removed):
        with pytest.raises(OAuthError) as refusal:
            await _refresh(sandbox, authing, tokens)
        assert refusal.value.error == "invalid_grant"


async def _log_in(
    sandbox: Sandbox,
    authing: AsyncAuthing,
    user: RegisteredUser,
    password: str,
    scope: str = "openid profile email offline_access",
) -> TokenSet:
    return await authing.oidc.login(
        client_id=sandbox.oidc_app_id,
        client_secret=sandbox.oidc_app_secret,
        email=user.email,
        password=password,
        scope=scope,
    )


async def _refresh(
    sandbox: Sandbox, authing: AsyncAuthing, tokens: TokenSet
) -> TokenSet:
    assert tokens.refresh_token is not None
    return await authing.oidc.refresh(
        client_id=sandbox.oidc_app_id,
        client_secret=sandbox.oidc_app_secret,
        refresh_token=tokens.refresh_token,
    )
