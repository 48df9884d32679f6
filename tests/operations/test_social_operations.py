"""Social login: what a pool offers, what a user has bound."""

import pytest

from authing_client.models import RegisteredUser
from authing_gen import (
    AppNotFoundError,
    AsyncAuthing,
    BadInputError,
    ConflictError,
    NotBoundError,
    PermissionDeniedError,
    UserNotFoundError,
)
from authing_sandbox import Sandbox

pytestmark = pytest.mark.anyio


async def _bound(authing: AsyncAuthing, user: RegisteredUser) -> set[str | None]:
    """What the oauth gateway lists as bound."""
    providers = await authing.not_bind_oauth_list(user=user.id)
    return {provider.type_ for provider in providers if provider.binded}


# read_oauth_list, not_bind_oauth_list


async def test_providers_of_a_pool(sandbox: Sandbox, authing: AsyncAuthing) -> None:
    providers = await authing.read_oauth_list()

    by_name = {provider.name: provider for provider in providers}
    assert len(by_name) == len(providers) == 6
    github = by_name["GitHub"]
    assert (github.enabled, by_name["微博"].enabled) == (True, False)
    assert (github.client, github.user) == (sandbox.pool_id, sandbox.owner_id)
    assert github.url is not None
    assert github.url.startswith("https://github.com/login/oauth/authorize?")
    assert sandbox.pool_id in github.url


async def test_only_enabled_providers_can_be_bound(
    authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    enabled = {p.name for p in await authing.read_oauth_list() if p.enabled}

    offered = await authing.not_bind_oauth_list(user=ada.id)

    assert {provider.name for provider in offered} == enabled
    assert {provider.binded for provider in offered} == {False}
    assert all(provider.oauth_url for provider in offered)


async def test_bindings_of_whom(authing: AsyncAuthing) -> None:
    with pytest.raises(BadInputError):
        await authing.not_bind_oauth_list()


# bind_other_oauth


async def test_bound_login_is_listed_and_signs_in(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    unionid, profile = f"github|{ada.id}", '{"login": "ada"}'

    binding = await authing.as_user(ada).bind_other_oauth(
        type_="github", unionid=unionid, user_info=profile
    )

    assert (binding.user, binding.client) == (ada.id, sandbox.pool_id)
    assert (binding.type_, binding.unionid) == ("github", unionid)
    assert binding.user_info == profile
    assert binding.created_at is not None
    assert await _bound(authing, ada) == {"github"}
    assert (await authing.login(unionid=unionid, password=password)).id == ada.id


async def test_provider_is_bound_once(
    authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    me = authing.as_user(ada)
    await me.bind_other_oauth(type_="github", unionid=f"1|{ada.id}", user_info="{}")

    with pytest.raises(ConflictError) as refusal:
        await me.bind_other_oauth(type_="github", unionid=f"2|{ada.id}", user_info="{}")

    assert refusal.value.code == 2213
    assert await _bound(authing, ada) == {"github"}


async def test_account_at_a_provider_is_bound_to_one_user(
    authing: AsyncAuthing, ada: RegisteredUser, bo: RegisteredUser
) -> None:
    unionid = f"github|{ada.id}"
    await authing.as_user(ada).bind_other_oauth(
        type_="github", unionid=unionid, user_info="{}"
    )

    with pytest.raises(ConflictError) as refusal:
        await authing.as_user(bo).bind_other_oauth(
            type_="github", unionid=unionid, user_info="{}"
        )

    assert refusal.value.code == 2215
    assert await _bound(authing, bo) == set()


async def test_account_that_is_a_user_is_bound_to_nobody_else(
    authing: AsyncAuthing, email: str, bo: RegisteredUser
) -> None:
    await authing.register(unionid=email)

    with pytest.raises(ConflictError) as refusal:
        await authing.as_user(bo).bind_other_oauth(
            type_="github", unionid=email, user_info="{}"
        )

    assert refusal.value.code == 2215
    assert await _bound(authing, bo) == set()


async def test_unionid_signs_one_user_in_whatever_the_provider(
    authing: AsyncAuthing, ada: RegisteredUser, bo: RegisteredUser, password: str
) -> None:
    """Signing in by a unionid does not name the provider."""
    await authing.as_user(ada).bind_other_oauth(
        type_="github", unionid=f"1|{ada.id}", user_info="{}"
    )

    with pytest.raises(ConflictError) as refusal:
        await authing.as_user(bo).bind_other_oauth(
            type_="qq", unionid=f"1|{ada.id}", user_info="{}"
        )

    assert refusal.value.code == 2215
    signed_in = await authing.login(unionid=f"1|{ada.id}", password=password)
    assert signed_in.id == ada.id


async def test_user_who_registered_through_a_provider_binds_it(
    authing: AsyncAuthing, email: str
) -> None:
    ada = await authing.register(unionid=email)

    await authing.as_user(ada).bind_other_oauth(
        type_="github", unionid=email, user_info="{}"
    )

    assert await _bound(authing, ada) == {"github"}
    assert (await authing.register(unionid=email, force_login=True)).id == ada.id


async def test_account_that_is_bound_cannot_register(
    authing: AsyncAuthing, ada: RegisteredUser, email: str
) -> None:
    await authing.as_user(ada).bind_other_oauth(
        type_="github", unionid=email, user_info="{}"
    )

    with pytest.raises(ConflictError):
        await authing.register(unionid=email)


async def test_provider_that_is_off_or_unknown_is_not_bound(
    authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    me = authing.as_user(ada)
    for provider in ("weibo", "myspace"):
        with pytest.raises(AppNotFoundError):
            await me.bind_other_oauth(
                type_=provider, unionid=f"1|{ada.id}", user_info="{}"
            )

    assert await _bound(authing, ada) == set()


async def test_user_binds_only_to_the_own_account(
    authing: AsyncAuthing, ada: RegisteredUser, bo: RegisteredUser
) -> None:
    with pytest.raises(PermissionDeniedError):
        await authing.as_user(bo).bind_other_oauth(
            user=ada.id, type_="github", unionid=f"1|{ada.id}", user_info="{}"
        )

    assert await _bound(authing, ada) == set()


# unbind_other_oauth


async def test_unbound_login_is_listed_and_signs_in_no_more(
    authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    me, unionid = authing.as_user(ada), f"github|{ada.id}"
    bound = await me.bind_other_oauth(
        type_="github", unionid=unionid, user_info="{}", user=ada.id
    )
    await me.bind_other_oauth(type_="qq", unionid=f"qq|{ada.id}", user_info="{}")

    unbound = await me.unbind_other_oauth(type_="github", user=ada.id)

    assert unbound == bound
    assert await _bound(authing, ada) == {"qq"}
    with pytest.raises(UserNotFoundError):
        await authing.login(unionid=unionid, password=password)
    again = await me.bind_other_oauth(type_="github", unionid=unionid, user_info="{}")
    assert again.id != bound.id


async def test_unbinding_what_is_not_bound(
    authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    with pytest.raises(NotBoundError):
        await authing.as_user(ada).unbind_other_oauth(type_="github")


async def test_last_login_cannot_be_unbound(
    authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    me = authing.as_user(ada)
    await me.bind_other_oauth(type_="github", unionid=f"1|{ada.id}", user_info="{}")
    await me.unbind_email()

    with pytest.raises(ConflictError) as refusal:
        await me.unbind_other_oauth(type_="github")

    assert refusal.value.code == 2217
    assert await _bound(authing, ada) == {"github"}


async def test_user_unbinds_only_from_the_own_account(
    authing: AsyncAuthing, ada: RegisteredUser, bo: RegisteredUser
) -> None:
    await authing.as_user(ada).bind_other_oauth(
        type_="github", unionid=f"1|{ada.id}", user_info="{}"
    )

    with pytest.raises(PermissionDeniedError):
        await authing.as_user(bo).unbind_other_oauth(type_="github", user=ada.id)

    assert await _bound(authing, ada) == {"github"}


# unbind_email


async def test_unbound_address_signs_in_no_more_and_is_free(
    authing: AsyncAuthing, email: str, password: str
) -> None:
    ada = await authing.register(email=email, username=email, password=password)

    answer = await authing.as_user(ada).unbind_email(user=ada.id)

    assert (answer.id, answer.email, answer.email_verified) == (ada.id, None, False)
    assert await authing.user_exist(email=email) is False
    with pytest.raises(UserNotFoundError):
        await authing.login(email=email, password=password)
    signed_in = await authing.sign_in(username=email, password=password)
    assert (signed_in.id, signed_in.email) == (ada.id, None)
    assert (await authing.register(email=email, password=password)).id != ada.id


async def test_unbinding_no_address(
    authing: AsyncAuthing, email: str, password: str
) -> None:
    ada = await authing.register(username=email, password=password)

    with pytest.raises(NotBoundError):
        await authing.as_user(ada).unbind_email()


async def test_last_address_cannot_be_unbound(
    authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    with pytest.raises(ConflictError) as refusal:
        await authing.as_user(ada).unbind_email()

    assert refusal.value.code == 2217
    assert (await authing.login(email=ada.email, password=password)).id == ada.id


async def test_user_unbinds_only_the_own_address(
    authing: AsyncAuthing, email: str, bo: RegisteredUser, password: str
) -> None:
    ada = await authing.register(email=email, username=email, password=password)

    with pytest.raises(PermissionDeniedError):
        await authing.as_user(bo).unbind_email(user=ada.id)

    assert await authing.user_exist(email=email) is True
