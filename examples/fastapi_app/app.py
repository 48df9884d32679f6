"""A complete application: people register and sign in, by password or by phone, reset
their password, see and change their profile, connect other accounts, and sign out;
administrators see everybody.

    python -m examples.fastapi_app

runs it against a sandbox. With `AUTHING_USER_POOL_ID` and `AUTHING_SECRET` set,
`uvicorn examples.fastapi_app.app:app` runs it against the service.
"""

from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from authing_client import SocialProviderBinding, UserDetails, UserPage
from authing_gen.web.fastapi import (
    Authing,
    AuthingOfUser,
    User,
    install,
    lifespan,
    role_required,
    router,
)
from examples.page import PAGE
from examples.social import proven_identity

app = FastAPI(title="Shop", lifespan=lifespan)
install(app)  # Settings come from AUTHING_*, when the application starts.
app.include_router(router, prefix="/auth")  # sign-in, register, sign-out, …


@app.get("/", include_in_schema=False)
async def page() -> FileResponse:
    """The page, which asks all the rest."""
    return FileResponse(PAGE)


@app.get("/profile")
async def profile(user: User, authing: AuthingOfUser) -> UserDetails | None:
    """Who am I? `AuthingOfUser` acts as whoever asks, with no other rights."""
    return await authing.user(id=user.id)


class ProfileChange(BaseModel):
    """What people may change of themselves."""

    nickname: str = Field(min_length=1, max_length=40)


@app.patch("/profile", status_code=204)
async def change_profile(
    change: ProfileChange, user: User, authing: AuthingOfUser
) -> None:
    """Change the name that is shown."""
    await authing.update_user(id=user.id, nickname=change.nickname)


@app.get("/users", dependencies=[Depends(role_required("admin"))])
async def everybody(
    authing: Authing, page: Annotated[int, Field(ge=1)] = 1
) -> UserPage:
    """All users, by `Authing`, which manages the pool: for administrators."""
    return await authing.users(page=page, count=20)


@app.get("/social")
async def connections(
    user: User, authing: AuthingOfUser
) -> list[SocialProviderBinding]:
    """Which other accounts could I sign in with, and which of them are connected?"""
    return await authing.not_bind_oauth_list(user=user.id)


class Returned(BaseModel):
    """What a provider sends people back with."""

    code: str


@app.post("/social/{provider}", status_code=204)
async def connect(
    provider: str, returned: Returned, user: User, authing: AuthingOfUser
) -> None:
    """Connect an account at a provider, which has to say itself whose it is."""
    identity = proven_identity(provider, returned.code)
    if identity is None:
        raise HTTPException(400, "The provider does not know this code.")
    await authing.bind_other_oauth(
        user=user.id,
        type_=provider,
        unionid=identity.unionid,
        user_info=identity.user_info,
    )


@app.delete("/social/{provider}", status_code=204)
async def disconnect(provider: str, user: User, authing: AuthingOfUser) -> None:
    """Disconnect it."""
    await authing.unbind_other_oauth(user=user.id, type_=provider)
