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
    NullValueNode,
    ObjectFieldNode,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    visit,
)

from .directives import ENCRYPTED, USER_POOL, Slot, has_directive, innermost, named_type
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
        if has_directive(slot, ENCRYPTED):
            for constant in _constants(value):
                raise CodegenError(
                    "an @encrypted value must come from a variable", constant
                )
        self.slots.append(slot)


def _constants(value: Node) -> Iterator[Node]:
    if isinstance(value, ListValueNode):
        for item in value.values:
            yield from _constants(item)
    elif not isinstance(value, VariableNode | NullValueNode):
        yield value


def _fill(
    path: str, slot: Slot, node: Node, seen: tuple[GraphQLInputObjectType, ...] = ()
) -> Iterator[Filled]:
    yield Filled(path, slot, node)
    type_ = named_type(slot)
    if not isinstance(type_, GraphQLInputObjectType):
        return
    if type_ in seen:
        _check_recursion(type_, node)
    else:
        for name, inner in type_.fields.items():
            yield from _fill(f"{path}.{name}", inner, node, (*seen, type_))


def _check_recursion(type_: GraphQLInputObjectType, node: Node) -> None:
    for slot in _slots_below(type_, set()):
        for name in (ENCRYPTED, USER_POOL):
            if has_directive(slot, name):
                raise CodegenError(
                    "an input that holds itself cannot be passed as a whole where it"
                    f" holds @{name} fields",
                    node,
                )


def _slots_below(type_: GraphQLInputObjectType, seen: set[str]) -> Iterator[Slot]:
    """The fields of an input and of all the inputs that it holds."""
    seen.add(type_.name)
    for slot in type_.fields.values():
        yield slot
        inner = named_type(slot)
        if isinstance(inner, GraphQLInputObjectType) and inner.name not in seen:
            yield from _slots_below(inner, seen)
