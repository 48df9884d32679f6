"""The part of a schema that some gateways answer."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, cast

from graphql import (
    REMOVE,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    NamedTypeNode,
    NameNode,
    ObjectTypeDefinitionNode,
    OperationType,
    Visitor,
    build_ast_schema,
    concat_ast,
    parse,
    print_schema,
    specified_directives,
    visit,
)

from ..directives import ENUMS, GATEWAY, enums_of, named_type, policy_of

_ROOTS = {OperationType.QUERY: "Query", OperationType.MUTATION: "Mutation"}

RootNames = Mapping[OperationType, str]
"""What the types of queries and mutations are called."""


def gateways(schema: GraphQLSchema) -> list[str]:
    """Names of the gateways that a schema knows."""
    enum = enums_of(schema).get(ENUMS[GATEWAY])
    return list(enum.values) if enum else []


def root_fields(schema: GraphQLSchema) -> Iterator[tuple[str, GraphQLField]]:
    """The fields of Query and Mutation by their coordinates."""
    for kind in _ROOTS:
        if root := schema.get_root_type(kind):
            for field, definition in root.fields.items():
                yield f"{root.name}.{field}", definition


def root_names(schema: GraphQLSchema) -> RootNames:
    """What the roots of a schema are called, or would be if it had them."""
    found = {kind: schema.get_root_type(kind) for kind in _ROOTS}
    return {
        kind: root.name if (root := found[kind]) else name
        for kind, name in _ROOTS.items()
    }


def gateway_of(schema: GraphQLSchema, field: GraphQLField) -> str:
    """Which gateway answers a root field."""
    return policy_of(schema, field).gateway


def guess_gateways(ours: GraphQLSchema, theirs: GraphQLSchema) -> list[str]:
    """Guess for which gateways a server answers: it has most of their root fields."""
    served = {coordinate for coordinate, _ in root_fields(theirs)}
    found: list[str] = []
    for name in gateways(ours):
        wanted = {
            coordinate
            for coordinate, field in root_fields(ours)
            if gateway_of(ours, field) == name
        }
        if wanted and len(wanted & served) * 2 > len(wanted):
            found.append(name)
    return found


def part(
    schema: GraphQLSchema,
    names: RootNames,
    wanted: Callable[[GraphQLField], bool] = lambda _: True,
) -> GraphQLSchema:
    """Keep some of the root fields, and the types that can be reached from them.

    Directives are dropped: they do not travel.

    Args:
        schema: The schema.
        names: What the roots shall be called.
        wanted: Which root fields are kept.
    """
    if _is_mentioned(schema):
        schema = _cut(schema, names, wanted)
        query, mutation = (schema.get_root_type(kind) for kind in names)
    else:
        query, mutation = (
            _root(schema, kind, name, wanted) for kind, name in names.items()
        )
    extra: list[GraphQLNamedType] = []
    while True:
        kept = GraphQLSchema(
            query=query,
            mutation=mutation,
            types=extra,
            directives=specified_directives,
            assume_valid=True,
        )
        more = _missing_members(schema, kept.type_map.keys())
        if not more:
            return kept
        extra += more


def unreturned_interfaces(schema: GraphQLSchema) -> set[str]:
    """Interfaces that no field returns: only fragments name them, and these do not
    travel.
    """
    returned = {
        named_type(field).name
        for type_ in schema.type_map.values()
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
        for field in type_.fields.values()
    }
    return {
        name
        for name, type_ in schema.type_map.items()
        if isinstance(type_, GraphQLInterfaceType) and name not in returned
    }


def _root(
    schema: GraphQLSchema,
    kind: OperationType,
    name: str,
    wanted: Callable[[GraphQLField], bool],
) -> GraphQLObjectType | None:
    root = schema.get_root_type(kind)
    if root is None:
        return None
    fields = {name: each for name, each in root.fields.items() if wanted(each)}
    if not fields:
        return None
    kept = root.to_kwargs() | {"name": name, "fields": fields}
    # graphql-core does not say that it makes an object type.
    made: GraphQLObjectType = cast(Any, GraphQLObjectType)(**kept)
    return made


def _is_mentioned(schema: GraphQLSchema) -> bool:
    """Whether a field answers with the queries themselves, as some payloads do."""
    roots = {root.name for kind in _ROOTS if (root := schema.get_root_type(kind))}
    return any(
        named_type(field).name in roots
        for type_ in schema.type_map.values()
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
        for field in type_.fields.values()
    )


def _cut(
    schema: GraphQLSchema, names: RootNames, wanted: Callable[[GraphQLField], bool]
) -> GraphQLSchema:
    """The same by way of SDL, for types that mention the roots."""
    roots = {kind: schema.get_root_type(kind) for kind in names}
    new_names = {root.name: names[kind] for kind, root in roots.items() if root}
    fields = {
        root.name: {name for name, each in root.fields.items() if wanted(each)}
        for root in roots.values()
        if root
    }
    document = visit(parse(print_schema(schema)), _Cutter(new_names, fields))
    operations = "\n".join(
        f"{kind.value}: {names[kind]}"
        for kind, root in roots.items()
        if root and fields[root.name]
    )
    whole = concat_ast([document, parse(f"schema {{ {operations} }}")])
    return build_ast_schema(whole, assume_valid=True)


class _Cutter(Visitor):
    """Leaves root fields out, and gives the roots other names."""

    def __init__(self, names: Mapping[str, str], fields: Mapping[str, set[str]]):
        super().__init__()
        self._names = names
        self._fields = fields

    def enter_schema_definition(self, *_: Any) -> Any:
        return REMOVE

    def enter_object_type_definition(
        self, node: ObjectTypeDefinitionNode, *_: Any
    ) -> None:
        kept = self._fields.get(node.name.value)
        if kept is not None:
            node.fields = tuple(each for each in node.fields if each.name.value in kept)
            node.name = NameNode(value=self._names[node.name.value])

    def enter_named_type(self, node: NamedTypeNode, *_: Any) -> None:
        if node.name.value in self._names:
            node.name = NameNode(value=self._names[node.name.value])


def _missing_members(
    schema: GraphQLSchema, kept: Collection[str]
) -> list[GraphQLNamedType]:
    """Object types that an interface of the part may turn out to be."""
    unreturned = unreturned_interfaces(schema)
    return [
        type_
        for name in kept
        if name not in unreturned
        and isinstance(abstract := schema.type_map.get(name), GraphQLInterfaceType)
        for type_ in schema.get_possible_types(abstract)
        if type_.name not in kept
    ]
