"""GraphQL documents for people to read, of which only what is harmless is shown.

A text needs no variable in a document, and what is typed without its quotes, or in any
other wrong place, is a secret as well. So texts are hidden, and of words and numbers
all but those that the schema has, that the document declares, or that name operations,
fragments and answers.
"""

import functools
import re
from collections.abc import Iterator

from graphql import DirectiveLocation, introspection_types, specified_directives

from .schema import read_schema

HIDDEN = "•••"
_TEXT = re.compile(r'#[^\n\r]*|"""(?:\\"""|[\s\S])*?(?:"""|\Z)|"(?:\\.|[^"\n\r])*"?')
_WORD = re.compile(r"-?\d[\w.]*|\$?\w+")
_GAP = r"[\s,\ufeff]*"
_COLON = re.compile(rf"{_GAP}:{_GAP}")
_DECLARED = re.compile(rf"\$(\w+){_COLON.pattern}")
# What has been matched is not given back: a long word would take the square of it.
_NAMED = re.compile(rf"(?<!\w)(\w++){_COLON.pattern}\$?(\w++)")
_SECRET = re.compile(
    r"password|passwd|secret|token|assertion|signature|nonce|cookie|csrf"
    r"|share_?key|private|code(?!_challenge)|hash|^state$",
    re.IGNORECASE,
)
_NOT_SECRET = re.compile(
    r"(_?type|_endpoint|_supported|expires?_?(in|at)|expired_?at|method)$"
    r"|qr_?code|postal_?code|^status$",
    re.IGNORECASE,
)
_KEYWORDS = {"query", "mutation", "subscription", "fragment", "on", "__typename"}
_VALUES = {"true", "false", "null"}


def is_secret(name: str) -> bool:
    """Whether what goes by a name is secret."""
    return bool(_SECRET.search(name)) and not _NOT_SECRET.search(name)


def secret_names(document: str) -> set[str]:
    """What else, in small letters, a secret goes by: its variable, or its alias."""
    pairs: list[tuple[str, str]] = _NAMED.findall(_TEXT.sub("", document))
    return {
        name.lower()
        for pair in pairs
        if any(map(is_secret, pair))
        for name in pair
        if not _NOT_SECRET.search(name)
    }


def harmless(document: str) -> tuple[str, set[str]]:
    """A document as it may be shown, and what was hidden of it."""
    texts = _TEXT.findall(document)
    bare = _TEXT.sub(lambda m: "" if m[0].startswith("#") else f'"{HIDDEN}"', document)
    words = _Words(bare)
    shown = _WORD.sub(lambda m: m[0] if words.is_harmless(m) else HIDDEN, bare)
    return shown, words.hidden | {text.strip('"') for text in texts}


class _Words:
    """Judges the words of a document, one after another."""

    def __init__(self, document: str) -> None:
        self._document = document
        self._declared = set(_DECLARED.findall(document))
        self._before, self._end, self._depth = "", 0, 0
        self.hidden: set[str] = set()

    def is_harmless(self, match: re.Match[str]) -> bool:
        word, gap = match[0], self._document[self._end : match.start()]
        self._depth += gap.count("(") - gap.count(")")
        harmless = self._judge(word, gap, match.end())
        self._before, self._end = word, match.end()
        if not harmless:
            self.hidden.add(word)
        return harmless

    def _judge(self, word: str, gap: str, end: int) -> bool:
        before = self._before
        if word.startswith("$"):
            return word[1:] in self._declared
        is_value = self._depth > 0 and not before.startswith("$")
        of_secret = is_value and ":" in gap and is_secret(before)
        if word[0] in "-0123456789":
            return bool(_COLON.fullmatch(gap)) and before in known() and not of_secret
        if word in known():
            return not of_secret or word in _VALUES
        if self._depth == 0 and (colon := _COLON.match(self._document, end)):
            answer = _WORD.match(self._document, colon.end())
            return answer is not None and answer[0] in known()
        if "..." in gap:
            return self._depth == 0
        return before in _KEYWORDS and not gap.strip()


@functools.cache
def known() -> frozenset[str]:
    """The words of the schema, and of GraphQL itself."""
    return frozenset({*_KEYWORDS, *_VALUES, *_of_graphql(), *_of_schema()})


def _of_schema() -> Iterator[str]:
    for word in _WORD.finditer(_TEXT.sub("", read_schema())):
        yield word[0]


def _of_graphql() -> Iterator[str]:
    yield from ("__schema", "__type", *DirectiveLocation.__members__)
    for directive in specified_directives:
        yield from (directive.name, *directive.args)
    for name, kind in introspection_types.items():
        yield from (name, *getattr(kind, "fields", ()), *getattr(kind, "values", ()))
        for field in getattr(kind, "fields", {}).values():
            yield from field.args
