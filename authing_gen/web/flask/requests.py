"""Requests as the kit sees them, and its refusals as answers of Flask."""

from typing import cast

from flask import Response, current_app, jsonify, request

from ...errors import AuthingConfigurationError, AuthingError
from .._sync.kit import Kit
from ..incoming import Incoming
from ..statuses import refusal_of

NAME = "authing"
"""What the extension is called in `app.extensions`."""


def kit() -> Kit:
    """The kit of the application that answers.

    Raises:
        AuthingConfigurationError: It has none.
    """
    found = cast(object, current_app.extensions.get(NAME))
    if not isinstance(found, Kit):
        raise AuthingConfigurationError("Call init_app(app) where you make the app")
    return found


def incoming() -> Incoming:
    """The request that is answered."""
    headers = request.headers

    def header(name: str) -> str | None:
        return headers.get(name)

    return Incoming(request.method, header, request.cookies, request.remote_addr)


def answer_of(error: AuthingError) -> Response:
    """What a visitor is answered in place of what they have asked for."""
    refusal = refusal_of(error)
    answer = jsonify(refusal.body)
    answer.status_code = refusal.status
    answer.headers.update(refusal.headers)
    return answer
