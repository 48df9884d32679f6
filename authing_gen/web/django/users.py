"""What the views of an application ask for."""

from typing import cast

from django.http import HttpRequest

from authing_gen import Authing

from ..current_user import CurrentUser
from ..errors import NotSignedInError
from ..forms import FormT, read_form
from .kits import async_kit, kit
from .requests import incoming_of

_KNOWN = "_authing_user"
"""Where a request keeps who has sent it."""


def current_user(request: HttpRequest) -> CurrentUser:
    """Who has sent a request.

    Raises:
        NotSignedInError: Nobody who is signed in; the middleware makes a 401 of it.
        CrossSiteError: A page of another site has their browser send it.
        AuthingError: The service had to be asked, and has not answered.
    """
    known = _known(request)
    if known is None:
        known = kit.current_user(incoming_of(request))
        setattr(request, _KNOWN, known)
    return known


async def acurrent_user(request: HttpRequest) -> CurrentUser:
    """Who has sent a request, in a view that is asynchronous.

    Raises:
        NotSignedInError: Nobody who is signed in; the middleware makes a 401 of it.
        CrossSiteError: A page of another site has their browser send it.
        AuthingError: The service had to be asked, and has not answered.
    """
    known = _known(request)
    if known is None:
        known = await async_kit.current_user(incoming_of(request))
        setattr(request, _KNOWN, known)
    return known


def optional_user(request: HttpRequest) -> CurrentUser | None:
    """Who has sent a request; None where nobody who is signed in has."""
    try:
        return current_user(request)
    except NotSignedInError:
        return None


async def aoptional_user(request: HttpRequest) -> CurrentUser | None:
    """Who has sent a request; None where nobody who is signed in has."""
    try:
        return await acurrent_user(request)
    except NotSignedInError:
        return None


def authing() -> Authing:
    """The client of the application, which manages the pool."""
    return kit.authing


def authing_of_user(request: HttpRequest) -> Authing:
    """A client that acts as whoever has sent a request.

    Raises:
        NotSignedInError: Nobody who is signed in.
    """
    return kit.authing.as_user(current_user(request))


def form(model: type[FormT], request: HttpRequest) -> FormT:
    """Read the body of a request, in JSON, as a form.

    Raises:
        UnreadableFormError: It is none; the answer, a 422, says what is wrong where.
    """
    return read_form(model, request.body)


def _known(request: HttpRequest) -> CurrentUser | None:
    return cast(CurrentUser | None, getattr(request, _KNOWN, None))
