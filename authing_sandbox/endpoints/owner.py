"""Doing what the owner of a pool may do, without a token."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from ..calls.call import Call, Origin, Server, find_pool
from ..calls.errors import BusinessError, ErrorCode
from ..storage.database import Unit
from .endpoint import RefusedError
from .of_pool import OfPool

Result = TypeVar("Result")
Work = Callable[[Call], Awaitable[Result]]
_NOWHERE = Origin(ip=None, browser=None)
_MISSING = (
    ErrorCode.NO_SUCH_USER,
    ErrorCode.FOREIGN_USER,
    ErrorCode.NO_SUCH_POOL,
    ErrorCode.NO_SUCH_ROLE,
    ErrorCode.NO_SUCH_GROUP,
    ErrorCode.NO_SUCH_PERMISSION,
    ErrorCode.NOTHING_TO_REMOVE,
)


async def as_owner(
    server: Server,
    pool_id: str,
    work: Work[Result],
    *,
    write: bool,
) -> Result:
    """Work on a pool in one transaction; refused in the form of these endpoints."""

    async def run(unit: Unit) -> Result:
        pool = await find_pool(unit.session, pool_id)
        return await work(Call(server, unit, _NOWHERE, named_pool=pool))

    try:
        return await server.database.run(run, write=write)
    except BusinessError as error:
        status = 404 if error.error in _MISSING else 409
        detail = {"code": error.error.code, "message": error.message}
        raise RefusedError(status, detail) from None


class AsOwner:
    """Answers endpoints; `pool_id` says which pool is meant where none is named."""

    def __init__(self, server: Server, pool_id: str) -> None:
        self._server, self._pool_id = server, pool_id

    async def _run(
        self, query: OfPool, work: Work[Result], *, write: bool = False
    ) -> Result:
        pool_id = query.pool or self._pool_id
        return await as_owner(self._server, pool_id, work, write=write)
