"""Resetting a forgotten password, verifying an e-mail address."""

from datetime import timedelta

import httpx
import pytest

from authing_client.models import RegisteredUser
from authing_gen import (
    AsyncAuthing,
    BadInputError,
    ExpiredError,
    NotLoggedInError,
    UserNotFoundError,
    WrongPasswordError,
    WrongVerifyCodeError,
)
from authing_sandbox import Clock, Sandbox

pytestmark = pytest.mark.anyio

NEW_PASSWORD = "battery staple"


# send_reset_password_email, verify_reset_password_verify_code, change_password


async def test_reset_password_replaces_the_old_one(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    assert ada.email is not None
    sent = await authing.send_reset_password_email(email=ada.email)
    code = await sandbox.last_code(ada.email)
    checked = await authing.verify_reset_password_verify_code(
        email=ada.email, verify_code=code
    )
    changed = await authing.change_password(
        email=ada.email, password=NEW_PASSWORD, verify_code=code
    )

    assert (sent.status, checked.status) == (True, True)
    assert changed.id == ada.id
    with pytest.raises(WrongPasswordError):
        await authing.login(email=ada.email, password=password)
    signed_in = await authing.login(email=ada.email, password=NEW_PASSWORD)
    assert signed_in.id == ada.id


async def test_reset_password_signs_the_user_out_everywhere(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    assert ada.email is not None
    app = await authing.sign_in(email=ada.email, password=password)
    assert app.refresh_token is not None

    await authing.send_reset_password_email(email=ada.email)
    code = await sandbox.last_code(ada.email)
    await authing.change_password(
        email=ada.email, password=NEW_PASSWORD, verify_code=code
    )

    assert (await authing.as_user(ada).check_login_status()).status is False
    assert (await authing.as_user(app).check_login_status()).status is False
    with pytest.raises(NotLoggedInError):
        await authing.refresh_sign_in_token(refresh_token=app.refresh_token)


async def test_mail_with_the_code_goes_to_the_user(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    assert ada.email is not None
    await authing.send_reset_password_email(email=ada.email)

    [mail] = await sandbox.outbox(ada.email)

    assert (mail["kind"], mail["to"]) == ("mail", ada.email)
    assert mail["code"] is not None
    assert mail["code"] in mail["text"]


async def test_reset_code_works_once(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    assert ada.email is not None
    await authing.send_reset_password_email(email=ada.email)
    code = await sandbox.last_code(ada.email)
    await authing.change_password(
        email=ada.email, password=NEW_PASSWORD, verify_code=code
    )

    with pytest.raises(WrongVerifyCodeError):
        await authing.change_password(
            email=ada.email, password="a third one", verify_code=code
        )
    checked = await authing.verify_reset_password_verify_code(
        email=ada.email, verify_code=code
    )
    assert (checked.status, checked.code) == (False, 2001)
    await authing.login(email=ada.email, password=NEW_PASSWORD)


async def test_reset_code_expires(
    sandbox: Sandbox,
    authing: AsyncAuthing,
    ada: RegisteredUser,
    password: str,
    clock: Clock,
) -> None:
    assert ada.email is not None
    await authing.send_reset_password_email(email=ada.email)
    code = await sandbox.last_code(ada.email)

    clock.advance(timedelta(minutes=10))

    checked = await authing.verify_reset_password_verify_code(
        email=ada.email, verify_code=code
    )
    assert (checked.status, checked.code) == (False, 2300)
    with pytest.raises(ExpiredError):
        await authing.change_password(
            email=ada.email, password=NEW_PASSWORD, verify_code=code
        )
    await authing.login(email=ada.email, password=password)


async def test_wrong_reset_code_changes_nothing(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    assert ada.email is not None
    await authing.send_reset_password_email(email=ada.email)
    code = await sandbox.last_code(ada.email)
    wrong = f"{(int(code) + 1) % 10_000:04}"

    checked = await authing.verify_reset_password_verify_code(
        email=ada.email, verify_code=wrong
    )

    assert (checked.status, checked.code) == (False, 2001)
    with pytest.raises(WrongVerifyCodeError):
        await authing.change_password(
            email=ada.email, password=NEW_PASSWORD, verify_code=wrong
        )
    await authing.login(email=ada.email, password=password)


async def test_reset_code_of_one_user_is_none_of_another(
    sandbox: Sandbox,
    authing: AsyncAuthing,
    ada: RegisteredUser,
    bo: RegisteredUser,
    password: str,
) -> None:
    assert ada.email is not None
    assert bo.email is not None
    await authing.send_reset_password_email(email=ada.email)
    code = await sandbox.last_code(ada.email)

    with pytest.raises(WrongVerifyCodeError):
        await authing.change_password(
            email=bo.email, password=NEW_PASSWORD, verify_code=code
        )
    await authing.login(email=bo.email, password=password)


async def test_code_stays_good_after_a_password_that_is_too_short(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    assert ada.email is not None
    await authing.send_reset_password_email(email=ada.email)
    code = await sandbox.last_code(ada.email)

    with pytest.raises(BadInputError) as refusal:
        await authing.change_password(
            email=ada.email, password="short", verify_code=code
        )
    assert refusal.value.code == 2029
    await authing.change_password(
        email=ada.email, password=NEW_PASSWORD, verify_code=code
    )
    await authing.login(email=ada.email, password=NEW_PASSWORD)


async def test_no_reset_for_nobody(
    sandbox: Sandbox, authing: AsyncAuthing, email: str
) -> None:
    sent = await authing.send_reset_password_email(email=email)

    assert (sent.status, sent.code) == (False, 2004)
    assert await sandbox.outbox(email) == []
    with pytest.raises(UserNotFoundError):
        await authing.change_password(
            email=email, password=NEW_PASSWORD, verify_code="0000"
        )


# send_verify_email


async def test_link_verifies_the_address_once(
    sandbox: Sandbox,
    authing: AsyncAuthing,
    http: httpx.AsyncClient,
    ada: RegisteredUser,
) -> None:
    assert ada.email is not None
    sent = await authing.send_verify_email(email=ada.email)
    link = await _link(sandbox, ada.email)
    assert sent.status is True
    assert await _is_verified(authing, ada) is False

    first = await http.get(link)
    second = await http.get(link)

    assert (first.status_code, second.status_code) == (200, 400)
    assert await _is_verified(authing, ada) is True


async def test_link_expires(
    sandbox: Sandbox,
    authing: AsyncAuthing,
    http: httpx.AsyncClient,
    ada: RegisteredUser,
    clock: Clock,
) -> None:
    assert ada.email is not None
    await authing.send_verify_email(email=ada.email)
    link = await _link(sandbox, ada.email)

    clock.advance(timedelta(minutes=10))

    assert (await http.get(link)).status_code == 400
    assert await _is_verified(authing, ada) is False


async def test_address_that_changes_is_no_longer_verified(
    sandbox: Sandbox,
    authing: AsyncAuthing,
    http: httpx.AsyncClient,
    ada: RegisteredUser,
) -> None:
    assert ada.email is not None
    await authing.send_verify_email(email=ada.email)
    await http.get(await _link(sandbox, ada.email))
    assert await _is_verified(authing, ada) is True

    await authing.update_user(id=ada.id, email=f"new.{ada.email}")

    assert await _is_verified(authing, ada) is False


async def test_no_link_for_nobody(
    sandbox: Sandbox, authing: AsyncAuthing, email: str
) -> None:
    sent = await authing.send_verify_email(email=email)

    assert (sent.status, sent.code) == (False, 2004)
    assert await sandbox.outbox(email) == []


async def _link(sandbox: Sandbox, email: str) -> str:
    text = (await sandbox.outbox(email))[-1]["text"]
    return text[text.index("http") :]


async def _is_verified(authing: AsyncAuthing, ada: RegisteredUser) -> bool | None:
    stored = await authing.user(id=ada.id)
    assert stored is not None
    return stored.email_verified
