"""What `@example` says; only tools read it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    DirectiveNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLID,
    GraphQLList,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    Undefined,
    get_directive_values,
    is_non_null_type,
    is_specified_scalar_type,
    parse_const_value,
    value_from_ast,  # pyright: ignore[reportUnknownVariableType]
    value_from_ast_untyped,
)

from .directives import (
    ENCRYPTED,
    SECRET,
    Place,
    Slot,
    directive_of,
    fields_of,
    has_directive,
    node_of,
    not_null,
    slots_of,
)
from .errors import CodegenError, Problems
from .given import variable_type
from .trace import Trace

EXAMPLE = "example"
_ARGUMENTS = {"value", "name", "new"}
_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]*")


@dataclass(frozen=True)
class Example:
    """What tools show for an argument or a variable, or keep of an answer's field."""

    value: str | None = None
    """The value, as it is written."""
    name: str | None = None
    """What tools call the value; its argument's name where it is None."""
    new: bool = False
    """Whether it must be one that is not there yet."""
    left_out: bool = False
    """Whether examples do without the argument."""


def is_declared(schema: GraphQLSchema) -> bool:
    """Whether `@example` means ours; a schema may have declared one of its own."""
    found = schema.get_directive(EXAMPLE)
    return found is not None and found.args.keys() == _ARGUMENTS


def example_of(schema: GraphQLSchema, place: Place) -> Example | None:
    """Read `@example` of a place, or None where it has none.

    Raises:
        GraphQLError: Its arguments are wrong.
    """
    directive = schema.get_directive(EXAMPLE) if is_declared(schema) else None
    node = node_of(place)
    if directive is None or node is None:
        return None
    # It reads variables as well as what its annotation lists.
    values = get_directive_values(directive, cast(Any, node))
    if values is None:
        return None
    left_out = "value" in values and values["value"] is None
    return Example(**values, left_out=left_out)


def read_value(text: str, type_: object) -> Any:
    """Read what `@example` writes.

    Text is text; a list of one may be written as its element. What looks like no value
    of GraphQL is text to a scalar that only the schema knows.

    Raises:
        ValueError: It is no value of the type.
    """
    bare = not_null(type_)
    if isinstance(bare, GraphQLList) and not text.lstrip().startswith("["):
        return [read_value(text, cast(Any, bare).of_type)]
    if bare in (GraphQLString, GraphQLID):
        return text
    if isinstance(bare, GraphQLEnumType) and text in bare.values:
        return text
    try:
        node = parse_const_value(text)
    except GraphQLSyntaxError:
        if isinstance(bare, GraphQLScalarType) and not is_specified_scalar_type(bare):
            return text
        node = None
    if node is None or value_from_ast(node, cast(Any, bare)) is Undefined:
        raise ValueError(f"{text!r} is no value of {bare}")
    return value_from_ast_untyped(node)


def check_examples(schema: GraphQLSchema, problems: Problems) -> None:
    """Refuse examples on places that cannot have them, and of wrong types."""
    if not is_declared(schema):
        return
    for type_ in schema.type_map.values():
        for field in fields_of(type_):
            with problems.gathered():
                _check_field(schema, field)
        for slot in slots_of(type_):
            type_of = cast(Any, slot).type
            required = is_non_null_type(type_of) and slot.default_value is Undefined
            with problems.gathered():
                _check(schema, slot, type_of, [slot], required=required)


def check_examples_of(
    operation: OperationDefinitionNode, schema: GraphQLSchema, places: Trace
) -> None:
    """Refuse examples that the variables of an operation cannot have.

    Args:
        operation: The operation.
        schema: The schema.
        places: What the variables fill.
    """
    for node in operation.variable_definitions:
        name, type_ = node.variable.name.value, variable_type(schema, node)
        required = is_non_null_type(type_) and node.default_value is None
        slots = [place.slot for place in places[name] if place.path == name]
        _check(schema, node, type_, slots, required=required)


def _check_field(schema: GraphQLSchema, field: GraphQLField) -> None:
    """Refuse on a field of an answer what only arguments can have."""
    if found := _checked(schema, field):
        example, node = found
        if example != Example(name=example.name) or example.name is None:
            raise CodegenError(
                "@example of a field in an answer has a name, and nothing else", node
            )


def _check(
    schema: GraphQLSchema,
    place: Place,
    type_: object,
    slots: Iterable[Slot],
    *,
    required: bool,
) -> None:
    if not (found := _checked(schema, place)):
        return
    example, node = found
    if example.left_out and required:
        raise CodegenError("@example cannot leave out what is required", node)
    if example.value is None:
        return
    if any(has_directive(each, mark) for each in slots for mark in (SECRET, ENCRYPTED)):
        raise CodegenError("@example: a secret has a name, but no value", node)
    try:
        read_value(example.value, type_)
    except ValueError as error:
        raise CodegenError(f"@example: {error}", node) from None


def _checked(
    schema: GraphQLSchema, place: Place
) -> tuple[Example, DirectiveNode] | None:
    try:
        example = example_of(schema, place)
    except GraphQLError as error:
        raise CodegenError.from_graphql([error]) from error
    node = directive_of(place, EXAMPLE)
    if example is None or node is None:
        return None
    if example.name is not None and not _NAME.fullmatch(example.name):
        raise CodegenError(f"@example: {example.name!r} is no name", node)
    return example, node
