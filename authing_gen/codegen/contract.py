"""The directives, and the enums that they need, for a schema that has them not.

A schema that says nothing of gateways and tokens is one whose operations go to the
first gateway without a token.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from graphql import (
    DefinitionNode,
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    TypeDefinitionNode,
)

from .directives import DEFAULT_GATEWAY
from .errors import CodegenError
from .runtime import GATEWAY as GATEWAY_ENUM
from .sources import parse_source, read_source

_TOP = Path(__file__).parents[2]
"""The top of the checkout, or the folder that packages are installed in."""
_FOLDERS = ("schema", "authing_sandbox/schema")
"""Where our own schema is, in the one and in the other."""


def missing(documents: Iterable[DocumentNode]) -> DocumentNode:
    """The contract, where a schema declares none of its directives itself.

    Raises:
        CodegenError: It means something else by the name of one of them.
    """
    there = {
        key: node
        for document in documents
        for node in document.definitions
        if (key := _key(node))
    }
    ours = _contract().definitions
    if any(key in there for node in ours if (key := _key(node)) and key[0]):
        return DocumentNode(definitions=())
    _check_gateways(there.get(("", GATEWAY_ENUM)))
    return DocumentNode(
        definitions=tuple(node for node in ours if _key(node) not in there)
    )


def _check_gateways(theirs: DefinitionNode | None) -> None:
    values = theirs.values if isinstance(theirs, EnumTypeDefinitionNode) else ()
    if theirs and DEFAULT_GATEWAY not in (value.name.value for value in values):
        raise CodegenError(
            f"{GATEWAY_ENUM!r} is the name of an enum that the package needs, one of"
            f" whose values is {DEFAULT_GATEWAY}: call this type otherwise",
            theirs,
        )


def _key(node: DefinitionNode) -> tuple[str, str] | None:
    """Equal for definitions that exclude each other."""
    if isinstance(node, DirectiveDefinitionNode):
        return "@", node.name.value
    return ("", node.name.value) if isinstance(node, TypeDefinitionNode) else None


@cache
def _contract() -> DocumentNode:
    paths = (_TOP / folder / "directives.graphql" for folder in _FOLDERS)
    return parse_source(read_source(next(path for path in paths if path.is_file())))
