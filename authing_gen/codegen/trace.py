"""Which argument or input field each variable of an operation fills."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from graphql import (
    SKIP,
    ArgumentNode,
    GraphQLInputObjectType,
    GraphQLSchema,
    ListValueNode,
    Node,
    ObjectFieldNode,
    ObjectValueNode,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    visit,
)

from .directives import ENCRYPTED, Slot, has_directive, innermost, named_type
from .errors import CodegenError


@dataclass(frozen=True)
class Filled:
    """One place that a variable fills."""

    path: str
    """Name of the variable, followed by the input fields below it."""
    slot: Slot
    """The argument or input field that is filled."""
    node: Node
    """Where the operation says so."""


Trace = dict[str, list[Filled]]
"""The places that each variable fills, by the name of the variable."""


def trace(operation: OperationDefinitionNode, schema: GraphQLSchema) -> Trace:
    """Follow the variables of a flattened operation to the places that they fill.

    A variable that fills a whole input object fills each of its fields too.

    Raises:
        CodegenError: A constant is written where the schema asks for encryption.
    """
    type_info = TypeInfo(schema)
    tracer = _Tracer(type_info)
    visit(operation, TypeInfoVisitor(type_info, tracer))
    return tracer.places


@dataclass
class _Tracer(Visitor):
    type_info: TypeInfo
    places: Trace = field(default_factory=dict[str, list[Filled]])
    slots: list[Slot] = field(default_factory=list[Slot])

    def __post_init__(self) -> None:
        super().__init__()

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: Any) -> Any:
        self.places[node.variable.name.value] = []
        return SKIP

    def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
        slot = self.type_info.get_argument()
        assert slot is not None, "validation has found the argument"
        self._enter(slot, node.value)

    def leave_argument(self, *_: Any) -> None:
        self.slots.pop()

    def enter_object_field(self, node: ObjectFieldNode, *_: Any) -> None:
        parent = innermost(cast(Any, self.type_info).get_parent_input_type())
        assert isinstance(parent, GraphQLInputObjectType)
        self._enter(parent.fields[node.name.value], node.value)

    def leave_object_field(self, *_: Any) -> None:
        self.slots.pop()

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        name = node.name.value
        self.places[name].extend(_fill(name, self.slots[-1], node))

    def _enter(self, slot: Slot, value: Node) -> None:
        constant = not isinstance(value, (VariableNode, ObjectValueNode, ListValueNode))
        if constant and has_directive(slot, ENCRYPTED):
            raise CodegenError("an @encrypted value must come from a variable", value)
        self.slots.append(slot)


def _fill(
    path: str, slot: Slot, node: Node, seen: tuple[GraphQLInputObjectType, ...] = ()
) -> Iterator[Filled]:
    yield Filled(path, slot, node)
    type_ = named_type(slot)
    if isinstance(type_, GraphQLInputObjectType) and type_ not in seen:
        for name, inner in type_.fields.items():
            yield from _fill(f"{path}.{name}", inner, node, (*seen, type_))
