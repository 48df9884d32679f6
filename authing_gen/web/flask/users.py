"""What the views of an application ask for."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import current_app, request
from werkzeug.local import LocalProxy

from authing_gen import Authing

from ..current_user import CurrentUser
from ..errors import NotSignedInError
from ..forms import FormT, read_form
from .requests import incoming, kit

P = ParamSpec("P")
R = TypeVar("R")

_KNOWN = "authing_gen.user"
"""Where a request keeps who has sent it; an application context may outlive it."""


def _user() -> CurrentUser:
    known = cast(object, request.environ.get(_KNOWN))
    if isinstance(known, CurrentUser):
        return known
    found = kit().current_user(incoming())
    request.environ[_KNOWN] = found
    return found


current_user = cast(CurrentUser, LocalProxy(_user))
"""Who has sent the request; where that is nobody, whatever is asked of it is a 401."""

authing = cast(Authing, LocalProxy(lambda: kit().authing))
"""The client of the application, which manages the pool."""

authing_of_user = cast(Authing, LocalProxy(lambda: kit().authing.as_user(_user())))
"""A client that acts as whoever has sent the request."""


def optional_user() -> CurrentUser | None:
    """Who has sent the request; None where nobody who is signed in has.

    Raises:
        CrossSiteError: A page of another site has their browser send it.
        AuthingError: The service had to be asked, and has not answered.
    """
    try:
        return _user()
    except NotSignedInError:
        return None


def login_required(view: Callable[P, R]) -> Callable[P, R]:
    """Let in those who are signed in, and nobody else: they are answered 401."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        _user()
        return cast(R, current_app.ensure_sync(view)(*args, **kwargs))

    return guarded


def role_required(role: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let in those who have a role, and nobody else: they are answered 403.

    Args:
        role: Name of the role.
    """

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            kit().check_role(_user(), role)
            return cast(R, current_app.ensure_sync(view)(*args, **kwargs))

        return guarded

    return guard


def form(model: type[FormT]) -> FormT:
    """Read the body of the request, in JSON, as a form.

    Raises:
        UnreadableFormError: It is none; the answer, a 422, says what is wrong where.
    """
    return read_form(model, request.get_data(cache=False))
