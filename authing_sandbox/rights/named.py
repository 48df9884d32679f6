"""What the endpoints of roles, permissions, groups and organisations have in common."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select

from ..access import links, naming, records
from ..access.links import Relation
from ..access.records import Record
from ..calls.call import Call
from ..calls.errors import BusinessError, ErrorCode
from ..endpoints.endpoint import RefusedError
from ..endpoints.of_pool import OfPool
from ..endpoints.owner import AsOwner, Result, Work
from ..seeding.access import Addition
from ..seeding.seed import SeedError
from ..storage.rows import STRICT
from ..storage.rows import String as Text
from ..storage.tables import User


class Change(BaseModel):
    """What is left out, or null, stays."""

    model_config = STRICT

    name: Text | None = None
    description: Text | None = None


class Named(AsOwner):
    """Answers endpoints that find things by an id, or by a name that only one has."""

    async def _run(
        self, query: OfPool, work: Work[Result], *, write: bool = False
    ) -> Result:
        try:
            return await super()._run(query, work, write=write)
        except (SeedError, naming.AmbiguousNameError) as error:
            raise RefusedError(409, str(error)) from None


def adding(call: Call) -> Addition:
    """Adds to the pool what is described as in a seed."""
    return Addition(call.session, call.pool.id, call.now)


async def find(call: Call, kind: type[Record], name: str) -> Record:
    """A record of the pool; refused where there is none."""
    found = await naming.find(call.session, call.pool.id, kind, name)
    return await records.get(call, kind, found.id if found else name)


async def find_user(call: Call, name: str) -> User:
    """A user of the pool; refused where there is none."""
    user = await naming.find_user(call.session, call.pool.id, name)
    if user is None:
        raise BusinessError(ErrorCode.NO_SUCH_USER)
    return user


async def set_related(
    call: Call, relation: Relation[Any], one_id: str, wanted: Sequence[str]
) -> None:
    """Relate a record to these others, and to no more."""
    column = getattr(relation.link, relation.other_id)
    is_of = getattr(relation.link, relation.one_id) == one_id
    present = set(await call.session.scalars(select(column).where(is_of)))
    await links.add(call, relation, one_id, set(wanted) - present)
    await links.remove(call, relation, one_id, present - set(wanted))
