"""Gives requests their user, and has errors answered."""

from collections.abc import Awaitable, Callable
from functools import partial
from inspect import iscoroutinefunction
from typing import cast

from asgiref.sync import markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from ...errors import AuthingError
from ..current_user import CurrentUser
from .requests import AuthingRequest, answer_of
from .users import aoptional_user, optional_user

Answer = HttpResponseBase | Awaitable[HttpResponseBase]


class AuthingMiddleware:
    """Sets `request.authing_user` and `request.aauthing_user`; asks for neither.

    Errors of the client and of the kit that a view lets through are answered with
    their status, as JSON.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Answer]) -> None:
        self._get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Answer:
        """Answer a request; what comes is awaited where the server is asynchronous."""
        given = cast(AuthingRequest, request)
        found = SimpleLazyObject(partial(optional_user, request))
        given.authing_user = cast(CurrentUser | None, found)
        given.aauthing_user = partial(aoptional_user, request)
        return self._get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """Answer an error of ours."""
        return answer_of(exception) if isinstance(exception, AuthingError) else None
