"""The web kit for FastAPI; needs the extra `fastapi`.

app = FastAPI(lifespan=lifespan)
install(app)
app.include_router(router, prefix="/auth")

@app.get("/greeting")
async def greeting(user: User) -> str:
    return f"Hello, {user.email}"
"""

from .application import install, lifespan
from .dependencies import (
    Authing,
    AuthingOfUser,
    OptionalUser,
    User,
    authing,
    authing_of_user,
    current_user,
    optional_user,
    role_required,
)
from .routes import router

__all__ = [
    "Authing",
    "AuthingOfUser",
    "OptionalUser",
    "User",
    "authing",
    "authing_of_user",
    "current_user",
    "install",
    "lifespan",
    "optional_user",
    "role_required",
    "router",
]
