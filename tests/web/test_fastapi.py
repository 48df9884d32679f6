"""What an application of FastAPI has of the kit, besides what the examples use."""

import subprocess
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import httpx
import pytest
from fastapi import Depends, FastAPI, WebSocket
from starlette.types import Message

from authing_gen import AsyncAuthing, AuthingConfigurationError
from authing_gen.web import CurrentUser
from authing_gen.web.fastapi import (
    Authing,
    AuthingOfUser,
    OptionalUser,
    User,
    current_user,
    install,
    lifespan,
    role_required,
    router,
)
from authing_sandbox import Sandbox

from .servers import Visitor, serving

APP = """
from fastapi import FastAPI
from authing_gen.web.fastapi import OptionalUser, User, install, lifespan, router

app = FastAPI(lifespan=lifespan)
install(app, {"COOKIE_SECURE": False, "trusted_origins": ["https://page.example"]})
app.include_router(router)

@app.get("/greeting")
async def greeting(user: OptionalUser) -> str:
    return f"Hello, {user.email if user else 'whoever you are'}"

@app.post("/order")
async def order(user: User) -> User:
    return user
"""


def application(settings: Mapping[str, object]) -> FastAPI:
    app = FastAPI(lifespan=lifespan)
    install(app, settings)
    app.include_router(router, prefix="/auth")

    @app.websocket("/talk")
    async def talk(socket: WebSocket, user: User) -> None:
        await socket.accept()
        await socket.send_text(user.id)
        await socket.close()

    @app.get("/greeting")
    async def greeting(user: OptionalUser) -> CurrentUser | None:
        return user

    @app.get("/status")
    async def status(authing: AuthingOfUser) -> bool | None:
        return (await authing.check_login_status()).status

    return app


def test_settings_of_ones_own(sandbox: Sandbox, email: str, tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(APP)
    command = "uvicorn --port {port} shop:app"
    with (
        serving(command, sandbox, tmp_path / "log", folder=tmp_path) as url,
        Visitor(url) as visitor,
    ):
        assert visitor.get("/greeting").json() == "Hello, whoever you are"
        visitor.post("/register", email=email, password="correct horse")
        assert visitor.cookies.keys() == {"authing"}
        assert visitor.get("/greeting").json() == f"Hello, {email}"
        evil = visitor.ask("POST", "/order", Origin="https://evil.example")
        assert (evil.status_code, evil.json()["detail"]) == (
            403,
            "The request comes from a page of another site.",
        )
        trusted = visitor.ask("POST", "/order", Origin="https://page.example")
        assert trusted.json()["email"] == email
        assert "token" not in trusted.json()


async def talk(app: FastAPI, headers: dict[str, str]) -> list[Message]:
    """Open a web socket, and return what the application sends."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    named = {"host": "shop.example"} | headers
    pairs = [(name.encode(), value.encode()) for name, value in named.items()]
    scope = {"type": "websocket", "path": "/talk", "query_string": b""}
    await app({**scope, "headers": pairs}, receive, send)
    return sent


@pytest.mark.anyio
async def test_web_sockets(sandbox: Sandbox, ada: CurrentUser) -> None:
    bearer = {"authorization": f"Bearer {ada.token}"}
    cookie = {"cookie": f"__Host-authing={ada.token}"}
    app = application(sandbox.settings)
    async with lifespan(app):
        for headers in (bearer, cookie, cookie | {"origin": "https://shop.example"}):
            _, said, _ = await talk(app, headers)
            assert said["text"] == ada.id
        evil = cookie | {"origin": "https://evil.example"}
        for headers in ({}, {"authorization": "Bearer x"}, evil):
            [refused] = await talk(app, headers)
            assert refused["type"] == "websocket.close"
            assert refused["code"] == 1008


@asynccontextmanager
async def client_of(app: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="https://test") as client,
    ):
        yield client


@pytest.mark.anyio
async def test_acts_as_the_user_and_starts_again(
    sandbox: Sandbox, ada: CurrentUser
) -> None:
    app = application(sandbox.settings)
    bearer = {"Authorization": f"Bearer {ada.token}"}
    for _ in range(2):
        async with client_of(app) as client:
            assert (await client.get("/status", headers=bearer)).json() is True
            assert (await client.get("/greeting")).json() is None


def test_openapi(sandbox: Sandbox) -> None:
    described = application({}).openapi()
    assert described["components"]["securitySchemes"].keys() == {"cookie", "bearer"}
    me = described["paths"]["/auth/me"]["get"]
    assert me["security"] == [{"cookie": []}, {"bearer": []}]
    assert {"200", "401", "503"} <= me["responses"].keys()
    sign_in = described["paths"]["/auth/sign-in"]["post"]
    assert "security" not in sign_in
    assert {"200", "401", "403", "422", "429"} <= sign_in["responses"].keys()
    schemas = described["components"]["schemas"]
    assert "token" not in schemas["CurrentUser"]["properties"]
    assert schemas["SignIn"]["properties"]["password"]["format"] == "password"
    assert all("description" in schemas[name] for name in ("SignIn", "CurrentUser"))


@pytest.mark.anyio
async def test_a_setting_that_is_missing_ends_the_start() -> None:
    with pytest.raises(AuthingConfigurationError, match="user_pool_id"):
        async with lifespan(application({})):
            pass
    with pytest.raises(AuthingConfigurationError, match="install"):
        async with lifespan(FastAPI()):
            pass


@pytest.mark.anyio
async def test_a_lifespan_of_ones_own(sandbox: Sandbox, ada: CurrentUser) -> None:
    @asynccontextmanager
    async def own(app: FastAPI) -> AsyncGenerator[None]:
        async with lifespan(app):
            yield

    app = FastAPI(lifespan=own)
    install(app, sandbox.settings)

    @app.get("/me", dependencies=[Depends(current_user)])
    async def me() -> bool:
        return True

    async with client_of(app) as client:
        assert (await client.get("/me")).status_code == 401
        bearer = {"Authorization": f"Bearer {ada.token}"}
        assert (await client.get("/me", headers=bearer)).json() is True


def test_importing_reads_no_settings(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(APP)
    subprocess.run(
        [sys.executable, "-W", "error", "-c", "import shop; shop.app.openapi()"],
        cwd=tmp_path,
        check=True,
    )


@pytest.mark.anyio
async def test_routes(sandbox: Sandbox, email: str) -> None:
    """What the examples show on a server, in this process."""
    app = application(sandbox.settings)

    @app.get("/admin")
    async def admin(
        authing: Authing,
        user: Annotated[CurrentUser, Depends(role_required("admin"))],
    ) -> str:
        return f"{user.id} of {authing.user_pool_id}"

    phone = f"139{uuid4().int % 10**8:08}"
    person = {"email": email, "password": "correct horse"}
    async with client_of(app) as client:
        statuses = {
            "register": person,
            "sign-in": person,
            "password/forgotten": {"email": email},
            "phone-code": {"phone": phone},
            "sign-in/phone": {"phone": phone, "code": "0000"},
            "password/new": person | {"code": "nonsense"},
        }
        answers = {
            path: (await client.post(f"/auth/{path}", json=form)).status_code
            for path, form in statuses.items()
        }
        assert [*answers.values()] == [201, 200, 202, 202, 401, 401]
        assert (await client.get("/auth/me")).json()["email"] == email
        assert (await client.get("/admin")).status_code == 403
        me = (await client.get("/auth/me")).json()["id"]
        async with AsyncAuthing(**sandbox.settings) as authing:
            role = await authing.create_rbac_role(name="admin")
            await authing.assign_rbac_role_to_user(role_id=role.id, user_id=me)
        admitted = await client.get("/admin")
        assert admitted.json() == f"{me} of {sandbox.pool_id}"
        code = await sandbox.wait_for_code(email)
        new = {"email": email, "code": code, "password": "battery staple"}
        assert (await client.post("/auth/password/new", json=new)).status_code == 204
        registered = {"phone": phone, "password": "correct horse"}
        await client.post("/auth/register", json=registered)
        await client.post("/auth/phone-code", json={"phone": phone})
        right = {"phone": phone, "code": await sandbox.wait_for_code(phone)}
        answer = await client.post("/auth/sign-in/phone", json=right)
        assert answer.status_code == 200
        assert (await client.post("/auth/sign-out")).status_code == 204
        assert (await client.get("/auth/me")).status_code == 401
        wrong = await client.post("/auth/sign-in", json={"password": "hush"})
        assert wrong.status_code == 422
        assert "hush" not in wrong.text
