"""Roles, and who has them."""

from ariadne import MutationType, QueryType

from ..access import inheritance, links
from ..calls.call import Call
from ..storage.tables import Role
from . import records
from .records import OfUser, read_of_user

query = QueryType()
mutation = MutationType()

records.bind(query, mutation, Role, "Role")
records.bind_relation(
    mutation,
    links.USERS_OF_ROLE,
    add="assignRBACRoleToUser",
    remove="revokeRBACRoleFromUser",
)
records.bind_relation(
    mutation,
    links.PERMISSIONS_OF_ROLE,
    add="addPermissionToRBACRole",
    remove="removePermissionFromRBACRole",
)


@query.field("userRoleList")
async def user_role_list(call: Call, *, _id: str) -> OfUser[Role]:
    return await read_of_user(call, Role, _id, inheritance.roles_of_user)
