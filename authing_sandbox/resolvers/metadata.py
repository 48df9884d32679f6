"""Metadata: texts that an application keeps with a user."""

from collections.abc import Sequence
from dataclasses import dataclass

from ariadne import MutationType, QueryType
from sqlalchemy import bindparam, select

from ..calls.call import Call
from ..identity import accounts
from ..storage.tables import UserMetadata

query = QueryType()
mutation = MutationType()

_OF_USER = (
    select(UserMetadata)
    .where(UserMetadata.user_id == bindparam("user_id"))
    .order_by(UserMetadata.id)
)


@dataclass(frozen=True)
class Kept:
    """All that is kept with a user, in the order in which it was first set."""

    list: Sequence[UserMetadata]

    @property
    def total_count(self) -> int:
        """How many keys there are."""
        return len(self.list)


@query.field("userMetadata")
async def user_metadata(call: Call, *, _id: str) -> Kept:
    return await _kept(call, await _user_id(call, _id))


@mutation.field("setUserMetadata")
async def set_user_metadata(call: Call, *, input: dict[str, str]) -> Kept:
    user_id, key = await _user_id(call, input["_id"]), input["key"]
    accounts.check_length("key", key)
    entry = await _find(call, user_id, key)
    if entry is None:
        entry = UserMetadata(user_id=user_id, key=key)
        call.session.add(entry)
    entry.value = input["value"]
    return await _kept(call, user_id)


@mutation.field("removeUserMetadata")
async def remove_user_metadata(call: Call, *, input: dict[str, str]) -> Kept:
    user_id = await _user_id(call, input["_id"])
    entry = await _find(call, user_id, input["key"])
    if entry is not None:
        await call.session.delete(entry)
    return await _kept(call, user_id)


async def _user_id(call: Call, wanted: str) -> str:
    return (await accounts.get(call, call.subject(wanted))).id


async def _find(call: Call, user_id: str, key: str) -> UserMetadata | None:
    found = await call.session.scalars(
        _OF_USER.where(UserMetadata.key == key), {"user_id": user_id}
    )
    return found.one_or_none()


async def _kept(call: Call, user_id: str) -> Kept:
    return Kept((await call.session.scalars(_OF_USER, {"user_id": user_id})).all())
