"""Operations by rule: one for each root field, with all that can be selected below it.

Abstract types are selected by type, in turn by inline fragments and by named ones, and
so are the fields that they have in common.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import cast

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

DEPTH = 2
"""How deep an operation selects."""

MEMBERS = 4
"""How many types of an abstract one are selected by name."""

OBJECTS = 4
"""How many fields of a type are followed that hold objects."""


def operations_of(schema: GraphQLSchema) -> tuple[str, ...]:
    """Write an operation for each field of the root types."""
    return tuple(
        text
        for kind, root in (
            ("query", schema.query_type),
            ("mutation", schema.mutation_type),
        )
        if root is not None
        for name, definition in root.fields.items()
        if (text := _Operation(schema, name).written(kind, definition))
    )


@dataclass
class _Operation:
    schema: GraphQLSchema
    name: str
    fragments: list[str] = field(default_factory=list[str])
    _turns: Iterator[int] = field(default_factory=count)

    def written(self, kind: str, definition: GraphQLField) -> str:
        variables = ", ".join(
            f"${each}: {argument.type}" for each, argument in definition.args.items()
        )
        given = ", ".join(f"{each}: ${each}" for each in definition.args)
        type_ = get_named_type(definition.type)
        inner = self._selected(type_, DEPTH) or ("" if is_leaf_type(type_) else "{}")
        head = f"{kind} {self.name}{variables and f'({variables})'}"
        field = f"{self.name}{given and f'({given})'} {inner}"
        return "\n".join([f"{head} {{ {field} }}", *self.fragments])

    def _selected(self, type_: GraphQLNamedType, depth: int) -> str:
        if isinstance(type_, GraphQLUnionType):
            return self._braced([*self._members(type_, depth, set())])
        if isinstance(type_, GraphQLInterfaceType):
            common = [*self._fields(type_, depth)]
            members = self._members(type_, depth, {*type_.fields})
            return self._braced([*common, *members])
        if isinstance(type_, GraphQLObjectType):
            return self._braced([*self._fields(type_, depth)])
        return ""

    def _braced(self, parts: list[str]) -> str:
        return f"{{ {' '.join(parts)} }}" if parts else ""

    def _fields(
        self, type_: GraphQLObjectType | GraphQLInterfaceType, depth: int
    ) -> Iterator[str]:
        objects = 0
        for name, definition in type_.fields.items():
            if any(map(is_required_argument, definition.args.values())):
                continue
            inner = cast(GraphQLNamedType, get_named_type(definition.type))
            if is_leaf_type(inner):
                yield name
                continue
            deeper = depth > 0 and objects < OBJECTS
            if deeper and (below := self._selected(inner, depth - 1)):
                objects += 1
                yield f"{name} {below}"

    def _members(
        self,
        type_: GraphQLInterfaceType | GraphQLUnionType,
        depth: int,
        common: set[str],
    ) -> Iterator[str]:
        """Select by type what the types do not have in common."""
        for possible in self.schema.get_possible_types(type_)[:MEMBERS]:
            turn = next(self._turns)
            own = [
                # Fields of one name may be of several types.
                f"m{turn}_{name}: {name}"
                for name, definition in possible.fields.items()
                if name not in common
                and is_leaf_type(get_named_type(definition.type))
                and not any(map(is_required_argument, definition.args.values()))
            ]
            selected = self._braced(["__typename", *own])
            if turn % 2:
                fragment = f"{self.name}Part{turn}"
                self.fragments.append(
                    f"fragment {fragment} on {possible.name} {selected}"
                )
                yield f"...{fragment}"
            else:
                yield f"... on {possible.name} {selected}"
