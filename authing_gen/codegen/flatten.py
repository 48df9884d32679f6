"""The wire document: an operation with its fragments written out.

Fragments give models good names in Python, but their type conditions must not reach the
server where they say nothing: its type names differ between versions.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    NamedTypeNode,
    NameNode,
    Node,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableDefinitionNode,
    do_types_overlap,
    print_ast,
)

from .directives import named_type
from .errors import CodegenError
from .examples import EXAMPLE, is_declared
from .wire_types import (
    ASKING,
    TYPENAME,
    composite,
    condition_of,
    is_always,
)

AnyNode = TypeVar("AnyNode", bound=Node)


@dataclass(frozen=True)
class FlatOperation:
    """An operation without fragment spreads."""

    source: OperationDefinitionNode
    """The operation as it is written."""
    definition: OperationDefinitionNode
    """The operation as it is sent."""

    @property
    def name(self) -> str:
        """Name of the operation."""
        name = self.source.name
        return name.value if name else ""

    @cached_property
    def document(self) -> str:
        """The text that is sent."""
        return print_ast(self.definition)


def flatten(
    operation: OperationDefinitionNode,
    schema: GraphQLSchema,
    fragments: Mapping[str, FragmentDefinitionNode],
) -> FlatOperation:
    """Write the fragments of an operation out.

    Raises:
        CodegenError: It asks for introspection.
    """
    flattener = _Flattener(schema, fragments)
    root = schema.get_root_type(operation.operation)
    assert root is not None, "validation has found the root type"
    selected = flattener.selection_set(operation.selection_set, root)
    sent = _with(
        operation,
        variable_definitions=_without_examples(operation, schema),
        selection_set=selected,
    )
    return FlatOperation(operation, sent)


def _without_examples(
    operation: OperationDefinitionNode, schema: GraphQLSchema
) -> tuple[VariableDefinitionNode, ...]:
    """The variables as they are sent; a directive of the schema's own does travel."""
    found = tuple(operation.variable_definitions or ())  # None with graphql-core 3.3.
    if not is_declared(schema):
        return found
    return tuple(
        _with(
            each,
            directives=tuple(it for it in each.directives if it.name.value != EXAMPLE),
        )
        if each.directives
        else each
        for each in found
    )


@dataclass
class _Flattener:
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]

    def selection_set(
        self, node: SelectionSetNode, parent: GraphQLCompositeType
    ) -> SelectionSetNode:
        # Conditions within conditions may leave nothing that can ever be.
        selections = _without_repeats(self._selections(node, parent, parent))
        return SelectionSetNode(selections=selections or (ASKING,), loc=node.loc)

    def _selections(
        self,
        node: SelectionSetNode,
        parent: GraphQLCompositeType,
        written: GraphQLCompositeType,
    ) -> Iterator[SelectionNode]:
        """Write selections out.

        Args:
            node: The selections.
            parent: The type that they will be selected on.
            written: The type that they are written for, which the parent is, too.
        """
        for selection in node.selections:
            if isinstance(selection, FieldNode):
                yield self._field(selection, parent, written)
            elif isinstance(selection, FragmentSpreadNode):
                fragment = self.fragments[selection.name.value]
                type_ = condition_of(self.schema, fragment)
                selected = fragment.selection_set
                yield from self._fragment(selection, selected, parent, type_)
            elif isinstance(selection, InlineFragmentNode):
                type_ = condition_of(self.schema, selection, written)
                selected = selection.selection_set
                yield from self._fragment(selection, selected, parent, type_)

    def _fragment(
        self,
        node: FragmentSpreadNode | InlineFragmentNode,
        selected: SelectionSetNode,
        parent: GraphQLCompositeType,
        type_: GraphQLCompositeType,
    ) -> Iterator[SelectionNode]:
        if not do_types_overlap(self.schema, parent, type_):
            return
        # An object knows what it is, and so do the conditions within conditions.
        is_known = isinstance(parent, GraphQLObjectType)
        if is_known or is_always(self.schema, type_, parent):
            inner = self._selections(selected, parent, type_)
            yield from _under(inner, node.directives or ())
        elif kept := [*self._selections(selected, type_, type_)]:
            yield _inline(kept, node.directives or (), type_.name)

    def _field(
        self,
        node: FieldNode,
        parent: GraphQLCompositeType,
        written: GraphQLCompositeType,
    ) -> SelectionNode:
        name = node.name.value
        if _type(parent, name) != _type(written, name):
            # An object may promise more than its interface does. A server refuses a
            # field that is selected of both, where they differ.
            return _inline([self._field(node, written, written)], (), written.name)
        if node.selection_set is None or name == TYPENAME:
            return node
        assert not isinstance(parent, GraphQLUnionType), "a union has no fields"
        if name not in parent.fields:
            raise CodegenError("introspection is not an operation of the client", node)
        inner = composite(named_type(parent.fields[name]))
        selected = self.selection_set(node.selection_set, inner)
        return _with(node, selection_set=selected)


def _with(node: AnyNode, **changes: object) -> AnyNode:
    """A node with some parts of it replaced: from graphql-core 3.3 on none changes."""
    parts = {key: getattr(node, key) for key in node.keys}
    return type(node)(**{**parts, **changes})


def _type(of: GraphQLCompositeType, field: str) -> str:
    """What a type says of a field's type, if it says something."""
    if isinstance(of, GraphQLUnionType) or field not in of.fields:
        return ""
    return str(of.fields[field].type)


def _inline(
    selections: Iterable[SelectionNode],
    directives: tuple[DirectiveNode, ...],
    condition: str | None = None,
) -> InlineFragmentNode:
    return InlineFragmentNode(
        type_condition=condition and NamedTypeNode(name=NameNode(value=condition)),
        directives=directives,
        selection_set=SelectionSetNode(selections=_without_repeats(selections)),
    )


def _under(
    selections: Iterable[SelectionNode], directives: tuple[DirectiveNode, ...]
) -> Iterator[SelectionNode]:
    """Give selections the directives of the fragment that they come from."""
    names = {directive.name.value for directive in directives}
    for selection in selections:
        before = selection.directives or ()
        own = {directive.name.value for directive in before}
        if not directives:
            yield selection
        elif own & names or not names <= {"include", "skip"}:
            # No directive can stand twice on one field, and not each on a field.
            yield _inline([selection], directives)
        else:
            yield _with(selection, directives=(*before, *directives))


def _without_repeats(selections: Iterable[SelectionNode]) -> tuple[SelectionNode, ...]:
    """Leave out what is written twice; the server merges what is written otherwise."""
    return tuple({print_ast(selection): selection for selection in selections}.values())
