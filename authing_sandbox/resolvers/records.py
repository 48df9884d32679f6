"""What is alike for permissions, roles and groups: one record, a page, changes."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic

from ariadne import MutationType, QueryType
from sqlalchemy import Select

from ..access import links, records
from ..access.links import One, Relation
from ..access.pages import Order, Page, paging_from_0, read_all
from ..access.records import Record
from ..calls.call import Call
from ..calls.errors import BusinessError, ErrorCode
from ..identity import accounts

DONE = {"status": True, "code": 200, "message": "操作成功"}
"""A CommonMessage."""


def bind(
    query: QueryType, mutation: MutationType, kind: type[Record], name: str
) -> None:
    """Answer what there is for each kind, called by its name: `rbacRole`, …"""

    @query.field(f"rbac{name}")
    async def read(call: Call, *, _id: str) -> Record:
        return await records.get(call, kind, _id)

    @query.field(f"rbac{name}List")
    async def read_page(
        call: Call,
        *,
        sort_by: Order | None = None,
        page: int | None = None,
        count: int | None = None,
        **_: Any,
    ) -> Page[Record]:
        return await records.list_page(call, kind, sort_by, paging_from_0(page, count))

    @mutation.field(f"createRBAC{name}")
    async def create(call: Call, *, input: Mapping[str, Any]) -> Record:
        return await records.create(call, kind, input["name"], input.get("description"))

    @mutation.field(f"updateRBAC{name}")
    async def update(call: Call, *, input: Mapping[str, Any]) -> Record:
        record = await records.get(call, kind, input["_id"])
        await records.change(call, record, input.get("name"), input.get("description"))
        return record

    @mutation.field(f"deleteRBAC{name}")
    async def remove(call: Call, *, _id: str) -> dict[str, Any]:
        await records.remove(call, kind, [_id])
        return DONE

    @mutation.field(f"deleteRBAC{name}Batch")
    async def remove_several(call: Call, *, id_list: list[str]) -> dict[str, Any]:
        await records.remove(call, kind, id_list)
        return DONE


def bind_relation(
    mutation: MutationType, relation: Relation[One], add: str, remove: str
) -> None:
    """Answer the fields that relate a record to one other or to many, and end that."""
    for field, act in ((add, links.add), (remove, links.remove)):
        resolve = partial(_relate, act=act, relation=relation)
        mutation.field(field)(resolve)
        mutation.field(f"{field}Batch")(resolve)


async def _relate(
    call: Call,
    *,
    act: Callable[[Call, Relation[One], str, Iterable[str]], Awaitable[One]],
    relation: Relation[One],
    input: Mapping[str, Any] | None = None,
) -> One:
    if input is None:
        raise BusinessError(ErrorCode.MISSING_PARAMETER)
    several = f"{relation.other_id}_list"
    others = input[several] if several in input else [input[relation.other_id]]
    return await act(call, relation, input[relation.one_id], others)


@dataclass(frozen=True)
class OfUser(Generic[Record]):
    """All that somebody has of a kind."""

    list: Sequence[Record]

    @property
    def total_count(self) -> int:
        """How many they are."""
        return len(self.list)

    @property
    def raw_list(self) -> Sequence[str]:
        """Their names."""
        return [record.name for record in self.list]


async def read_of_user(
    call: Call,
    kind: type[Record],
    user_id: str,
    choose: Callable[[str], Select[tuple[Record]]],
) -> OfUser[Record]:
    """Read what a user has, the oldest first; users ask for themselves only."""
    user = await accounts.get(call, call.subject(user_id))
    found = await read_all(call.session, kind, choose(user.id))
    return OfUser(found.list)
