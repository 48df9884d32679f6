"""The directives, and the enums that they take, for a schema that has them not.

A schema that says nothing of gateways and tokens is one whose operations go to the
first gateway without a token. What it calls `Gateway` is its own affair.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from graphql import (
    DefinitionNode,
    DirectiveDefinitionNode,
    DirectiveNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    Source,
    TypeDefinitionNode,
    Visitor,
    visit,
)

from .directives import DEFAULT_GATEWAY, ENUMS, GATEWAY, TOKEN
from .errors import CodegenError
from .names import free_name
from .sources import parse_source, read_source

_TOP = Path(__file__).parents[2]
"""The top of the checkout, or the folder that packages are installed in."""
_FOLDERS = ("schema", "authing_sandbox/schema")
"""Where our own schema is, in the one and in the other."""

_VALUES = {GATEWAY: (DEFAULT_GATEWAY,), TOKEN: ("OWNER", "USER")}
"""What the enum of a directive has at least one of."""

Definitions = dict[tuple[str, str], DefinitionNode]


def missing(documents: Iterable[DocumentNode]) -> DocumentNode:
    """What a schema lacks of the contract.

    A type that is called like an enum of ours is that enum where the schema declares or
    uses directives of ours. Otherwise ours gets another name.

    Raises:
        CodegenError: It uses a directive, and means something else by its enum.
    """
    documents = [*documents]
    there = {
        key: node
        for document in documents
        for node in document.definitions
        if (key := _key(node))
    }
    names = _new_names(_foreign(documents, there), {name for _, name in there})
    declared = {("", ENUMS[name]) for sign, name in there if sign and name in ENUMS}
    return DocumentNode(
        definitions=tuple(
            node
            for key, node in _definitions(_contract(names)).items()
            if key not in there.keys() | declared
        )
    )


def _foreign(documents: Iterable[DocumentNode], there: Definitions) -> Iterator[str]:
    """The names of our enums that a schema has for something else."""
    theirs = {
        directive: there["", name]
        for directive, name in ENUMS.items()
        if ("", name) in there and ("@", directive) not in there
    }
    used = _used(documents) if theirs else set[str]()
    is_ours = any(
        sign and ((sign, name) in there or name in used)
        for sign, name in _definitions(_contract({}))
    )
    for directive, node in theirs.items():
        if not (is_ours and _is_enum_of(directive, node)):
            _check_unused(directive, used, node)
            yield ENUMS[directive]


def directives_for(names: Container[str]) -> str:
    """The contract for a schema that has types of some names, as a file."""
    foreign = [name for name in ENUMS.values() if name in names]
    return _contract(_new_names(foreign, names))


def _new_names(foreign: Iterable[str], taken: Container[str]) -> dict[str, str]:
    """What enums of ours are called in a schema that has their names itself."""
    return {name: free_name(f"Authing{name}", taken) for name in foreign}


def _is_enum_of(directive: str, node: DefinitionNode) -> bool:
    values = node.values if isinstance(node, EnumTypeDefinitionNode) else ()
    return any(value.name.value in _VALUES[directive] for value in values)


def _check_unused(directive: str, used: set[str], node: DefinitionNode) -> None:
    if directive in used:
        values = " or ".join(_VALUES[directive])
        raise CodegenError(
            f"{ENUMS[directive]!r} is the name of the enum that @{directive} takes, one"
            f" of whose values is {values}: call this type otherwise, or declare"
            f" @{directive}",
            node,
        )


class _Finder(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        self.found.add(node.name.value)


def _used(documents: Iterable[DocumentNode]) -> set[str]:
    """The directives that some definitions carry."""
    finder = _Finder()
    for document in documents:
        visit(document, finder)
    return finder.found


def _key(node: DefinitionNode) -> tuple[str, str] | None:
    """Equal for definitions that exclude each other."""
    if isinstance(node, DirectiveDefinitionNode):
        return "@", node.name.value
    return ("", node.name.value) if isinstance(node, TypeDefinitionNode) else None


def _definitions(text: str) -> Definitions:
    nodes = parse_source(Source(text)).definitions
    return {key: node for node in nodes if (key := _key(node))}


def _contract(names: Mapping[str, str]) -> str:
    """The contract, with other names for some of its enums."""
    text = _ours()
    for name, other in names.items():
        text = re.sub(rf"\b{name}\b", other, text)
    return text


@cache
def _ours() -> str:
    paths = (_TOP / folder / "directives.graphql" for folder in _FOLDERS)
    return read_source(next(path for path in paths if path.is_file())).body
