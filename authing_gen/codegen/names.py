"""Python names that people would choose."""

import builtins
import re
from collections.abc import Container, Iterable
from enum import StrEnum
from functools import cache
from itertools import count
from keyword import iskeyword
from typing import Any, cast

from ariadne_codegen.plugins.base import Plugin
from ariadne_codegen.plugins.manager import PluginManager
from ariadne_codegen.utils import process_name, str_to_pascal_case, str_to_snake_case
from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    VariableDefinitionNode,
)
from pydantic import BaseModel

from .wire_types import TYPENAME

TYPENAME_FIELD = "typename__"
"""The field of `__typename`."""

RESERVED = {
    *{"operations", "options", "result", "results", "self", "variables"},
    *{"timeout", "headers", "idempotent"},
}
"""Names that a method needs for itself or for its options, so that no parameter can
have them. (`token` it can: the method then has no option of that name.)"""

WORDS = ("OAuth",)
"""Words whose capitals do not start a new word."""

_SPLIT_WORDS = {
    re.compile(rf"(?:^|(?<=_)){str_to_snake_case(word)}(?=_|$)"): word.lower()
    for word in WORDS
}


def join_words(name: str) -> str:
    """Write `o_auth` as `oauth`."""
    for split, word in _SPLIT_WORDS.items():
        name = split.sub(word, name)
    return name


def method_name(operation: str) -> str:
    """Name of an operation's method."""
    return join_words(str_to_snake_case(operation))


def python_name(
    name: str,
    node: Node | GraphQLInputField,
    *,
    is_field: bool = False,
    snake_case: bool = True,
) -> str:
    """What ariadne-codegen and `NamesPlugin` make of a GraphQL name together."""
    made = process_name(
        name,
        convert_to_snake_case=snake_case,
        plugin_manager=_manager(),
        # ariadne-codegen passes input fields too, though it does not say so.
        node=cast(Any, node),
        trim_leading_underscore=is_field,
        handle_pydantic_resrved_field_names=is_field,
    )
    if iskeyword(made):  # Only without its underscores.
        return f"{made}_"
    return made if made.isidentifier() else f"field_{made}"


def _settled(made: dict[str, str], taken: Iterable[str] = ()) -> dict[str, str]:
    """Let no two names be one; those that stay as they are come first."""
    taken = {*taken}
    for name in sorted(
        made, key=lambda name: (name != TYPENAME, made[name] != name, name)
    ):
        made[name] = free_name(made[name], taken)
        taken.add(made[name])
    return made


@cache
def _manager() -> PluginManager:
    return PluginManager(GraphQLSchema(), plugins_types=[NamesPlugin])


def field_names(names: Iterable[str], *, snake_case: bool) -> dict[str, str]:
    """What the fields of a class are called, by their names in the schema.

    Those whose name stays as it is come first, so that adding a field renames no other.
    """
    return _settled({name: field_name(name, snake_case=snake_case) for name in names})


@cache
def field_name(name: str, *, snake_case: bool) -> str:
    """What a field would be called by itself."""
    if name == TYPENAME:
        return TYPENAME_FIELD
    return python_name(name, FieldNode(), is_field=True, snake_case=snake_case)


def method_names(
    operations: Iterable[OperationDefinitionNode], taken: Iterable[str]
) -> dict[str, str]:
    """What the methods are called, by the names of the operations.

    Args:
        operations: The operations.
        taken: What the client needs for itself.
    """
    made = {
        each.name.value: python_name(each.name.value, each)
        for each in operations
        if each.name
    }
    return _settled(made, taken)


def variable_names(
    definitions: Iterable[VariableDefinitionNode], *, snake_case: bool
) -> dict[str, str]:
    """What the parameters of a method are called, by the names of the variables."""
    made = {
        node.variable.name.value: python_name(
            node.variable.name.value, node, snake_case=snake_case
        )
        for node in definitions
    }
    return _settled(made)


def class_name(name: str) -> str:
    """What a class is called after a fragment, an operation or a field."""
    made = str_to_pascal_case(name)
    return made if made.isidentifier() else f"Model{made}"


def free_name(name: str, taken: Container[str]) -> str:
    """A name that nothing else has: `name`, `name_`, `name_2` …"""
    candidates = (f"{name}_{number if number > 1 else ''}" for number in count(1))
    if name not in taken and not iskeyword(name):
        return name
    return next(each for each in candidates if each not in taken)


def value_names(enum: GraphQLEnumType) -> dict[str, str]:
    """What the values of an enum are called in Python, by their own names."""
    made: dict[str, str] = {}
    taken = {*_OF_ENUMS}
    for name in sorted(enum.values, key=lambda name: name in _OF_ENUMS):
        # `_all_` would be a setting of the class, `_all` private.
        bare = name.lstrip("_")
        bare = bare if bare.isidentifier() else f"value{name}"
        python = process_name(bare, convert_to_snake_case=False)
        made[name] = free_name(python, taken)
        taken.add(made[name])
    return {name: made[name] for name in enum.values}


_OF_ENUMS = {*dir(StrEnum), "is_known", "mro", "name", "value"}
"""What every enum has besides its values."""


def type_names(schema: GraphQLSchema, taken: set[str]) -> dict[str, str]:
    """What the enums and inputs are called in Python, by their names in the schema."""
    names = sorted(
        name
        for name, type_ in schema.type_map.items()
        if isinstance(type_, GraphQLEnumType | GraphQLInputObjectType)
    )
    made: dict[str, str] = {}
    for name in names:
        bare = name.lstrip("_")  # It would be private.
        bare = bare if bare.isidentifier() else f"Type{name}"
        # A builtin is taken for itself, unless it is a class and called like one.
        is_builtin = hasattr(builtins, bare) and (
            bare.islower() or not isinstance(getattr(builtins, bare), type)
        )
        others = {*made.values(), *(set(names) - {name})}
        made[name] = free_name(f"{bare}_" if is_builtin else bare, others | taken)
    return made


class NamesPlugin(Plugin):
    """Gives every Python name the spelling that people would choose."""

    def process_name(
        self, name: str, node: Node | GraphQLInputField | None = None
    ) -> str:
        """Correct what ariadne-codegen made of a GraphQL name."""
        name = join_words(name)
        if isinstance(node, VariableDefinitionNode) and name in RESERVED:
            return f"{name}_"
        # ariadne-codegen knows the attributes of BaseModel, not those of its metaclass.
        is_field = isinstance(node, FieldNode | GraphQLInputField)
        if is_field and hasattr(type(BaseModel), name):
            return f"{name}_"
        return name
