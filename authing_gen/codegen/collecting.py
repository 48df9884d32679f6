"""Finds what an answer may hold: CollectFields and field merging of the specification.

For each selection set, and each type that the object may turn out to be, the fields of
the answer: https://spec.graphql.org/October2021/#CollectFields().
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    TypeNameMetaFieldDef,
)

from .directives import named_type
from .memory import Memory, Same
from .reach import Reach
from .selections import Member, Selected, Selection
from .wire_types import (
    ASKING,
    COMPOSITE,
    TYPENAME,
    Conditions,
    composite,
    condition_of,
    is_always,
    is_possible,
    when_made,
)

Types = Callable[[GraphQLCompositeType], bool]
"""Whether the object that is looked at is of a type."""


@dataclass(frozen=True, eq=False)
class Part:
    """One of the selection sets that are merged into one."""

    node: SelectionSetNode
    type_: GraphQLCompositeType
    """The type that it selects on."""
    when: Conditions = frozenset()

    @property
    def key(self) -> object:
        """Equal for parts that select the same."""
        return id(self.node), self.type_.name, self.when


Parts = tuple[Part, ...]


@dataclass(frozen=True, eq=False)
class Found:
    """One place where a field is selected."""

    node: FieldNode
    type_: GraphQLCompositeType
    when: Conditions


@dataclass(eq=False)
class Collector:
    """Finds the fields of selections; each selection once."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    memory: Memory = field(default_factory=Memory)
    """What earlier generations have found out."""
    _seen: dict[object, tuple[Parts, Selection]] = field(
        default_factory=dict[object, tuple[Parts, Selection]]
    )

    def operation(self, node: OperationDefinitionNode) -> Selection:
        """Say what an operation answers."""
        root = self.schema.get_root_type(node.operation)
        assert root is not None, "validation has found the root type"
        key = "selection", Same(self.schema, *self._reach.of(node))
        parts = (Part(node.selection_set, root),)
        return self.memory.once(key, lambda: self._selection(root, parts))

    @cached_property
    def _reach(self) -> Reach:
        return Reach(self.fragments)

    def fragment(
        self, name: str, of_type: GraphQLCompositeType | None = None
    ) -> Selection:
        """Say what a fragment selects: of its own type, or of another one."""
        node = self.fragments[name]
        own = condition_of(self.schema, node)
        return self._selection(of_type or own, (Part(node.selection_set, own),))

    def type_of(self, fragment: str) -> GraphQLCompositeType:
        """The type that a fragment selects on."""
        return condition_of(self.schema, self.fragments[fragment])

    def _selection(self, type_: GraphQLCompositeType, parts: Parts) -> Selection:
        key = (type_.name, *(part.key for part in parts))
        if key not in self._seen:
            members = tuple(self._members(type_, parts))
            spreads = tuple(_spreads(parts))
            # The nodes stay with it: ids of nodes that are gone may come again.
            self._seen[key] = parts, Selection(type_, members, spreads)
        return self._seen[key][1]

    def _members(self, type_: GraphQLCompositeType, parts: Parts) -> Iterator[Member]:
        if isinstance(type_, GraphQLObjectType):
            yield self._member("", type_, parts)
            return
        conditions = dict.fromkeys(self._conditions(parts))
        possible = self.schema.get_possible_types(type_)
        named = [
            each
            for each in conditions
            if isinstance(each, GraphQLObjectType) and each in possible
        ]
        for each in named:
            yield self._member(each.name, each, parts)
        groups: dict[tuple[GraphQLCompositeType, ...], list[str]] = {}
        for each in possible:
            held = tuple(
                condition
                for condition in conditions
                if not is_always(self.schema, condition, type_)
                and is_possible(self.schema, condition, each)
            )
            if each not in named and held:
                groups.setdefault(held, []).append(each.name)
        labels = {each.name for each in named}
        for held, types in groups.items():
            label = "".join(each.name for each in held)
            labels.add(label)
            yield self._shared(label, type_, tuple(types), parts)
        other = next(name for name in ("Other", "OtherType") if name not in labels)
        yield self._shared(other if labels else "", type_, (), parts)

    def _conditions(self, parts: Parts) -> Iterator[GraphQLCompositeType]:
        for part in parts:
            for selection in part.node.selections:
                if isinstance(selection, FieldNode):
                    continue
                inner, type_ = self._fragment(selection, part.type_)
                yield type_
                yield from self._conditions((Part(inner, type_),))

    def _fragment(
        self, node: object, parent: GraphQLCompositeType
    ) -> tuple[SelectionSetNode, GraphQLCompositeType]:
        """What a spread or an inline fragment selects, and on which type."""
        if isinstance(node, FragmentSpreadNode):
            fragment = self.fragments[node.name.value]
            return fragment.selection_set, condition_of(self.schema, fragment)
        assert isinstance(node, InlineFragmentNode)
        return node.selection_set, condition_of(self.schema, node, parent)

    def _member(self, label: str, type_: GraphQLObjectType, parts: Parts) -> Member:
        """What an object of one type holds, as that type describes it."""

        def is_of(condition: GraphQLCompositeType) -> bool:
            return is_possible(self.schema, condition, type_)

        types = (type_.name,)
        fields = self._fields(parts, is_of, types, type_)
        return Member(label, types, type_, tuple(fields))

    def _shared(
        self,
        label: str,
        type_: GraphQLCompositeType,
        types: tuple[str, ...],
        parts: Parts,
    ) -> Member:
        """What objects of several types hold, as what is selected on describes it."""
        first = self.schema.get_type(types[0]) if types else None

        def is_of(condition: GraphQLCompositeType) -> bool:
            if isinstance(first, GraphQLObjectType):
                return is_possible(self.schema, condition, first)
            return is_always(self.schema, condition, type_)

        fields = self._fields(parts, is_of, types, None)
        return Member(label, types, type_, tuple(fields))

    def _fields(
        self,
        parts: Parts,
        is_of: Types,
        types: tuple[str, ...],
        own: GraphQLObjectType | None,
    ) -> Iterator[Selected]:
        found: dict[str, list[Found]] = {}
        for each in chain.from_iterable(self._of_part(part, is_of) for part in parts):
            key = (each.node.alias or each.node.name).value
            found.setdefault(key, []).append(each)
        for key, places in found.items():
            first = places[0]
            optional = not _is_sure(parts, places)
            name = first.node.name.value
            if name == TYPENAME:
                yield Selected(key, first.node, TypeNameMetaFieldDef, optional, types)
            else:
                definition = _definition(own or first.type_, name)
                inner = self._inner(definition, places)
                yield Selected(key, first.node, definition, optional, inner=inner)

    def _inner(self, definition: GraphQLField, places: list[Found]) -> Selection | None:
        type_ = named_type(definition)
        if not isinstance(type_, COMPOSITE):
            return None
        parts = (
            Part(node, _below(each), each.when)
            for each in places
            if (node := each.node.selection_set)
        )
        return self._selection(
            type_, tuple({each.key: each for each in parts}.values())
        )

    def _of_part(self, part: Part, is_of: Types) -> Iterator[Found]:
        found = [*self._found(part, is_of)]
        if not found and isinstance(part.type_, GraphQLObjectType):
            # A selection that can never be: `flatten` asks for the type in its place.
            found = [Found(ASKING, part.type_, part.when)]
        return iter(found)

    def _found(self, part: Part, is_of: Types) -> Iterator[Found]:
        for selection in part.node.selections:
            when = part.when | {*when_made(selection.directives)}
            if isinstance(selection, FieldNode):
                yield Found(selection, part.type_, when)
                continue
            inner, type_ = self._fragment(selection, part.type_)
            if is_of(type_):
                yield from self._found(Part(inner, type_, when), is_of)


def _definition(type_: GraphQLCompositeType, name: str) -> GraphQLField:
    assert not isinstance(type_, GraphQLUnionType), "a union has no fields"
    fields: dict[str, GraphQLField] = type_.fields
    return fields[name]


def _below(place: Found) -> GraphQLCompositeType:
    return composite(named_type(_definition(place.type_, place.node.name.value)))


def _is_sure(parts: Parts, places: list[Found]) -> bool:
    """Whether a field is there whenever the object is that it is a field of."""
    return all(any(place.when <= part.when for place in places) for part in parts)


def _spreads(parts: Parts) -> Iterator[str]:
    for part in parts:
        for selection in part.node.selections:
            if isinstance(selection, FragmentSpreadNode) and not selection.directives:
                yield selection.name.value
