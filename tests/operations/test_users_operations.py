"""Users: register, read, change, remove."""

from datetime import UTC, datetime, timedelta

import anyio
import pytest
from sqlalchemy import insert, select

from authing_client.models import RegisteredUser
from authing_gen import (
    AsyncAuthing,
    BadInputError,
    ConflictError,
    PermissionDeniedError,
    UserLockedError,
    UserNotFoundError,
    WrongPasswordError,
    WrongVerifyCodeError,
)
from authing_sandbox import Clock, Sandbox
from authing_sandbox.storage.database import Database
from authing_sandbox.storage.tables import User

pytestmark = pytest.mark.anyio

NOBODY = "0" * 24


# register


async def test_register_by_email(
    authing: AsyncAuthing, email: str, password: str
) -> None:
    ada = await authing.register(email=email, password=password)

    assert (await authing.as_user(ada).check_login_status()).status is True
    assert await authing.user_exist(email=email) is True
    stored = await authing.user(id=ada.id)
    assert stored is not None
    assert (stored.email, stored.register_method) == (email, "default:email")
    assert (await authing.login(email=email, password=password)).id == ada.id


async def test_register_by_phone(
    authing: AsyncAuthing, phone: str, password: str
) -> None:
    ada = await authing.register(phone=phone, password=password)

    assert ada.phone == phone
    assert await authing.user_exist(phone=phone) is True
    stored = await authing.user(id=ada.id)
    assert stored is not None
    assert stored.register_method == "default:phone"
    assert (await authing.login(phone=phone, password=password)).id == ada.id


async def test_register_by_username(
    authing: AsyncAuthing, email: str, password: str
) -> None:
    ada = await authing.register(username=email, password=password)

    assert await authing.user_exist(username=email) is True
    stored = await authing.user(id=ada.id)
    assert stored is not None
    assert stored.username == email
    assert stored.register_method == "default:username-password"
    assert (await authing.sign_in(username=email, password=password)).id == ada.id


async def test_register_by_unionid_needs_no_password(
    authing: AsyncAuthing, email: str
) -> None:
    profile = '{"login": "ada"}'
    ada = await authing.register(unionid=email, oauth=profile)

    [stored] = (await authing.user_patch(ids=ada.id)).list_
    assert (stored.unionid, stored.oauth) == (email, profile)
    assert stored.register_method == "oauth"
    assert (await authing.as_user(ada).check_login_status()).status is True


async def test_register_keeps_what_it_is_given(
    sandbox: Sandbox, authing: AsyncAuthing, email: str, password: str
) -> None:
    ada = await authing.register(
        email=email,
        password=password,
        username=email,
        nickname="Ada",
        photo="https://example.com/ada.png",
        oauth="{}",
        register_method="import:csv",
        last_ip="1.2.3.4",
        browser="Lynx",
        device="terminal",
    )

    stored = await authing.user(id=ada.id)
    assert stored is not None
    assert (stored.email, stored.username, stored.nickname) == (email, email, "Ada")
    assert stored.photo == "https://example.com/ada.png"
    assert (stored.oauth, stored.register_method) == ("{}", "import:csv")
    assert (stored.last_ip, stored.browser) == ("1.2.3.4", "Lynx")
    assert stored.register_in_client == sandbox.pool_id
    assert (ada.device, ada.blocked) == ("terminal", False)
    assert (stored.token, stored.logins_count) == (ada.token, 0)


@pytest.mark.usefixtures("fresh_world")
async def test_register_stores_no_readable_password(
    authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    [entry] = (await authing.users()).list_

    assert password not in (ada.password or "")
    assert password not in (entry.password or "")


async def test_register_refuses_what_is_taken(
    authing: AsyncAuthing, email: str, phone: str, password: str
) -> None:
    await authing.register(
        email=email, phone=phone, username=email, unionid=email, password=password
    )

    with pytest.raises(ConflictError):
        await authing.register(email=email, password=password)
    with pytest.raises(ConflictError):
        await authing.register(phone=phone, password=password)
    with pytest.raises(ConflictError):
        await authing.register(username=email, password=password)
    with pytest.raises(ConflictError):
        await authing.register(unionid=email)


async def test_register_refuses_a_second_name_that_is_taken(
    authing: AsyncAuthing, email: str, phone: str, password: str
) -> None:
    await authing.register(phone=phone, username=email, password=password)

    with pytest.raises(ConflictError) as phone_taken:
        await authing.register(email=email, phone=phone, password=password)
    with pytest.raises(ConflictError) as username_taken:
        await authing.register(email=email, username=email, password=password)

    assert (phone_taken.value.code, username_taken.value.code) == (2035, 2034)
    assert await authing.user_exist(email=email) is False


async def test_address_is_registered_once_even_at_the_same_time(
    authing: AsyncAuthing, email: str, password: str
) -> None:
    outcomes: list[str] = []

    async def register() -> None:
        try:
            outcomes.append((await authing.register(email=email, password=password)).id)
        except ConflictError:
            outcomes.append("refused")

    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(register)

    assert outcomes.count("refused") == 2
    assert (await authing.login(email=email, password=password)).id in outcomes


async def test_register_refuses_bad_input(authing: AsyncAuthing, email: str) -> None:
    with pytest.raises(BadInputError) as no_address:
        await authing.register(email="ada", password="correct horse")
    with pytest.raises(BadInputError) as no_password:
        await authing.register(email=email)
    with pytest.raises(BadInputError) as short_password:
        await authing.register(email=email, password="short")
    with pytest.raises(BadInputError) as no_phone:
        await authing.register(phone="mine", password="correct horse")
    with pytest.raises(BadInputError) as no_name:
        await authing.register(password="correct horse")

    errors = (no_address, no_password, short_password, no_phone, no_name)
    assert [error.value.code for error in errors] == [2003, 2032, 2029, 2028, 2231]
    assert await authing.user_exist(email=email) is False


async def test_force_login_signs_a_known_user_in(
    authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    again = await authing.register(
        email=ada.email,
        password=password,
        force_login=True,
        nickname="Ada",
        last_ip="1.2.3.4",
    )

    assert again.id == ada.id
    stored = await authing.user(id=ada.id)
    assert stored is not None
    assert (stored.logins_count, stored.last_ip) == (1, "1.2.3.4")
    assert stored.nickname is None
    assert (await authing.as_user(again).check_login_status()).status is True


async def test_force_login_registers_whom_nobody_knows(
    authing: AsyncAuthing, email: str, password: str
) -> None:
    ada = await authing.register(email=email, password=password, force_login=True)

    assert (await authing.login(email=email, password=password)).id == ada.id


async def test_force_login_does_not_spare_the_password(
    authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    with pytest.raises(WrongPasswordError):
        await authing.register(
            email=ada.email, password="wrong horse", force_login=True
        )
    with pytest.raises(BadInputError):
        await authing.register(email=ada.email, force_login=True)

    stored = await authing.user(id=ada.id)
    assert stored is not None
    assert stored.logins_count == 0


async def test_force_login_does_not_open_a_locked_account(
    authing: AsyncAuthing, email: str
) -> None:
    ada = await authing.register(unionid=email)
    assert (await authing.register(unionid=email, force_login=True)).id == ada.id
    await authing.update_user(id=ada.id, blocked=True)

    with pytest.raises(UserLockedError):
        await authing.register(unionid=email, force_login=True)


# register_by_phone_code


async def test_register_by_phone_code(
    sandbox: Sandbox, authing: AsyncAuthing, phone: str, password: str
) -> None:
    await authing.sms.send_register_code(phone)
    code = await sandbox.wait_for_code(phone)

    user = await authing.register_by_phone_code(
        phone=phone, phone_code=code, password=password, nickname="Ada"
    )

    assert (user.phone, user.nickname) == (phone, "Ada")
    assert (await authing.login(phone=phone, password=password)).id == user.id


async def test_register_by_phone_code_refuses_a_wrong_code(
    sandbox: Sandbox, authing: AsyncAuthing, phone: str, password: str
) -> None:
    await authing.sms.send_register_code(phone)
    right = await sandbox.wait_for_code(phone)
    wrong = f"{(int(right) + 1) % 10_000:04}"

    with pytest.raises(WrongVerifyCodeError):
        await authing.register_by_phone_code(
            phone=phone, phone_code=wrong, password=password
        )

    assert await authing.user_exist(phone=phone) is False


# user, user_exist


async def test_nobody_is_none(authing: AsyncAuthing, email: str, phone: str) -> None:
    assert await authing.user(id=NOBODY) is None
    assert await authing.user_exist(email=email) is False
    assert await authing.user_exist(phone=phone) is False
    assert await authing.user_exist(username=email) is False


async def test_owner_is_no_user_of_the_pool(
    sandbox: Sandbox, authing: AsyncAuthing
) -> None:
    assert await authing.user(id=sandbox.owner_id) is None
    assert await authing.user_exist(username="owner") is False
    assert (await authing.user_patch(ids=sandbox.owner_id)).list_ == []


async def test_existence_of_whom(authing: AsyncAuthing) -> None:
    with pytest.raises(BadInputError):
        await authing.user_exist()


# users


@pytest.mark.usefixtures("fresh_world")
async def test_users_come_in_pages(authing: AsyncAuthing, password: str) -> None:
    ids = [
        (await authing.register(username=f"user{n}", password=password)).id
        for n in range(12)
    ]

    first = await authing.users()
    second = await authing.users(page=2)
    third = await authing.users(page=3)
    fives = [await authing.users(page=page, count=5) for page in (1, 2, 3)]

    assert [user.id for user in first.list_] == ids[:10]
    assert [user.id for user in second.list_] == ids[10:]
    assert third.list_ == []
    assert [len(page.list_) for page in fives] == [5, 5, 2]
    assert [user.id for page in fives for user in page.list_] == ids
    pages = (first, second, third, *fives)
    assert {page.total_count for page in pages} == {12}


@pytest.mark.usefixtures("fresh_world")
async def test_page_has_at_most_200_users(
    authing: AsyncAuthing, database: Database, ada: RegisteredUser
) -> None:
    ids = [ada.id, *await _plant_users_like(ada, 202, database)]

    first = await authing.users(count=1000)
    second = await authing.users(count=1000, page=2)

    assert [user.id for user in first.list_] == ids[:200]
    assert [user.id for user in second.list_] == ids[200:]
    assert (first.total_count, second.total_count) == (203, 203)


async def _plant_users_like(
    user: RegisteredUser, count: int, database: Database
) -> list[str]:
    """Copy a user; one after the other could register too, but takes much longer."""
    ids = [f"{int(user.id, 16) + n:024x}" for n in range(1, count + 1)]
    async with database.unit(write=True) as unit:
        found = await unit.session.execute(
            select(User.__table__).where(User.id == user.id)
        )
        row = dict(found.mappings().one())
        copies = [row | {"id": id, "email": f"{id}@example.com"} for id in ids]
        await unit.session.execute(insert(User), copies)
    return ids


@pytest.mark.usefixtures("fresh_world")
async def test_users_have_their_own_sign_ins(
    authing: AsyncAuthing, ada: RegisteredUser, bo: RegisteredUser, password: str
) -> None:
    await authing.login(email=ada.email, password=password, last_ip="1.2.3.4")
    await authing.login(email=bo.email, password=password, last_ip="5.6.7.8")
    await authing.login(email=bo.email, password=password, last_ip="1.2.3.4")

    page = await authing.users()

    assert [user.id for user in page.list_] == [ada.id, bo.id]
    histories = [user.user_login_history for user in page.list_]
    assert [history and history.total_count for history in histories] == [1, 2]
    places = [
        [place and place.where for place in user.user_location or []]
        for user in page.list_
    ]
    assert places == [["1.2.3.4"], ["5.6.7.8", "1.2.3.4"]]


# user_patch


async def test_user_patch_keeps_the_order_asked_for(
    authing: AsyncAuthing, ada: RegisteredUser, bo: RegisteredUser
) -> None:
    page = await authing.user_patch(ids=f"{bo.id},{ada.id}")
    other_way = await authing.user_patch(ids=f"{ada.id}, {bo.id}")

    assert [user.email for user in page.list_] == [bo.email, ada.email]
    assert [user.email for user in other_way.list_] == [ada.email, bo.email]


async def test_user_patch_leaves_out_nobody_and_the_second_of_two(
    authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    page = await authing.user_patch(ids=f"{ada.id},{NOBODY},{ada.id}")

    assert [user.id for user in page.list_] == [ada.id]
    assert page.total_count == 1


async def test_user_patch_takes_80_ids(
    authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    nobody = [f"{n:024}" for n in range(80)]

    page = await authing.user_patch(ids=",".join([*nobody[:79], ada.id]))

    assert [user.id for user in page.list_] == [ada.id]
    with pytest.raises(BadInputError) as refusal:
        await authing.user_patch(ids=",".join([*nobody, ada.id]))
    assert refusal.value.code == 2030


# update_user


async def test_every_argument_of_update_user_is_stored(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    new = {
        "email": f"new.{ada.email}",
        "email_verified": True,
        "username": f"ada of {ada.id}",
        "nickname": "Ada",
        "company": "Analytical Engines",
        "photo": "https://example.com/ada.png",
        "browser": "Lynx",
        "token_expired_at": "Sat Dec 10 2895 20:00:00 GMT+0800 (CST)",
        "logins_count": 41,
        "last_login": "Mon Aug 19 2019 19:39:39 GMT+0800 (CST)",
        "last_ip": "1.2.3.4",
        "signed_up": "Thu Aug 22 2019 13:56:27 GMT+0800 (CST)",
        "blocked": True,
        "is_deleted": True,
    }

    answer = await authing.update_user(id=ada.id, **new)  # type: ignore[arg-type]

    stored = await authing.user(id=ada.id)
    assert stored is not None
    assert {name: getattr(answer, name) for name in new} == new
    assert {name: getattr(stored, name) for name in new} == new
    assert stored.register_in_client == sandbox.pool_id


async def test_update_user_stores_a_token(
    authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    fresh = await authing.refresh_token(user=ada.id)

    await authing.update_user(id=ada.id, token=ada.token)

    stored = await authing.user(id=ada.id)
    assert stored is not None
    assert stored.token == ada.token != fresh.token


async def test_update_user_leaves_the_rest_alone(
    authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    await authing.update_user(id=ada.id, nickname="Ada", company="Analytical Engines")
    before = await authing.user(id=ada.id)
    await authing.update_user(id=ada.id, nickname="Countess")
    after = await authing.user(id=ada.id)

    assert before is not None
    assert after == before.model_copy(update={"nickname": "Countess"})
    assert (await authing.login(email=ada.email, password=password)).id == ada.id


async def test_update_user_replaces_the_password(
    authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    with pytest.raises(WrongPasswordError):
        await authing.update_user(
            id=ada.id, password="battery staple", old_password="wrong horse"
        )
    assert (await authing.as_user(ada).check_login_status()).status is True

    await authing.update_user(
        id=ada.id, password="battery staple", old_password=password
    )

    assert (await authing.as_user(ada).check_login_status()).status is False
    with pytest.raises(WrongPasswordError):
        await authing.login(email=ada.email, password=password)
    signed_in = await authing.login(email=ada.email, password="battery staple")
    assert signed_in.id == ada.id


async def test_users_read_and_change_themselves(
    authing: AsyncAuthing, ada: RegisteredUser, bo: RegisteredUser
) -> None:
    me = authing.as_user(ada)

    await me.update_user(id=ada.id, nickname="Countess")

    stored = await me.user(id=ada.id)
    assert stored is not None
    assert (stored.nickname, stored.email) == ("Countess", ada.email)
    with pytest.raises(PermissionDeniedError):
        await me.update_user(id=bo.id, nickname="Countess")
    with pytest.raises(PermissionDeniedError):
        await me.update_user(id=ada.id, email_verified=True)


async def test_update_user_moves_the_address(
    authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    await authing.update_user(id=ada.id, email=f"new.{ada.email}")

    with pytest.raises(UserNotFoundError):
        await authing.login(email=ada.email, password=password)
    signed_in = await authing.login(email=f"new.{ada.email}", password=password)
    assert signed_in.id == ada.id


async def test_update_user_locks_and_unlocks(
    authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    await authing.update_user(id=ada.id, blocked=True)
    with pytest.raises(UserLockedError):
        await authing.login(email=ada.email, password=password)
    assert (await authing.as_user(ada).check_login_status()).status is False

    await authing.update_user(id=ada.id, blocked=False)
    assert (await authing.as_user(ada).check_login_status()).status is False
    signed_in = await authing.login(email=ada.email, password=password)
    assert (await authing.as_user(signed_in).check_login_status()).status is True


async def test_update_user_marks_as_deleted(
    authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    await authing.update_user(id=ada.id, is_deleted=True)

    with pytest.raises(UserNotFoundError):
        await authing.login(email=ada.email, password=password)
    assert (await authing.as_user(ada).check_login_status()).status is False


async def test_update_user_ends_a_token(
    authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    await authing.update_user(id=ada.id, token_expired_at="0")

    assert (await authing.as_user(ada).check_login_status()).status is False
    signed_in = await authing.login(email=ada.email, password=password)
    assert (await authing.as_user(signed_in).check_login_status()).status is True


async def test_update_user_refuses_names_of_others(
    authing: AsyncAuthing, ada: RegisteredUser, bo: RegisteredUser
) -> None:
    await authing.update_user(id=bo.id, username=f"bo of {bo.id}")

    with pytest.raises(ConflictError) as email_taken:
        await authing.update_user(id=ada.id, email=bo.email)
    with pytest.raises(ConflictError) as username_taken:
        await authing.update_user(id=ada.id, username=f"bo of {bo.id}")

    assert (email_taken.value.code, username_taken.value.code) == (2200, 2034)
    stored = await authing.user(id=ada.id)
    assert stored is not None
    assert (stored.email, stored.username) == (ada.email, None)


async def test_update_user_refuses_bad_input(
    authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    with pytest.raises(BadInputError):
        await authing.update_user(id=ada.id, email="ada")
    with pytest.raises(BadInputError):
        await authing.update_user(id=ada.id, password="short")
    with pytest.raises(BadInputError):
        await authing.update_user(id=ada.id, last_login="yesterday")
    with pytest.raises(UserNotFoundError):
        await authing.update_user(id=NOBODY, nickname="Nobody")

    assert (await authing.as_user(ada).check_login_status()).status is True


async def test_refused_update_stores_nothing_at_all(
    authing: AsyncAuthing, ada: RegisteredUser, bo: RegisteredUser, password: str
) -> None:
    before = await authing.user(id=ada.id)

    with pytest.raises(ConflictError):
        await authing.update_user(
            id=ada.id, nickname="Ada", password="battery staple", email=bo.email
        )

    assert await authing.user(id=ada.id) == before
    assert (await authing.login(email=ada.email, password=password)).id == ada.id


# remove_users


async def test_removed_users_are_gone(
    sandbox: Sandbox,
    authing: AsyncAuthing,
    ada: RegisteredUser,
    bo: RegisteredUser,
    password: str,
) -> None:
    removed = await authing.remove_users(ids=[bo.id, ada.id], operator=sandbox.owner_id)

    assert [user.id for user in removed] == [bo.id, ada.id]
    assert await authing.user(id=ada.id) is None
    assert await authing.user(id=bo.id) is None
    assert await authing.user_exist(email=ada.email) is False
    with pytest.raises(UserNotFoundError):
        await authing.login(email=ada.email, password=password)
    assert (await authing.as_user(ada).check_login_status()).status is False


async def test_name_of_a_removed_user_is_free(
    authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    await authing.login(email=ada.email, password=password)
    await authing.remove_users(ids=[ada.id])

    new = await authing.register(email=ada.email, password="battery staple")

    assert new.id != ada.id
    stored = await authing.user(id=new.id)
    assert stored is not None
    assert stored.user_login_history is not None
    assert stored.user_login_history.total_count == 0
    assert (await authing.as_user(ada).check_login_status()).status is False


async def test_remove_users_removes_all_or_none(
    authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    with pytest.raises(UserNotFoundError):
        await authing.remove_users(ids=[ada.id, NOBODY])
    with pytest.raises(UserNotFoundError):
        await authing.remove_users(ids=[])

    assert await authing.user(id=ada.id) is not None


async def test_remove_users_is_for_the_owner_and_spares_the_owner(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser, bo: RegisteredUser
) -> None:
    with pytest.raises(PermissionDeniedError) as not_owner:
        await authing.remove_users(ids=[ada.id], operator=bo.id)
    with pytest.raises(PermissionDeniedError) as of_owner:
        await authing.remove_users(ids=[ada.id, sandbox.owner_id])

    assert (not_owner.value.code, of_owner.value.code) == (2209, 2212)
    assert await authing.user(id=ada.id) is not None


async def test_times_are_read_and_written(
    authing: AsyncAuthing, ada: RegisteredUser, clock: Clock, password: str
) -> None:
    assert ada.email is not None
    before = clock.now() - timedelta(seconds=1)
    signed_in = await authing.login(email=ada.email, password=password)
    assert signed_in.last_login is not None
    assert before <= signed_in.last_login.datetime <= clock.now()
    assert signed_in.last_login.endswith("GMT+0800 (CST)")

    end = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)
    changed = await authing.update_user(id=ada.id, token_expired_at=end)
    assert changed.token_expired_at is not None
    assert changed.token_expired_at.datetime == end


# full_user, full_users, full_user_patch, update_full_user


async def test_full_user_has_what_the_documented_one_leaves_out(
    authing: AsyncAuthing, ada: RegisteredUser, phone: str
) -> None:
    changed = await authing.update_full_user(
        id=ada.id,
        phone=phone,
        name="Ada Lovelace",
        gender="F",
        country="GB",
        birthdate="1815-12-10",
    )

    assert (changed.phone, changed.name, changed.country) == (
        phone,
        "Ada Lovelace",
        "GB",
    )
    assert await authing.full_user(id=ada.id) == changed
    patch = await authing.full_user_patch(ids=f"{ada.id},{NOBODY}")
    assert (patch.total_count, patch.list_) == (1, [changed])
    assert await authing.full_user(id=NOBODY) is None


@pytest.mark.usefixtures("fresh_world")
async def test_full_users_are_listed_with_their_phones(
    authing: AsyncAuthing, phone: str, password: str
) -> None:
    cy = await authing.register(phone=phone, password=password)

    page = await authing.full_users(page=1, count=10)

    assert page.total_count == 1
    assert [(user.id, user.phone) for user in page.list_] == [(cy.id, phone)]


# users_with_phones, user_patch_with_phones, and what finds users by them


@pytest.mark.usefixtures("fresh_world")
async def test_users_are_listed_as_documented_and_with_their_phones(
    authing: AsyncAuthing, phone: str, password: str
) -> None:
    cy = await authing.register(phone=phone, password=password)

    (documented,) = (await authing.users()).list_
    (listed,) = (await authing.users_with_phones(count=10)).list_
    (patched,) = (await authing.user_patch_with_phones(ids=cy.id)).list_

    assert isinstance(listed, type(documented))
    assert [user.phone for user in (listed, patched)] == [phone, phone]
    assert listed.model_dump(exclude={"phone", "phone_verified"}) == (
        documented.model_dump()
    )
    assert [user.phone async for user in authing.iter_users()] == [phone]
    assert [user.phone for user in await authing.users_by_ids([cy.id])] == [phone]


async def test_a_user_is_found_by_what_is_unique(
    authing: AsyncAuthing, ada: RegisteredUser, phone: str
) -> None:
    name = f"lovelace{phone}"
    await authing.update_full_user(id=ada.id, phone=phone, username=name)
    assert ada.email is not None

    found = [
        await authing.find_user(email=ada.email),
        await authing.find_user(email=ada.email.upper()),
        await authing.find_user(phone=phone),
        await authing.find_user(username=name),
    ]
    assert [user and user.id for user in found] == [ada.id] * 4
    # What is only a part of it is nobody's.
    assert await authing.find_user(email=ada.email[1:]) is None
    assert await authing.find_user(phone=phone[1:]) is None
    assert await authing.find_user(username="lovelace") is None
    with pytest.raises(TypeError, match="one of"):
        await authing.find_user()
    with pytest.raises(TypeError, match="one of"):
        await authing.find_user(email=ada.email, phone=phone)
