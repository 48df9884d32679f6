"""One GraphQL request: what its fields share."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import BindParameter, Row, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ..calls.call import AnswerOptions, Call, Caller, Origin, Paging, Server
from ..storage.database import Unit
from ..storage.tables import Place, Pool, SignIn

Record = TypeVar("Record")

_USERS: BindParameter[Sequence[str]] = bindparam("users", expanding=True)
_PLACES = select(Place).where(Place.user_id.in_(_USERS)).order_by(Place.id)
_OF_USERS = SignIn.user_id.in_(_USERS)
_NEWEST = (SignIn.when.desc(), SignIn.id.desc())
_RANK = func.row_number().over(partition_by=SignIn.user_id, order_by=_NEWEST)
_RANKED = select(SignIn.id, _RANK.label("rank")).where(_OF_USERS).subquery()
_HISTORIES = (
    # Rows of the table: making a record of each takes longer than reading it.
    select(*SignIn.__table__.columns)
    .join(_RANKED, _RANKED.c.id == SignIn.id)
    .where(_RANKED.c.rank > bindparam("first"), _RANKED.c.rank <= bindparam("last"))
    .order_by(*_NEWEST)
)
_COUNTS = select(SignIn.user_id, func.count()).where(_OF_USERS).group_by(SignIn.user_id)


@dataclass(frozen=True)
class History:
    """A page of the sign-ins of a user, newest first."""

    list: Sequence[Row[Any]]
    """With the columns of `SignIn`."""
    total_count: int


class Batch(Generic[Record]):
    """Reads at once, for all users of an answer, what it says about each of them."""

    def __init__(
        self,
        turn: asyncio.Lock,
        read: Callable[[Sequence[str]], Awaitable[Mapping[str, Record]]],
    ) -> None:
        self._turn = turn
        self._read = read
        self._wanted: set[str] = set()
        self._found: dict[str, Record] = {}

    async def of(self, user_id: str) -> Record | None:
        """What belongs to one user."""
        self._wanted.add(user_id)
        await asyncio.sleep(0)  # lets every other user of the answer ask first
        async with self._turn:
            wanted, self._wanted = self._wanted, set()
            if wanted:
                self._found.update(await self._read(sorted(wanted)))
        return self._found.get(user_id)


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
        self.histories = Batch(self.turn, self._read_histories)
        self.places = Batch(self.turn, self._read_places)

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

    async def _read_histories(self, user_ids: Sequence[str]) -> dict[str, History]:
        return await read_histories(self.unit.session, user_ids, self.answer.histories)

    async def _read_places(self, user_ids: Sequence[str]) -> dict[str, list[Place]]:
        places: dict[str, list[Place]] = {user_id: [] for user_id in user_ids}
        for place in await self.unit.session.scalars(_PLACES, {"users": user_ids}):
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
