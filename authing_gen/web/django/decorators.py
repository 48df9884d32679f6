"""Who may see a view."""

from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ...errors import AuthingError
from .kits import async_kit, kit
from .requests import answer_of
from .users import acurrent_user, current_user

P = ParamSpec("P")
RequestT = TypeVar("RequestT", bound=HttpRequest)
View = Callable[Concatenate[RequestT, P], Any]


def answering(
    view: Callable[Concatenate[RequestT, P], HttpResponseBase],
) -> Callable[Concatenate[RequestT, P], HttpResponseBase]:
    """Have errors of a view answered, also where the middleware is not there."""

    @wraps(view)
    def answered(
        request: RequestT, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except AuthingError as error:
            return answer_of(error)

    return answered


def login_required(view: View[RequestT, P]) -> View[RequestT, P]:
    """Let in those who are signed in, and nobody else: they are answered 401."""
    return _guarded(view, None)


def role_required(role: str) -> Callable[[View[RequestT, P]], View[RequestT, P]]:
    """Let in those who have a role, and nobody else: they are answered 403.

    Args:
        role: Name of the role.
    """

    def guard(view: View[RequestT, P]) -> View[RequestT, P]:
        return _guarded(view, role)

    return guard


def _guarded(view: View[RequestT, P], role: str | None) -> View[RequestT, P]:
    if iscoroutinefunction(view):

        @wraps(view)
        async def awaited(
            request: RequestT, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            try:
                user = await acurrent_user(request)
                if role is not None:
                    await async_kit.check_role(user, role)
                return cast(HttpResponseBase, await view(request, *args, **kwargs))
            except AuthingError as error:
                return answer_of(error)

        return awaited

    @answering
    @wraps(view)
    def called(
        request: RequestT, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        user = current_user(request)
        if role is not None:
            kit.check_role(user, role)
        return cast(HttpResponseBase, view(request, *args, **kwargs))

    return called
