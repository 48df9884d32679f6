"""Which objects a type condition lets through, and who must say what they are."""

from collections.abc import Iterable, Iterator, Set
from typing import Any, cast

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLAbstractType,
    GraphQLCompositeType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    NameNode,
    Node,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableNode,
    Visitor,
    is_abstract_type,
    visit,
)

from .directives import named_type

TYPENAME = "__typename"
ASKING = FieldNode(name=NameNode(value=TYPENAME), directives=(), arguments=())
"""The field that asks an object for its type."""
COMPOSITE = (GraphQLObjectType, GraphQLInterfaceType, GraphQLUnionType)
"""The kinds of types of which something can be selected."""

Conditions = frozenset[str]
"""What must hold for a selection to be made: `x` of `@include(if: $x)`, `!x` of
`@skip(if: $x)`."""


def condition_of(
    schema: GraphQLSchema,
    node: FragmentDefinitionNode | InlineFragmentNode,
    parent: GraphQLCompositeType | None = None,
) -> GraphQLCompositeType:
    """The type that a fragment selects on: its condition, or that of what it is in."""
    condition = cast(Any, node).type_condition
    if condition is None:
        assert parent is not None
        return parent
    return composite(schema.type_map[condition.name.value])


def composite(type_: GraphQLNamedType) -> GraphQLCompositeType:
    """A type of which fields or fragments can be selected."""
    assert isinstance(type_, COMPOSITE), "validation lets nothing else have a selection"
    return type_


def is_possible(
    schema: GraphQLSchema, condition: GraphQLCompositeType, type_: GraphQLObjectType
) -> bool:
    """Whether objects of a type are of another one too."""
    return condition is type_ or (
        not isinstance(condition, GraphQLObjectType)
        and schema.is_sub_type(condition, type_)
    )


def is_always(
    schema: GraphQLSchema, condition: GraphQLCompositeType, type_: GraphQLCompositeType
) -> bool:
    """Whether whatever is of one type is of another one too, also in later schemas."""
    return condition is type_ or (
        isinstance(condition, GraphQLInterfaceType)
        and not isinstance(type_, GraphQLUnionType)
        and schema.is_sub_type(condition, type_)
    )


def when_made(directives: Iterable[DirectiveNode]) -> Iterator[str]:
    """Read `@include` and `@skip`."""
    for directive in directives:
        name = directive.name.value
        if name in ("include", "skip") and directive.arguments:
            value = directive.arguments[0].value
            if isinstance(value, VariableNode):
                yield value.name.value if name == "include" else f"!{value.name.value}"
            elif getattr(value, "value", None) is not (name == "include"):
                yield "false"


def with_typenames(
    document: DocumentNode,
    schema: GraphQLSchema,
    answered: Set[GraphQLAbstractType],
) -> DocumentNode:
    """Ask for `__typename` wherever an object may be of several types.

    Args:
        document: Operations and fragments.
        schema: What they are written against.
        answered: What `answered_types` says. An interface that is not among them is
            only what some types have in common: its fragments do not ask.
    """
    type_info = TypeInfo(schema)
    adder = _Adder(type_info, answered)
    added: DocumentNode = visit(document, TypeInfoVisitor(type_info, adder))
    return added


def answered_types(schema: GraphQLSchema) -> set[GraphQLAbstractType]:
    """The abstract types that fields have for their types."""
    return {
        cast(GraphQLAbstractType, type_)
        for parent in schema.type_map.values()
        if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType)
        for field in parent.fields.values()
        if is_abstract_type(type_ := named_type(field))
    }


class _Adder(Visitor):
    def __init__(self, type_info: TypeInfo, answered: Set[GraphQLAbstractType]) -> None:
        super().__init__()
        self.type_info = type_info
        self.answered = answered

    def leave_selection_set(
        self,
        node: SelectionSetNode,
        _key: object,
        parent: Node,
        *_: Any,
    ) -> SelectionSetNode | None:
        type_: object = cast(Any, self.type_info).get_parent_type()
        if type_ not in self.answered:
            return None
        if not isinstance(parent, FieldNode | FragmentDefinitionNode):
            return None
        if any(_asks(selection) for selection in node.selections):
            return None
        return SelectionSetNode(selections=(ASKING, *node.selections), loc=node.loc)


def _asks(node: Node) -> bool:
    return (
        isinstance(node, FieldNode)
        and node.name.value == TYPENAME
        and node.alias is None
        and not node.directives
    )
