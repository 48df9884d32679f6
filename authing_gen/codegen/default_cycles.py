"""Refuses inputs whose defaults hold each other.

graphql-core reads the defaults of an input with its fields, and would never end.
"""

from collections.abc import Iterator, Mapping

from graphql import (
    ConstValueNode,
    DocumentNode,
    InputObjectTypeDefinitionNode,
    InputObjectTypeExtensionNode,
    InputValueDefinitionNode,
    ListValueNode,
    ObjectValueNode,
)

from .errors import CodegenError
from .kinds import innermost_node

_Inputs = Mapping[str, Mapping[str, InputValueDefinitionNode]]
"""The fields of inputs by their names, by those of the inputs."""


def check_default_cycles(document: DocumentNode) -> None:
    """Check the defaults of all input fields of a schema.

    Raises:
        CodegenError: Names the first default that leads back to its input.
    """
    inputs: dict[str, dict[str, InputValueDefinitionNode]] = {}
    for node in document.definitions:
        if isinstance(
            node, InputObjectTypeDefinitionNode | InputObjectTypeExtensionNode
        ):
            fields = inputs.setdefault(node.name.value, {})
            fields.update((each.name.value, each) for each in node.fields or ())
    held = {
        name: [(each, {*_held(each, each.default_value, inputs)}) for each in own]
        for name, fields in inputs.items()
        if (own := [each for each in fields.values() if each.default_value])
    }
    for name in held:
        for node, names in held[name]:
            if name in _reached(names, held):
                raise CodegenError(
                    f"the default leads back to {name!r} itself: leave it out",
                    node.default_value,
                )


def _held(
    slot: InputValueDefinitionNode, value: ConstValueNode | None, inputs: _Inputs
) -> Iterator[str]:
    """The inputs of which a value holds objects."""
    name = innermost_node(slot.type).name.value
    if isinstance(value, ListValueNode):
        for each in value.values:
            yield from _held(slot, each, inputs)
    elif isinstance(value, ObjectValueNode) and name in inputs:
        yield name
        for item in value.fields:
            if inner := inputs[name].get(item.name.value):
                yield from _held(inner, item.value, inputs)


def _reached(
    names: set[str],
    held: Mapping[str, list[tuple[InputValueDefinitionNode, set[str]]]],
) -> set[str]:
    """The inputs that some inputs hold by their defaults, and those themselves."""
    found, rest = set[str](), [*names]
    while rest:
        name = rest.pop()
        if name not in found:
            found.add(name)
            rest += (each for _, more in held.get(name, ()) for each in more)
    return found
