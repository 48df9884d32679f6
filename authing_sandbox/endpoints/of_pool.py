"""Which pool an endpoint is about."""

from pydantic import BaseModel

from ..storage.database import Unit
from ..storage.rows import STRICT, String
from ..storage.tables import Pool
from .endpoint import RefusedError


class OfPool(BaseModel):
    """Which pool; the sandbox's first one where it is not named."""

    model_config = STRICT

    pool: String | None = None

    async def find(self, unit: Unit, first: str) -> Pool:
        """The pool; refused where there is none."""
        pool = await unit.session.get(Pool, self.pool or first)
        if pool is None:
            raise RefusedError(404, "no such pool")
        return pool
