"""Which argument or input field each variable of an operation fills."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
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

    A variable that fills a whole input object fills also those of its fields that carry
    a directive.

    Raises:
        CodegenError: A constant is written where the schema asks for encryption.
    """
    type_info = TypeInfo(schema)
    tracer = _Tracer(type_info, _marked_inputs(schema))
    visit(operation, TypeInfoVisitor(type_info, tracer))
    return tracer.places


@dataclass
class _Tracer(Visitor):
    type_info: TypeInfo
    marked: Mapping[str, str]
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
        filled = _fill(name, self.slots[-1], node, self.marked)
        self.places[name].extend(filled)

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
    path: str,
    slot: Slot,
    node: Node,
    marked: Mapping[str, str],
    seen: tuple[str, ...] = (),
) -> Iterator[Filled]:
    """The place itself, and those below it that carry a directive.

    Others are not looked for: inputs that hold each other, as filters do, have more
    paths through them than anybody can walk.
    """
    yield Filled(path, slot, node)
    type_ = named_type(slot)
    if not isinstance(type_, GraphQLInputObjectType) or type_.name not in marked:
        return
    if type_.name in seen:
        raise CodegenError(
            "an input that holds itself cannot be passed as a whole where it holds"
            f" @{marked[type_.name]} fields",
            node,
        )
    for name, inner in type_.fields.items():
        if _directive(inner) or named_type(inner).name in marked:
            yield from _fill(f"{path}.{name}", inner, node, marked, (*seen, type_.name))


@lru_cache(maxsize=1)
def _marked_inputs(schema: GraphQLSchema) -> Mapping[str, str]:
    """A directive that each input leads to, by the name of the input."""
    holders = defaultdict[str, set[str]](set)
    found: dict[str, str] = {}
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLInputObjectType):
            for slot in type_.fields.values():
                holders[named_type(slot).name].add(type_.name)
                if name := _directive(slot):
                    found[type_.name] = name
    rest = [*found]
    while rest:
        inner = rest.pop()
        for holder in holders[inner] - found.keys():
            found[holder] = found[inner]
            rest.append(holder)
    return found


def _directive(slot: Slot) -> str | None:
    """The directive that decides what is sent there."""
    marks = (ENCRYPTED, USER_POOL)
    return next((name for name in marks if has_directive(slot, name)), None)
