"""Apps of single sign-on that a user has authorised."""

from datetime import UTC, datetime

import pytest

from authing_client.models import RegisteredUser
from authing_gen import (
    AppNotFoundError,
    AsyncAuthing,
    BadInputError,
    NotLoggedInError,
    PermissionDeniedError,
    UserNotFoundError,
)
from authing_sandbox import Sandbox
from authing_sandbox.storage.database import Database
from authing_sandbox.storage.tables import Authorisation

pytestmark = pytest.mark.anyio


async def _sign_in(
    authing: AsyncAuthing, user: RegisteredUser, password: str, *app_ids: str
) -> None:
    for app_id in app_ids:
        await authing.sign_in(email=user.email, password=password, oidc_app_id=app_id)


# get_user_authorized_apps


async def test_nobody_has_authorised_an_app_at_first(
    authing: AsyncAuthing, ada: RegisteredUser
) -> None:
    apps = await authing.get_user_authorized_apps(user_id=ada.id)

    assert (apps.oauth_apps, apps.oidc_apps, apps.total_count) == ([], [], 0)


async def test_authorised_app_is_listed_with_its_fields(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    await _sign_in(authing, ada, password, sandbox.oidc_app_id)

    apps = await authing.get_user_authorized_apps(user_id=ada.id)

    assert (apps.oauth_apps, apps.total_count) == ([], 1)
    [app] = apps.oidc_apps
    assert app.id == app.client_id == sandbox.oidc_app_id
    assert (app.name, app.domain) == ("Planet Express OIDC", "planet-express")
    assert app.is_deleted is False
    assert app.grant_types == ["authorization_code", "password", "refresh_token"]
    assert app.response_types == ["code"]
    assert app.redirect_uris == ["http://127.0.0.1:3000/callback"]
    assert app.id_token_signed_response_alg == "HS256"
    assert app.token_endpoint_auth_method == "client_secret_post"
    assert app.authorization_code_expire == "600"
    assert app.access_token_expire == app.id_token_expire == app.cas_expire == "3600"
    assert app.when is not None
    assert app.when.endswith("GMT+0800 (CST)")


async def test_app_is_listed_once_however_often_it_is_used(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    await _sign_in(authing, ada, password, sandbox.oidc_app_id, sandbox.oidc_app_id)

    apps = await authing.get_user_authorized_apps(user_id=ada.id)

    assert [app.id for app in apps.oidc_apps] == [sandbox.oidc_app_id]
    assert apps.total_count == 1


async def test_apps_come_in_pages(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    both = [sandbox.oidc_app_id, sandbox.oidc_rs256_app_id]
    await _sign_in(authing, ada, password, *both)

    pages = [
        await authing.get_user_authorized_apps(user_id=ada.id, page=page, count=1)
        for page in (1, 2, 3)
    ]

    listed = [[app.id for app in page.oidc_apps] for page in pages]
    assert listed == [both[:1], both[1:], []]
    assert [page.total_count for page in pages] == [2, 2, 2]


async def test_user_reads_only_the_own_apps(
    sandbox: Sandbox,
    authing: AsyncAuthing,
    ada: RegisteredUser,
    bo: RegisteredUser,
    password: str,
) -> None:
    await _sign_in(authing, ada, password, sandbox.oidc_app_id)

    mine = await authing.as_user(ada).get_user_authorized_apps(user_id=ada.id)
    assert mine.total_count == 1
    bos = await authing.as_user(bo).get_user_authorized_apps()
    assert bos.total_count == 0
    with pytest.raises(PermissionDeniedError):
        await authing.as_user(bo).get_user_authorized_apps(user_id=ada.id)


async def test_apps_of_whom(authing: AsyncAuthing) -> None:
    with pytest.raises(BadInputError):
        await authing.get_user_authorized_apps()
    with pytest.raises(UserNotFoundError):
        await authing.get_user_authorized_apps(user_id="0" * 24)


async def test_oauth_app_is_listed_apart_from_oidc_apps(
    sandbox: Sandbox,
    authing: AsyncAuthing,
    database: Database,
    ada: RegisteredUser,
    password: str,
) -> None:
    await _sign_in(authing, ada, password, sandbox.oidc_app_id)
    await _authorise(database, ada, sandbox.oauth_app_id)

    apps = await authing.get_user_authorized_apps(user_id=ada.id)

    assert [app.id for app in apps.oidc_apps] == [sandbox.oidc_app_id]
    assert apps.total_count == 2
    [app] = apps.oauth_apps
    assert (app.id, app.client_id) == (sandbox.oauth_app_id, sandbox.pool_id)
    assert app.name == "Planet Express OAuth"
    assert app.domain == "planet-express-oauth"
    assert app.is_deleted is False
    assert app.grants == ["authorization_code", "implicit", "refresh_token"]
    assert app.redirect_uris == ["http://127.0.0.1:3000/callback"]
    assert app.when == "Mon Aug 19 2019 19:39:39 GMT+0800 (CST)"


async def test_oauth_app_is_revoked(
    sandbox: Sandbox,
    authing: AsyncAuthing,
    database: Database,
    ada: RegisteredUser,
) -> None:
    await _authorise(database, ada, sandbox.oauth_app_id)

    revoked = await authing.revoke_user_authorized_app(
        user_id=ada.id, app_id=sandbox.oauth_app_id
    )

    assert (revoked.is_revoked, revoked.scope) == ("true", "profile")
    apps = await authing.get_user_authorized_apps(user_id=ada.id)
    assert (apps.oauth_apps, apps.total_count) == ([], 0)


async def _authorise(database: Database, user: RegisteredUser, app_id: str) -> None:
    """Plant what a user allows an OAuth app: on a web page, not by an operation."""
    when = datetime(2019, 8, 19, 11, 39, 39, tzinfo=UTC)
    async with database.unit(write=True) as unit:
        unit.session.add(
            Authorisation(user_id=user.id, app_id=app_id, scope="profile", when=when)
        )


# revoke_user_authorized_app


async def test_revoked_app_is_listed_no_more(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    both = [sandbox.oidc_app_id, sandbox.oidc_rs256_app_id]
    await _sign_in(authing, ada, password, *both)

    revoked = await authing.revoke_user_authorized_app(user_id=ada.id, app_id=both[0])

    assert revoked.is_revoked == "true"
    assert revoked.scope == "openid profile email phone offline_access"
    apps = await authing.get_user_authorized_apps(user_id=ada.id)
    assert [app.id for app in apps.oidc_apps] == both[1:]
    assert apps.total_count == 1


async def test_user_revokes(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    signed_in = await authing.sign_in(email=ada.email, password=password)
    me = authing.as_user(signed_in)

    revoked = await me.revoke_user_authorized_app(app_id=sandbox.oidc_app_id)

    assert revoked.is_revoked == "true"
    assert (await me.get_user_authorized_apps()).total_count == 0
    assert (await me.check_login_status()).status is True


async def test_revoked_app_gets_no_fresh_tokens(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    signed_in = await authing.sign_in(email=ada.email, password=password)
    assert signed_in.refresh_token is not None

    await authing.revoke_user_authorized_app(user_id=ada.id, app_id=sandbox.oidc_app_id)

    with pytest.raises(NotLoggedInError):
        await authing.refresh_sign_in_token(refresh_token=signed_in.refresh_token)


async def test_revoked_app_can_be_authorised_again(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    await _sign_in(authing, ada, password, sandbox.oidc_app_id)
    await authing.revoke_user_authorized_app(user_id=ada.id, app_id=sandbox.oidc_app_id)
    await _sign_in(authing, ada, password, sandbox.oidc_app_id)

    apps = await authing.get_user_authorized_apps(user_id=ada.id)

    assert [app.id for app in apps.oidc_apps] == [sandbox.oidc_app_id]


async def test_revoking_is_refused(
    sandbox: Sandbox,
    authing: AsyncAuthing,
    ada: RegisteredUser,
    bo: RegisteredUser,
    password: str,
) -> None:
    await _sign_in(authing, ada, password, sandbox.oidc_app_id)

    with pytest.raises(AppNotFoundError):
        await authing.revoke_user_authorized_app(
            user_id=ada.id, app_id=sandbox.oidc_rs256_app_id
        )
    with pytest.raises(BadInputError):
        await authing.revoke_user_authorized_app(user_id=ada.id)
    with pytest.raises(PermissionDeniedError):
        await authing.as_user(bo).revoke_user_authorized_app(
            user_id=ada.id, app_id=sandbox.oidc_app_id
        )

    apps = await authing.get_user_authorized_apps(user_id=ada.id)
    assert apps.total_count == 1


async def test_revoking_twice(
    sandbox: Sandbox, authing: AsyncAuthing, ada: RegisteredUser, password: str
) -> None:
    await _sign_in(authing, ada, password, sandbox.oidc_app_id)
    app_id = sandbox.oidc_app_id

    first = await authing.revoke_user_authorized_app(user_id=ada.id, app_id=app_id)
    second = await authing.revoke_user_authorized_app(user_id=ada.id, app_id=app_id)

    assert first == second
