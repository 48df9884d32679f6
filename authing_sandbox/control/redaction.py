"""What a request carried, for people to read: with its secrets hidden.

Secret is what a name says is secret: a key's, an argument's, or that of a field which
goes by another name in the answer. So is what of a GraphQL document is not known to be
harmless (`graphql.redaction`), whatever looks like a signed token, and what an answer
quotes of all that.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast
from urllib.parse import parse_qsl

from ..calls.recent import Body, Exchange
from ..graphql.redaction import HIDDEN, harmless, is_secret, secret_names

_TOKEN = re.compile(r"(?<![\w-])[\w-]{8,}+\.[\w-]{8,}+\.[\w-]*+")
_QUOTED = re.compile(r"(got invalid value|found) .*", re.DOTALL)
_FORM = "application/x-www-form-urlencoded"
_SHORTEST = 3
"""Of what is looked for in an answer: anything might hold a shorter secret."""


def readable(exchange: Exchange) -> tuple[Any, Any]:
    """What was sent and what was answered; `None` where that is not to be shown."""
    sent = _read(exchange.sent)
    if exchange.query:
        sent = dict(parse_qsl(exchange.query, keep_blank_values=True))
    try:
        curtain = _Curtain(_documents(sent))
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


def _documents(sent: Any) -> Iterator[str]:
    """The documents of a request: what is called `query`, wherever it stands."""
    if isinstance(sent, list):
        for each in cast("Iterable[Any]", sent):
            yield from _documents(each)
    elif isinstance(sent, dict):
        for name, value in cast("dict[str, Any]", sent).items():
            if name == "query" and isinstance(value, str):
                yield value
            else:
                yield from _documents(value)


class _Curtain:
    """Hides the secrets of one request, and remembers them to find them again."""

    def __init__(self, documents: Iterable[str]) -> None:
        self._values: set[str] = set()
        self._names: set[str] = set()
        self._shown: dict[str, str] = {}
        for document in documents:
            self._shown[document], hidden = harmless(document)
            self._values |= hidden
            self._names |= secret_names(document)

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
        if name == "query" and isinstance(value, str):
            return self._shown.get(value, HIDDEN)
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
        return is_secret(name) or name.lower() in self._names

    def _remember(self, value: Any) -> None:
        if isinstance(value, Mapping):
            value = [*cast("Mapping[str, Any]", value).values()]
        if isinstance(value, list):
            for each in cast("Iterable[Any]", value):
                self._remember(each)
        else:
            self._values.add(str(value))
