"""Signing in, by every proof there is, and what the tokens are worth."""

from datetime import timedelta

import anyio
import pytest

from authing_client.models import RegisteredUser
from authing_gen import (
    AppNotFoundError,
    AsyncAuthing,
    BadInputError,
    ExpiredError,
    NoPasswordError,
    NotLoggedInError,
    UserLockedError,
    UserNotFoundError,
    UserPoolNotFoundError,
    WrongPasswordError,
    WrongVerifyCodeError,
)
from authing_sandbox import Clock, Sandbox

pytestmark = pytest.mark.anyio

FIFTEEN_DAYS = 15 * 24 * 3600


# login


async def test_login_gives_a_token_of_the_user(
    authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    signed_in = await authing.login(email=ada.email, password=password)

    assert signed_in.id == ada.id
    assert (await authing.as_user(signed_in).check_login_status()).status is True
    assert signed_in.token is not None
    payload = (await authing.decode_jwt_token(token=signed_in.token)).data
    assert payload is not None
    assert (payload.id, payload.email) == (ada.id, ada.email)


async def test_login_by_unionid_or_phone(
    authing: AsyncAuthing, email: str, phone: str, password: str
) -> None:
    ada = await authing.register(unionid=email, phone=phone, password=password)

    by_unionid = await authing.login(unionid=email, password=password)
    by_phone = await authing.login(phone=phone, password=password)

    assert by_unionid.id == by_phone.id == ada.id
    assert by_phone.phone == phone


async def test_login_is_recorded_with_what_the_call_says_of_itself(
    authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    await authing.login(
        email=ada.email,
        password=password,
        last_ip="1.2.3.4",
        browser="Lynx",
        device="terminal",
        verify_code="gq7r",
    )

    stored = await authing.user(id=ada.id)
    assert stored is not None
    assert (stored.last_ip, stored.browser) == ("1.2.3.4", "Lynx")
    assert stored.logins_count == 1
    assert stored.user_login_history is not None
    [attempt] = stored.user_login_history.list_
    assert (attempt.success, attempt.ip) == (True, "1.2.3.4")
    assert attempt.when == stored.last_login
    assert stored.user_location is not None
    [place] = stored.user_location
    assert place is not None
    assert place.where == "1.2.3.4"
    signed_in = await authing.sign_in(email=ada.email, password=password)
    assert signed_in.device == "terminal"


async def test_refused_login_is_recorded_but_does_not_count(
    authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    with pytest.raises(WrongPasswordError):
        await authing.login(email=ada.email, password="wrong horse")

    stored = await authing.user(id=ada.id)
    assert stored is not None
    assert stored.user_login_history is not None
    assert [entry.success for entry in stored.user_login_history.list_] == [False]
    assert (stored.logins_count, stored.last_login) == (0, None)


async def test_login_history_has_the_newest_first(
    authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    for last_octet in range(12):
        await authing.login(
            email=ada.email, password=password, last_ip=f"1.2.3.{last_octet}"
        )

    stored = await authing.user(id=ada.id)
    assert stored is not None
    assert stored.user_login_history is not None
    assert stored.user_login_history.total_count == 12
    ips = [entry.ip for entry in stored.user_login_history.list_]
    assert ips == [f"1.2.3.{last_octet}" for last_octet in range(11, 1, -1)]


async def test_login_of_nobody(authing: AsyncAuthing, email: str) -> None:
    with pytest.raises(UserNotFoundError):
        await authing.login(email=email, password="correct horse")


async def test_login_without_a_name_or_without_a_proof(
    authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    with pytest.raises(BadInputError):
        await authing.login(password=password)
    with pytest.raises(BadInputError):
        await authing.login(email=ada.email)


async def test_login_by_password_of_a_user_who_has_none(
    authing: AsyncAuthing, email: str
) -> None:
    await authing.register(unionid=email)

    with pytest.raises(NoPasswordError):
        await authing.login(unionid=email, password="anything")


async def test_login_to_a_pool_that_does_not_exist(
    authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    with pytest.raises(UserPoolNotFoundError):
        await authing.login(
            email=ada.email, password=password, register_in_client="0" * 24
        )


# login_by_username


async def test_username_signs_in(
    authing: AsyncAuthing, email: str, password: str
) -> None:
    username = email.partition("@")[0]
    await authing.register(username=username, password=password)

    user = await authing.login_by_username(
        username=username, password=password, device="phone", last_ip="203.0.113.9"
    )

    assert (user.username, user.last_ip) == (username, "203.0.113.9")
    assert (await authing.as_user(user).check_login_status()).status is True


async def test_username_is_no_address(
    authing: AsyncAuthing, ada: RegisteredUser, email: str, password: str
) -> None:
    with pytest.raises(UserNotFoundError):
        await authing.login_by_username(username=email, password=password)


async def test_username_with_a_wrong_password(
    authing: AsyncAuthing, email: str, password: str
) -> None:
    username = email.partition("@")[0]
    await authing.register(username=username, password=password)

    with pytest.raises(WrongPasswordError):
        await authing.login_by_username(username=username, password="battery staple")


# login_by_phone_code


async def test_code_signs_in_once(
    sandbox: Sandbox, authing: AsyncAuthing, phone: str, password: str
) -> None:
    ada = await authing.register(phone=phone, password=password)
    await authing.sms.send_code(phone)
    code = int(await sandbox.last_code(phone))

    signed_in = await authing.login_by_phone_code(
        phone=phone, phone_code=code, browser="Lynx", device="terminal"
    )

    assert signed_in.id == ada.id
    assert signed_in.browser == "Lynx"
    assert (await authing.as_user(signed_in).check_login_status()).status is True
    with pytest.raises(WrongVerifyCodeError):
        await authing.login_by_phone_code(phone=phone, phone_code=code)


async def test_code_signs_in_once_even_at_the_same_time(
    sandbox: Sandbox, authing: AsyncAuthing, phone: str, password: str
) -> None:
    ada = await authing.register(phone=phone, password=password)
    await authing.sms.send_code(phone)
    code = int(await sandbox.last_code(phone))
    outcomes: list[str] = []

    async def log_in() -> None:
        try:
            await authing.login_by_phone_code(phone=phone, phone_code=code)
        except WrongVerifyCodeError:
            outcomes.append("refused")
        else:
            outcomes.append("signed in")

    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(log_in)

    assert sorted(outcomes) == ["refused", "refused", "signed in"]
    stored = await authing.user(id=ada.id)
    assert stored is not None
    assert stored.logins_count == 1


async def test_code_proves_the_phone(
    sandbox: Sandbox, authing: AsyncAuthing, phone: str, password: str
) -> None:
    await authing.register(phone=phone, password=password)
    before = await authing.sign_in(phone=phone, password=password)
    await authing.sms.send_code(phone)
    code = int(await sandbox.last_code(phone))
    await authing.login_by_phone_code(phone=phone, phone_code=code)

    after = await authing.sign_in(phone=phone, password=password)

    assert before.phone_number == after.phone_number == phone
    assert (before.phone_number_verified, after.phone_number_verified) == (False, True)


async def test_code_expires(
    sandbox: Sandbox, authing: AsyncAuthing, clock: Clock, phone: str, password: str
) -> None:
    await authing.register(phone=phone, password=password)
    await authing.sms.send_code(phone)
    code = int(await sandbox.last_code(phone))

    clock.advance(timedelta(minutes=10))

    with pytest.raises(ExpiredError):
        await authing.login_by_phone_code(phone=phone, phone_code=code)


async def test_only_the_newest_code_counts(
    sandbox: Sandbox, authing: AsyncAuthing, phone: str, password: str
) -> None:
    await authing.register(phone=phone, password=password)
    await authing.sms.send_code(phone)
    old = new = await sandbox.last_code(phone)
    while new == old:  # One code in ten thousand is the same as the one before it.
        await authing.sms.send_code(phone)
        new = await sandbox.last_code(phone)

    with pytest.raises(WrongVerifyCodeError):
        await authing.login_by_phone_code(phone=phone, phone_code=int(old))
    signed_in = await authing.login_by_phone_code(phone=phone, phone_code=int(new))
    assert signed_in.phone == phone


async def test_code_of_one_phone_is_none_of_another(
    sandbox: Sandbox, authing: AsyncAuthing, phone: str, password: str
) -> None:
    await authing.register(phone=phone, password=password)
    await authing.register(phone=f"138{phone[3:]}", password=password)
    await authing.sms.send_code(phone)
    code = int(await sandbox.last_code(phone))

    with pytest.raises(WrongVerifyCodeError):
        await authing.login_by_phone_code(phone=f"138{phone[3:]}", phone_code=code)


# login_by_ldap, login_by_ad, login_by_ad_connector


@pytest.mark.usefixtures("fresh_world")
async def test_ldap_creates_the_user_and_finds_it_again(
    sandbox: Sandbox, authing: AsyncAuthing
) -> None:
    assert await authing.user_exist(username="fry") is False

    fry = await authing.login_by_ldap(
        username="fry",
        password=sandbox.directory_password,
        browser="Lynx",
        device="terminal",
    )

    stored = await authing.user(id=fry.id)
    assert stored is not None
    assert (stored.username, stored.email) == ("fry", "fry@planetexpress.com")
    assert (stored.register_method, stored.company) == ("ldap", "Planet Express")
    assert stored.browser == "Lynx"
    assert fry.unionid == "uid=fry,ou=people,dc=planetexpress,dc=com"
    assert fry.oauth is not None
    assert "Delivery boy" in fry.oauth
    assert (await authing.as_user(fry).check_login_status()).status is True
    again = await authing.login_by_ldap(
        username="fry", password=sandbox.directory_password
    )
    assert (again.id, again.logins_count) == (fry.id, 2)
    assert (await authing.users()).total_count == 1


@pytest.mark.usefixtures("fresh_world")
async def test_both_forms_of_ad_sign_the_same_user_in(
    sandbox: Sandbox, authing: AsyncAuthing
) -> None:
    documented = await authing.login_by_ad(
        ad_connector_id=sandbox.ad_connector_id,
        username="leela",
        password=sandbox.directory_password,
    )
    production = await authing.login_by_ad_connector(
        ad_connector_id=sandbox.ad_connector_id,
        username="leela",
        password=sandbox.directory_password,
    )

    assert documented.id == production.id
    stored = await authing.user(id=production.id)
    assert stored is not None
    assert (stored.username, stored.register_method) == ("leela", "ad")
    assert (stored.email, stored.logins_count) == ("leela@ad.planetexpress.com", 2)
    assert (await authing.as_user(documented).check_login_status()).status is True
    assert (await authing.as_user(production).check_login_status()).status is True


@pytest.mark.usefixtures("fresh_world")
async def test_directories_refuse_a_wrong_password(
    sandbox: Sandbox, authing: AsyncAuthing
) -> None:
    connector = sandbox.ad_connector_id
    with pytest.raises(WrongPasswordError):
        await authing.login_by_ldap(username="fry", password="guessed")
    with pytest.raises(WrongPasswordError):
        await authing.login_by_ad(
            ad_connector_id=connector, username="fry", password="guessed"
        )
    with pytest.raises(WrongPasswordError):
        await authing.login_by_ad_connector(
            ad_connector_id=connector, username="fry", password="guessed"
        )

    assert (await authing.users()).total_count == 0


async def test_directories_do_not_know_everybody(
    sandbox: Sandbox, authing: AsyncAuthing
) -> None:
    password = sandbox.directory_password
    with pytest.raises(UserNotFoundError):
        await authing.login_by_ldap(username="zapp", password=password)
    with pytest.raises(AppNotFoundError):
        await authing.login_by_ad(
            ad_connector_id=sandbox.ldap_directory_id, username="fry", password=password
        )
    with pytest.raises(AppNotFoundError):
        await authing.login_by_ad_connector(
            ad_connector_id="0" * 24, username="fry", password=password
        )


@pytest.mark.usefixtures("fresh_world")
async def test_locked_user_of_a_directory_stays_out(
    sandbox: Sandbox, authing: AsyncAuthing
) -> None:
    fry = await authing.login_by_ldap(
        username="fry", password=sandbox.directory_password
    )
    await authing.update_user(id=fry.id, blocked=True)

    with pytest.raises(UserLockedError):
        await authing.login_by_ldap(username="fry", password=sandbox.directory_password)


# refresh_token


async def test_refreshed_token_is_the_users_newest(
    authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    fresh = await authing.refresh_token(user=ada.id)

    assert fresh.token != ada.token
    assert fresh.iat is not None
    assert fresh.exp == fresh.iat + FIFTEEN_DAYS
    stored = await authing.user(id=ada.id)
    assert stored is not None
    assert stored.token == fresh.token
    assert (await authing.as_user(fresh).check_login_status()).status is True


async def test_refreshed_token_outlives_the_first(
    authing: AsyncAuthing, ada: RegisteredUser, clock: Clock
) -> None:
    clock.advance(timedelta(days=14))
    fresh = await authing.refresh_token(user=ada.id)
    clock.advance(timedelta(days=2))

    assert (await authing.as_user(fresh).check_login_status()).status is True
    assert (await authing.as_user(ada).check_login_status()).status is False


async def test_no_token_for_nobody_or_for_the_locked(
    authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    with pytest.raises(UserNotFoundError):
        await authing.refresh_token(user="0" * 24)
    await authing.update_user(id=ada.id, blocked=True)
    with pytest.raises(UserLockedError):
        await authing.refresh_token(user=ada.id)


# sign_in, refresh_sign_in_token


async def test_sign_in_gives_claims_and_tokens(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    signed_in = await authing.sign_in(
        email=ada.email, password=password, oidc_app_id=sandbox.oidc_app_id
    )

    assert signed_in.sub == signed_in.id == ada.id
    assert (signed_in.email, signed_in.email_verified) == (ada.email, False)
    assert signed_in.register_in_userpool == sandbox.pool_id
    assert signed_in.logins_count == 1
    assert (signed_in.token_type, signed_in.expires_in) == ("Bearer", 3600)
    assert signed_in.scope == "openid profile email phone offline_access"
    assert signed_in.id_token is not None
    assert (await authing.as_user(signed_in).check_login_status()).status is True
    stored = await authing.user(id=ada.id)
    assert stored is not None
    assert stored.token == signed_in.token


async def test_sign_in_by_every_name(
    authing: AsyncAuthing, email: str, phone: str, password: str
) -> None:
    ada = await authing.register(
        unionid=email, phone=phone, username=email, password=password
    )

    by_unionid = await authing.sign_in(unionid=email, password=password)
    by_phone = await authing.sign_in(phone=phone, password=password)
    by_username = await authing.sign_in(username=email, password=password)

    assert by_unionid.id == by_phone.id == by_username.id == ada.id


async def test_sign_in_is_refused(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    with pytest.raises(WrongPasswordError):
        await authing.sign_in(email=ada.email, password="wrong horse")
    with pytest.raises(AppNotFoundError):
        await authing.sign_in(
            email=ada.email, password=password, oidc_app_id=sandbox.oauth_app_id
        )

    assert (await authing.get_user_authorized_apps(user_id=ada.id)).total_count == 0


async def test_refresh_token_of_sign_in_is_exchanged_once(
    authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    first = await authing.sign_in(email=ada.email, password=password)
    assert first.refresh_token is not None

    second = await authing.refresh_sign_in_token(refresh_token=first.refresh_token)

    assert second.refresh_token is not None
    assert second.refresh_token != first.refresh_token
    assert second.access_token not in (None, first.access_token)
    assert (second.scope, second.expires_in) == (first.scope, first.expires_in)
    with pytest.raises(NotLoggedInError):
        await authing.refresh_sign_in_token(refresh_token=first.refresh_token)
    # Somebody used the old one again: it may have been stolen, so the family ends.
    with pytest.raises(NotLoggedInError):
        await authing.refresh_sign_in_token(refresh_token=second.refresh_token)


async def test_refresh_token_belongs_to_its_app(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    signed_in = await authing.sign_in(
        email=ada.email, password=password, oidc_app_id=sandbox.oidc_rs256_app_id
    )
    assert signed_in.refresh_token is not None

    with pytest.raises(NotLoggedInError):
        await authing.refresh_sign_in_token(
            refresh_token=signed_in.refresh_token, oidc_app_id=sandbox.oidc_app_id
        )
    fresh = await authing.refresh_sign_in_token(
        refresh_token=signed_in.refresh_token, oidc_app_id=sandbox.oidc_rs256_app_id
    )
    assert fresh.id_token is not None


async def test_refresh_token_of_sign_in_expires(
    authing: AsyncAuthing, ada: RegisteredUser, password: str, clock: Clock
) -> None:
    signed_in = await authing.sign_in(email=ada.email, password=password)
    assert signed_in.refresh_token is not None

    clock.advance(timedelta(days=30))

    with pytest.raises(NotLoggedInError) as refusal:
        await authing.refresh_sign_in_token(refresh_token=signed_in.refresh_token)
    assert refusal.value.code == 2206


# decode_jwt_token, check_login_status


async def test_token_is_decoded(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    decoded = await authing.decode_jwt_token(token=ada.token)

    assert decoded.data is not None
    assert (decoded.data.id, decoded.data.email) == (ada.id, ada.email)
    assert decoded.data.client_id == sandbox.pool_id
    assert decoded.iat is not None
    assert decoded.exp == int(decoded.iat) + FIFTEEN_DAYS


async def test_unionid_is_in_the_token(authing: AsyncAuthing, email: str) -> None:
    ada = await authing.register(unionid=email)

    decoded = await authing.decode_jwt_token(token=ada.token)

    assert decoded.data is not None
    assert (decoded.data.unionid, decoded.data.email) == (email, None)


async def test_verdicts_agree_on_a_valid_token(
    authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    assert await _verdicts(authing, ada.token) == ((True, 200), (True, 200))


async def test_verdicts_agree_on_an_expired_token(
    authing: AsyncAuthing, ada: RegisteredUser, clock: Clock
) -> None:
    clock.advance(timedelta(days=15))

    assert await _verdicts(authing, ada.token) == ((False, 2206), (False, 2206))


async def test_verdicts_agree_on_a_revoked_token(
    authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    await authing.update_user(id=ada.id, password="battery staple")

    assert await _verdicts(authing, ada.token) == ((False, 2207), (False, 2207))


async def test_verdicts_agree_on_what_is_no_token_of_a_user(
    authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    oidc = await authing.sign_in(email=ada.email, password=password)

    for token in ("nonsense", oidc.access_token, oidc.id_token):
        assert await _verdicts(authing, token) == ((False, 2207), (False, 2207))


async def _verdicts(
    authing: AsyncAuthing, token: str | None
) -> tuple[tuple[bool | None, int | None], tuple[bool | None, int | None]]:
    assert token is not None
    status = await authing.as_user(token).check_login_status()
    decoded = (await authing.decode_jwt_token(token=token)).status
    assert decoded is not None
    return (status.status, status.code), (decoded.status, decoded.code)
