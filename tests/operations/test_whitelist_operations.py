"""The whitelist of phones, in its documented spelling and in production's."""

from datetime import timedelta

import pytest

from authing_gen import (
    AsyncAuthing,
    BadInputError,
    RegistrationClosedError,
    UserNotFoundError,
)
from authing_sandbox import Clock, Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("fresh_world")]


# set_invitation_state, set_phone_invitation_state and their queries


async def test_whitelist_is_off_at_first(
    sandbox: Sandbox, authing: AsyncAuthing
) -> None:
    documented = await authing.query_invitation_state()
    production = await authing.query_phone_invitation_state()

    assert documented.client == production.client == sandbox.pool_id
    assert (documented.enable_qr_code, production.enable_phone) == (False, False)


async def test_both_spellings_switch_one_whitelist(authing: AsyncAuthing) -> None:
    on = await authing.set_invitation_state(enable_qr_code=True)
    assert on.enable_qr_code is True
    assert (await authing.query_phone_invitation_state()).enable_phone is True

    off = await authing.set_phone_invitation_state(enable_phone=False)
    assert off.enable_phone is False
    assert (await authing.query_invitation_state()).enable_qr_code is False

    await authing.set_phone_invitation_state(enable_phone=True)
    assert (await authing.query_invitation_state()).enable_qr_code is True


async def test_state_remembers_when_it_was_made_and_changed(
    authing: AsyncAuthing, clock: Clock
) -> None:
    first = await authing.set_invitation_state(enable_qr_code=True)
    clock.advance(timedelta(days=1))
    second = await authing.set_invitation_state(enable_qr_code=False)
    stored = await authing.query_phone_invitation_state()

    assert first.created_at == first.updated_at == second.created_at
    assert second.updated_at != second.created_at
    assert stored.created_at == second.created_at
    assert stored.updated_at == second.updated_at


async def test_state_has_to_be_said(authing: AsyncAuthing) -> None:
    with pytest.raises(BadInputError):
        await authing.set_invitation_state()
    with pytest.raises(BadInputError):
        await authing.set_phone_invitation_state()

    assert (await authing.query_invitation_state()).enable_qr_code is False


# add_to_invitation, add_phone_to_invitation, remove_…, query_…


async def test_both_spellings_act_on_one_list(
    sandbox: Sandbox, authing: AsyncAuthing
) -> None:
    documented = await authing.add_to_invitation(qr_code_phone="13900000001")
    production = await authing.add_phone_to_invitation(phone="13900000002")

    assert (documented.client, production.client) == (sandbox.pool_id,) * 2
    assert documented.qr_code_phone == "13900000001"
    assert production.phone == "13900000002"
    assert await _listed(authing) == ["13900000001", "13900000002"]

    await authing.remove_phone_from_invitation(phone="13900000001")
    assert await _listed(authing) == ["13900000002"]

    await authing.remove_from_invitation(qr_code_phone="13900000002")
    assert await _listed(authing) == []


async def test_phone_is_listed_once(authing: AsyncAuthing, clock: Clock) -> None:
    first = await authing.add_phone_to_invitation(phone="13900000001")
    clock.advance(timedelta(days=1))
    await authing.add_to_invitation(qr_code_phone="13900000001")

    [documented] = await authing.query_invitation()
    [entry] = await authing.query_phone_invitation()
    assert documented.qr_code_phone == entry.phone == "13900000001"
    assert entry.created_at == first.created_at == first.updated_at
    assert entry.updated_at != first.updated_at


async def test_what_is_not_listed_is_not_removed(authing: AsyncAuthing) -> None:
    await authing.add_to_invitation(qr_code_phone="13900000001")

    with pytest.raises(UserNotFoundError):
        await authing.remove_from_invitation(qr_code_phone="13900000002")
    with pytest.raises(UserNotFoundError):
        await authing.remove_phone_from_invitation(phone="13900000002")

    assert await _listed(authing) == ["13900000001"]


async def test_only_phones_are_listed(authing: AsyncAuthing) -> None:
    with pytest.raises(BadInputError):
        await authing.add_to_invitation(qr_code_phone="ada@example.com")
    with pytest.raises(BadInputError):
        await authing.add_phone_to_invitation()

    assert await _listed(authing) == []


async def _listed(authing: AsyncAuthing) -> list[str | None]:
    """The phones on the list, which both spellings must agree on."""
    documented = [entry.qr_code_phone for entry in await authing.query_invitation()]
    production = [entry.phone for entry in await authing.query_phone_invitation()]
    assert documented == production
    return documented


# The whitelist in force


async def test_documented_whitelist_lets_listed_phones_register(
    authing: AsyncAuthing, password: str
) -> None:
    await authing.set_invitation_state(enable_qr_code=True)
    await authing.add_to_invitation(qr_code_phone="13900000001")

    await authing.register(phone="13900000001", password=password)
    with pytest.raises(RegistrationClosedError):
        await authing.register(phone="13900000002", password=password)

    assert await authing.user_exist(phone="13900000001") is True
    assert await authing.user_exist(phone="13900000002") is False


async def test_production_whitelist_lets_listed_phones_register(
    authing: AsyncAuthing, password: str
) -> None:
    await authing.set_phone_invitation_state(enable_phone=True)
    await authing.add_phone_to_invitation(phone="13900000001")

    await authing.register(phone="13900000001", password=password)
    with pytest.raises(RegistrationClosedError):
        await authing.register(phone="13900000002", password=password)

    assert await authing.user_exist(phone="13900000001") is True
    assert await authing.user_exist(phone="13900000002") is False


async def test_phone_that_is_taken_off_may_not_register(
    authing: AsyncAuthing, password: str
) -> None:
    await authing.set_invitation_state(enable_qr_code=True)
    await authing.add_to_invitation(qr_code_phone="13900000001")
    await authing.remove_from_invitation(qr_code_phone="13900000001")

    with pytest.raises(RegistrationClosedError):
        await authing.register(phone="13900000001", password=password)


async def test_whitelist_out_of_force_lets_everybody_register(
    authing: AsyncAuthing, password: str
) -> None:
    await authing.add_to_invitation(qr_code_phone="13900000001")

    await authing.register(phone="13900000002", password=password)
    await authing.set_invitation_state(enable_qr_code=True)
    await authing.set_invitation_state(enable_qr_code=False)
    await authing.register(phone="13900000003", password=password)

    assert (await authing.users()).total_count == 2


async def test_whitelist_is_for_registering_phones(
    sandbox: Sandbox, authing: AsyncAuthing, email: str, password: str
) -> None:
    ada = await authing.register(phone="13900000001", password=password)
    await authing.set_invitation_state(enable_qr_code=True)
    await authing.sms.send_code("13900000001")
    code = int(await sandbox.last_code("13900000001"))

    signed_in = await authing.login_by_phone_code(phone="13900000001", phone_code=code)
    registered = await authing.register(email=email, password=password)

    assert signed_in.id == ada.id
    assert await authing.user(id=registered.id) is not None
