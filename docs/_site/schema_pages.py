"""The reference of the schema: a page for each file of SDL, with links between them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, TypeVar

from graphql import (
    ConstDirectiveNode,
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    FieldNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    ListTypeNode,
    ListValueNode,
    NamedTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    OperationDefinitionNode,
    StringValueNode,
    TypeNode,
    ValueNode,
    parse,
    print_ast,
)
from schema_words import Words

from authing_client import OPERATIONS, Operation
from authing_gen.codegen.names import method_name

FOLDER = "reference/schema"

ROOTS = {"Query": "query", "Mutation": "mutation"}
SCALARS = {"String", "Int", "Float", "Boolean", "ID"}

Fields: TypeAlias = (
    ObjectTypeDefinitionNode
    | InterfaceTypeDefinitionNode
    | InputObjectTypeDefinitionNode
)
Described: TypeAlias = FieldDefinitionNode | InputValueDefinitionNode
NodeT = TypeVar("NodeT")


@dataclass(frozen=True)
class Schema:
    """The documents of the schema by domain, and where each type is described."""

    documents: dict[str, DocumentNode]
    homes: dict[str, str]
    """Types by name: the domain that has them."""
    operations: dict[tuple[str, str], list[Operation]]
    """The operations that ask for a root field, by kind and field."""
    words: Words


def schema_pages(folder: Path, words: Words) -> dict[str, str]:
    """Write the pages in one language, by their paths in the site."""
    schema = _read(folder, words)
    pages = {f"{FOLDER}/index{words.suffix}": "\n".join(_index(schema))}
    for domain in schema.documents:
        page = "\n".join(_page(schema, domain))
        pages[f"{FOLDER}/{domain}{words.suffix}"] = page
    return pages


def _read(folder: Path, words: Words) -> Schema:
    documents = {
        file.stem: parse(file.read_text(encoding="utf-8"))
        for file in sorted(folder.glob("*.graphql"))
    }
    homes = {
        name: domain
        for domain, document in documents.items()
        for name in _names(document)
    }
    return Schema(documents, homes, _operations(), words)


def _names(document: DocumentNode) -> Iterator[str]:
    kinds = (
        ObjectTypeDefinitionNode,
        InterfaceTypeDefinitionNode,
        InputObjectTypeDefinitionNode,
        EnumTypeDefinitionNode,
    )
    for node in document.definitions:
        if isinstance(node, kinds) and node.name.value not in ROOTS:
            yield node.name.value


def _operations() -> dict[tuple[str, str], list[Operation]]:
    found: dict[tuple[str, str], list[Operation]] = {}
    for operation in OPERATIONS.values():
        definition = parse(operation.document).definitions[0]
        assert isinstance(definition, OperationDefinitionNode)
        for node in definition.selection_set.selections:
            assert isinstance(node, FieldNode)
            key = operation.kind, node.name.value
            found.setdefault(key, []).append(operation)
    return found


def _index(schema: Schema) -> Iterator[str]:
    words = schema.words
    yield from (f"# {words.schema}", "", words.introduction, "")
    yield from (words.index_head, "| --- | --- | --- | --- |")
    for domain in schema.documents:
        for kind, field in _root_fields(schema, domain):
            for operation in schema.operations.get((kind, field.name.value), []):
                anchor = f"{domain}.md#{_anchor(kind, field.name.value)}"
                yield (
                    f"| {_method(operation)} | [{field.name.value}]({anchor})"
                    f" | {operation.gateway.lower()} | {_tokens(operation, words)} |"
                )
    yield ""


def _page(schema: Schema, domain: str) -> Iterator[str]:
    title = schema.words.titles.get(domain, domain.capitalize())
    yield from (f"# {title}", "", schema.words.note, "")
    for kind, field in _root_fields(schema, domain):
        yield from _root_field(schema, kind, field)
    for node in schema.documents[domain].definitions:
        if isinstance(node, DirectiveDefinitionNode):
            yield from _directive(node, schema.words)
        elif isinstance(node, EnumTypeDefinitionNode):
            yield from _enum(node, schema.words)
        elif (
            isinstance(
                node,
                ObjectTypeDefinitionNode
                | InterfaceTypeDefinitionNode
                | InputObjectTypeDefinitionNode,
            )
            and node.name.value not in ROOTS
        ):
            yield from _type(schema, node)


def _root_fields(
    schema: Schema, domain: str
) -> Iterator[tuple[str, FieldDefinitionNode]]:
    for node in schema.documents[domain].definitions:
        if (
            isinstance(node, ObjectTypeDefinitionNode | ObjectTypeExtensionNode)
            and node.name.value in ROOTS
        ):
            for field in node.fields:
                yield ROOTS[node.name.value], field


def _root_field(schema: Schema, kind: str, field: FieldDefinitionNode) -> Iterator[str]:
    name, words = field.name.value, schema.words
    yield f"## {_kind(kind, words)} {name} {{ #{_anchor(kind, name)} }}"
    yield from ("", _text(field.description), "")
    for operation in schema.operations.get((kind, name), []):
        how = words.operation.format(
            name=operation.name,
            gateway=operation.gateway.lower(),
            tokens=_tokens(operation, words),
        )
        yield f"- {words.method} {_method(operation)}{how}"
    yield from ("", words.answer.format(type=_type_link(schema, field.type)), "")
    if field.arguments:
        yield from _table(schema, words.argument_head, field.arguments)


def _type(schema: Schema, node: Fields) -> Iterator[str]:
    kind = {
        ObjectTypeDefinitionNode: "type",
        InterfaceTypeDefinitionNode: "interface",
        InputObjectTypeDefinitionNode: "input",
    }[type(node)]
    yield _heading(_kind(kind, schema.words), node.name.value)
    yield from ("", _text(node.description), "")
    yield from _table(schema, schema.words.field_head, node.fields)


def _heading(kind: str, name: str) -> str:
    return f"## {kind} {name} {{ #{name.lower()} }}"


def _kind(kind: str, words: Words) -> str:
    return words.kinds.get(kind, kind)


def _enum(node: EnumTypeDefinitionNode, words: Words) -> Iterator[str]:
    yield _heading(_kind("enum", words), node.name.value)
    yield from ("", _text(node.description), "", words.value_head, "| --- | --- |")
    for value in node.values:
        yield f"| `{value.name.value}` | {_line(value.description)} |"
    yield ""


def _directive(node: DirectiveDefinitionNode, words: Words) -> Iterator[str]:
    places = words.comma.join(
        place.value.lower().replace("_", " ") for place in node.locations
    )
    yield f"## @{node.name.value} {{ #directive-{node.name.value.lower()} }}"
    said = words.places.format(places=places)
    yield from ("", _text(node.description), "", said, "")


def _table(schema: Schema, head: str, nodes: Sequence[Described]) -> Iterator[str]:
    yield from (head, "| --- | --- | --- |")
    for node in nodes:
        words = [_line(node.description), *_directives(node.directives, schema.words)]
        yield (
            f"| `{node.name.value}` | {_type_link(schema, node.type)}"
            f" | {' '.join(words)} |"
        )
    yield ""


def _directives(nodes: Iterable[ConstDirectiveNode], words: Words) -> Iterator[str]:
    for node in nodes:
        name = node.name.value
        if name == "deprecated":
            reason = ", ".join(_value(each.value) for each in node.arguments)
            yield words.deprecated.format(reason=reason)
        else:
            yield f"[`@{name}`](directives.md#directive-{name.lower()})"


def _value(node: ValueNode) -> str:
    if isinstance(node, StringValueNode):
        return node.value
    if isinstance(node, ListValueNode):
        return ", ".join(_value(value) for value in node.values)
    return print_ast(node)


def _type_link(schema: Schema, node: TypeNode) -> str:
    if isinstance(node, NonNullTypeNode):
        return f"{_type_link(schema, node.type)}!"
    if isinstance(node, ListTypeNode):
        return f"\\[{_type_link(schema, node.type)}\\]"
    assert isinstance(node, NamedTypeNode)
    name = node.name.value
    if name in SCALARS or name not in schema.homes:
        return f"`{name}`"
    return f"[`{name}`]({schema.homes[name]}.md#{name.lower()})"


def _method(operation: Operation) -> str:
    name = method_name(operation.name)
    return f"[`{name}`][authing_client.AsyncClient.{name}]"


def _tokens(operation: Operation, words: Words) -> str:
    names = {"OWNER": "OwnerToken", "USER": "UserToken"}
    tokens = words.either.join(names[token.value] for token in operation.tokens)
    return tokens or words.no_token


def _anchor(kind: str, name: str) -> str:
    return f"{kind}-{name.lower()}"


def _text(description: StringValueNode | None) -> str:
    return description.value if description else ""


def _line(description: StringValueNode | None) -> str:
    return " ".join(_text(description).split()).replace("|", "\\|")
