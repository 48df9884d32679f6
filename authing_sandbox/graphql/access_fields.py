"""What roles and groups say of what belongs to them."""

from collections.abc import Awaitable, Callable

from ariadne import ObjectType
from graphql import GraphQLResolveInfo
from sqlalchemy import Select

from ..access import inheritance
from ..access.pages import Order, Page, paging_from_0, read_all, read_page
from ..access.records import Record
from ..storage.tables import Group, Permission, Role, User
from .request import Request


def _all(
    kind: type[Record], choose: Callable[[str], Select[tuple[Record]]]
) -> Callable[[Role | Group, GraphQLResolveInfo], Awaitable[Page[Record]]]:
    """A resolver for everything of a kind that belongs to a record."""

    async def read(record: Role | Group, info: GraphQLResolveInfo) -> Page[Record]:
        request: Request = info.context
        async with request.turn:
            return await read_all(request.unit.session, kind, choose(record.id))

    return read


def _users(
    choose: Callable[[str], Select[tuple[User]]],
) -> Callable[..., Awaitable[Page[User]]]:
    """A resolver for a page of the users that belong to a record."""

    async def read(
        record: Role | Group,
        info: GraphQLResolveInfo,
        *,
        sort_by: Order | None = None,
        page: int | None = None,
        count: int | None = None,
    ) -> Page[User]:
        request: Request = info.context
        async with request.turn:
            return await read_page(
                request.unit.session,
                User,
                choose(record.id),
                sort_by,
                paging_from_0(page, count),
            )

    return read


role = ObjectType("RBACRole")
role.field("permissions")(_all(Permission, inheritance.permissions_of_role))
role.field("users")(_users(inheritance.users_of_role))

group = ObjectType("RBACGroup")
group.field("roles")(_all(Role, inheritance.roles_of_group))
group.field("permissions")(_all(Permission, inheritance.permissions_of_group))
group.field("users")(_users(inheritance.users_of_group))

bindables = (role, group)
