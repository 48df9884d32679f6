"""Apps of single sign-on that a user has authorised."""

from typing import Any

from ariadne import MutationType, QueryType
from sqlalchemy import func, select

from ..calls.call import Call, Paging
from ..calls.errors import BusinessError, ErrorCode
from ..identity import accounts
from ..oidc import consent
from ..storage.tables import App, Authorisation

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
    apps = [app.as_dict() | {"when": when} for app, when in rows]
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
    given = await consent.find(call, user.id, app_id)
    if app is None or given is None:
        raise BusinessError(ErrorCode.NO_SUCH_APP)
    await consent.revoke(call, given)
    return {
        "id": given.id,
        "app_id": app.id,
        "user_id": user.id,
        "scope": given.scope,
        "type": app.kind,
        "is_revoked": "true",
        "when": given.when,
    }
