"""Routes around a login, to include where you like."""

from collections.abc import Callable, Coroutine
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel

from authing_client.frames import sensitive_variables

from ...errors import AuthingError
from .._async.kit import AsyncKit
from ..cookies import cookie_of, no_cookie
from ..current_user import CurrentUser
from ..errors import UnreadableFormError
from ..forms import (
    ForgottenPassword,
    NewPassword,
    PhoneCodeRequest,
    PhoneSignIn,
    Registration,
    SignIn,
    problems_of,
)
from ..visitors import Visitor
from .dependencies import User
from .requests import answer_of, incoming_of, kit_of

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Problem(BaseModel):
    """Why something was refused."""

    detail: str
    """In words."""
    code: int | None = None
    """The service's own code, where it has refused."""
    problems: list[dict[str, str]] | None = None
    """What is wrong with which field."""


class _Route(APIRoute):
    """Refuses what pages of other sites send, and never repeats what was sent.

    FastAPI's own answer to a form that is wrong quotes it, passwords too.
    """

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        @sensitive_variables
        async def answer(request: Request) -> Response:
            try:
                incoming_of(request).check_site(kit_of(request).settings)
                response = await handle(request)
                response.headers["Cache-Control"] = "no-store"
                return response
            except AuthingError as error:
                return answer_of(error)
            except RequestValidationError as error:
                problems = problems_of(error.errors(), below="body")
                return answer_of(UnreadableFormError(problems))

        return answer


_REFUSALS: dict[int | str, dict[str, Any]] = {
    403: {"model": Problem, "description": "Sent by a page of another site."},
    422: {"model": Problem, "description": "Not of the form that is asked for."},
    429: {"model": Problem, "description": "Too often; `Retry-After` may say when."},
    503: {"model": Problem, "description": "The service does not answer."},
}
_WRONG: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "What was given to sign in is wrong."}
}
_TAKEN: dict[int | str, dict[str, Any]] = {
    409: {"model": Problem, "description": "The name is taken."}
}

router = APIRouter(route_class=_Route, tags=["sign-in"], responses=_REFUSALS)
"""`POST` sign-in, phone-code, sign-in/phone, register, sign-out, password/forgotten and
password/new, and `GET` me. Signing in and registering set the cookie."""


async def _kit(request: Request) -> AsyncKit:
    return kit_of(request)


Kit = Annotated[AsyncKit, Depends(_kit)]


async def _visitor(request: Request, kit: Kit) -> Visitor:
    return incoming_of(request).visitor(kit.settings)


Sender = Annotated[Visitor, Depends(_visitor)]


def _signed_in(user: CurrentUser, kit: AsyncKit, response: Response) -> CurrentUser:
    response.set_cookie(**asdict(cookie_of(user, kit.settings)))
    return user


@router.post("/sign-in", responses=_WRONG)
async def sign_in(
    form: SignIn, visitor: Sender, response: Response, kit: Kit
) -> CurrentUser:
    """Sign in by password."""
    return _signed_in(await kit.accounts.sign_in(form, visitor), kit, response)


@router.post("/phone-code", status_code=202)
async def send_phone_code(form: PhoneCodeRequest, kit: Kit) -> None:
    """Have a code sent by SMS, to sign in with; says nothing of who has an account."""
    await kit.accounts.send_phone_code(form)


@router.post("/sign-in/phone", responses=_WRONG)
async def sign_in_by_phone(
    form: PhoneSignIn, visitor: Sender, response: Response, kit: Kit
) -> CurrentUser:
    """Sign in by the code that was sent to the phone."""
    user = await kit.accounts.sign_in_by_phone(form, visitor)
    return _signed_in(user, kit, response)


@router.post("/register", status_code=201, responses=_TAKEN)
async def register(
    form: Registration, visitor: Sender, response: Response, kit: Kit
) -> CurrentUser:
    """Register, and be signed in."""
    return _signed_in(await kit.accounts.register(form, visitor), kit, response)


@router.post("/password/forgotten", status_code=202)
async def forgotten_password(form: ForgottenPassword, kit: Kit) -> None:
    """Have a code mailed, to set a new password with."""
    await kit.accounts.send_password_code(form)


@router.post("/password/new", status_code=204, responses=_WRONG)
async def new_password(form: NewPassword, kit: Kit) -> None:
    """Set a new password with the code from the mail."""
    await kit.accounts.set_password(form)


@router.post("/sign-out", status_code=204)
async def sign_out(request: Request, response: Response, kit: Kit) -> None:
    """Take the cookie away."""
    kit.sign_out(incoming_of(request))
    response.set_cookie(**asdict(no_cookie(kit.settings)))


@router.get("/me", responses=_WRONG)
async def me(user: User) -> CurrentUser:
    """Who is signed in."""
    return user
