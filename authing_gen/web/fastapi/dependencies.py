"""What the functions of an application ask for."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Security
from fastapi.openapi.models import APIKey, HTTPBearer
from fastapi.security.base import SecurityBase
from starlette.requests import HTTPConnection

from authing_client.frames import sensitive_variables
from authing_gen import AsyncAuthing

from ..current_user import CurrentUser
from .requests import incoming_of, kit_of


class _Described(SecurityBase):
    """Says in OpenAPI how a token is sent; which one there is, the kit finds out."""

    def __init__(self, name: str, model: HTTPBearer | APIKey) -> None:
        self.scheme_name = name
        self.model = model

    async def __call__(self) -> None:
        """Nothing: `SecurityBase` has to be called."""


_COOKIE = _Described(
    "cookie",
    APIKey.model_validate(
        {"in": "cookie", "name": "__Host-authing", "description": "Set by signing in."}
    ),
)
_BEARER = _Described(
    "bearer",
    HTTPBearer(bearerFormat="JWT", description="A token in `Authorization`."),
)


@sensitive_variables
async def current_user(
    connection: HTTPConnection,
    _cookie: Annotated[None, Security(_COOKIE)] = None,
    _bearer: Annotated[None, Security(_BEARER)] = None,
) -> CurrentUser:
    """Who has sent the request; nobody is a 401.

    Raises:
        NotSignedInError: Nobody who is signed in.
        CrossSiteError: A page of another site has their browser send it.
        AuthingError: The service had to be asked, and has not answered.
    """
    return await kit_of(connection).current_user(incoming_of(connection))


@sensitive_variables
async def optional_user(
    connection: HTTPConnection,
    _cookie: Annotated[None, Security(_COOKIE)] = None,
    _bearer: Annotated[None, Security(_BEARER)] = None,
) -> CurrentUser | None:
    """Who has sent the request; None where nobody who is signed in has.

    Raises:
        CrossSiteError: A page of another site has their browser send it.
        AuthingError: The service had to be asked, and has not answered.
    """
    return await kit_of(connection).optional_user(incoming_of(connection))


# Asynchronous, as all are here: FastAPI sends others to a thread, which takes longer.
async def authing(connection: HTTPConnection) -> AsyncAuthing:
    """The client of the application, which manages the pool."""
    return kit_of(connection).authing


User = Annotated[CurrentUser, Depends(current_user)]
"""Who has sent the request; nobody is a 401."""
OptionalUser = Annotated[CurrentUser | None, Depends(optional_user)]
"""Who has sent the request; None where nobody who is signed in has."""
Authing = Annotated[AsyncAuthing, Depends(authing)]
"""The client of the application, which manages the pool."""


async def authing_of_user(authing: Authing, user: User) -> AsyncAuthing:
    """A client that acts as whoever has sent the request."""
    return authing.as_user(user)


AuthingOfUser = Annotated[AsyncAuthing, Depends(authing_of_user)]
"""A client that acts as whoever has sent the request."""


def role_required(
    role: str,
) -> Callable[[HTTPConnection, CurrentUser], Awaitable[CurrentUser]]:
    """Make a dependency that lets in those who have a role, and nobody else.

    Args:
        role: Name of the role; others are answered 403.
    """

    async def user_with_role(connection: HTTPConnection, user: User) -> CurrentUser:
        await kit_of(connection).check_role(user, role)
        return user

    return user_with_role
