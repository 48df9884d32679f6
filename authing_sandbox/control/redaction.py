"""What a request carried, for people to read: with its secrets hidden.

Secret is what a name says is secret: a key's, an argument's, or that of a field which
goes by another name in the answer. So is every text within a GraphQL document, since
it needs no variable there, whatever looks like a signed token, and what an answer
quotes of all that.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, cast
from urllib.parse import parse_qsl

from ..calls.recent import Body, Exchange

HIDDEN = "•••"
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
_TOKEN = re.compile(r"[\w-]{8,}\.[\w-]{8,}\.[\w-]*")
_TEXT = re.compile(r'#[^\n\r]*|"""(?:\\"""|[\s\S])*?(?:"""|\Z)|"(?:\\.|[^"\n\r])*"?')
_GAP = r"[\s,\ufeff]*"
_NAMED = re.compile(rf"(\w+){_GAP}:{_GAP}\$?(\w+)")
_NUMBER = re.compile(rf"(\w+)({_GAP}:{_GAP})-?\d[\w.]*")
_QUOTED = re.compile(r"(got invalid value|found) .*", re.DOTALL)
_FORM = "application/x-www-form-urlencoded"
_SHORTEST = 3
"""Of what is looked for in an answer: anything might hold a shorter secret."""


def readable(exchange: Exchange) -> tuple[Any, Any]:
    """What was sent and what was answered; `None` where that is not to be shown."""
    sent = _read(exchange.sent)
    if exchange.query:
        sent = dict(parse_qsl(exchange.query, keep_blank_values=True))
    query = cast("dict[str, Any]", sent).get("query") if isinstance(sent, dict) else ""
    curtain = _Curtain(query if isinstance(query, str) else "")
    try:
        return curtain.over_request(sent), curtain.over_answer(_read(exchange.answered))
    except RecursionError:
        return None, None


def _read(body: Body) -> Any:
    if not body.content:
        return None
    try:
        if body.content_type == _FORM:
            return dict(parse_qsl(body.content.decode(), keep_blank_values=True))
        return json.loads(body.content) if "json" in body.content_type else None
    except (ValueError, RecursionError):
        return None


def _is_secret(name: str) -> bool:
    return bool(_SECRET.search(name)) and not _NOT_SECRET.search(name)


class _Curtain:
    """Hides the secrets of one request, and remembers them to find them again."""

    def __init__(self, document: str) -> None:
        self._values = {text.strip('"') for text in _TEXT.findall(document)}
        pairs: list[tuple[str, str]] = _NAMED.findall(_TEXT.sub("", document))
        self._names = {
            name.lower()
            for pair in pairs
            if any(map(_is_secret, pair))
            for name in pair
            if not _NOT_SECRET.search(name)
        }
        self._document = document

    def over_request(self, value: Any, name: str = "") -> Any:
        """What was sent."""
        if name and value is not None and self._is_secret(name):
            self._remember(value)
            return HIDDEN
        if isinstance(value, Mapping):
            items = cast("Mapping[str, Any]", value).items()
            return {name: self.over_request(each, name) for name, each in items}
        if isinstance(value, list):
            return [self.over_request(each) for each in cast("Iterable[Any]", value)]
        if value == self._document:
            return _without_texts(self._document)
        return _TOKEN.sub(HIDDEN, value) if isinstance(value, str) else value

    def over_answer(self, value: Any, name: str = "") -> Any:
        """What was answered, of which codes that are numbers say what was refused."""
        if isinstance(value, Mapping):
            items = cast("Mapping[str, Any]", value).items()
            return {name: self.over_answer(each, name) for name, each in items}
        if isinstance(value, list):
            return [
                self.over_answer(each, name) for each in cast("Iterable[Any]", value)
            ]
        if not isinstance(value, str):
            return value
        if self._is_secret(name):
            return HIDDEN
        text = _QUOTED.sub(rf"\1 {HIDDEN}", value) if name == "message" else value
        for secret in sorted(self._values, key=len, reverse=True):
            if len(secret) >= _SHORTEST:
                text = text.replace(secret, HIDDEN)
        return _TOKEN.sub(HIDDEN, text)

    def _is_secret(self, name: str) -> bool:
        return _is_secret(name) or name.lower() in self._names

    def _remember(self, value: Any) -> None:
        if isinstance(value, Mapping):
            value = [*cast("Mapping[str, Any]", value).values()]
        if isinstance(value, list):
            for each in cast("Iterable[Any]", value):
                self._remember(each)
        else:
            self._values.add(str(value))


def _without_texts(document: str) -> str:
    def number(match: re.Match[str]) -> str:
        return match[1] + match[2] + HIDDEN if _is_secret(match[1]) else match[0]

    def text(match: re.Match[str]) -> str:
        return "" if match[0].startswith("#") else f'"{HIDDEN}"'

    return _NUMBER.sub(number, _TEXT.sub(text, document))
