"""Views around a login; `urls` says where they are.

Each that changes something needs Django's CSRF token, signing in as well, so that no
page of another site can have a browser sign in as somebody else.
"""

from collections.abc import Callable
from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect, ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from ..cookies import Cookie, cookie_of, no_cookie
from ..current_user import CurrentUser
from ..forms import (
    ForgottenPassword,
    NewPassword,
    PhoneCodeRequest,
    PhoneSignIn,
    Registration,
    SignIn,
)
from ..visitors import Visitor
from .decorators import answering
from .kits import kit
from .requests import incoming_of
from .users import current_user, form

View = Callable[[HttpRequest], HttpResponseBase]


def _posted(view: View) -> View:
    """A view that changes something, of pages of this site alone."""

    @answering
    def checked(request: HttpRequest) -> HttpResponseBase:
        incoming_of(request).check_site(kit.settings)
        return view(request)

    return never_cache(csrf_protect(require_POST(checked)))


def _visitor(request: HttpRequest) -> Visitor:
    return incoming_of(request).visitor(kit.settings)


def _signed_in(user: CurrentUser, status: int = 200) -> HttpResponse:
    response = JsonResponse(user.model_dump(mode="json"), status=status)
    return _with(cookie_of(user, kit.settings), response)


def _with(cookie: Cookie, response: HttpResponse) -> HttpResponse:
    response.set_cookie(**asdict(cookie))
    return response


@_posted
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by password."""
    return _signed_in(kit.accounts.sign_in(form(SignIn, request), _visitor(request)))


@_posted
def send_phone_code(request: HttpRequest) -> HttpResponse:
    """Have a code sent by SMS, to sign in with; says nothing of who has an account."""
    kit.accounts.send_phone_code(form(PhoneCodeRequest, request))
    return HttpResponse(status=202)


@_posted
def sign_in_by_phone(request: HttpRequest) -> HttpResponse:
    """Sign in by the code that was sent to the phone."""
    given = form(PhoneSignIn, request)
    return _signed_in(kit.accounts.sign_in_by_phone(given, _visitor(request)))


@_posted
def register(request: HttpRequest) -> HttpResponse:
    """Register, and be signed in."""
    given = form(Registration, request)
    return _signed_in(kit.accounts.register(given, _visitor(request)), 201)


@_posted
def forgotten_password(request: HttpRequest) -> HttpResponse:
    """Have a code mailed, to set a new password with."""
    kit.accounts.send_password_code(form(ForgottenPassword, request))
    return HttpResponse(status=202)


@_posted
def new_password(request: HttpRequest) -> HttpResponse:
    """Set a new password with the code from the mail."""
    kit.accounts.set_password(form(NewPassword, request))
    return HttpResponse(status=204)


@_posted
def sign_out(request: HttpRequest) -> HttpResponse:
    """Take the cookie away."""
    kit.sign_out(incoming_of(request))
    return _with(no_cookie(kit.settings), HttpResponse(status=204))


@never_cache
@ensure_csrf_cookie
@require_GET
@answering
def me(request: HttpRequest) -> HttpResponse:
    """Who is signed in; whoever it is gets the CSRF token that the others need."""
    return JsonResponse(current_user(request).model_dump(mode="json"))
