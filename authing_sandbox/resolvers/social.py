"""Social login."""

from typing import Any
from urllib.parse import urlencode

from ariadne import MutationType, QueryType
from sqlalchemy import select

from ..calls.call import Call
from ..calls.errors import BusinessError, ErrorCode
from ..identity import accounts
from ..storage.tables import SocialBinding, SocialProvider, User

query = QueryType()
mutation = MutationType()


@query.field("ReadOauthList")
async def read_oauth_list(
    call: Call,
    *,
    dont_get_url: bool | None = None,
    use_guard: bool | None = None,
    **_: Any,
) -> list[dict[str, Any]]:
    guard = {"from_guard": 1} if use_guard else {}
    return [
        {
            **provider.as_dict(),
            "user": call.pool.owner_id,
            **({} if dont_get_url else _urls(provider, **guard)),
        }
        for provider in await providers(call)
    ]


@query.field("notBindOAuthList")
async def not_bind_oauth_list(
    call: Call, *, user: str | None = None, **_: Any
) -> list[dict[str, Any]]:
    bound = await _bindings(call, await accounts.get(call, call.subject(user)))
    return [
        provider.as_dict() | _urls(provider) | {"binded": provider.alias in bound}
        for provider in await providers(call)
        if provider.enabled
    ]


@mutation.field("bindOtherOAuth")
async def bind_other_oauth(
    call: Call,
    *,
    type: str,
    unionid: str,
    user_info: str,
    user: str | None = None,
    **_: Any,
) -> SocialBinding:
    accounts.check_length("unionid", unionid)
    account = await accounts.get(call, call.subject(user))
    if not any(p.alias == type and p.enabled for p in await providers(call)):
        raise BusinessError(ErrorCode.NO_SUCH_APP, f"未启用此社会化登录：{type}")
    if type in await _bindings(call, account):
        raise BusinessError(ErrorCode.ALREADY_BOUND)
    if await accounts.find(call, "unionid", unionid) not in (None, account):
        # Whatever the provider: signing in by a unionid does not name it.
        raise BusinessError(ErrorCode.ACCOUNT_BOUND_ELSEWHERE)
    binding = SocialBinding(
        user_id=account.id,
        pool_id=call.pool.id,
        type=type,
        unionid=unionid,
        user_info=user_info,
        created_at=call.now,
    )
    call.session.add(binding)
    await call.session.flush()
    return binding


@mutation.field("unbindOtherOAuth")
async def unbind_other_oauth(
    call: Call, *, type: str, user: str | None = None, **_: Any
) -> SocialBinding:
    account = await accounts.get(call, call.subject(user))
    bindings = await _bindings(call, account)
    if type not in bindings:
        raise BusinessError(ErrorCode.NOT_BOUND)
    _check_another_way(account, bindings)
    await call.session.delete(bindings[type])
    return bindings[type]


@mutation.field("unbindEmail")
async def unbind_email(call: Call, *, user: str | None = None, **_: Any) -> User:
    account = await accounts.get(call, call.subject(user))
    if account.email is None:
        raise BusinessError(ErrorCode.NO_EMAIL_BOUND)
    _check_another_way(account, await _bindings(call, account))
    account.email, account.email_verified = None, False
    account.updated_at = call.now
    return account


def _check_another_way(user: User, bindings: dict[str, SocialBinding]) -> None:
    """Refuse to take a user's last way to sign in."""
    identifiers = (user.email, user.phone, user.username, user.unionid)
    if sum(1 for value in identifiers if value) + len(bindings) < 2:
        raise BusinessError(ErrorCode.LAST_WAY_TO_SIGN_IN)


async def providers(call: Call) -> list[SocialProvider]:
    """The providers of the pool, enabled or not."""
    found = await call.session.scalars(
        select(SocialProvider)
        .where(SocialProvider.pool_id == call.pool.id)
        .order_by(SocialProvider.id)
    )
    return list(found)


async def _bindings(call: Call, user: User) -> dict[str, SocialBinding]:
    found = await call.session.scalars(
        select(SocialBinding).where(SocialBinding.user_id == user.id)
    )
    return {binding.type: binding for binding in found}


def _urls(provider: SocialProvider, **more: int) -> dict[str, str]:
    """Where a sign-in at the provider starts."""
    parameters = {"client_id": provider.id, "state": provider.pool_id, **more}
    url = f"{provider.authorize_url}?{urlencode(parameters)}"
    return {"url": url, "o_auth_url": url}
