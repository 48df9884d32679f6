"""Metadata: texts that an application keeps with a user."""

import pytest

from authing_client.models import RegisteredUser, UserMetaDataList
from authing_gen import AsyncAuthing, PermissionDeniedError, UserNotFoundError
from authing_sandbox import Sandbox

pytestmark = pytest.mark.anyio

NOBODY = "0" * 24


def kept(answer: UserMetaDataList) -> list[tuple[str, str]]:
    assert answer.total_count == len(answer.list_)
    return [(entry.key, entry.value) for entry in answer.list_]


async def test_nothing_is_kept_at_first(
    authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    assert kept(await authing.user_metadata(id=ada.id)) == []


async def test_values_are_kept_by_key_in_the_order_of_the_first(
    authing: AsyncAuthing, ada: RegisteredUser, bo: RegisteredUser
) -> None:
    await authing.set_user_metadata(id=ada.id, key="theme", value="dark")
    await authing.set_user_metadata(id=ada.id, key="plan", value='{"seats": 3}')
    await authing.set_user_metadata(id=bo.id, key="theme", value="light")

    answer = await authing.set_user_metadata(id=ada.id, key="theme", value="")

    expected = [("theme", ""), ("plan", '{"seats": 3}')]
    assert kept(answer) == expected
    assert kept(await authing.user_metadata(id=ada.id)) == expected
    assert kept(await authing.user_metadata(id=bo.id)) == [("theme", "light")]


async def test_removed_value_is_kept_no_longer(
    authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    await authing.set_user_metadata(id=ada.id, key="theme", value="dark")
    await authing.set_user_metadata(id=ada.id, key="plan", value="free")

    answer = await authing.remove_user_metadata(id=ada.id, key="theme")
    again = await authing.remove_user_metadata(id=ada.id, key="theme")

    assert kept(answer) == kept(again) == [("plan", "free")]
    assert kept(await authing.user_metadata(id=ada.id)) == [("plan", "free")]


async def test_users_reach_their_own_metadata_only(
    authing: AsyncAuthing, ada: RegisteredUser, bo: RegisteredUser
) -> None:
    me, other = authing.as_user(ada), authing.as_user(bo)
    await me.set_user_metadata(id=ada.id, key="theme", value="dark")

    assert kept(await me.user_metadata(id=ada.id)) == [("theme", "dark")]
    with pytest.raises(PermissionDeniedError):
        await other.user_metadata(id=ada.id)
    with pytest.raises(PermissionDeniedError):
        await other.set_user_metadata(id=ada.id, key="theme", value="light")
    with pytest.raises(PermissionDeniedError):
        await other.remove_user_metadata(id=ada.id, key="theme")
    assert kept(await authing.user_metadata(id=ada.id)) == [("theme", "dark")]
    assert kept(await me.remove_user_metadata(id=ada.id, key="theme")) == []


async def test_metadata_of_nobody(authing: AsyncAuthing) -> None:
    with pytest.raises(UserNotFoundError):
        await authing.user_metadata(id=NOBODY)
    with pytest.raises(UserNotFoundError):
        await authing.set_user_metadata(id=NOBODY, key="theme", value="dark")
    with pytest.raises(UserNotFoundError):
        await authing.remove_user_metadata(id=NOBODY, key="theme")


async def test_owner_of_pools_is_no_user_of_the_pool(
    sandbox: Sandbox, authing: AsyncAuthing
) -> None:
    with pytest.raises(PermissionDeniedError):
        await authing.set_user_metadata(id=sandbox.owner_id, key="a", value="b")


async def test_metadata_goes_with_the_user(
    authing: AsyncAuthing, sandbox: Sandbox, ada: RegisteredUser
) -> None:
    before = await sandbox.snapshot()
    await authing.set_user_metadata(id=ada.id, key="theme", value="dark")
    after = await sandbox.snapshot()

    await authing.remove_users(ids=[ada.id])
    with pytest.raises(UserNotFoundError):
        await authing.user_metadata(id=ada.id)

    await sandbox.restore(after)
    assert kept(await authing.user_metadata(id=ada.id)) == [("theme", "dark")]
    await sandbox.restore(before)
    assert kept(await authing.user_metadata(id=ada.id)) == []
