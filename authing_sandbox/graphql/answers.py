"""How stored records become the fields of an answer."""

from collections.abc import Awaitable, Callable
from operator import attrgetter
from typing import Any

from ariadne import ObjectType, SchemaBindable
from ariadne.utils import convert_camel_case_to_snake
from graphql import (
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    is_leaf_type,
)
from sqlalchemy import bindparam, func, select

from ..storage.tables import Base, Pool, User
from .execution import Ahead, Attribute
from .request import Request

_ALIASES = {
    # Names of the service for columns of ours, wherever they occur.
    "_id": "id",
    "registerInClient": "pool_id",
    "userPoolId": "pool_id",
    "userId": "user_id",
    # Always null: no source says that it is what `setUserMetadata` keeps. Nor is it
    # SQLAlchemy's attribute of that name.
    "metadata": "user_metadata",
}
_ALIASES_BY_TYPE = {
    "Invitation": {"client": "pool_id", "qrCodePhone": "phone"},
    "InvitationState": {
        "client": "id",
        "enablePhone": "whitelist_enabled",
        "enableQrCode": "whitelist_enabled",
        "createdAt": "whitelist_created_at",
        "updatedAt": "whitelist_updated_at",
    },
    "NotBindOAuth": {"type": "alias"},
    "OAuthList": {"client": "pool_id", "type": "alias"},
    "OAuthProviderClient": {"clientId": "pool_id", "client_id": "id"},
    "OIDCProviderClient": {
        "clientId": "pool_id",
        "client_id": "id",
        "grant_types": "grants",
    },
    "UserOAuthBind": {"user": "user_id", "client": "pool_id"},
}


class RecordFields(SchemaBindable):
    """Reads every field that has no resolver of its own from the record's attribute."""

    def bind_to_schema(self, schema: GraphQLSchema) -> None:
        """Give the fields of all object types such a resolver."""
        for kind in schema.type_map.values():
            if not isinstance(kind, GraphQLObjectType) or kind.name.startswith("__"):
                continue
            if kind in (schema.query_type, schema.mutation_type):
                continue
            aliases = _ALIASES | _ALIASES_BY_TYPE.get(kind.name, {})
            for name, field in kind.fields.items():
                attribute = aliases.get(name) or convert_camel_case_to_snake(name)
                field.resolve = field.resolve or _attribute(attribute, field.type)


def _attribute(name: str, kind: Any) -> Attribute:
    nullable = not str(kind).endswith("!")
    inner = kind if nullable else kind.of_type
    return Attribute(name, inner if is_leaf_type(inner) else None, nullable)


def _related(
    model: type[Base], key: str
) -> Callable[[Any, GraphQLResolveInfo], Awaitable[Any]]:
    """A resolver for the one record that a column refers to."""

    async def load(record: Any, info: GraphQLResolveInfo) -> Any:
        request: Request = info.context
        async with request.turn:
            named = getattr(record, key)
            return named and await request.unit.session.get(model, named)

    return load


extend_user = ObjectType("ExtendUser")


extend_user.field("userLoginHistory")(Ahead(attrgetter("histories")))
extend_user.field("userLocation")(Ahead(attrgetter("places")))


login_record = ObjectType("UserLoginHistory")
login_record.field("user")(_related(User, "user_id"))
login_record.field("client")(_related(Pool, "pool_id"))

location = ObjectType("UserLocation")
location.field("user")(_related(User, "user_id"))
location.field("userPool")(_related(Pool, "pool_id"))

user_client = ObjectType("UserClient")
_USERS = (
    select(func.count()).select_from(User).where(User.pool_id == bindparam("pool_id"))
)
user_client.field("user")(_related(User, "owner_id"))


@user_client.field("usersCount")
async def users_count(pool: Any, info: GraphQLResolveInfo) -> int | None:
    if not isinstance(pool, Pool):
        return None  # It is only what anybody may know of one.
    request: Request = info.context
    async with request.turn:
        counted = await request.unit.session.scalars(_USERS, {"pool_id": pool.id})
        return counted.one()


def _limit(rule: str) -> Callable[[Pool, GraphQLResolveInfo], dict[str, Any]]:
    """A resolver for a rule that allows so many in a window."""

    def read(pool: Pool, _: GraphQLResolveInfo) -> dict[str, Any]:
        return {
            "enable": getattr(pool, f"{rule}_enable"),
            "limit": getattr(pool, f"{rule}_limit"),
            "time_interval": getattr(pool, f"{rule}_interval"),
        }

    return read


user_client.field("frequentRegisterCheck")(_limit("register_check"))
user_client.field("loginFailCheck")(_limit("login_fail_check"))


def _verifies_old(contact: str) -> Callable[[Any, GraphQLResolveInfo], dict[str, Any]]:
    """A resolver for the rule about changing a contact."""

    def read(pool: Any, _: GraphQLResolveInfo) -> dict[str, Any]:
        rule = f"verify_old_{contact}"
        return {rule: getattr(pool, rule)}

    return read


user_client.field("changeEmailStrategy")(_verifies_old("email"))
user_client.field("changePhoneStrategy")(_verifies_old("phone"))

bindables = (extend_user, login_record, location, user_client, RecordFields())
