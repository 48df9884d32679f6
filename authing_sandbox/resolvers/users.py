"""Users: register, read, change, remove."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from ariadne import MutationType, QueryType
from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    bindparam,
    delete,
    func,
    or_,
    select,
)

from ..calls.call import Call, Paging
from ..calls.errors import BusinessError, ErrorCode
from ..identity import accounts, own_account, sign_in, tokens
from ..identity.accounts import Identifiers
from ..identity.sign_in import Circumstances
from ..storage.tables import User

query = QueryType()
mutation = MutationType()

MAX_PAGE = 200
MAX_IDS = 80

_IS_OF_POOL = User.pool_id == bindparam("pool_id")
_USER = select(User).where(_IS_OF_POOL, User.id == bindparam("id"))
_LISTED = (User.signed_up, User.id)


def _page(*order: ColumnElement[Any]) -> Select[tuple[User]]:
    # By the index alone: nothing is read of users on other pages.
    on_page = (
        select(User.id)
        .where(_IS_OF_POOL)
        .order_by(*order)
        .offset(bindparam("before"))
        .limit(bindparam("count"))
    )
    return select(User).where(User.id.in_(on_page)).order_by(*_LISTED)


_FROM_FIRST = _page(User.signed_up.asc(), User.id.asc())
_FROM_LAST = _page(User.signed_up.desc(), User.id.desc())
_COUNT = select(func.count()).select_from(User).where(_IS_OF_POOL)
_NAMED = select(User).where(_IS_OF_POOL, User.id.in_(bindparam("ids", expanding=True)))


@functools.cache
def _known_by(*identifiers: str) -> Executable:
    """A statement that finds an account by any of its identifiers."""
    given = (getattr(User, name) == bindparam(name) for name in identifiers)
    return select(User.id).where(_IS_OF_POOL, or_(*given)).limit(1)


@dataclass(frozen=True)
class Users:
    """Some users, and how many there are in all."""

    list: Sequence[User]
    total_count: int


@query.field("user")
async def user(
    call: Call,
    *,
    id: str | None = None,
    token: str | None = None,
    user_login_history_page: int | None = None,
    user_login_history_count: int | None = None,
    **_: Any,
) -> User | None:
    call.answer.histories = Paging.of(user_login_history_page, user_login_history_count)
    if token is not None:
        id = (await tokens.inspect(call, token)).proven().user_id
    given = {"pool_id": call.pool.id, "id": call.subject(id)}
    found: User | None = await call.session.scalar(_USER, given)
    return found


@query.field("users")
async def users(
    call: Call, *, page: int | None = None, count: int | None = None, **_: Any
) -> Users:
    paging = Paging.of(page, count, most=MAX_PAGE)
    pool = {"pool_id": call.pool.id}
    total: int = await call.session.scalar(_COUNT, pool) or 0
    before, length = paging.first, min(paging.count, total - paging.first)
    if length <= 0:
        return Users([], total)
    after = total - before - length
    # From the end that is nearer: each user in between takes time.
    statement, before = min(
        (_FROM_FIRST, before), (_FROM_LAST, after), key=itemgetter(1)
    )
    found = await call.session.scalars(
        statement, pool | {"before": before, "count": length}
    )
    return Users(found.all(), total)


@query.field("userPatch")
async def user_patch(call: Call, *, ids: str | None = None) -> Users:
    wanted = [id.strip() for id in (ids or "").split(",") if id.strip()]
    if len(wanted) > MAX_IDS:
        raise BusinessError(ErrorCode.TOO_MANY_IDS)
    found = await _of_pool(call, wanted)
    ordered = [found[id] for id in dict.fromkeys(wanted) if id in found]
    return Users(ordered, len(ordered))


@query.field("userExist")
async def user_exist(
    call: Call,
    *,
    email: str | None = None,
    phone: str | None = None,
    username: str | None = None,
    **_: Any,
) -> bool:
    names = {"email": email, "phone": phone, "username": username}
    given = {name: value for name, value in names.items() if value}
    if not given:
        raise BusinessError(ErrorCode.MISSING_PARAMETER)
    wanted = {"pool_id": call.pool.id} | given
    return await call.session.scalar(_known_by(*given), wanted) is not None


@mutation.field("register")
async def register(call: Call, *, user_info: dict[str, Any], **_: Any) -> User:
    if user_info.get("force_login"):
        identifiers = Identifiers.of(user_info)
        known = await accounts.find(call, *identifiers.first)
        if known is not None:
            return await _sign_in_known(call, known, identifiers, user_info)
    new = await accounts.register(call, user_info)
    if new.email_verified or not call.pool.email_verification_required:
        tokens.issue_to_user(call, new)
    await call.session.flush()
    return new


async def _sign_in_known(
    call: Call, known: User, identifiers: Identifiers, info: dict[str, Any]
) -> User:
    details = Circumstances(
        info.get("last_ip"), info.get("browser"), info.get("device")
    )
    if identifiers.unionid and not info.get("password"):
        # Whoever signs in through a provider has proven the account there.
        await sign_in.admit(call, known, details)
        return known
    code = info.get("phone_code")
    proof = sign_in.Proof(
        info.get("password"), int(code) if code and code.isdigit() else None
    )
    return await sign_in.sign_in(call, identifiers, proof, details)


@mutation.field("updateUser")
async def update_user(call: Call, *, options: dict[str, Any]) -> User:
    account = await accounts.get(call, call.subject(options.get("_id")))
    if call.caller is not None and call.caller.kind == "USER":
        own_account.check_changes(account, options)
    await accounts.update(call, account, options)
    return account


@mutation.field("removeUsers")
async def remove_users(
    call: Call,
    *,
    ids: list[str | None] | None = None,
    operator: str | None = None,
    **_: Any,
) -> list[User]:
    wanted = list(dict.fromkeys(id for id in ids or [] if id))
    if operator not in (None, call.pool.owner_id):
        raise BusinessError(ErrorCode.MAY_NOT_REMOVE)
    if call.pool.owner_id in wanted:
        raise BusinessError(ErrorCode.MAY_NOT_REMOVE_OWNER)
    found = await _of_pool(call, wanted)
    if not wanted or len(found) < len(wanted):
        raise BusinessError(ErrorCode.NOTHING_TO_REMOVE)
    await call.session.execute(
        delete(User).where(User.id.in_(wanted)),
        execution_options={"synchronize_session": False},
    )
    return [found[id] for id in wanted]


async def _of_pool(call: Call, ids: Sequence[str]) -> dict[str, User]:
    found = await call.session.scalars(_NAMED, {"pool_id": call.pool.id, "ids": ids})
    return {user.id: user for user in found}
