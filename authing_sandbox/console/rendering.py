"""How a page is made: from a template, in a language, with nothing of other origins."""

import functools
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from .texts import COOKIE, LANGUAGES, language_of, texts

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": _POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "vary": "accept-language, cookie",
    "x-content-type-options": "nosniff",
}
_YEAR = 365 * 24 * 3600


def page(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """Render a page in the language of whoever asks for it."""
    language = language_of(request)
    html = (
        _templates()
        .get_template(template)
        .render(
            root=root_of(request),
            language=language,
            languages=LANGUAGES,
            here=request.url.path,
            asked=request.query_params,
            t=_translator(language),
            **{"choice": None, **values},
        )
    )
    response = HTMLResponse(html, status, HEADERS)
    if request.query_params.get("lang") in LANGUAGES:
        path = f"{root_of(request)}/"
        response.set_cookie(
            COOKIE, language, _YEAR, path=path, httponly=True, samesite="lax"
        )
    return response


def root_of(request: Request) -> str:
    """The path at which the sandbox begins."""
    root: str = request.scope.get("app_root_path", "")
    return root


def _translator(language: str) -> Callable[..., str]:
    known = texts()

    def translate(key: str, otherwise: str | None = None, **values: object) -> str:
        if otherwise is not None and key not in known:
            return otherwise
        return known[key][language].format(**values)

    return translate


@functools.cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {"pretty": _pretty, "instant": _instant}
    return environment


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _instant(value: datetime) -> str:
    """An instant for who has no JavaScript; the others see it in their own time."""
    return f"{value:%Y-%m-%d %H:%M:%S} UTC"
