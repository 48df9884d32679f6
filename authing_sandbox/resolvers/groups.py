"""Groups, who is in them, and which roles they give."""

from ariadne import MutationType, QueryType

from ..access import inheritance, links
from ..calls.call import Call
from ..storage.tables import Group
from . import records
from .records import OfUser, read_of_user

query = QueryType()
mutation = MutationType()

records.bind(query, mutation, Group, "Group")
records.bind_relation(
    mutation,
    links.ROLES_OF_GROUP,
    add="addRoleToRBACGroup",
    remove="removeRoleFromRBACGroup",
)
records.bind_relation(
    mutation,
    links.USERS_OF_GROUP,
    add="addUserToRBACGroup",
    remove="removeUserFromRBACGroup",
)


@query.field("userGroupList")
async def user_group_list(call: Call, *, _id: str) -> OfUser[Group]:
    return await read_of_user(call, Group, _id, inheritance.groups_of_user)
