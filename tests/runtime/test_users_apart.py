"""Users who share a client share nothing else: no cookie, no token, no answer."""

import contextlib
import inspect
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from http.cookiejar import CookieJar
from typing import Any

import anyio
import httpx
import httpx2
import pytest
from anyio.to_thread import run_sync
from pydantic import ValidationError

import authing_client
from authing_client import OPERATIONS
from authing_client.base_model import BaseModel
from authing_client.exceptions import GraphQLClientError
from authing_gen import AsyncAuthing, Authing, AuthingError

from ..blocking import only
from .conftest import Connect
from .scripted import INIT, Reply, ScriptedServer, Seen, answered, data, owner

pytestmark = pytest.mark.anyio

USERS = 40
CALLS = 4000
TOKENS = {"access_token": "a", "token_type": "Bearer"}
ENDPOINTS = {
    "/users/send_smscode/1/the-pool": {"code": 200, "message": "好"},
    "/users/notification/send_register_smscode/1/the-pool": {"code": 200},
    "/users/oauth/oidc/token": TOKENS,
}


class Baker(ScriptedServer):
    """Sets a cookie with every answer, and answers whatever it is asked."""

    def __init__(self) -> None:
        super().__init__()
        for name in (*OPERATIONS, "mine"):
            self.answer(name, data())
        for path, body in ENDPOINTS.items():
            self.answer(path, answered(body))
        self.answer("/own", answered({}))
        self.answer(INIT, owner("owner-token-1"))

    async def _reply(self, reader: Any) -> Reply:
        reply = await super()._reply(reader)
        cookie = f"session=of-request-{len(self.seen)}; Path=/; Max-Age=3600"
        return replace(reply, headers={**reply.headers, "set-cookie": cookie})

    @property
    def cookies(self) -> list[str]:
        """The cookies that arrived."""
        return [
            seen.headers["cookie"] for seen in self.seen if "cookie" in seen.headers
        ]


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    server = Baker()
    async with server.serving():
        # By name: some jars keep no cookies of addresses.
        server.url = server.url.replace("127.0.0.1", "localhost")
        yield server


class Mine(BaseModel):
    """The data of a document of one's own."""


def _methods(client: object) -> Iterator[Callable[[], Any]]:
    """Every method of a generated client that sends an operation."""
    kind = authing_client.AsyncClient
    for name, function in inspect.getmembers(kind, inspect.iscoroutinefunction):
        if name.startswith("_") or name in ("aclose", "execute"):
            continue
        parameters = inspect.signature(function).parameters.values()
        needed = [one.name for one in parameters if _is_needed(one)]
        yield partial(getattr(client, name), **dict.fromkeys(needed, "x"))


def _is_needed(parameter: inspect.Parameter) -> bool:
    return (
        parameter.default is parameter.empty
        and parameter.kind is parameter.KEYWORD_ONLY
    )


async def _everything(client: AsyncAuthing) -> None:
    """Send whatever the client can send; most answers lack what they should hold."""
    app: dict[str, Any] = {"client_id": "i", "client_secret": "s"}
    document = "query mine($id: String) { user(id: $id) { _id } }"
    others: list[Callable[[], Awaitable[object]]] = [
        partial(client.sms.send_code, "1"),
        partial(client.sms.send_register_code, "1"),
        partial(client.oidc.login, **app, email="a@example.com", password="p"),
        partial(client.oidc.login, **app, phone="1", password="p", method="GET"),
        partial(client.oidc.refresh, **app, refresh_token="r"),
        partial(client.execute_document, document, {"id": "ada"}, Mine),
        partial(client.with_raw_response.check_login_status),
        partial(client.with_options(timeout=5).check_login_status),
        partial(anext, client.iter_users()),
    ]
    for call in (*_methods(client), *others):
        with contextlib.suppress(AuthingError):
            await call()


async def _story(client: AsyncAuthing) -> None:
    """The owner, then two users twice each, one after the other."""
    await _everything(client)
    for token in ("of-ada", "of-bob") * 2:
        await _everything(client.as_user(token))


def _check(server: Baker) -> None:
    sent = {seen.name for seen in server.seen}
    assert sent == {*OPERATIONS, *ENDPOINTS, "mine"}
    assert {"of-ada", "of-bob"} < {seen.token for seen in server.seen}
    assert server.cookies == []


async def test_no_cookie_is_kept(server: Baker, client: AsyncAuthing) -> None:
    await _story(client)
    _check(server)


NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody: to read whom the world trusts takes longer than most tests."""
CLIENTS: dict[str, dict[str, Any]] = {
    "async": {"httpx": httpx.AsyncClient, "httpx2": httpx2.AsyncClient},
    "sync": {"httpx": httpx.Client, "httpx2": httpx2.Client},
}


def _held(jar: CookieJar) -> list[tuple[str, str | None, str]]:
    return [(cookie.name, cookie.value, cookie.domain) for cookie in jar]


async def _get(http: Any, url: str) -> None:
    if isinstance(http, (httpx.AsyncClient, httpx2.AsyncClient)):
        await http.get(url)
    else:
        await run_sync(http.get, url)


async def _close(http: Any) -> None:
    if isinstance(http, (httpx.AsyncClient, httpx2.AsyncClient)):
        await http.aclose()
    else:
        http.close()


@pytest.mark.parametrize("library", ["httpx", "httpx2"])
async def test_nor_by_a_client_of_ones_own_whose_jar_stays_as_it_is(
    server: Baker, connect: Connect, client_kind: str, library: str
) -> None:
    http = CLIENTS[client_kind][library](
        cookies={"own": "of-the-caller"}, verify=NOBODY
    )
    await _get(http, f"{server.url}/own")  # It has now one of the server, too.
    before = _held(http.cookies.jar)
    server.seen.clear()
    await _story(connect(http_client=http))
    _check(server)
    assert _held(http.cookies.jar) == before
    assert len(before) == 2
    # As ever where the caller uses it: so it would have sent them.
    await _get(http, f"{server.url}/own")
    assert server.cookies == ["own=of-the-caller; session=of-request-1"]
    await _close(http)


async def test_nor_are_those_sent_that_come_into_the_jar_later(
    server: Baker, connect: Connect, client_kind: str
) -> None:
    http = CLIENTS[client_kind]["httpx"](verify=NOBODY)
    client = connect(http_client=http)
    await _everything(client.as_user("of-ada"))
    http.cookies.set("own", "of-the-caller")
    await _everything(client.as_user("of-bob"))
    assert server.cookies == []
    await _close(http)


@only("async", "both generated clients are in it")
async def test_nor_by_the_generated_clients_by_themselves(server: Baker) -> None:
    url = f"{server.url}/users/graphql"
    wrong = (GraphQLClientError, ValidationError)
    async with authing_client.AsyncClient(url=url) as awaiting:
        for call in (*_methods(awaiting), *_methods(awaiting)):
            with contextlib.suppress(*wrong):
                await call()
    with authing_client.Client(url=url) as blocking:
        for call in (*_methods(blocking), *_methods(blocking)):
            with contextlib.suppress(*wrong):
                await run_sync(call)
    assert len(server.seen) == 4 * len(OPERATIONS)
    assert server.cookies == []


# Many users at once


def _user(number: int) -> str:
    return f"u{number * 7 % USERS}"


def _token(user: str) -> str:
    return f"token-of-{user}"


def _asks(client: Any, number: int) -> Any:
    """Ask for something of a user, as that user."""
    user = _user(number)
    return client.as_user(_token(user)).query_mfa_unpaged(user_id=f"{number}.{user}")


def _is_own(found: Any, number: int) -> bool:
    user = _user(number)
    return (found.user_id, found.share_key) == (f"{number}.{user}", _token(user))


@pytest.fixture
def others(server: Baker) -> list[str]:
    """Requests that came with the token of somebody else."""
    found: list[str] = []

    async def answer(seen: Seen) -> Reply:
        asked = seen.variables["userId"]
        if seen.token != _token(asked.partition(".")[2]):
            found.append(f"{asked} as {seen.token}")
        mfa = {"_id": "1", "userId": asked, "userPoolId": "p", "enable": True}
        if asked.startswith("1"):  # Answers come in another order than requests.
            await anyio.sleep(0.001)
        return data(queryMFA={**mfa, "shareKey": seen.token})

    server.handle("queryMFAUnpaged", answer)
    return found


@only("async", "the next one is of threads")
async def test_a_hundred_calls_at_once_of_forty_users(
    server: Baker, client: AsyncAuthing, others: list[str]
) -> None:
    numbers = iter(range(CALLS))
    mixed: list[int] = []

    async def ask() -> None:
        for number in numbers:
            if not _is_own(await _asks(client, number), number):
                mixed.append(number)

    async with anyio.create_task_group() as tasks:
        for _ in range(100):
            tasks.start_soon(ask)
    assert (mixed, others) == ([], [])
    assert len(server.calls("queryMFAUnpaged")) == CALLS
    assert server.cookies == []


@pytest.mark.heavy
@only("sync", "the other one is above")
async def test_sixteen_threads_of_forty_users(server: Baker, others: list[str]) -> None:
    def ask(number: int) -> bool:
        return _is_own(_asks(client, number), number)

    def ask_all() -> list[bool]:
        with ThreadPoolExecutor(16) as threads:
            return [*threads.map(ask, range(CALLS))]

    with Authing("the-pool", users_url=f"{server.url}/users/graphql") as client:
        own = await run_sync(ask_all)
    assert (own, others) == ([True] * CALLS, [])
    assert len(server.calls("queryMFAUnpaged")) == CALLS
    assert server.cookies == []
