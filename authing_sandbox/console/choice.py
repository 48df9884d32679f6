"""Which pool the page is about: the sandbox's first one, or another that it has."""

from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from sqlalchemy import select
from starlette.requests import Request

from ..calls.call import Server
from ..endpoints.of_pool import OfPool
from ..storage.tables import Pool

_POOLS = (
    select(Pool.id, Pool.name)
    .where(Pool.is_deleted.is_(False))
    .order_by(Pool.created_at, Pool.id)
)


@dataclass(frozen=True)
class Choice:
    """The pools that there are, by their identifiers, and the one that is shown."""

    pools: dict[str, str]
    id: str
    first: str

    @classmethod
    async def of(cls, request: Request, server: Server, first: str) -> Self:
        """What the address of a page says by `?pool=ID`.

        It is in no cookie: of two tabs, each may show another pool.
        """
        async with server.database.unit(write=False) as unit:
            found = await unit.session.execute(_POOLS)
            pools = {row.id: row.name for row in found}
        wanted = request.query_params.get("pool", first)
        return cls(pools, wanted if wanted in pools else first, first)

    @property
    def wanted(self) -> OfPool:
        """The same for the functions behind the control endpoints."""
        return OfPool(pool=self.id)

    @property
    def query(self) -> str:
        """What the addresses of the pool end with."""
        return "" if self.id == self.first else f"?{urlencode({'pool': self.id})}"
