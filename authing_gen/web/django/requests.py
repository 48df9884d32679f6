"""Requests as the kit sees them, and its refusals as answers of Django."""

from collections.abc import Awaitable, Callable
from typing import cast

from django.http import HttpRequest, JsonResponse

from ...errors import AuthingError
from ..current_user import CurrentUser
from ..incoming import Incoming
from ..statuses import refusal_of


class AuthingRequest(HttpRequest):
    """A request as the middleware leaves it: what views say that they take."""

    authing_user: CurrentUser | None
    """Who has sent it, found out when it is asked for; false where nobody has who is
    signed in. It stands for None then, but is another object: ask whether it is true.
    """

    aauthing_user: Callable[[], Awaitable[CurrentUser | None]]
    """The same for views that are asynchronous; None where nobody has."""


def incoming_of(request: HttpRequest) -> Incoming:
    """A request as the kit sees it."""
    headers = request.headers

    def header(name: str) -> str | None:
        return headers.get(name)

    peer = cast(str | None, request.META.get("REMOTE_ADDR"))
    return Incoming(request.method or "GET", header, request.COOKIES, peer)


def answer_of(error: AuthingError) -> JsonResponse:
    """What a visitor is answered in place of what they have asked for."""
    refusal = refusal_of(error)
    return JsonResponse(refusal.body, status=refusal.status, headers=refusal.headers)
