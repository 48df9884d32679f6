"""Pages of lists, and their order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ..calls.call import Paging
from ..storage.tables import Group, Permission, Role, User

Record = TypeVar("Record", Permission, Role, Group, User)
Order = Literal["CREATEDAT_DESC", "CREATEDAT_ASC", "UPDATEDAT_DESC", "UPDATEDAT_ASC"]

_OLDEST_FIRST: Order = "CREATEDAT_ASC"


@dataclass(frozen=True)
class Page(Generic[Record]):
    """Some records, and how many there are in all."""

    list: Sequence[Record]
    total_count: int


def paging_from_0(page: int | None, count: int | None) -> Paging:
    """Read which page is asked for: unlike others, these lists count theirs from 0."""
    return Paging.of((page or 0) + 1, count)


async def read_all(
    session: AsyncSession, kind: type[Record], chosen: Select[tuple[Record]]
) -> Page[Record]:
    """Read all records that are chosen, the oldest first."""
    found = (await session.scalars(_ordered(kind, chosen, _OLDEST_FIRST))).all()
    return Page(found, len(found))


async def read_page(
    session: AsyncSession,
    kind: type[Record],
    chosen: Select[tuple[Record]],
    order: Order | None,
    paging: Paging,
) -> Page[Record]:
    """Read a page of the records that are chosen."""
    total = await session.scalar(select(func.count()).select_from(chosen.subquery()))
    page = (
        _ordered(kind, chosen, order or "CREATEDAT_DESC")
        .offset(paging.first)
        .limit(paging.count)
    )
    return Page((await session.scalars(page)).all(), total or 0)


def _ordered(
    kind: type[Record], chosen: Select[tuple[Record]], order: Order
) -> Select[tuple[Record]]:
    when: Any = kind.updated_at
    if order.startswith("CREATED"):
        when = kind.signed_up if issubclass(kind, User) else kind.created_at
    if order.endswith("DESC"):
        return chosen.order_by(when.desc(), kind.id.desc())
    return chosen.order_by(when, kind.id)
