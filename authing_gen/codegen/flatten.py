"""The wire document: an operation with its fragments written out.

Fragments give models good names in Python, but their type conditions must not reach the
server, whose type names differ between versions.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graphql import (
    DirectiveNode,
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
    NamedTypeNode,
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
                fragment = self.fragments[selection.name.value]
                yield from self._fragment(
                    selection, fragment.type_condition, fragment.selection_set, parent
                )
            elif isinstance(selection, InlineFragmentNode):
                yield from self._fragment(
                    selection, selection.type_condition, selection.selection_set, parent
                )

    def _fragment(
        self,
        node: FragmentSpreadNode | InlineFragmentNode,
        condition: NamedTypeNode | None,
        selected: SelectionSetNode,
        parent: GraphQLCompositeType,
    ) -> Iterator[SelectionNode]:
        if condition is None:
            # ariadne-codegen cannot read it.
            raise CodegenError("an inline fragment needs a type: `... on Type`", node)
        type_ = _composite(self.schema.type_map[condition.name.value])
        if is_abstract_type(parent) and type_ is not parent:
            if is_abstract_type(type_):
                raise CodegenError(
                    f"{type_.name!r} may be several types: select on each of them,"
                    " so that each has a model",
                    node,
                )
            yield InlineFragmentNode(
                type_condition=condition,
                directives=node.directives,
                selection_set=self.selection_set(selected, type_),
                loc=node.loc,
            )
            return
        for selection in self._selections(selected, parent):
            yield _under(selection, node.directives)

    def _field(self, node: FieldNode, parent: GraphQLCompositeType) -> FieldNode:
        if node.selection_set is None:
            return node
        assert not isinstance(parent, GraphQLUnionType), "a union has no fields"
        fields = parent.fields
        if node.name.value not in fields:
            raise CodegenError("introspection is not an operation of the client", node)
        inner = _composite(named_type(fields[node.name.value]))
        copy = FieldNode(**{key: getattr(node, key) for key in node.keys})
        copy.selection_set = self.selection_set(node.selection_set, inner)
        return copy


def _under(
    selection: SelectionNode, directives: tuple[DirectiveNode, ...]
) -> SelectionNode:
    """Give a selection the directives of the fragment that it comes from."""
    if not directives:
        return selection
    copy = type(selection)(**{key: getattr(selection, key) for key in selection.keys})
    copy.directives = (*selection.directives, *directives)
    names = [directive.name.value for directive in copy.directives]
    for name in names:
        if names.count(name) > 1:
            raise CodegenError(
                f"@{name} stands on this field and on the fragment that holds it;"
                " write it once",
                selection,
            )
    return copy


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
