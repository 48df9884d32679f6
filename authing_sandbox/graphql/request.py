"""One GraphQL request: what its fields share."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import BindParameter, Row, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ..calls.call import AnswerOptions, Call, Caller, Origin, Paging, Server
from ..storage.database import Unit
from ..storage.tables import Place, Pool, SignIn, table_of

Record = TypeVar("Record")

_USERS: BindParameter[Sequence[str]] = bindparam("users", expanding=True)
# Rows of tables: making a record of each takes longer than reading it.
_places, _sign_ins = table_of(Place), table_of(SignIn)
_PLACES = select(_places).where(_places.c.user_id.in_(_USERS)).order_by(_places.c.id)
_OF_USERS = _sign_ins.c.user_id.in_(_USERS)
_NEWEST = (_sign_ins.c.when.desc(), _sign_ins.c.id.desc())
_RANK = func.row_number().over(partition_by=_sign_ins.c.user_id, order_by=_NEWEST)
_RANKED = select(_sign_ins.c.id, _RANK.label("rank")).where(_OF_USERS).subquery()
_HISTORIES = (
    select(_sign_ins)
    .join(_RANKED, _RANKED.c.id == _sign_ins.c.id)
    .where(_RANKED.c.rank > bindparam("first"), _RANKED.c.rank <= bindparam("last"))
    .order_by(*_NEWEST)
)
_COUNTS = (
    select(_sign_ins.c.user_id, func.count())
    .where(_OF_USERS)
    .group_by(_sign_ins.c.user_id)
)


@dataclass(frozen=True)
class History:
    """A page of the sign-ins of a user, newest first."""

    list: Sequence[Row[Any]]
    """With the columns of `SignIn`."""
    total_count: int


class OfEach(Generic[Record]):
    """What an answer says about each of many users, read at once for all of them."""

    def __init__(
        self,
        turn: asyncio.Lock,
        read: Callable[[Sequence[str]], Awaitable[Mapping[str, Record]]],
    ) -> None:
        self._turn = turn
        self._read = read
        self.found: dict[str, Record] = {}

    async def read(self, user_ids: Iterable[str]) -> None:
        """Read what belongs to users."""
        async with self._turn:
            self.found.update(await self._read(sorted({*user_ids})))


@dataclass
class Request:
    """A request at a gateway; GraphQL's context."""

    server: Server
    unit: Unit
    origin: Origin
    gateway: str
    bearer: str | None
    answer: AnswerOptions = field(default_factory=AnswerOptions)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.histories = OfEach(self.turn, self._read_histories)
        self.places = OfEach(self.turn, self._read_places)

    def call(self, caller: Caller | None = None, pool: Pool | None = None) -> Call:
        """A call by one of the root fields."""
        return Call(
            server=self.server,
            unit=self.unit,
            origin=self.origin,
            bearer=self.bearer,
            caller=caller,
            named_pool=pool,
            answer=self.answer,
        )

    def forget(self) -> None:
        """Let what has been read of users be read anew."""
        self.histories.found.clear()
        self.places.found.clear()

    async def _read_histories(self, user_ids: Sequence[str]) -> dict[str, History]:
        return await read_histories(self.unit.session, user_ids, self.answer.histories)

    async def _read_places(self, user_ids: Sequence[str]) -> dict[str, list[Row[Any]]]:
        places: dict[str, list[Row[Any]]] = {user_id: [] for user_id in user_ids}
        for place in await self.unit.session.execute(_PLACES, {"users": user_ids}):
            places[place.user_id].append(place)
        return places


async def read_histories(
    session: AsyncSession, user_ids: Sequence[str], paging: Paging
) -> dict[str, History]:
    """Read a page of the sign-ins of each user."""
    users, last = {"users": user_ids}, paging.first + paging.count
    page = {"first": paging.first, "last": last}
    entries: dict[str, list[Row[Any]]] = {user_id: [] for user_id in user_ids}
    for attempt in await session.execute(_HISTORIES, users | page):
        entries[attempt.user_id].append(attempt)
    totals = dict.fromkeys(user_ids, 0)
    for user_id, total in await session.execute(_COUNTS, users):
        totals[user_id] = total
    return {user_id: History(entries[user_id], totals[user_id]) for user_id in user_ids}
