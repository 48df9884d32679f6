"""What an operation is filled in with: values, and variables of the tool.

Whatever a person would change, or must not find in a file, is a variable.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    GraphQLEnumType,
    GraphQLID,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLSchema,
    GraphQLString,
    OperationDefinitionNode,
    VariableDefinitionNode,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
)

from ...codegen.directives import (
    ENCRYPTED,
    SECRET,
    USER_POOL,
    Place,
    Slot,
    has_directive,
    innermost,
    not_null,
    paged_of,
)
from ...codegen.examples import Example, example_of, read_value
from ...codegen.given import variable_type
from ...codegen.trace import trace
from .model import reference
from .usual import POOL, usual_value, variable, wanted

_TEXT = (GraphQLString, GraphQLID)
_NOT_TEXT: Mapping[str, object] = {"Int": 0, "Float": 0.0, "Boolean": False}
"""What no variable can stand for, since it would be text; a person writes it."""


@dataclass(frozen=True)
class Filling:
    """Fills in one operation."""

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    written: Mapping[str, VariableDefinitionNode]
    """The variables of the operation as they are written, with their examples."""
    secrets: set[str]
    """Is added to: the variables of the tool that hold secrets."""
    values: dict[str, str]
    """Is added to: what variables of the tool hold at first."""

    def variables(self) -> dict[str, object]:
        """The variables of the operation."""
        slots = trace(self.operation, self.schema)
        types = {
            node.variable.name.value: variable_type(self.schema, node)
            for node in self.operation.variable_definitions
        }
        required = {name for name, type_ in types.items() if is_non_null_type(type_)}
        chosen = set(wanted(types.keys(), required))
        filled: dict[str, object] = {}
        for name, type_ in types.items():
            own = [place.slot for place in slots[name] if place.path == name]
            example = self._example(self.written.get(name), *own)
            if self._is_wanted(own, example, usual=name in chosen):
                filled[name] = self._value(name, type_, own, example or Example())
        if "page" in filled:
            filled["page"] = self._first_page()
        return filled

    def _example(self, *places: Place | None) -> Example | None:
        """The first example that some places have."""
        found = (example_of(self.schema, each) for each in places if each)
        return next(filter(None, found), None)

    def _is_wanted(
        self, slots: Sequence[Slot], example: Example | None, *, usual: bool
    ) -> bool:
        if _marked(slots, USER_POOL):
            return True
        return usual if example is None else not example.left_out

    def _value(
        self,
        name: str,
        type_: object,
        slots: Sequence[Slot],
        example: Example,
        outer: tuple[GraphQLNamedType, ...] = (),
    ) -> object:
        bare, named = cast(Any, not_null(type_)), innermost(type_)
        own = example.name or variable(name)
        if _marked(slots, USER_POOL):
            return reference(POOL)
        is_secret = _marked(slots, ENCRYPTED) or _marked(slots, SECRET)
        if example.value is not None and not is_secret:
            if example.name is None or named not in _TEXT:
                return read_value(example.value, type_)
            self.values[own] = example.value
        if is_list_type(bare):
            one = name.removesuffix("List")
            return [self._value(one, bare.of_type, slots, example, outer)]
        if _marked(slots, ENCRYPTED):
            return self._secret(f"encrypted{own[:1].upper()}{own[1:]}")
        if isinstance(named, GraphQLInputObjectType):
            return dict(self._fields(named, outer))
        if isinstance(named, GraphQLEnumType):
            return next(iter(cast(Any, named).values))
        if (known := usual_value(name)) is not None:
            return known
        if named.name in _NOT_TEXT:
            return _NOT_TEXT[named.name]
        return self._secret(own) if is_secret else reference(own)

    def _fields(
        self, type_: GraphQLInputObjectType, outer: tuple[GraphQLNamedType, ...]
    ) -> Iterator[tuple[str, object]]:
        """What is filled into an input object; into one within itself nothing."""
        inside = (*outer, type_)
        for name in self._wanted_of(type_, inside) if type_ not in outer else ():
            slot = type_.fields[name]
            given = self._example(slot) or Example()
            yield name, self._value(name, slot.type, [slot], given, inside)

    def _wanted_of(
        self, type_: GraphQLInputObjectType, inside: tuple[GraphQLNamedType, ...]
    ) -> list[str]:
        """The fields of an input that are filled; of one with `@oneOf` a single one."""
        found = [
            name
            for name, slot in type_.fields.items()
            if self._is_wanted(
                [slot], self._example(slot), usual=is_required_input_field(slot)
            )
        ]
        if not type_.is_one_of:
            return found
        ending = (
            name
            for name, slot in type_.fields.items()
            if innermost(slot.type) not in inside
        )
        return found[:1] or [*ending, *type_.fields][:1]

    def _secret(self, name: str) -> str:
        self.secrets.add(name)
        return reference(name)

    def _first_page(self) -> int:
        root = self.schema.get_root_type(self.operation.operation)
        assert root is not None
        selection = cast(Any, self.operation.selection_set.selections[0])
        paged = paged_of(self.schema, root.fields[selection.name.value])
        return paged.first if paged else 1


def _marked(slots: Sequence[Slot], directive: str) -> bool:
    return any(has_directive(slot, directive) for slot in slots)
