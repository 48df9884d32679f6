"""Hides what is secret in the words of the service."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from pydantic import BaseModel

from authing_client.base_model import keeping_secrets

HIDDEN = "…"
"""Stands for what is hidden."""

SHORTEST_SECRET = 4
"""Values that are shorter are too common to be hidden in a message."""

LONGEST_NUMBER = 1000
"""Digits of a number that is looked for in a message; Python writes 4,300 at most."""

_SECRET_NAME = re.compile(
    "(token|secret|password|cookie|authorization|(mfa|phone|verify|email)code)$"
)


def without(message: str, sent: object) -> str:
    """Hide in a message what it quotes of what was sent."""
    return _hide(message, _forms(sent))


def redacted(data: object, sent: object) -> Any:
    """Hide in JSON what it quotes of what was sent, and what is secret by its name."""
    try:
        return _redacted(data, _forms(sent))
    except RecursionError:
        return HIDDEN


def _redacted(data: object, forms: Sequence[str]) -> Any:
    if isinstance(data, dict):
        named = cast(dict[str, object], data).items()
        return {
            _hide(name, forms): HIDDEN if _is_secret(name) else _redacted(value, forms)
            for name, value in named
        }
    if isinstance(data, list):
        return [_redacted(item, forms) for item in cast(list[object], data)]
    if isinstance(data, str):
        return _hide(data, forms)
    return HIDDEN if any(text in forms for text in _texts(data)) else data


def _is_secret(name: str) -> bool:
    return bool(_SECRET_NAME.search(re.sub("[^a-z]", "", name.lower())))


def _hide(text: str, forms: Sequence[str]) -> str:
    for form in forms:
        text = text.replace(form, HIDDEN)
    return text


def _forms(sent: object) -> Sequence[str]:
    """How servers may quote what was sent, the longest first."""
    forms = {
        form
        for value in _texts(sent)
        if len(value) >= SHORTEST_SECRET
        # As it is, as JSON, or as the language of the server writes it.
        for form in (
            value,
            json.dumps(value)[1:-1],
            json.dumps(value, ensure_ascii=False)[1:-1],
            repr(value)[1:-1],
        )
    }
    return sorted(forms, key=len, reverse=True)


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
