"""Hides what is secret in the words of the service."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from os.path import commonprefix
from typing import Any, cast
from urllib.parse import quote, quote_plus

from pydantic import BaseModel

from authing_client.base_model import keeping_secrets

from .exchange import RawHeaders

HIDDEN = "…"
"""Stands for what is hidden."""

SHORTEST_SECRET = 4
"""Values that are shorter are too common to be hidden in a message."""

LONGEST_BEGINNING = 16
"""Characters of a longer value that may be quoted by themselves."""

LONGEST_NUMBER = 1000
"""Digits of a number that is looked for in a message; Python writes 4,300 at most."""

LONGEST_SEARCH = 10**8
"""Characters that are looked at for the sake of one error; what is longer is hidden as
a whole, since a hostile answer could keep the process busy for seconds.
"""

_SECRET_NAME = re.compile(
    "(token|secret|passw(or)?d|pwd|cookie|authorization|credential|apikey|sharekey"
    "|(mfa|phone|verify|email)code)s?$"
)
_BETWEEN = re.compile(r"[\s;=]+")
"""What stands between the parts of a header."""

_WHEN = {b"date", b"retry-after"}

LONGEST_HEADER = 8192
"""Characters of a header that servers take."""


def without(message: str, sent: object) -> str:
    """Hide in a message what it quotes of what was sent."""
    return _Redaction(sent).text(message)


def redacted(data: object, sent: object) -> Any:
    """Hide in JSON what it quotes of what was sent, and what is secret by its name."""
    if data is None:  # As most refusals have it: there is nothing to look through.
        return None
    try:
        return _Redaction(sent).json(data)
    except RecursionError:
        return HIDDEN


def headers_without(headers: RawHeaders, sent: object) -> RawHeaders:
    """Hide in headers what they quote of what was sent; when to ask again stays."""
    redaction = _Redaction(sent)
    return [
        (name, value if name.lower() in _WHEN else redaction.header(value))
        for name, value in headers
    ]


class _Redaction:
    """Hides what was sent, in one error."""

    def __init__(self, sent: object) -> None:
        self._forms = {
            form
            for value in _texts(sent)
            if len(value) >= SHORTEST_SECRET
            for form in _forms(value)
        }
        self._longest_first = sorted(self._forms, key=len, reverse=True)
        self._left = LONGEST_SEARCH

    def text(self, text: str) -> str:
        self._left -= len(self._forms) * (len(text) + 100)
        if self._left < 0:
            return HIDDEN
        for form in self._longest_first:
            text = text.replace(form, HIDDEN)
            if len(form) > LONGEST_BEGINNING:
                text = self._without_beginnings(text, form)
        return text

    def _without_beginnings(self, text: str, form: str) -> str:
        """Hide also how a long value begins, since servers may quote no more of it."""
        start = text.find(form[:LONGEST_BEGINNING])
        while start >= 0:
            self._left -= len(text)
            if self._left < 0:
                return HIDDEN
            shared = commonprefix([text[start : start + len(form)], form])
            text = f"{text[:start]}{HIDDEN}{text[start + len(shared) :]}"
            start = text.find(form[:LONGEST_BEGINNING], start)
        return text

    def header(self, value: bytes) -> bytes:
        text = value.decode("utf-8", "surrogateescape")
        return self.text(text).encode("utf-8", "surrogateescape")

    def json(self, data: object) -> Any:
        if isinstance(data, dict):
            return self._object(cast(dict[str, object], data))
        if isinstance(data, list):
            return [self.json(item) for item in cast(list[object], data)]
        if isinstance(data, str):
            return self.text(data)
        return HIDDEN if self._forms.intersection(_texts(data)) else data

    def _object(self, data: dict[str, object]) -> dict[str, object]:
        found: dict[str, object] = {}
        for name, value in data.items():
            shown = self.text(name)
            if shown in found:  # Nothing else is lost with a name that is hidden.
                shown = f"{shown} ({len(found)})"
            found[shown] = HIDDEN if _is_secret(name) else self.json(value)
        return found


def _is_secret(name: str) -> bool:
    return bool(_SECRET_NAME.search(re.sub("[^a-z]", "", name.lower())))


def _credentials(value: str) -> Sequence[str]:
    """What is secret of a header, beside its scheme or its name."""
    if len(value) > LONGEST_HEADER:
        return ()
    first, *rest = _BETWEEN.split(value)
    has_scheme = first.lower() in ("bearer", "basic", "token")
    return rest if has_scheme or "=" in value else ()


def _forms(value: str) -> Iterator[str]:
    """How servers quote a value."""
    import html  # Here, since few programs need its table of entities.

    for text in (value, *_credentials(value)):
        if len(text) >= SHORTEST_SECRET:
            yield text
            yield json.dumps(text)[1:-1]
            yield json.dumps(text, ensure_ascii=False)[1:-1]
            yield repr(text)[1:-1]  # As their language writes it.
            yield html.escape(text)
            yield quote(text, safe="", errors="replace")
            yield quote_plus(text, errors="replace")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, BaseModel):
        with keeping_secrets():
            found = value.model_dump(mode="json", warnings=False)
        yield from _texts(found)
    elif isinstance(value, Mapping):
        for item in cast(Mapping[str, Any], value).values():
            yield from _texts(item)
    elif isinstance(value, (list, tuple)):
        for item in cast(Sequence[object], value):
            yield from _texts(item)
    elif isinstance(value, str):
        yield value
    elif isinstance(value, int) and not isinstance(value, bool):
        if abs(value) < 10**LONGEST_NUMBER:
            yield str(value)
