"""Permissions."""

from ariadne import MutationType, QueryType

from ..access import inheritance
from ..calls.call import Call
from ..storage.tables import Permission
from . import records
from .records import OfUser, read_of_user

query = QueryType()
mutation = MutationType()

records.bind(query, mutation, Permission, "Permission")


@query.field("userPermissionList")
async def user_permission_list(call: Call, *, _id: str) -> OfUser[Permission]:
    return await read_of_user(call, Permission, _id, inheritance.permissions_of_user)
