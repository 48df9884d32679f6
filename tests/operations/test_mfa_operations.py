"""Multi-factor authentication: its state, its secret, and what it does to a sign-in."""

from datetime import timedelta
from functools import partial

import pytest
from pyotp import TOTP

from authing_client.models import MFA, RegisteredUser
from authing_gen import (
    AsyncAuthing,
    BadInputError,
    OAuthError,
    PermissionDeniedError,
    VerifyCodeRequiredError,
    WrongPasswordError,
    WrongVerifyCodeError,
)
from authing_sandbox import Sandbox

pytestmark = pytest.mark.anyio


def totp(sandbox: Sandbox, mfa: MFA, late: float = 0) -> str:
    """The one-time password that an authenticator shows, maybe one that is late."""
    assert mfa.share_key is not None
    return TOTP(mfa.share_key).at(sandbox.clock.now() - timedelta(seconds=late))


# query_mfa, query_mfa_unpaged


async def test_nobody_has_mfa_at_first(
    authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    assert await authing.query_mfa(user_id=ada.id) is None
    assert await authing.query_mfa_unpaged(user_id=ada.id) is None
    assert await authing.query_mfa(id="0" * 24) is None


async def test_mfa_is_found_by_user_and_by_id(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    me = authing.as_user(ada)
    mfa = await me.change_mfa(user_id=ada.id, enable=True)

    assert (mfa.user_id, mfa.user_pool_id) == (ada.id, sandbox.pool_id)
    assert mfa.enable is True
    assert await authing.query_mfa(user_id=ada.id, page=1, count=10) == mfa
    assert await authing.query_mfa(id=mfa.id) == mfa
    assert await authing.query_mfa_unpaged(user_id=ada.id) == mfa
    assert await authing.query_mfa_unpaged(id=mfa.id) == mfa
    assert await me.query_mfa(user_id=ada.id) == mfa
    assert await me.query_mfa() == mfa


async def test_mfa_of_whom(authing: AsyncAuthing) -> None:
    with pytest.raises(BadInputError):
        await authing.query_mfa()
    with pytest.raises(BadInputError):
        await authing.query_mfa_unpaged()


async def test_secret_is_not_for_other_users(
    authing: AsyncAuthing, ada: RegisteredUser, bo: RegisteredUser
) -> None:
    mfa = await authing.as_user(ada).change_mfa(enable=True)

    with pytest.raises(PermissionDeniedError):
        await authing.as_user(bo).query_mfa(user_id=ada.id)
    with pytest.raises(PermissionDeniedError):
        await authing.as_user(bo).query_mfa_unpaged(id=mfa.id)


# change_mfa


async def test_enabled_mfa_asks_for_a_code(
    authing: AsyncAuthing, sandbox: Sandbox, ada: RegisteredUser, password: str
) -> None:
    await authing.as_user(ada).change_mfa(user_id=ada.id, enable=True)

    with pytest.raises(VerifyCodeRequiredError):
        await authing.login(email=ada.email, password=password)
    with pytest.raises(VerifyCodeRequiredError):
        await authing.sign_in(email=ada.email, password=password)
    with pytest.raises(OAuthError):
        await authing.oidc.login(
            client_id=sandbox.oidc_app_id,
            client_secret=sandbox.oidc_app_secret,
            email=ada.email,
            password=password,
        )
    stored = await authing.user(id=ada.id)
    assert stored is not None
    assert stored.logins_count == 0


async def test_refreshed_secret_is_another(
    authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    me = authing.as_user(ada)
    old = await me.change_mfa(user_id=ada.id, enable=True)

    new = await me.change_mfa(id=old.id, enable=True, refresh_key=True)

    assert (new.id, new.enable) == (old.id, True)
    assert new.share_key != old.share_key
    assert await authing.query_mfa(id=old.id) == new


async def test_disabled_mfa_asks_for_nothing_and_keeps_its_secret(
    authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    me = authing.as_user(ada)
    on = await me.change_mfa(user_id=ada.id, enable=True)

    off = await me.change_mfa(id=on.id, enable=False)

    assert off == on.model_copy(update={"enable": False})
    assert await authing.query_mfa(user_id=ada.id) == off
    assert (await authing.login(email=ada.email, password=password)).id == ada.id
    assert await me.change_mfa(user_id=ada.id, enable=True) == on


async def test_mfa_of_another_is_not_changed(
    authing: AsyncAuthing, ada: RegisteredUser, bo: RegisteredUser
) -> None:
    mfa = await authing.as_user(ada).change_mfa(user_id=ada.id, enable=True)

    with pytest.raises(PermissionDeniedError):
        await authing.as_user(bo).change_mfa(user_id=ada.id, enable=False)
    with pytest.raises(PermissionDeniedError):
        await authing.as_user(bo).change_mfa(id=mfa.id, enable=False)

    assert await authing.query_mfa(id=mfa.id) == mfa
    assert await authing.query_mfa(user_id=bo.id) is None


async def test_owner_of_the_pool_does_not_change_mfa(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    pool = await authing.get_client_when_sdk_init(secret=sandbox.secret)
    assert pool.access_token is not None

    with pytest.raises(PermissionDeniedError):
        await authing.change_mfa(user_id=ada.id, enable=True, token=pool.access_token)

    assert await authing.query_mfa(user_id=ada.id) is None


# login_with_mfa_code


async def test_one_time_password_signs_in(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    mfa = await authing.as_user(ada).change_mfa(user_id=ada.id, enable=True)

    signed_in = await authing.login_with_mfa_code(
        email=ada.email, password=password, mfa_code=totp(sandbox, mfa)
    )

    assert signed_in.id == ada.id
    assert (await authing.as_user(signed_in).check_login_status()).status is True


async def test_one_time_password_is_good_for_a_moment(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    mfa = await authing.as_user(ada).change_mfa(user_id=ada.id, enable=True)
    log_in = partial(authing.login_with_mfa_code, email=ada.email, password=password)

    # The step before the present one is let through, for clocks that disagree.
    late = totp(sandbox, mfa, late=25)
    assert (await log_in(mfa_code=late)).id == ada.id
    too_late = totp(sandbox, mfa, late=120)
    with pytest.raises(WrongVerifyCodeError):
        await log_in(mfa_code=too_late)


async def test_one_time_password_of_a_refreshed_secret(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    me = authing.as_user(ada)
    old = await me.change_mfa(user_id=ada.id, enable=True)
    new = await me.change_mfa(user_id=ada.id, enable=True, refresh_key=True)
    log_in = partial(authing.login_with_mfa_code, email=ada.email, password=password)

    with pytest.raises(WrongVerifyCodeError):
        await log_in(mfa_code=totp(sandbox, old))
    assert (await log_in(mfa_code=totp(sandbox, new))).id == ada.id


async def test_one_time_password_does_not_stand_for_the_password(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    mfa = await authing.as_user(ada).change_mfa(user_id=ada.id, enable=True)
    code = totp(sandbox, mfa)

    with pytest.raises(WrongPasswordError):
        await authing.login_with_mfa_code(
            email=ada.email, password="battery staple", mfa_code=code
        )
    with pytest.raises(BadInputError):
        await authing.login_with_mfa_code(email=ada.email, mfa_code=code)


async def test_one_time_password_beside_a_code_by_sms(
    sandbox: Sandbox, authing: AsyncAuthing, phone: str, password: str
) -> None:
    user = await authing.register(phone=phone, password=password)
    mfa = await authing.as_user(user).change_mfa(user_id=user.id, enable=True)
    await authing.sms.send_code(phone)
    code = int(await sandbox.wait_for_code(phone))

    with pytest.raises(VerifyCodeRequiredError):
        await authing.login_by_phone_code(phone=phone, phone_code=code)
    signed_in = await authing.login_with_mfa_code(
        phone=phone, phone_code=code, mfa_code=totp(sandbox, mfa)
    )
    assert signed_in.id == user.id
