"""The REST endpoints below the users gateway."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from ..addresses import is_foreign
from ..calls.call import Call, Server, find_pool
from ..calls.errors import BusinessError, ErrorCode
from ..calls.waiting import CLIENT_LEFT, Wait
from ..graphql.gateway import origin
from ..identity import accounts, codes, contacts
from ..messages import outbox
from ..oidc import authorize, provider
from ..oidc.provider import Handler, read_pairs
from ..storage.database import Unit
from ..storage.phones import spelled
from .cors import allows

_FOREIGN = "not for pages of other sites, but for those in a pool's allowed_origins"


def routes(server: Server) -> list[Route]:
    """The routes, relative to the origin of the users gateway."""

    def endpoint(path: str, handler: Handler, methods: Sequence[str]) -> Route:
        answer = partial(_in_one_transaction, server, handler)
        return Route(path, answer, methods=methods)

    def guarded(
        path: str, handler: Handler, methods: Sequence[str], *, by_click: bool = True
    ) -> Route:
        answer = partial(_in_one_transaction, server, handler)
        guard = partial(_unless_foreign, server, answer, by_click)
        return Route(path, guard, methods=methods)

    register = "/notification/send_register_smscode/{phone}/{clientId}"
    return [
        guarded("/send_smscode/{phone}/{clientId}", _send_code, ("GET",)),
        guarded(register, _send_register_code, ("GET",)),
        *(guarded(*each) for each in provider.ENDPOINTS),
        # Apps, which are pages of other sites, lead people there, and frame it.
        *(endpoint(*each) for each in authorize.ENDPOINTS),
        # Pages on which people read their mail may lead them on by a script.
        guarded("/verify_email", _verify_email, ("GET",), by_click=False),
    ]


async def _unless_foreign(
    server: Server,
    answer: Callable[[Request], Awaitable[Response]],
    by_click: bool,
    request: Request,
) -> Response:
    """Answer, unless a browser says that a page sends it which no pool allows."""
    headers = request.headers
    page = headers.get("origin")
    foreign = is_foreign(request.method, headers, by_click=by_click)
    if page is not None and "sec-fetch-site" not in headers:
        foreign = not server.hosts.is_own_page(page, headers["host"])
    if foreign and not (page and await allows(server, page)):
        return JSONResponse({"detail": _FOREIGN}, 403)
    return await answer(request)


async def _in_one_transaction(
    server: Server, handler: Handler, request: Request
) -> Response:
    # Now, or everybody would wait for a client that sends slowly.
    await request.body()

    async def run() -> Response:
        wait = Wait(request)

        async def answer(unit: Unit) -> Response:
            await wait.end()
            return await handler(Call(server, unit, origin(request)), request)

        return await server.database.run(answer, write=True)

    try:
        if any("\0" in value for value in request.path_params.values()):
            raise BusinessError(ErrorCode.MISSING_PARAMETER)  # no database stores it
        return await server.faults.meet([request.url.path], run, server.stopping)
    except ClientDisconnect:
        return Response(status_code=CLIENT_LEFT)
    except BusinessError as error:
        return JSONResponse({"code": error.error.code, "message": error.message})


async def _send_code(call: Call, request: Request) -> Response:
    return await _send(call, request, for_registration=False)


async def _send_register_code(call: Call, request: Request) -> Response:
    return await _send(call, request, for_registration=True)


async def _send(call: Call, request: Request, *, for_registration: bool) -> Response:
    phone, pool_id = request.path_params["phone"], request.path_params["clientId"]
    call = call.about(await find_pool(call.session, pool_id))
    contacts.check_phone(phone)
    if for_registration and await accounts.find(call, "phone", phone):
        raise BusinessError(ErrorCode.USER_EXISTS)
    code = await codes.make(call, "sms", phone)
    outbox.post_sms(call, spelled(phone), code)
    return JSONResponse({"code": 200, "message": "发送成功"})


async def _verify_email(call: Call, request: Request) -> Response:
    """The page behind the link that `sendVerifyEmail` mails."""
    query = dict(read_pairs(request.url.query))
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


async def answer_failure(_: Request, __: Exception) -> Response:
    """What is answered where the server itself fails; the log says why."""
    busy = ErrorCode.BUSY
    return JSONResponse({"code": busy.code, "message": busy.message}, status_code=500)


async def answer_nobody(_: Request, __: Exception) -> Response:
    """What is answered to a client that has left before its request was there."""
    return Response(status_code=400)
