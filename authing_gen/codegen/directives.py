"""What the schema's directives say, and whether they stand where they can work."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    DirectiveNode,
    FieldDefinitionNode,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    InputValueDefinitionNode,
    VariableDefinitionNode,
    get_directive_values,
    get_named_type,
    is_non_null_type,
)

from .errors import CodegenError, Problems

GATEWAY = "gateway"
TOKEN = "token"  # noqa: S105 (the name of a directive)
ENCRYPTED = "encrypted"
USER_POOL = "userPool"
SECRET = "secret"  # noqa: S105 (the name of a directive)
PAGED = "paged"
INSTANT = "instant"
DIGITS = "digits"

DEFAULT_GATEWAY = "USERS"

ENUMS = {GATEWAY: "Gateway", TOKEN: "TokenKind"}
"""The enums that directives take; the operations table consists of their values.
Where a schema has these names for something else, they have others."""

Slot = GraphQLArgument | GraphQLInputField
"""What a variable can fill."""
Place = Slot | GraphQLField | VariableDefinitionNode
"""What can carry a directive of ours."""
_Node = FieldDefinitionNode | InputValueDefinitionNode | VariableDefinitionNode


@dataclass(frozen=True)
class Policy:
    """Where a root field is answered and which tokens it takes."""

    gateway: str
    tokens: tuple[str, ...]


@dataclass(frozen=True)
class Paged:
    """How a field gives a list page by page."""

    page: str
    """The argument of the page's number."""
    count: str
    """The argument of its size."""
    first: int
    """Number of the first page."""
    most: int
    """Entries a page, at most."""
    list: str
    """The field with the entries of the page."""
    total: str
    """The field with the number of entries over all pages."""
    key: str
    """The field that tells entries apart."""


def paged_of(schema: GraphQLSchema, field: GraphQLField) -> Paged | None:
    """Read `@paged` of a field."""
    values = _values(schema, field, PAGED)
    return Paged(**values) if values else None


def policy_of(schema: GraphQLSchema, field: GraphQLField) -> Policy:
    """Read `@gateway` and `@token` of a root field."""
    gateway = _values(schema, field, GATEWAY).get("name", DEFAULT_GATEWAY)
    return Policy(gateway, tuple(_values(schema, field, TOKEN).get("accepts", ())))


def enums_of(schema: GraphQLSchema) -> dict[str, GraphQLEnumType]:
    """The enums that the directives of a schema take, by what ours are called."""
    return {
        name: type_
        for directive, name in ENUMS.items()
        if (found := schema.get_directive(directive))
        for type_ in map(named_type, found.args.values())
        if isinstance(type_, GraphQLEnumType)
    }


def named_type(definition: Slot | GraphQLField) -> GraphQLNamedType:
    """The type of a field, an argument or an input field without lists and non-null."""
    return innermost(cast(Any, definition).type)


def innermost(type_: object) -> GraphQLNamedType:
    """The type inside of lists and non-null."""
    # graphql-core does not annotate what a wrapping type wraps.
    return cast(GraphQLNamedType, cast(Any, get_named_type)(type_))


def not_null(type_: object) -> object:
    """The type without its being non-null."""
    return cast(object, type_.of_type) if isinstance(type_, GraphQLNonNull) else type_


def has_directive(place: Place, name: str) -> bool:
    """Whether a field, an argument or an input field carries a directive."""
    return directive_of(place, name) is not None


def directive_of(place: Place, name: str) -> DirectiveNode | None:
    """The directive of a place, or None."""
    # From graphql-core 3.3 on, `directives` is None where there are none.
    nodes = (node.directives if (node := node_of(place)) else None) or ()
    return next((node for node in nodes if node.name.value == name), None)


def node_of(place: Place) -> _Node | None:
    """Where a place is written."""
    return place if isinstance(place, VariableDefinitionNode) else place.ast_node


def check_directives(schema: GraphQLSchema, problems: Problems) -> None:
    """Refuse directives on places where they cannot work."""
    roots = [type_ for type_ in (schema.query_type, schema.mutation_type) if type_]
    for field in (field for type_ in roots for field in type_.fields.values()):
        with problems.gathered():
            policy_of(schema, field)
    for type_ in schema.type_map.values():
        for field in fields_of(type_):
            with problems.gathered():
                _check_field(field, is_root=type_ in roots)
                _check_paged(schema, field)
        for slot in slots_of(type_):
            with problems.gathered():
                _check_slot(slot)
                _check_choice(slot, type_)


def fields_of(type_: GraphQLNamedType) -> Iterator[GraphQLField]:
    """The fields of an object or an interface; other types have none."""
    if isinstance(type_, (GraphQLObjectType, GraphQLInterfaceType)):
        yield from type_.fields.values()


def slots_of(type_: GraphQLNamedType) -> Iterator[Slot]:
    """The input fields of a type, or the arguments of its fields."""
    if isinstance(type_, GraphQLInputObjectType):
        yield from type_.fields.values()
    for field in fields_of(type_):
        yield from field.args.values()


def _check_field(field: GraphQLField, is_root: bool) -> None:
    for name in (GATEWAY, TOKEN):
        node = directive_of(field, name)
        if node and not is_root:
            raise CodegenError(
                f"@{name} works on fields of Query and Mutation only", node
            )
    _check_instant(field)
    node = directive_of(field, TOKEN)
    if node and node.arguments and getattr(node.arguments[0].value, "values", 1) == ():
        raise CodegenError("@token accepts no token; leave it out instead", node)


def _check_paged(schema: GraphQLSchema, field: GraphQLField) -> None:
    paged, node = paged_of(schema, field), directive_of(field, PAGED)
    if paged is None:
        return
    fields = dict[str, GraphQLField]()
    if isinstance(type_ := named_type(field), GraphQLObjectType | GraphQLInterfaceType):
        fields = type_.fields
    for name in {paged.page, paged.count} - field.args.keys():
        raise CodegenError(f"@paged: the field has no argument {name!r}", node)
    for name in {paged.list, paged.total} - fields.keys():
        raise CodegenError(f"@paged: {type_} has no field {name!r}", node)
    if paged.most < 1:
        raise CodegenError("@paged: a page has at least one entry", node)


def _check_instant(definition: Slot | GraphQLField) -> None:
    node, type_ = directive_of(definition, INSTANT), named_type(definition)
    if node and type_ is not GraphQLString:
        raise CodegenError(f"@{INSTANT} works on a String, not on {type_}", node)


def _check_slot(slot: Slot) -> None:
    _check_instant(slot)
    node, type_ = directive_of(slot, DIGITS), named_type(slot)
    if node and type_ not in (GraphQLString, GraphQLInt):
        raise CodegenError(
            f"@{DIGITS} works on a String or an Int, not on {type_}", node
        )
    # In a list each element is encrypted; but an operation has one user pool.
    whole = cast(Any, slot).type
    whole = whole.of_type if is_non_null_type(whole) else whole
    for name, type_ in ((ENCRYPTED, named_type(slot)), (USER_POOL, whole)):
        node = directive_of(slot, name)
        if node and type_ is not GraphQLString:
            raise CodegenError(f"@{name} works on a String, not on {type_}", node)


def _check_choice(slot: Slot, type_: GraphQLNamedType) -> None:
    node = directive_of(slot, USER_POOL)
    if node and isinstance(type_, GraphQLInputObjectType) and type_.is_one_of:
        raise CodegenError(
            f"@{USER_POOL} fills what is left out: in an input with @oneOf it cannot"
            " stand",
            node,
        )


def _values(schema: GraphQLSchema, field: GraphQLField, name: str) -> dict[str, Any]:
    directive = schema.get_directive(name)
    if directive is None or field.ast_node is None:
        return {}
    try:
        return get_directive_values(directive, field.ast_node) or {}
    except GraphQLError as error:
        raise CodegenError.from_graphql([error]) from error
