"""The wire document: an operation with its fragments written out.

Fragments give models good names in Python, but their type conditions must not reach the
server where they say nothing: its type names differ between versions.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    NamedTypeNode,
    NameNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    do_types_overlap,
    print_ast,
)

from .directives import named_type
from .errors import CodegenError
from .wire_types import (
    ASKING,
    TYPENAME,
    composite,
    condition_of,
    is_always,
)


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

    @property
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
    definition = OperationDefinitionNode(
        **{key: getattr(operation, key) for key in operation.keys}
    )
    definition.selection_set = flattener.selection_set(operation.selection_set, root)
    return FlatOperation(operation, definition)


@dataclass
class _Flattener:
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]

    def selection_set(
        self, node: SelectionSetNode, parent: GraphQLCompositeType
    ) -> SelectionSetNode:
        # Conditions within conditions may leave nothing that can ever be.
        selections = _without_repeats(self._selections(node, parent))
        return SelectionSetNode(selections=selections or (ASKING,), loc=node.loc)

    def _selections(
        self, node: SelectionSetNode, parent: GraphQLCompositeType
    ) -> Iterator[SelectionNode]:
        for selection in node.selections:
            if isinstance(selection, FieldNode):
                yield self._field(selection, parent)
            elif isinstance(selection, FragmentSpreadNode):
                fragment = self.fragments[selection.name.value]
                yield from self._fragment(
                    selection, fragment.selection_set, parent, fragment
                )
            elif isinstance(selection, InlineFragmentNode):
                yield from self._fragment(
                    selection, selection.selection_set, parent, selection
                )

    def _fragment(
        self,
        node: FragmentSpreadNode | InlineFragmentNode,
        selected: SelectionSetNode,
        parent: GraphQLCompositeType,
        conditioned: FragmentDefinitionNode | InlineFragmentNode,
    ) -> Iterator[SelectionNode]:
        type_ = condition_of(self.schema, conditioned, parent)
        if not do_types_overlap(self.schema, parent, type_):
            return
        # An object knows what it is, and so do the conditions within conditions.
        is_known = isinstance(parent, GraphQLObjectType)
        is_needless = is_known or is_always(self.schema, type_, parent)
        if is_needless and _describe_alike(parent, type_, selected):
            yield from _under(self._selections(selected, parent), node.directives)
        elif inner := [*self._selections(selected, type_)]:
            yield _inline(inner, node.directives, type_.name)

    def _field(self, node: FieldNode, parent: GraphQLCompositeType) -> FieldNode:
        name = node.name.value
        if node.selection_set is None or name == TYPENAME:
            return node
        assert not isinstance(parent, GraphQLUnionType), "a union has no fields"
        if name not in parent.fields:
            raise CodegenError("introspection is not an operation of the client", node)
        inner = composite(named_type(parent.fields[name]))
        copy = FieldNode(**{key: getattr(node, key) for key in node.keys})
        copy.selection_set = self.selection_set(node.selection_set, inner)
        return copy


def _describe_alike(
    one: GraphQLCompositeType, other: GraphQLCompositeType, selected: SelectionSetNode
) -> bool:
    """Whether two types say the same of the fields that are selected.

    An object may promise more than its interface does, and a server refuses a field
    that is selected of both where they differ.
    """
    if isinstance(one, GraphQLUnionType) or isinstance(other, GraphQLUnionType):
        return True
    fields = (node for node in selected.selections if isinstance(node, FieldNode))
    names = {node.name.value for node in fields} & one.fields.keys()
    return all(_said(one, name) == _said(other, name) for name in names)


def _said(type_: GraphQLObjectType | GraphQLInterfaceType, field: str) -> str:
    return str(type_.fields[field].type)


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
        own = {directive.name.value for directive in selection.directives}
        if not directives:
            yield selection
        elif own & names or not names <= {"include", "skip"}:
            # No directive can stand twice on one field, and not each on a field.
            yield _inline([selection], directives)
        else:
            keys = {key: getattr(selection, key) for key in selection.keys}
            keys["directives"] = (*selection.directives, *directives)
            yield type(selection)(**keys)


def _without_repeats(selections: Iterable[SelectionNode]) -> tuple[SelectionNode, ...]:
    """Leave out what is written twice; the server merges what is written otherwise."""
    return tuple({print_ast(selection): selection for selection in selections}.values())
