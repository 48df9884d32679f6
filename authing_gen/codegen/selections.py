"""What an answer may hold, in terms of the schema."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from graphql import (
    FieldNode,
    GraphQLCompositeType,
    GraphQLField,
    TypeNameMetaFieldDef,
)


@dataclass(frozen=True, eq=False)
class Selected:
    """One field of an answer."""

    key: str
    node: FieldNode
    """Where it is selected; the first place, where there are several."""
    definition: GraphQLField
    optional: bool
    """Whether `@include` or `@skip` may leave it out."""
    typenames: tuple[str, ...] = ()
    """Of `__typename`: what it may say. Empty where nobody knows."""
    inner: "Selection | None" = None

    @property
    def type_(self) -> object:
        """What it may hold, as the schema says it."""
        return cast(Any, self.definition).type

    @property
    def is_typename(self) -> bool:
        """Whether it is `__typename`, by this name or by another."""
        return self.definition is TypeNameMetaFieldDef

    @cached_property
    def shape(self) -> object:
        """Equal for fields that are written alike."""
        inner = self.inner and self.inner.shape
        return self.key, str(self.type_), self.optional, self.typenames, inner


@dataclass(frozen=True, eq=False)
class Member:
    """What the answer holds where the object is of one of some types."""

    label: str
    """What tells it from the others; empty where there are none."""
    types: tuple[str, ...]
    """Names of the types; empty for all others, also those that the schema lacks."""
    type_: GraphQLCompositeType
    """The type itself, or one that they have in common."""
    fields: tuple[Selected, ...]

    def field(self, key: str) -> Selected | None:
        """The field of this name, if there is one."""
        return next((item for item in self.fields if item.key == key), None)

    @cached_property
    def shape(self) -> object:
        """Equal for members that are written alike."""
        return self.types, frozenset(item.shape for item in self.fields)

    @cached_property
    def untyped(self) -> object:
        """Equal for members that differ in `__typename` at most."""
        return frozenset(item.shape for item in self.fields if not item.is_typename)


@dataclass(frozen=True, eq=False)
class Selection:
    """What is selected of one field."""

    type_: GraphQLCompositeType
    members: tuple[Member, ...]
    spreads: tuple[str, ...]
    """Names of the fragments that are a part of it whatever the types are."""

    @cached_property
    def shape(self) -> object:
        """Equal for selections that are written alike."""
        return self.type_.name, tuple(member.shape for member in self.members)
