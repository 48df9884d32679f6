"""What an operation is filled in with: values, and variables of the tool.

Whatever a person would change, or must not find in a file, is a variable.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLSchema,
    OperationDefinitionNode,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
)

from ...codegen.directives import (
    ENCRYPTED,
    SECRET,
    USER_POOL,
    Slot,
    has_directive,
    innermost,
    not_null,
    paged_of,
)
from ...codegen.given import variable_type
from ...codegen.trace import trace
from .model import reference
from .usual import POOL, changed, example, variable, wanted

_NOT_TEXT: Mapping[str, object] = {"Int": 0, "Float": 0.0, "Boolean": False}
"""What no variable can stand for, since it would be text; a person writes it."""


@dataclass(frozen=True)
class Filling:
    """Fills in one operation."""

    schema: GraphQLSchema
    name: str
    operation: OperationDefinitionNode
    folder: str
    secrets: set[str]
    """Is added to: the variables that hold secrets."""

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
            if name in chosen or _marked(own, USER_POOL):
                filled[name] = self._value(name, type_, own)
        if "page" in filled:
            filled["page"] = self._first_page()
        return changed(self.name, filled)

    def _value(
        self,
        name: str,
        type_: object,
        slots: Sequence[Slot],
        outer: tuple[GraphQLNamedType, ...] = (),
    ) -> object:
        bare, named = cast(Any, not_null(type_)), innermost(type_)
        if _marked(slots, USER_POOL):
            return reference(POOL)
        if is_list_type(bare):
            one = name.removesuffix("List")
            return [self._value(one, bare.of_type, slots, outer)]
        if _marked(slots, ENCRYPTED):
            return self._secret(f"encrypted{name[:1].upper()}{name[1:]}")
        if isinstance(named, GraphQLInputObjectType):
            return {
                field: self._value(field, slot.type, [slot], (*outer, named))
                for field, slot in named.fields.items()
                if named not in outer
                and (is_required_input_field(slot) or _marked([slot], USER_POOL))
            }
        if isinstance(named, GraphQLEnumType):
            return next(iter(cast(Any, named).values))
        if (known := example(name, self.folder)) is not None:
            return known
        if named.name in _NOT_TEXT:
            return _NOT_TEXT[named.name]
        own = variable(name, self.folder, self.name)
        return self._secret(own) if _marked(slots, SECRET) else reference(own)

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
