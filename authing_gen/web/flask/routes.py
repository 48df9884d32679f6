"""Routes around a login, to register where you like."""

from dataclasses import asdict

from flask import Blueprint, Response, jsonify

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
from .requests import incoming, kit
from .users import current_user, form, login_required

blueprint = Blueprint("authing", __name__)
"""`POST` sign-in, phone-code, sign-in/phone, register, sign-out, password/forgotten and
password/new, and `GET` me. Signing in and registering set the cookie."""


@blueprint.before_request
def check_site() -> None:
    """Refuse what pages of other sites send; signing in takes no cookie yet."""
    incoming().check_site(kit().settings)


@blueprint.after_request
def keep_nothing(response: Response) -> Response:
    """What is answered is one visitor's own."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _visitor() -> Visitor:
    return incoming().visitor(kit().settings)


def _signed_in(user: CurrentUser, status: int = 200) -> Response:
    response = jsonify(user.model_dump(mode="json"))
    response.status_code = status
    return _with(cookie_of(user, kit().settings), response)


def _with(cookie: Cookie, response: Response) -> Response:
    response.set_cookie(**asdict(cookie))
    return response


@blueprint.post("/sign-in")
def sign_in() -> Response:
    """Sign in by password."""
    return _signed_in(kit().accounts.sign_in(form(SignIn), _visitor()))


@blueprint.post("/phone-code")
def send_phone_code() -> Response:
    """Have a code sent by SMS, to sign in with; says nothing of who has an account."""
    kit().accounts.send_phone_code(form(PhoneCodeRequest))
    return Response(status=202)


@blueprint.post("/sign-in/phone")
def sign_in_by_phone() -> Response:
    """Sign in by the code that was sent to the phone."""
    return _signed_in(kit().accounts.sign_in_by_phone(form(PhoneSignIn), _visitor()))


@blueprint.post("/register")
def register() -> Response:
    """Register, and be signed in."""
    return _signed_in(kit().accounts.register(form(Registration), _visitor()), 201)


@blueprint.post("/password/forgotten")
def forgotten_password() -> Response:
    """Have a code mailed, to set a new password with."""
    kit().accounts.send_password_code(form(ForgottenPassword))
    return Response(status=202)


@blueprint.post("/password/new")
def new_password() -> Response:
    """Set a new password with the code from the mail."""
    kit().accounts.set_password(form(NewPassword))
    return Response(status=204)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """Take the cookie away."""
    kit().sign_out(incoming())
    return _with(no_cookie(kit().settings), Response(status=204))


@blueprint.get("/me")
@login_required
def me() -> Response:
    """Who is signed in."""
    return jsonify(current_user.model_dump(mode="json"))
