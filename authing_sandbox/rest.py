"""The REST endpoints below the users gateway."""

import secrets
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from . import accounts, codes, oidc, outbox
from .accounts import Identifiers
from .call import Call, Server, find_pool
from .errors import BusinessError, ErrorCode
from .gateway import origin
from .tables import App

Handler = Callable[[Call, Request], Awaitable[Response]]


def routes(server: Server) -> list[Route]:
    """The routes, relative to the origin of the users gateway."""

    def route(path: str, handler: Handler, *methods: str) -> Route:
        return Route(
            path, partial(_in_one_transaction, server, handler), methods=methods
        )

    return [
        route("/send_smscode/{phone}/{clientId}", _send_code, "GET"),
        route(
            "/notification/send_register_smscode/{phone}/{clientId}",
            _send_register_code,
            "GET",
        ),
        route("/oauth/oidc/token", _token, "GET", "POST"),
        route("/oauth/oidc/.well-known/jwks.json", _jwks, "GET"),
        route("/verify_email", _verify_email, "GET"),
    ]


async def _in_one_transaction(
    server: Server, handler: Handler, request: Request
) -> Response:
    async with server.database.unit(write=True) as unit:
        return await handler(Call(server, unit, origin(request)), request)


async def _send_code(call: Call, request: Request) -> Response:
    return await _send(call, request, for_registration=False)


async def _send_register_code(call: Call, request: Request) -> Response:
    return await _send(call, request, for_registration=True)


async def _send(call: Call, request: Request, *, for_registration: bool) -> Response:
    phone, pool_id = request.path_params["phone"], request.path_params["clientId"]
    try:
        call = call.about(await find_pool(call.session, pool_id))
        accounts.check_phone(phone)
        if for_registration and await accounts.find(call, "phone", phone):
            raise BusinessError(ErrorCode.USER_EXISTS)
        await codes.check_interval(call, "sms", phone)
    except BusinessError as error:
        return JSONResponse({"code": error.error.code, "message": error.message})
    code = await codes.make(call, "sms", phone)
    outbox.post(call, "sms", phone, f"您的验证码：{code}", code=code)
    return JSONResponse({"code": 200, "message": "发送成功"})


async def _verify_email(call: Call, request: Request) -> Response:
    """The page behind the link that `sendVerifyEmail` mails."""
    query = request.query_params
    email = query.get("email", "")
    try:
        call = call.about(await find_pool(call.session, query.get("client", "")))
        user = await accounts.find(call, "email", email)
        if user is None:
            raise BusinessError(ErrorCode.NO_SUCH_USER)
        await codes.consume(call, "email", email, query.get("code", ""))
    except BusinessError:
        return PlainTextResponse(ErrorCode.LINK_EXPIRED.message, status_code=400)
    user.email_verified = True
    user.updated_at = call.now
    return PlainTextResponse("邮箱验证成功")


class _OAuthError(Exception):
    """A refusal as OAuth 2 words it (RFC 6749, 5.2)."""

    def __init__(self, error: str, description: str) -> None:
        self.error = error
        self.description = description


async def _token(call: Call, request: Request) -> Response:
    """The OAuth 2 token endpoint."""
    # The documentation asks for GET with a form as its body.
    form = dict(parse_qsl((await request.body()).decode()))
    headers = {"cache-control": "no-store"}
    try:
        answer = await _grant(call, {**request.query_params, **form})
    except _OAuthError as error:
        await call.unit.refuse()
        content = {"error": error.error, "error_description": error.description}
        status = 401 if error.error == "invalid_client" else 400
        return JSONResponse(content, status, headers)
    return JSONResponse(answer, headers=headers)


async def _grant(call: Call, given: dict[str, str]) -> dict[str, Any]:
    app = await _authenticated_app(call, given)
    call = call.about(await find_pool(call.session, app.pool_id))
    grant = given.get("grant_type") or _inferred_grant(given)
    try:
        if grant == "refresh_token":
            token = given.get("refresh_token", "")
            return await oidc.by_refresh_token(call, app, token)
        if grant == "password":
            names = ("unionid", "email", "phone", "username")
            identifiers = Identifiers(**{name: given.get(name) for name in names})
            scope = given.get("scope") or oidc.DEFAULT_SCOPE
            password = given.get("password")
            _, answer = await oidc.by_password(call, app, identifiers, password, scope)
            return answer
    except BusinessError as error:
        incomplete = error.error is ErrorCode.MISSING_PARAMETER
        raise _OAuthError(
            "invalid_request" if incomplete else "invalid_grant", error.message
        ) from error
    raise _OAuthError("unsupported_grant_type", f"grant_type {grant!r}")


async def _authenticated_app(call: Call, given: dict[str, str]) -> App:
    app = await call.session.get(App, given.get("client_id", ""))
    secret = given.get("client_secret", "").encode()
    if (
        app is None
        or app.kind != "oidc"
        or app.is_deleted
        or not secrets.compare_digest(secret, app.secret.encode())
    ):
        raise _OAuthError("invalid_client", ErrorCode.NO_SUCH_OIDC_APP.message)
    return app


def _inferred_grant(given: dict[str, str]) -> str:
    # The documentation's parameters do not name the grant.
    return "refresh_token" if "refresh_token" in given else "password"


async def _jwks(call: Call, _: Request) -> Response:
    key = call.server.keys.oidc
    use = {"use": "sig", "alg": "RS256"}
    return JSONResponse({"keys": [key.as_dict(private=False) | use]})


async def answer_failure(_: Request, __: Exception) -> Response:
    """What is answered where the server itself fails; the log says why."""
    busy = ErrorCode.BUSY
    return JSONResponse({"code": busy.code, "message": busy.message}, status_code=500)
