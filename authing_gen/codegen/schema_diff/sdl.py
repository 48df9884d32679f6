"""Writes definitions as SDL, in the style of `schema/`."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    DEFAULT_DEPRECATION_REASON,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLUnionType,
    Undefined,
    ast_from_value,  # pyright: ignore[reportUnknownVariableType]
    print_ast,
)
from graphql.language.block_string import (
    is_printable_as_block_string,
    print_block_string,
)

WIDTH = 100
_STEP = "  "

Element = GraphQLField | GraphQLInputField | GraphQLEnumValue | GraphQLArgument


@dataclass(frozen=True)
class Writer:
    """Writes definitions of somebody else's for our files."""

    directives: Collection[str]
    """The directives that our schema knows; others are left out."""

    def element(self, name: str, element: Element, extra: str = "") -> str:
        """Write a field, an argument or an enum value, without indentation.

        Args:
            name: Its name.
            element: What it is.
            extra: Directives to add.
        """
        head = name
        if isinstance(element, GraphQLField):
            head += self._arguments(element.args)
        if not isinstance(element, GraphQLEnumValue):
            head += f": {cast(Any, element).type}"
        if isinstance(element, GraphQLArgument | GraphQLInputField):
            head += default_of(element)
        head += f" {extra}" if extra else ""
        return described(element.description, head + self._directives(element))

    def inline(self, name: str, element: Element, extra: str = "") -> str:
        """Write it with its description before it, not above it."""
        plain = self.element(name, _without_description(element), extra)
        if not element.description:
            return plain
        return f"{json.dumps(element.description, ensure_ascii=False)} {plain}"

    def definition(self, type_: GraphQLNamedType) -> str:
        """Write a whole type."""
        head = f"{_keyword(type_)} {type_.name}"
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            interfaces = " & ".join(each.name for each in type_.interfaces)
            head += f" implements {interfaces}" if interfaces else ""
            head += self._block(type_.fields)
        elif isinstance(type_, GraphQLInputObjectType):
            head += " @oneOf" if type_.is_one_of else ""
            head += self._block(type_.fields)
        elif isinstance(type_, GraphQLScalarType):
            url = json.dumps(type_.specified_by_url or "")
            head += f" @specifiedBy(url: {url})" if type_.specified_by_url else ""
        elif isinstance(type_, GraphQLEnumType):
            head += self._block(type_.values)
        elif isinstance(type_, GraphQLUnionType):
            head += " = " + " | ".join(each.name for each in type_.types)
        return described(type_.description, head)

    def _block(self, elements: Mapping[str, Element]) -> str:
        lines = [self.element(name, each) for name, each in elements.items()]
        return block(lines)

    def _arguments(self, arguments: Mapping[str, GraphQLArgument]) -> str:
        if not arguments:
            return ""
        written = [self.element(name, each) for name, each in arguments.items()]
        inline = f"({', '.join(written)})"
        if "\n" not in inline and len(inline) < WIDTH // 2:
            return inline
        return "(\n" + "".join(f"{indented(each, _STEP)}\n" for each in written) + ")"

    def _directives(self, element: Element) -> str:
        texts: list[str] = []
        if element.deprecation_reason is not None:
            texts.append(deprecation_of(element))
        for node in element.ast_node.directives if element.ast_node else ():
            name = node.name.value
            if name in self.directives and name != "deprecated":
                texts.append(print_ast(node))
        return "".join(f" {text}" for text in texts)


def described(description: str | None, text: str) -> str:
    """Write a description above a definition."""
    return f"{description_text(description)}\n{text}" if description else text


def description_text(description: str) -> str:
    """Write a description, on one line if it fits."""
    if not is_printable_as_block_string(description):
        return json.dumps(description, ensure_ascii=False)
    return print_block_string(description)


def block(elements: Iterable[str]) -> str:
    """Write elements in braces, each on lines of its own."""
    return " {\n" + "".join(f"{indented(each, _STEP)}\n" for each in elements) + "}"


def indented(text: str, by: str) -> str:
    """Indent every line that is not empty."""
    return "\n".join(by + line if line else line for line in text.split("\n"))


def _keyword(type_: GraphQLNamedType) -> str:
    if isinstance(type_, GraphQLObjectType):
        return "type"
    if isinstance(type_, GraphQLInterfaceType):
        return "interface"
    if isinstance(type_, GraphQLInputObjectType):
        return "input"
    if isinstance(type_, GraphQLEnumType):
        return "enum"
    return "union" if isinstance(type_, GraphQLUnionType) else "scalar"


def deprecation_of(element: Element) -> str:
    """Write that something is deprecated, and why."""
    reason = element.deprecation_reason
    if reason == DEFAULT_DEPRECATION_REASON:
        return "@deprecated"
    return f"@deprecated(reason: {json.dumps(reason, ensure_ascii=False)})"


def default_of(element: GraphQLArgument | GraphQLInputField) -> str:
    """Write a default as it stands behind the type; nothing where there is none."""
    if element.default_value is Undefined:
        return ""
    if isinstance(element.default_value, Literal):
        return f" = {element.default_value}"
    value = ast_from_value(element.default_value, cast(Any, element).type)
    return f" = {print_ast(value)}" if value else ""


class Literal(str):
    """A default that only a scalar of the schema's own can have, as SDL writes it.

    graphql-core cannot write objects and lists of such scalars.
    """

    __slots__ = ()


def literal(value: object) -> object:
    """Write an object or a list as SDL does; keep everything else."""
    if not isinstance(value, Mapping | list):
        return value
    return Literal(written(cast(object, value)))


def written(value: object) -> str:
    """Write JSON as SDL does: the names of fields stand without quotes."""
    if isinstance(value, Mapping):
        fields = cast(Mapping[str, object], value).items()
        return f"{{{', '.join(f'{name}: {written(each)}' for name, each in fields)}}}"
    if isinstance(value, list):
        return f"[{', '.join(written(each) for each in cast(list[object], value))}]"
    return json.dumps(value, ensure_ascii=False)


def _without_description(element: Element) -> Element:
    copy = type(element)(**cast(Any, element.to_kwargs()))
    copy.description = None
    return copy
