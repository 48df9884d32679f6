"""Python names that people would choose."""

import re
from functools import cache
from typing import Any, cast

from ariadne_codegen.plugins.base import Plugin
from ariadne_codegen.plugins.manager import PluginManager
from ariadne_codegen.utils import process_name, str_to_snake_case
from graphql import (
    FieldNode,
    GraphQLInputField,
    GraphQLSchema,
    Node,
    VariableDefinitionNode,
)
from pydantic import BaseModel

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
    return process_name(
        name,
        convert_to_snake_case=snake_case,
        plugin_manager=_manager(),
        # ariadne-codegen passes input fields too, though it does not say so.
        node=cast(Any, node),
        trim_leading_underscore=is_field,
        handle_pydantic_resrved_field_names=is_field,
    )


@cache
def _manager() -> PluginManager:
    return PluginManager(GraphQLSchema(), plugins_types=[NamesPlugin])


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
