"""Apps of single sign-on that a user has authorised."""

from typing import Any

from ariadne import MutationType, QueryType
from sqlalchemy import delete, func, select

from .. import accounts, oidc
from ..call import Call, Paging
from ..errors import BusinessError, ErrorCode
from ..tables import App, Authorisation, RefreshToken

query = QueryType()
mutation = MutationType()


@query.field("GetUserAuthorizedApps")
async def get_user_authorized_apps(
    call: Call,
    *,
    user_id: str | None = None,
    page: int | None = None,
    count: int | None = None,
    **_: Any,
) -> dict[str, Any]:
    user = await accounts.get(call, call.subject(user_id))
    paging = Paging.of(page, count)
    allowed = (
        select(App, Authorisation.when)
        .join(Authorisation, Authorisation.app_id == App.id)
        .where(Authorisation.user_id == user.id, Authorisation.revoked.is_(False))
    )
    total = await call.session.scalar(
        select(func.count()).select_from(allowed.subquery())
    )
    rows = await call.session.execute(
        allowed.order_by(Authorisation.when, Authorisation.id)
        .offset(paging.first)
        .limit(paging.count)
    )
    apps = [_described(app) | {"when": when} for app, when in rows]
    return {
        "o_auth_apps": [app for app in apps if app["kind"] == "oauth"],
        "oidc_apps": [app for app in apps if app["kind"] == "oidc"],
        "total_count": total,
    }


@mutation.field("RevokeUserAuthorizedApp")
async def revoke_user_authorized_app(
    call: Call, *, app_id: str | None = None, user_id: str | None = None, **_: Any
) -> dict[str, Any]:
    user = await accounts.get(call, call.subject(user_id))
    if app_id is None:
        raise BusinessError(ErrorCode.MISSING_PARAMETER)
    app = await call.session.get(App, app_id)
    consent = await oidc.find_authorisation(call, user.id, app_id)
    if app is None or consent is None:
        raise BusinessError(ErrorCode.NO_SUCH_APP)
    consent.revoked = True
    await call.session.execute(
        delete(RefreshToken).where(
            RefreshToken.user_id == user.id, RefreshToken.app_id == app.id
        )
    )
    return {
        "id": consent.id,
        "app_id": app.id,
        "user_id": user.id,
        "scope": consent.scope,
        "type": app.kind,
        "is_revoked": "true",
        "when": consent.when,
    }


def _described(app: App) -> dict[str, Any]:
    columns = App.__mapper__.columns.keys()
    return {name: getattr(app, name) for name in columns}
