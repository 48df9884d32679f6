"""The contract of `schema/directives.graphql`, enforced on every root field.

What a field says of itself (`@gateway`, `@token`, `@userPool`, `@encrypted`) is read
from the schema and obeyed before the field's resolver runs; a resolver is given a
`Call` in which caller and pool are settled, and arguments in plain text.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    GraphQLArgument,
    GraphQLDirective,
    GraphQLError,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    get_directive_values,
    get_named_type,
)

from . import tokens
from .call import Call, Caller, TokenKind, find_pool
from .errors import BusinessError, ErrorCode
from .request import Request
from .request_log import note
from .tables import Pool

Operation = Callable[..., Awaitable[Any]]
Path = tuple[str, ...]

# The documentation sends them to one gateway, an SDK of the vendor to the other.
_ON_BOTH_GATEWAYS = frozenset(
    {
        "GetUserAuthorizedApps",
        "LoginByLDAP",
        "RevokeUserAuthorizedApp",
        "loginByAd",
        "notBindOAuthList",
    }
)
# Being signed out is its answer, not its failure: it looks at the token itself.
_ANSWERS_WITHOUT_TOKEN = frozenset({"checkLoginStatus"})


def enforce(schema: GraphQLSchema) -> None:
    """Put the contract between the schema's root fields and their resolvers."""
    for root in _roots(schema):
        for name, field in root.fields.items():
            field.resolve = _Guard.of(schema, name, field)


def refuse_unknown(schema: GraphQLSchema) -> None:
    """Let root fields that nothing answers say so; before their names are converted."""
    for root in _roots(schema):
        for name, field in root.fields.items():
            field.resolve = field.resolve or _Unknown(name)


def offered(schema: GraphQLSchema, gateway: str) -> GraphQLSchema:
    """The part of the schema that a gateway answers; what introspection tells of it."""
    parts: dict[GraphQLObjectType, Any] = {}
    for root in _roots(schema):
        kept = {
            name: field
            for name, field in root.fields.items()
            if isinstance(guard := field.resolve, _Guard)
            and guard.gateway in (None, gateway)
        }
        part = GraphQLObjectType(root.name, kept, description=root.description)
        parts[root] = part if kept else None
    directives = [_readable(directive) for directive in schema.directives]
    query, mutation = (
        parts.get(root) if root else None
        for root in (schema.query_type, schema.mutation_type)
    )
    return GraphQLSchema(query, mutation, directives=directives)


def _roots(schema: GraphQLSchema) -> list[GraphQLObjectType]:
    return [root for root in (schema.query_type, schema.mutation_type) if root]


def _readable(directive: GraphQLDirective) -> GraphQLDirective:
    """The directive without a place that most clients' libraries do not know yet."""
    readable = copy(directive)
    readable.locations = tuple(
        place for place in directive.locations if place.name != "DIRECTIVE_DEFINITION"
    )
    return readable


@dataclass(frozen=True)
class _Unknown:
    """What answers a root field that somebody has added to the schema."""

    name: str

    async def __call__(self, *_: Any, **__: Any) -> Any:
        raise GraphQLError(
            f"the sandbox does not know {self.name}: it is in the schema, but nothing"
            " answers it here"
        )


@dataclass(frozen=True)
class _Guard:
    """What one root field demands, and what answers it."""

    operation: Operation
    gateway: str | None
    accepts: tuple[TokenKind, ...]
    pool_path: Path | None
    encrypted_paths: tuple[Path, ...]

    @classmethod
    def of(cls, schema: GraphQLSchema, name: str, field: GraphQLField) -> "_Guard":
        """Read the demands of a field."""
        assert field.resolve is not None
        if isinstance(field.resolve, _Unknown):
            return cls(field.resolve, None, (), None, ())
        gateway = _directive(schema, "gateway", field).get("name", "USERS")
        accepts = _directive(schema, "token", field).get("accepts", ())
        return cls(
            operation=field.resolve,
            gateway=None if name in _ON_BOTH_GATEWAYS else gateway,
            accepts=() if name in _ANSWERS_WITHOUT_TOKEN else tuple(accepts),
            pool_path=next(_marked("userPool", field.args), None),
            encrypted_paths=tuple(_marked("encrypted", field.args)),
        )

    async def __call__(self, _: None, info: GraphQLResolveInfo, **given: Any) -> Any:
        """Answer the field; a resolver in the terms of GraphQL."""
        request: Request = info.context
        if any("\0" in text for text in _texts(given)):
            raise GraphQLError("Text must not contain NUL.")  # PostgreSQL has none
        # What is read for other fields meanwhile shares this transaction.
        async with request.turn:
            call = request.call()
            self._check_gateway(request)
            caller = await self._caller(call)
            pool = await self._pool(call, caller, given)
            for path in self.encrypted_paths:
                _replace(given, path, call.server.keys.passwords.decrypt)
            return await self.operation(request.call(caller, pool), **given)

    def _check_gateway(self, request: Request) -> None:
        if self.gateway not in (None, request.gateway):
            raise BusinessError(
                ErrorCode.FORBIDDEN, f"此接口使用的网关为 {self.gateway}"
            )

    async def _caller(self, call: Call) -> Caller | None:
        if not self.accepts:
            return None
        caller = (await tokens.inspect(call, call.bearer)).proven()
        note(token=caller.kind.lower())
        if caller.kind not in self.accepts:
            raise BusinessError(ErrorCode.FORBIDDEN)
        return caller

    async def _pool(
        self, call: Call, caller: Caller | None, given: Mapping[str, Any]
    ) -> Pool | None:
        pool_id = _value(given, self.pool_path) if self.pool_path else None
        if not pool_id:
            return None
        if caller is not None and caller.pool.id == pool_id:
            return caller.pool
        pool = await find_pool(call.session, pool_id)
        if caller is not None:
            is_owner = caller.kind == "OWNER"
            raise BusinessError(
                ErrorCode.FORBIDDEN if is_owner else ErrorCode.FOREIGN_USER
            )
        return pool


def _directive(
    schema: GraphQLSchema,
    name: str,
    item: GraphQLField | GraphQLArgument | GraphQLInputField,
) -> dict[str, Any]:
    definition = schema.get_directive(name)
    if definition is None or item.ast_node is None:
        return {}
    return get_directive_values(definition, item.ast_node) or {}


def _marked(
    directive: str,
    inputs: Mapping[str, GraphQLArgument] | Mapping[str, GraphQLInputField],
    outer: tuple[GraphQLInputObjectType, ...] = (),
) -> Iterator[Path]:
    """The paths of the arguments and input fields that bear a directive.

    An input that holds itself is looked into once.
    """
    for name, item in inputs.items():
        key = item.out_name or name
        nodes = item.ast_node.directives if item.ast_node else None
        if any(node.name.value == directive for node in nodes or ()):
            yield (key,)
        input_type = get_named_type(
            item.type  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        )
        if isinstance(input_type, GraphQLInputObjectType) and input_type not in outer:
            for path in _marked(directive, input_type.fields, (*outer, input_type)):
                yield (key, *path)


def _texts(given: Any) -> Iterator[str]:
    """Every text in a value."""
    if isinstance(given, str):
        yield given
    elif isinstance(given, dict):
        yield from _texts([*cast("dict[str, Any]", given).values()])
    elif isinstance(given, list):
        for item in cast("Iterable[Any]", given):
            yield from _texts(item)


def _value(given: Mapping[str, Any], path: Path) -> Any:
    value: Any = given
    for key in path:
        value = value.get(key) if value else None
    return value


def _replace(given: dict[str, Any], path: Path, by: Callable[[str], str]) -> None:
    holder = _value(given, path[:-1])
    if holder and holder.get(path[-1]) is not None:
        holder[path[-1]] = by(holder[path[-1]])
