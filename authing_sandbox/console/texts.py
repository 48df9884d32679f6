"""What the page says, in each of its languages."""

import functools
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from starlette.requests import Request

LANGUAGES = {"en": "English", "zh": "中文"}
COOKIE = "authing_sandbox_language"
_FILE = Path(__file__).with_name("texts.toml")


@functools.cache
def texts() -> dict[str, dict[str, str]]:
    """Every text by its key, as `users.title`, and its language."""
    return dict(_flat(tomllib.loads(_FILE.read_text("utf-8"))))


def _flat(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if LANGUAGES.keys() & value.keys():
            yield prefix + key, value
        else:
            yield from _flat(value, f"{prefix}{key}.")


def language_of(request: Request) -> str:
    """The language that somebody chose here, or else in their browser."""
    chosen = request.query_params.get("lang") or request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    return next(_accepted(request.headers.get("accept-language", "")), "en")


def _accepted(header: str) -> Iterator[str]:
    """Those of our languages that a browser names, the one it likes best first."""
    wanted: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, quality = part.partition(";q=")
        try:
            wanted.append((-float(quality or 1), tag.strip()[:2].lower()))
        except ValueError:
            continue
    for weight, language in sorted(wanted, key=lambda one: one[0]):
        if weight < 0 and language in LANGUAGES:
            yield language
