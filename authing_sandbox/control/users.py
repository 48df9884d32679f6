"""The accounts of a pool: what its owner can do, without a token."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, Field, StrictStr
from sqlalchemy import ColumnElement, Select, func, or_, select

from ..calls.call import Call, Paging, Server
from ..endpoints.endpoint import Endpoint
from ..endpoints.of_pool import OfPool
from ..endpoints.owner import AsOwner
from ..graphql.request import read_histories
from ..identity import accounts
from ..resolvers import (
    authentication,
    mfa,
    sso,
)
from ..resolvers import users as operations
from ..rights.held import Held, held_by
from ..storage.rows import String as Text
from ..storage.rows import given, row_model, row_of
from ..storage.tables import (
    MFA,
    BrowserSession,
    Group,
    GroupUser,
    Role,
    RoleUser,
    SocialBinding,
    User,
    table_of,
)

_HISTORY = 20
_SEARCHED = (User.email, User.phone, User.username, User.nickname, User.id)
_ACCOUNTS = table_of(User)
_SECRET = {"password_hash", "token", "token_series"}

if TYPE_CHECKING:
    Account = Any
else:
    Account = row_model(_ACCOUNTS, "Account", without=_SECRET)
"""An account, without what is secret of it."""
CHANGES: Any = row_model(
    _ACCOUNTS,
    "Changes",
    partial=True,
    without=_SECRET
    | {
        *("id", "pool_id", "signed_up", "updated_at", "last_login", "logins_count"),
        *("token_expired_at", "last_ip", "is_deleted", "register_method", "oauth"),
    },
    password=(StrictStr | None, Field(None, min_length=6)),
)
"""What can be said of an account; what is left out stays, an empty text takes away."""
State = Literal["active", "blocked", "unverified", "mfa", "never"]
STATES: dict[State, ColumnElement[bool]] = {
    "active": User.blocked.is_(False) & User.is_deleted.is_(False),
    "blocked": User.blocked.is_(True),
    "unverified": User.email.is_not(None) & User.email_verified.is_(False),
    "mfa": User.id.in_(select(MFA.user_id).where(MFA.enable.is_(True))),
    "never": User.last_login.is_(None),
}


class Wanted(OfPool):
    """Which accounts are wanted; of a pool, the newest first."""

    search: Text = ""
    """Part of an e-mail address, phone, user name, nickname or id."""
    state: State | None = None
    role: Text | None = None
    """Only those to whom a role with this id or name is assigned."""
    group: Text | None = None
    """Only those in a group with this id or name."""
    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    count: Annotated[int, Field(ge=1, le=200)] = 20


class Found(BaseModel):
    """A page of accounts, and how many there are in all."""

    users: list[Account]
    total: int


class Attempt(BaseModel):
    """An attempt to sign in."""

    when: AwareDatetime
    success: bool
    result: str
    ip: str | None
    browser: str | None
    device: str | None


class Session(BaseModel):
    """Somebody signed in on the pages of single sign-on."""

    signed_in_at: AwareDatetime
    expires_at: AwareDatetime


class AllowedApp(BaseModel):
    """An app that the user has given its consent."""

    id: str
    name: str
    kind: str
    when: AwareDatetime


class Told(Held):
    """An account, what happened to it, and what it may do."""

    user: Account
    has_password: bool
    signed_in_until: AwareDatetime | None
    """Until when the UserToken is good that it got last."""
    mfa: bool
    attempts: list[Attempt]
    total_attempts: int
    sessions: list[Session]
    apps: list[AllowedApp]
    providers: list[str]


class SignedIn(BaseModel):
    """A UserToken of the account."""

    token: str
    expires_at: AwareDatetime


class Users(AsOwner):
    """Answers the endpoints: the operations themselves, as the owner may call them."""

    async def read_users(self, query: Wanted) -> Found:
        """The accounts of the pool, the newest first."""
        paging = Paging(query.page, query.count)

        async def read(call: Call) -> Found:
            chosen = _choose(call, query)
            total = select(func.count()).select_from(chosen.subquery())
            page = (
                chosen.order_by(User.signed_up.desc(), User.id.desc())
                .offset(paging.first)
                .limit(paging.count)
            )
            found = await call.session.scalars(page)
            return Found(
                users=[row_of(Account, user) for user in found],
                total=await call.session.scalar(total) or 0,
            )

        return await self._run(query, read)

    async def create_user(self, query: OfPool, body: BaseModel) -> BaseModel:
        """Register an account, by the rules of the pool."""

        async def create(call: Call) -> BaseModel:
            user = await accounts.register(call, given(body))
            await call.session.flush()
            return row_of(Account, user)

        return await self._run(query, create, write=True)

    async def read_user(self, id: str, query: OfPool) -> Told:
        """An account, what happened to it, and what it may do."""

        async def read(call: Call) -> Told:
            return await _tell(call, await accounts.get(call, id))

        return await self._run(query, read)

    async def change_user(self, id: str, query: OfPool, body: BaseModel) -> BaseModel:
        """Change an account; a block, or a new password, ends its tokens."""

        async def change(call: Call) -> BaseModel:
            user = await accounts.get(call, id)
            await accounts.update(call, user, given(body))
            return row_of(Account, user)

        return await self._run(query, change, write=True)

    async def remove_user(self, id: str, query: OfPool) -> None:
        """Remove an account, and all that it has."""

        async def remove(call: Call) -> None:
            await operations.remove_users(call, ids=[id])

        await self._run(query, remove, write=True)

    async def sign_in_as(self, id: str, query: OfPool) -> SignedIn:
        """A UserToken of an account; `refreshToken` gives the owner the same."""

        async def sign_in(call: Call) -> SignedIn:
            issued = await authentication.refresh_token(call, user=id)
            expires = call.after(issued.exp - issued.iat)
            return SignedIn(token=issued.token, expires_at=expires)

        return await self._run(query, sign_in, write=True)

    async def sign_out(self, id: str, query: OfPool) -> None:
        """End every token and session of an account."""

        async def end(call: Call) -> None:
            user = await accounts.get(call, id)
            now = call.now.isoformat()
            await accounts.update(call, user, {"token_expired_at": now})

        await self._run(query, end, write=True)


def endpoints(server: Server, pool_id: str) -> list[Endpoint]:
    """All of them; `pool_id` says which pool is meant where none is named."""
    users, one = Users(server, pool_id), "/users/{id}"
    of_pool: dict[str, Any] = {"query": OfPool}
    changes: dict[str, Any] = {**of_pool, "body": CHANGES, "returns": Account}
    return [
        Endpoint("GET", "/users", users.read_users, query=Wanted, returns=Found),
        Endpoint("POST", "/users", users.create_user, **changes),
        Endpoint("GET", one, users.read_user, **of_pool, returns=Told),
        Endpoint("PATCH", one, users.change_user, **changes),
        Endpoint("DELETE", one, users.remove_user, **of_pool),
        Endpoint(
            "POST", f"{one}/sign-in", users.sign_in_as, **of_pool, returns=SignedIn
        ),
        Endpoint("POST", f"{one}/sign-out", users.sign_out, **of_pool),
    ]


def _choose(call: Call, wanted: Wanted) -> Select[tuple[User]]:
    chosen = select(User).where(User.pool_id == call.pool.id)
    if wanted.state is not None:
        chosen = chosen.where(STATES[wanted.state])
    if wanted.role is not None:
        roles = _called(call, Role, wanted.role)
        having = select(RoleUser.user_id).where(RoleUser.role_id.in_(roles))
        chosen = chosen.where(User.id.in_(having))
    if wanted.group is not None:
        groups = _called(call, Group, wanted.group)
        inside = select(GroupUser.user_id).where(GroupUser.group_id.in_(groups))
        chosen = chosen.where(User.id.in_(inside))
    if text := wanted.search.strip():
        columns = (column.icontains(text, autoescape=True) for column in _SEARCHED)
        chosen = chosen.where(or_(*columns))
    return chosen


def _called(call: Call, kind: type[Role | Group], name: str) -> Select[tuple[str]]:
    is_called = or_(kind.id == name, kind.name == name)
    return select(kind.id).where(kind.pool_id == call.pool.id, is_called)


async def _tell(call: Call, user: User) -> Told:
    page = Paging(1, _HISTORY)
    history = (await read_histories(call.session, [user.id], page))[user.id]
    factor = await mfa.query_mfa(call, user_id=user.id)
    allowed = await sso.get_user_authorized_apps(call, user_id=user.id, count=200)
    sessions = await call.session.scalars(
        select(BrowserSession)
        .where(
            BrowserSession.user_id == user.id,
            BrowserSession.token_series == user.token_series,
            BrowserSession.expires_at > call.now,
        )
        .order_by(BrowserSession.signed_in_at.desc())
    )
    bound = await call.session.scalars(
        select(SocialBinding.type).where(SocialBinding.user_id == user.id)
    )
    expires = user.token_expired_at
    return Told(
        user=row_of(Account, user),
        has_password=user.password_hash is not None,
        signed_in_until=expires
        if user.token and expires and expires > call.now
        else None,
        mfa=factor is not None and factor.enable,
        attempts=[Attempt(**_named(Attempt, each)) for each in history.list],
        total_attempts=history.total_count,
        sessions=[Session(**_named(Session, each)) for each in sessions],
        apps=[
            AllowedApp(**{name: app[name] for name in AllowedApp.model_fields})
            for app in (*allowed["oidc_apps"], *allowed["o_auth_apps"])
        ],
        providers=sorted(bound),
        **dict(await held_by(call, user.id)),
    )


def _named(model: type[BaseModel], record: object) -> dict[str, Any]:
    return {name: getattr(record, name) for name in model.model_fields}
