"""Which parts of the schema an operation uses, by schema coordinates."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from graphql import (
    ArgumentNode,
    EnumValueNode,
    FieldNode,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    Node,
    ObjectFieldNode,
    ObjectValueNode,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    Visitor,
    visit,
)

from ..directives import innermost, named_type


@dataclass(frozen=True)
class Use:
    """One use of a part of the schema."""

    node: Node
    """Where the operation says so."""
    sends: bool
    """Whether callers give the value; otherwise they read it."""


Usage = dict[str, list[Use]]
"""The uses by the coordinates of what is used."""


def usage_of(operation: OperationDefinitionNode, schema: GraphQLSchema) -> Usage:
    """Find what an operation uses; its fragments are written out."""
    type_info = TypeInfo(schema)
    finder = _Finder(schema, type_info)
    visit(operation, TypeInfoVisitor(type_info, finder))
    return finder.usage


@dataclass
class _Finder(Visitor):
    schema: GraphQLSchema
    type_info: TypeInfo
    usage: Usage = field(default_factory=dict[str, list[Use]])

    def __post_init__(self) -> None:
        super().__init__()

    def enter_operation_definition(
        self, node: OperationDefinitionNode, *_: Any
    ) -> None:
        if root := self.schema.get_root_type(node.operation):
            self._use(root.name, node, sends=False)

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        definition = self.type_info.get_field_def()
        parent = cast(Any, self.type_info).get_parent_type()
        if definition is None or parent is None:
            return  # `__typename`
        for name in self._names(parent):
            self._use(f"{name}.{node.name.value}", node, sends=False)
        # Of a type that has no fields any more, graphql-core blames the selection.
        chosen = [node, node.selection_set] if node.selection_set else [node]
        self._use(named_type(definition).name, *chosen, sends=False)

    def enter_inline_fragment(self, node: InlineFragmentNode, *_: Any) -> None:
        if node.type_condition:
            self._use(node.type_condition.name.value, node.type_condition, sends=False)

    def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
        parent = cast(Any, self.type_info).get_parent_type()
        definition = self.type_info.get_field_def()
        if parent is None or definition is None:
            return
        for name in self._names(parent):
            coordinate = f"{name}.{_field_name(parent, definition)}({node.name.value}:)"
            self._use(coordinate, node, node.value, sends=True)

    def enter_object_value(self, node: ObjectValueNode, *_: Any) -> None:
        type_ = innermost(cast(Any, self.type_info).get_input_type())
        self._use(type_.name, node, sends=True)

    def enter_object_field(self, node: ObjectFieldNode, *_: Any) -> None:
        parent = innermost(cast(Any, self.type_info).get_parent_input_type())
        coordinate = f"{parent.name}.{node.name.value}"
        self._use(coordinate, node, node.value, sends=True)

    def enter_enum_value(self, node: EnumValueNode, *_: Any) -> None:
        type_ = innermost(cast(Any, self.type_info).get_input_type())
        self._use(f"{type_.name}.{node.value}", node, sends=True)

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: Any) -> None:
        type_ = innermost(cast(Any, self.type_info).get_input_type())
        for coordinate in _inside(type_, set()):
            self._use(coordinate, node, node.type, sends=True)

    def _names(self, parent: GraphQLNamedType) -> list[str]:
        """The type and, of an interface, what it may turn out to be."""
        if not isinstance(parent, GraphQLInterfaceType):
            return [parent.name]
        possible = self.schema.get_possible_types(parent)
        return [parent.name, *(type_.name for type_ in possible)]

    def _use(self, coordinate: str, *nodes: Node, sends: bool) -> None:
        uses = self.usage.setdefault(coordinate, [])
        uses.extend(Use(node, sends) for node in nodes)


def _field_name(parent: Any, definition: object) -> str:
    fields: dict[str, object] = parent.fields
    return next(name for name, each in fields.items() if each is definition)


def _inside(type_: GraphQLNamedType, seen: set[str]) -> Iterator[str]:
    """The coordinates of an input type and of all that can be given inside of it."""
    if type_.name in seen:
        return
    seen.add(type_.name)
    yield type_.name
    if isinstance(type_, GraphQLInputObjectType):
        for name, slot in type_.fields.items():
            yield f"{type_.name}.{name}"
            yield from _inside(named_type(slot), seen)
