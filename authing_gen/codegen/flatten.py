"""The wire document: an operation with its fragments written out.

Fragments give models good names in Python, but their type conditions must not reach the
server, whose type names differ between versions.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    is_abstract_type,
    print_ast,
)

from .directives import named_type
from .errors import CodegenError


@dataclass(frozen=True)
class FlatOperation:
    """An operation without fragment spreads."""

    source: OperationDefinitionNode
    """The operation as it is written."""
    definition: OperationDefinitionNode
    """The operation as it is sent."""
    fragment_names: Mapping[int, str]
    """Which fragment a selection set consists of, by the `id` of the flattened set."""

    @property
    def name(self) -> str:
        """Name of the operation."""
        name = self.source.name
        return name.value if name else ""

    @property
    def document(self) -> str:
        """The text that is sent."""
        return print_ast(self.definition)


def flatten(
    operation: OperationDefinitionNode,
    schema: GraphQLSchema,
    fragments: Mapping[str, FragmentDefinitionNode],
) -> FlatOperation:
    """Write the fragments of an operation out."""
    flattener = _Flattener(schema, fragments)
    root = schema.get_root_type(operation.operation)
    assert root is not None, "validation has found the root type"
    definition = OperationDefinitionNode(
        **{key: getattr(operation, key) for key in operation.keys}
    )
    definition.selection_set = flattener.selection_set(operation.selection_set, root)
    return FlatOperation(operation, definition, flattener.names)


@dataclass
class _Flattener:
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    names: dict[int, str] = field(default_factory=dict[int, str])

    def selection_set(
        self, node: SelectionSetNode, parent: GraphQLCompositeType
    ) -> SelectionSetNode:
        selections = _without_repeats(self._selections(node, parent))
        flat = SelectionSetNode(selections=selections, loc=node.loc)
        if len(node.selections) == 1 and isinstance(
            only := node.selections[0], FragmentSpreadNode
        ):
            self.names[id(flat)] = only.name.value
        return flat

    def _selections(
        self, node: SelectionSetNode, parent: GraphQLCompositeType
    ) -> Iterator[SelectionNode]:
        for selection in node.selections:
            if isinstance(selection, FieldNode):
                yield self._field(selection, parent)
            elif isinstance(selection, FragmentSpreadNode):
                yield from self._spread(selection, parent)
            elif isinstance(selection, InlineFragmentNode):
                yield self._inline(selection, parent)

    def _field(self, node: FieldNode, parent: GraphQLCompositeType) -> FieldNode:
        if node.selection_set is None:
            return node
        assert not isinstance(parent, GraphQLUnionType), "a union has no fields"
        fields = parent.fields
        inner = _composite(named_type(fields[node.name.value]))
        copy = FieldNode(**{key: getattr(node, key) for key in node.keys})
        copy.selection_set = self.selection_set(node.selection_set, inner)
        return copy

    def _spread(
        self, node: FragmentSpreadNode, parent: GraphQLCompositeType
    ) -> Iterator[SelectionNode]:
        fragment = self.fragments[node.name.value]
        condition = self.schema.type_map[fragment.type_condition.name.value]
        narrows = is_abstract_type(parent) and condition is not parent
        if not narrows and not node.directives:
            yield from self._selections(fragment.selection_set, parent)
            return
        inner = _composite(condition) if narrows else parent
        yield InlineFragmentNode(
            type_condition=fragment.type_condition if narrows else None,
            directives=node.directives,
            selection_set=self.selection_set(fragment.selection_set, inner),
            loc=node.loc,
        )

    def _inline(
        self, node: InlineFragmentNode, parent: GraphQLCompositeType
    ) -> InlineFragmentNode:
        inner = parent
        if node.type_condition:
            inner = _composite(self.schema.type_map[node.type_condition.name.value])
        return InlineFragmentNode(
            type_condition=node.type_condition,
            directives=node.directives,
            selection_set=self.selection_set(node.selection_set, inner),
            loc=node.loc,
        )


def _composite(type_: GraphQLNamedType) -> GraphQLCompositeType:
    assert isinstance(
        type_, (GraphQLObjectType, GraphQLInterfaceType, GraphQLUnionType)
    ), "validation lets nothing else have a selection"
    return type_


def _without_repeats(selections: Iterator[SelectionNode]) -> tuple[SelectionNode, ...]:
    kept: dict[str, SelectionNode] = {}
    for selection in selections:
        text = print_ast(selection)
        key = text
        if isinstance(selection, FieldNode):
            key = (selection.alias or selection.name).value
        if key not in kept:
            kept[key] = selection
        elif print_ast(kept[key]) != text:
            raise CodegenError(
                f"{key!r} is selected twice in different ways; select it once",
                selection,
            )
    return tuple(kept.values())
