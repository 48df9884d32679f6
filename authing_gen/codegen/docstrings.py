"""Docstrings, written from the descriptions in the schema."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from textwrap import fill, indent
from typing import TYPE_CHECKING

from graphql import (
    GraphQLArgument,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLInputField,
    GraphQLObjectType,
    OperationDefinitionNode,
    Token,
    TokenKind,
)

from .directives import ENCRYPTED, USER_POOL, has_directive, named_type
from .memory import Memory
from .table import OperationRecord
from .trace import Filled

if TYPE_CHECKING:  # The command line explains operations without ariadne-codegen.
    from .paging import Paging

WIDTH = 88
SECTION = "Documentation:"
"""Starts the line of a description that names the section of the documentation."""

_ONCE = (
    "Every entry there is comes once, in the service's order, also while others are"
    " added or removed; what is added meanwhile comes where the service shows it in"
    " time. Pages overlap a little for that."
)
_SIZE = (
    "Entries to ask for at once, at most; 1 to {most}. With fewer than 19 some pages"
    " cannot overlap, and what moves between them while as many are added as removed"
    " may be left out."
)
_PREFETCH = (
    "Pages to read before they are wanted, at most; 0 reads each one when it is wanted."
)

_TOKENS = {"OWNER": "the OwnerToken", "USER": "a UserToken"}
_SENTENCE = re.compile(r".*?(?:[.!?](?=\s+[^a-z])|[。！？]|$)")
_TRIPLE = ('"""', "'''")
_CLASS = re.compile(r"(?m)^(?=class |@)")
_STRING = re.compile(r"""(?m)^ *(?:"(?!"")|'(?!'')).*["']$""")
"""A line that may be a docstring of an attribute."""
_UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What Python does not read, or what makes code look like other code."""


def docstring(text: str) -> ast.Expr:
    """Write a docstring."""
    return ast.Expr(ast.Constant(text))


def class_docstring(text: str) -> ast.Expr:
    """Write the docstring of a class, wrapped."""
    wrapped = _wrapped(_opened(text), 4, opening=3)
    # A docstring of several paragraphs ends with its quotes on a line of their own.
    return docstring(f"{wrapped}\n" if "\n" in wrapped else wrapped)


def plain_text(description: str) -> str:
    """Undo the line breaks inside the paragraphs of a description."""
    return "\n\n".join(" ".join(part.split()) for part in description.split("\n\n"))


def described(
    definition: GraphQLField | GraphQLEnumValue | GraphQLArgument | GraphQLInputField,
) -> str:
    """The description of a part of the schema, and why it is deprecated."""
    text = plain_text(definition.description or "")
    if (reason := definition.deprecation_reason) is not None:
        text = f"{text}\n\nDeprecated: {plain_text(reason)}".strip()
    return text


def attribute_docstrings(code: str, memory: Memory) -> str:
    """Write the strings below attributes as docstrings, wrapped.

    `ast.unparse` knows no docstrings of attributes: it writes plain strings.

    Args:
        code: A module, formatted.
        memory: What earlier generations have made of its classes.
    """
    parts = _CLASS.split(code)
    return "".join(
        memory.once(("docstrings", part), partial(_with_docstrings, part))
        for part in parts
    )


def _with_docstrings(code: str) -> str:
    if not _STRING.search(code):
        return code
    lines = code.split("\n")
    for node in _statements(ast.parse(code).body):
        if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Constant):
            continue
        text, margin, row = node.value.value, node.col_offset, node.lineno - 1
        if isinstance(text, str) and not lines[row].lstrip().startswith(_TRIPLE):
            assert node.end_lineno == node.lineno
            lines[row] = " " * margin + _quoted(text, margin)
    return "\n".join(lines)


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        yield from _statements(getattr(statement, "body", ()))


def method_docstring(
    record: OperationRecord, parameters: Mapping[str, str]
) -> ast.Expr:
    """Write the docstring of an operation's method.

    Args:
        record: The operation.
        parameters: Names of its variables by the names of the method's parameters, in
            their order.
    """
    text, _ = _split_section(_description(record))
    opening = _wrapped(_opened(text or _send(record)), 8, opening=3)
    ending = ""
    if returned := _returned(record):
        ending = "Returns:\n" + indent(_wrapped(returned, 12), "    ")
    options = ("**options", "Options of this call: timeout, headers, …")
    return _docstring(record, opening, parameters, [options], ending)


def paging_docstring(
    record: OperationRecord,
    method: str,
    parameters: Mapping[str, str],
    size: str,
    prefetch: str,
    paging: "Paging",
) -> ast.Expr:
    """Write the docstring of the method that goes through all entries.

    Args:
        record: The operation.
        method: The method that reads a page.
        parameters: As above, without the page's number and size.
        size: Name of the parameter with the largest size.
        prefetch: Name of the parameter with the number of calls ahead.
        paging: How the operation reads a list.
    """
    opening = f"Go through all that `{method}` reads page by page."
    own = [
        (size, _SIZE.format(most=paging.paged.most)),
        (prefetch, _PREFETCH),
        ("**options", "Options of each call: timeout, headers, …"),
    ]
    ending = f"Raises:\n    ValueError: `{size}` or `{prefetch}` is out of range."
    opening = f"{opening}\n\n{_wrapped(_ONCE, 8)}"
    return _docstring(record, opening, parameters, own, ending)


def _docstring(
    record: OperationRecord,
    opening: str,
    parameters: Mapping[str, str],
    own: Iterable[tuple[str, str]],
    ending: str,
) -> ast.Expr:
    """What both kinds of method say alike; `own` are parameters that fill nothing."""
    _, section = _split_section(_description(record))
    filling = (
        (name, _argument(record.places[variable]))
        for name, variable in parameters.items()
    )
    arguments = "\n".join(_item(name, text) for name, text in (*filling, *own))
    parts = (opening, _how_sent(record), section, f"Args:\n{arguments}", ending)
    body = indent("\n\n".join(filter(None, parts)), " " * 8).strip()
    return docstring(f"{body}\n" + " " * 8)


def summary(record: OperationRecord) -> str:
    """The first sentence of what an operation does."""
    text, _ = _split_section(_description(record))
    return _first_sentence(text) or _send(record)


def _first_sentence(text: str) -> str:
    sentence = _SENTENCE.match(text.partition("\n\n")[0])
    return sentence[0] if sentence else ""


def _opened(text: str) -> str:
    """Let the first sentence be a paragraph: editors and indexes show it by itself."""
    first = _first_sentence(text)
    return f"{first}\n\n{text[len(first) :].strip()}".strip()


def _send(record: OperationRecord) -> str:
    return f"Send `{record.name}`."


def _description(record: OperationRecord) -> str:
    """The comment above the operation, or else the description of its root field."""
    if comment := _comment(record.flat.source):
        return comment
    return "\n\n".join(field.description or "" for field in record.root_fields)


def _comment(operation: OperationDefinitionNode) -> str:
    """The lines directly above: what stands further up is about something else."""
    lines: list[str] = []
    below = operation.loc.start_token if operation.loc else None
    while below is not None and _is_comment_above(below.prev, below):
        below = below.prev
        assert below is not None
        lines.insert(0, (below.value or "").removeprefix(" "))
    return "\n".join(lines)


def _is_comment_above(token: Token | None, below: Token) -> bool:
    if token is None or token.kind is not TokenKind.COMMENT:
        return False
    stands_alone = token.prev is None or token.prev.line < token.line
    return stands_alone and token.line == below.line - 1


def _split_section(description: str) -> tuple[str, str]:
    paragraphs = plain_text(description).split("\n\n")
    sections = [part for part in paragraphs if part.startswith(SECTION)]
    text = "\n\n".join(part for part in paragraphs if part not in sections)
    return text, "\n".join(sections)


def _argument(places: Sequence[Filled]) -> str:
    if not places:
        return ""
    place = places[0]
    text = " ".join(described(place.slot).split())
    if has_directive(place.slot, ENCRYPTED):
        text += " Travels encrypted."
    if has_directive(place.slot, USER_POOL):
        text += " The client's own where left out."
    return text.strip()


def _returned(record: OperationRecord) -> str:
    if len(record.root_fields) != 1:
        return "The data of the answer, one field for each root field."
    type_ = named_type(record.root_fields[0])
    if isinstance(type_, GraphQLObjectType):
        return plain_text(type_.description or "")
    return ""


def _how_sent(record: OperationRecord) -> str:
    tokens = " or ".join(_TOKENS.get(name, name) for name in record.policy.tokens)
    gateway = record.policy.gateway.lower()
    return f"Sent to the {gateway} gateway with {tokens or 'no token'}."


def _item(name: str, text: str) -> str:
    return _fill(f"{name}: {text}", 8, " " * 4, " " * 8)


def _wrapped(text: str, margin: int, opening: int = 0) -> str:
    """Wrap paragraphs; the first line leaves room for the opening quotes."""
    first, *others = text.split("\n\n")
    return "\n\n".join(
        [_fill(first, margin, " " * opening), *(_fill(part, margin) for part in others)]
    ).lstrip()


def _fill(text: str, margin: int, first: str = "", others: str = "") -> str:
    return fill(
        text,
        WIDTH - margin,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _quoted(text: str, margin: int) -> str:
    text = _UNSEEN.sub(_escaped, text.replace("\\", "\\\\"))
    body = text.rstrip('"')
    # Quotes at the end would end the docstring, however few they are.
    text = body.replace('"""', '\\"\\"\\"') + '\\"' * (len(text) - len(body))
    wrapped = indent(_wrapped(text, margin, opening=3), " " * margin).strip()
    return f'"""{wrapped}"""'


def _escaped(unseen: re.Match[str]) -> str:
    return unseen[0].encode("unicode_escape").decode()
