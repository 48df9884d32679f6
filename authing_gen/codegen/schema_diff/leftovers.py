"""Which types nothing mentions any more once what is gone elsewhere is gone here."""

from collections.abc import Iterable, Iterator
from typing import Any

from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
)

from ..directives import named_type
from .changes import SchemaChange, lookup
from .comparison import Difference


def unmentioned(
    schema: GraphQLSchema, changes: Iterable[tuple[Difference, SchemaChange]]
) -> set[str]:
    """The types that are to be removed and that may be.

    Args:
        schema: Ours, before anything is written.
        changes: What is written.
    """
    used = {type_: dict(_uses(type_)) for type_ in schema.type_map.values()}
    gone: set[str] = set()
    for one, change in changes:
        if change.kind == "TYPE_REMOVED":
            gone.add(change.coordinate)
            continue
        type_ = schema.type_map.get(change.coordinate.partition(".")[0])
        if type_ in used:
            _after(used[type_], one, change)
    kept = {
        named_type(each).name for it in schema.directives for each in it.args.values()
    }
    while True:
        mentioned = kept.union(
            *(
                names
                for type_, uses in used.items()
                if type_.name not in gone
                for names in uses.values()
            )
        )
        if not gone & mentioned:
            return gone
        gone -= mentioned


def _after(uses: dict[str, set[str]], one: Difference, change: SchemaChange) -> None:
    """What a type mentions once a change is written."""
    coordinate = change.coordinate
    if "." in coordinate and change.kind.endswith("_REMOVED"):
        for each in [*uses]:
            if each == coordinate or each.startswith(f"{coordinate}("):
                del uses[each]
        return
    try:
        theirs: Any = lookup(one.theirs.schema, coordinate)
    except KeyError:
        return
    if coordinate in uses and hasattr(theirs, "type"):
        uses[coordinate] = {named_type(theirs).name}
    elif isinstance(theirs, GraphQLNamedType):
        for each in [each for each in uses if "." not in each]:
            del uses[each]
        uses.update((key, value) for key, value in _uses(theirs) if "." not in key)


def _uses(type_: GraphQLNamedType) -> Iterator[tuple[str, set[str]]]:
    if isinstance(type_, GraphQLUnionType):
        yield type_.name, {each.name for each in type_.types}
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        yield type_.name, {each.name for each in type_.interfaces}
        for name, field in type_.fields.items():
            yield f"{type_.name}.{name}", {named_type(field).name}
            for argument, slot in field.args.items():
                yield f"{type_.name}.{name}({argument}:)", {named_type(slot).name}
    if isinstance(type_, GraphQLInputObjectType):
        for name, slot in type_.fields.items():
            yield f"{type_.name}.{name}", {named_type(slot).name}
