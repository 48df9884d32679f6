"""Finding users by what they are known by, and changing e-mail addresses and phones."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from authing_client.models import RegisteredUser
from authing_gen import (
    AsyncAuthing,
    AuthingAPIError,
    BadInputError,
    ConflictError,
    ExpiredError,
    NotLoggedInError,
    PermissionDeniedError,
    WrongVerifyCodeError,
)
from authing_sandbox import Clock, Sandbox

pytestmark = pytest.mark.anyio


@pytest.fixture
async def strict(sandbox: Sandbox) -> AsyncIterator[None]:
    """The pool wants the present contact proven, too."""
    await sandbox.configure(verify_old_email=True, verify_old_phone=True)
    yield
    await sandbox.configure(verify_old_email=False, verify_old_phone=False)


@pytest.fixture
async def cy(authing: AsyncAuthing, phone: str, password: str) -> RegisteredUser:
    """A user with a phone."""
    return await authing.register(phone=phone, password=password)


def code_of(error: pytest.ExceptionInfo[AuthingAPIError]) -> int | None:
    return error.value.code


async def mailed(authing: AsyncAuthing, sandbox: Sandbox, email: str) -> str:
    """The code that proves an e-mail address."""
    assert (await authing.send_change_email_verify_code(email=email)).code == 200
    return await sandbox.last_code(email)


async def sent(authing: AsyncAuthing, sandbox: Sandbox, phone: str) -> str:
    """The code that proves a phone."""
    await authing.sms.send_code(phone)
    return await sandbox.last_code(phone)


# search_user


async def test_users_are_found_by_part_of_what_they_are_known_by(
    authing: AsyncAuthing, ada: RegisteredUser, bo: RegisteredUser
) -> None:
    assert ada.email is not None

    both = await authing.search_user(type_="email", value=ada.email.upper())
    one = await authing.search_user(type_="email", value=f"bo.{ada.email}")
    second = await authing.search_user(type_="email", value=ada.email, page=2, count=1)

    assert [user.id for user in both.list_] == [ada.id, bo.id]
    assert (both.total_count, both.list_[0].email) == (2, ada.email)
    assert [user.id for user in one.list_] == [bo.id]
    assert second.total_count == 2
    assert [user.id for user in second.list_] == [bo.id]


async def test_phone_is_found_however_it_is_spelt(
    authing: AsyncAuthing, cy: RegisteredUser, phone: str
) -> None:
    found = await authing.search_user(type_="phone", value=f"+86 {phone}")

    assert [(user.id, user.phone) for user in found.list_] == [(cy.id, phone)]


async def test_search_takes_no_wildcards(
    authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    assert (await authing.search_user(type_="email", value="%@%")).total_count == 0


async def test_search_by_what_nobody_is_known_by(authing: AsyncAuthing) -> None:
    with pytest.raises(BadInputError) as refused:
        await authing.search_user(type_="shoe size", value="42")
    assert code_of(refused) == 2015
    with pytest.raises(BadInputError) as refused:
        await authing.search_user(type_="email", value=" ")
    assert code_of(refused) == 2014


# check_phone_code


async def test_code_of_a_phone_is_checked_and_stays_good(
    authing: AsyncAuthing, sandbox: Sandbox, phone: str, password: str
) -> None:
    code = await sent(authing, sandbox, phone)

    right = await authing.check_phone_code(phone=phone, phone_code=code)
    wrong = await authing.check_phone_code(phone=phone, phone_code="none")

    assert (right.status, right.code) == (True, 200)
    assert (wrong.status, wrong.code) == (False, 2001)
    user = await authing.register_by_phone_code(
        phone=phone, phone_code=code, password=password
    )
    assert user.phone == phone
    used = await authing.check_phone_code(phone=phone, phone_code=code)
    assert (used.status, used.code) == (False, 2001)


async def test_wrong_guesses_at_a_code_are_counted(
    authing: AsyncAuthing, sandbox: Sandbox, phone: str
) -> None:
    code = await sent(authing, sandbox, phone)

    for _ in range(5):
        await authing.check_phone_code(phone=phone, phone_code="none")

    answer = await authing.check_phone_code(phone=phone, phone_code=code)
    assert (answer.status, answer.code) == (False, 2300)


# send_change_email_verify_code, update_email


async def test_user_changes_the_email_address(
    authing: AsyncAuthing,
    sandbox: Sandbox,
    ada: RegisteredUser,
    email: str,
    password: str,
) -> None:
    me, new = authing.as_user(ada), f"new.{email}"
    code = await mailed(me, sandbox, new)

    changed = await me.update_email(email=new, email_code=code)

    assert (changed.id, changed.email, changed.email_verified) == (ada.id, new, True)
    assert (await authing.login(email=new, password=password)).id == ada.id
    assert await authing.user_exist(email=email) is False


async def test_code_for_an_email_address_works_once_and_expires(
    authing: AsyncAuthing,
    sandbox: Sandbox,
    ada: RegisteredUser,
    bo: RegisteredUser,
    email: str,
    clock: Clock,
) -> None:
    me, new = authing.as_user(ada), f"new.{email}"
    code = await mailed(me, sandbox, new)

    with pytest.raises(WrongVerifyCodeError):
        await me.update_email(email=new, email_code="none")
    await me.update_email(email=new, email_code=code)
    await authing.update_user(id=ada.id, email=email)
    with pytest.raises(WrongVerifyCodeError):
        await authing.as_user(bo).update_email(email=new, email_code=code)

    late = await mailed(me, sandbox, new)
    clock.advance(timedelta(seconds=600))
    with pytest.raises(ExpiredError):
        await me.update_email(email=new, email_code=late)


async def test_email_address_that_cannot_be_taken(
    authing: AsyncAuthing, sandbox: Sandbox, ada: RegisteredUser, bo: RegisteredUser
) -> None:
    me = authing.as_user(ada)
    assert ada.email is not None
    assert bo.email is not None
    code = await mailed(me, sandbox, bo.email)

    with pytest.raises(ConflictError) as refused:
        await me.update_email(email=bo.email, email_code=code)
    assert code_of(refused) == 2200
    with pytest.raises(ConflictError) as refused:
        await me.update_email(email=ada.email, email_code=code)
    assert code_of(refused) == 2208
    with pytest.raises(BadInputError) as none:
        await me.update_email(email="nowhere", email_code=code)
    assert code_of(none) == 2204
    answer = await me.send_change_email_verify_code(email="nowhere")
    assert (answer.status, answer.code) == (False, 2204)


async def test_owner_names_the_user_by_the_old_email_address(
    authing: AsyncAuthing, sandbox: Sandbox, ada: RegisteredUser, email: str
) -> None:
    new = f"new.{email}"
    code = await mailed(authing, sandbox, new)

    with pytest.raises(BadInputError) as refused:
        await authing.update_email(email=new, email_code=code)
    assert code_of(refused) == 2231
    with pytest.raises(BadInputError) as refused:
        await authing.update_email(
            email=new, email_code=code, old_email=f"other.{email}"
        )
    assert code_of(refused) == 2037
    changed = await authing.update_email(email=new, email_code=code, old_email=email)
    assert (changed.id, changed.email) == (ada.id, new)


@pytest.mark.usefixtures("strict")
async def test_pool_may_want_the_old_email_address_proven(
    authing: AsyncAuthing, sandbox: Sandbox, ada: RegisteredUser, email: str
) -> None:
    me, new = authing.as_user(ada), f"new.{email}"
    code, old_code = await mailed(me, sandbox, new), await mailed(me, sandbox, email)

    with pytest.raises(BadInputError) as refused:
        await me.update_email(email=new, email_code=code)
    assert code_of(refused) == 2231
    with pytest.raises(BadInputError) as refused:
        await me.update_email(
            email=new, email_code=code, old_email=new, old_email_code=old_code
        )
    assert code_of(refused) == 2037
    with pytest.raises(WrongVerifyCodeError):
        await me.update_email(
            email=new, email_code=code, old_email=email, old_email_code="none"
        )
    changed = await me.update_email(
        email=new, email_code=code, old_email=email, old_email_code=old_code
    )
    assert changed.email == new


# update_phone


async def test_user_changes_the_phone(
    authing: AsyncAuthing, sandbox: Sandbox, cy: RegisteredUser, password: str
) -> None:
    me, new = authing.as_user(cy), f"137{int(cy.id[-8:], 16) % 10**8:08}"
    code = await sent(authing, sandbox, new)

    with pytest.raises(WrongVerifyCodeError):
        await me.update_phone(phone=new, phone_code="none")
    changed = await me.update_phone(phone=f"+86{new}", phone_code=code)

    assert (changed.id, changed.phone, changed.phone_verified) == (cy.id, new, True)
    assert (await authing.login(phone=new, password=password)).id == cy.id
    assert await authing.user_exist(phone=cy.phone) is False


@pytest.mark.usefixtures("strict")
async def test_pool_may_want_the_old_phone_proven(
    authing: AsyncAuthing, sandbox: Sandbox, cy: RegisteredUser, phone: str
) -> None:
    me, new = authing.as_user(cy), f"136{int(cy.id[-8:], 16) % 10**8:08}"
    code = await sent(authing, sandbox, new)
    old_code = await sent(authing, sandbox, phone)

    with pytest.raises(BadInputError) as refused:
        await me.update_phone(phone=new, phone_code=code)
    assert code_of(refused) == 2231
    with pytest.raises(BadInputError) as refused:
        await me.update_phone(
            phone=new, phone_code=code, old_phone=new, old_phone_code=old_code
        )
    assert code_of(refused) == 2038
    changed = await me.update_phone(
        phone=new, phone_code=code, old_phone=phone, old_phone_code=old_code
    )
    assert changed.phone == new


async def test_phone_that_cannot_be_taken(
    authing: AsyncAuthing, sandbox: Sandbox, ada: RegisteredUser, cy: RegisteredUser
) -> None:
    assert cy.phone is not None
    code = await sent(authing, sandbox, cy.phone)

    with pytest.raises(ConflictError) as refused:
        await authing.as_user(ada).update_phone(phone=cy.phone, phone_code=code)
    assert code_of(refused) == 2035
    with pytest.raises(BadInputError) as none:
        await authing.as_user(ada).update_phone(phone="12", phone_code=code)
    assert code_of(none) == 2028


async def test_who_may_search_and_check(
    authing: AsyncAuthing, ada: RegisteredUser, email: str, phone: str
) -> None:
    assert ada.token is not None
    with pytest.raises(PermissionDeniedError):
        await authing.search_user(type_="email", value=email, token=ada.token)
    with pytest.raises(PermissionDeniedError):
        await authing.check_phone_code(phone=phone, phone_code="1", token=ada.token)
    with pytest.raises(NotLoggedInError):
        await authing.send_change_email_verify_code(email=email, token="x.y.z")
