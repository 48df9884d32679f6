"""A client of httpx, or of httpx2, that the caller has made: it carries the calls."""

import asyncio
import contextlib
import gzip
import json
import socket
import ssl
import time
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Any

import anyio
import httpx
import httpx2
import pytest
import respx
import trustme
from pytest_httpx import HTTPXMock
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from authing_gen import (
    AsyncAuthing,
    Authing,
    AuthingClosedError,
    AuthingConfigurationError,
    AuthingError,
    AuthingResponseError,
    AuthingTimeoutError,
    AuthingTransportError,
    RateLimitError,
)

from ..blocking import only
from ..faults.calls import calls
from ..faults.server import HostileServer
from .conftest import Connect
from .forward_proxy import ForwardProxy
from .http2_server import Http2Server
from .scripted import DROPPED, ScriptedServer, answered, data, held

pytestmark = pytest.mark.anyio

URL = "http://authing.test/graphql"
YES = data(userExist=True)
BODY = {"data": {"userExist": True}}
SENT = data(sendVerifyEmail={"message": "好", "code": 200, "status": True})
LONG = 30.0
"""Seconds: what takes longer has no end, however slow the machine is."""

CLIENTS: dict[str, dict[str, Any]] = {
    "async": {"httpx": httpx.AsyncClient, "httpx2": httpx2.AsyncClient},
    "sync": {"httpx": httpx.Client, "httpx2": httpx2.Client},
}
NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody: to read whom the world trusts takes longer than most tests."""
LIBRARIES: dict[str, Any] = {"httpx": httpx, "httpx2": httpx2}
both = pytest.mark.parametrize("library", ["httpx", "httpx2"])

Make = Callable[..., Any]


@pytest.fixture
async def make(client_kind: str) -> AsyncIterator[Make]:
    """Makes clients of the kind that the test runs over, and closes them."""
    made: list[Any] = []

    def make(library: str = "httpx", **settings: Any) -> Any:
        made.append(CLIENTS[client_kind][library](**({"verify": NOBODY} | settings)))
        return made[-1]

    yield make
    for http in made:
        await _close(http)


async def _close(http: Any) -> None:
    if hasattr(http, "aclose"):
        await http.aclose()
    else:
        http.close()


def _over(http: Any, **settings: Any) -> AsyncAuthing:
    return AsyncAuthing(
        "pool", users_url=URL, allow_insecure_http=True, http_client=http, **settings
    )


async def _asks(client: AsyncAuthing, **options: Any) -> bool:
    return await client.user_exist(email="ada@example.com", **options)


# What stands in for a server in tests


@both
async def test_a_mock_transport(make: Make, library: str) -> None:
    asked: list[Any] = []
    answers = [
        (503, {"message": "not now"}),
        (200, BODY),
        (200, {"errors": [{"message": {"code": 2100, "message": "太多"}}]}),
    ]

    def answer(request: Any) -> Any:
        asked.append(request)
        status, body = answers.pop(0)
        return LIBRARIES[library].Response(status, json=body)

    client = _over(make(library, transport=LIBRARIES[library].MockTransport(answer)))
    assert await _asks(client)  # At the second try.
    with pytest.raises(RateLimitError):
        await _asks(client)
    assert json.loads(asked[-1].content)["variables"]["email"] == "ada@example.com"


@both
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ConnectError", AuthingTransportError),
        ("ReadError", AuthingTransportError),
        ("RemoteProtocolError", AuthingTransportError),
        ("ProxyError", AuthingTransportError),
        ("UnsupportedProtocol", AuthingTransportError),
        ("LocalProtocolError", AuthingTransportError),
        ("TooManyRedirects", AuthingTransportError),
        ("ConnectTimeout", AuthingTimeoutError),
        ("ReadTimeout", AuthingTimeoutError),
        ("PoolTimeout", AuthingTimeoutError),
    ],
)
async def test_errors_of_connections_become_ours(
    make: Make, library: str, name: str, expected: type[AuthingError]
) -> None:
    def fail(request: Any) -> Any:
        raise getattr(LIBRARIES[library], name)("of the-user-token", request=request)

    http = make(library, transport=LIBRARIES[library].MockTransport(fail))
    client = _over(http, max_retries=0).as_user("the-user-token")
    with pytest.raises(expected) as caught:
        await client.check_login_status()
    assert type(caught.value) is expected
    assert caught.value.__cause__ is caught.value.__context__ is None


@pytest.mark.parametrize(
    ("error", "expected", "said"),
    [
        (TimeoutError("of a transport"), AuthingTimeoutError, "no answer in time"),
        ("half \ud800".encode, AuthingTransportError, "a header or the URL"),
        (RuntimeError("it is open"), AuthingTransportError, "says: it is open"),
        (RuntimeError("Event loop is closed"), AuthingTransportError, "another event"),
        (httpx.RemoteProtocolError("bad"), AuthingTransportError, "is no HTTP answer"),
    ],
)
async def test_errors_of_transports_of_ones_own(
    make: Make, error: Any, expected: type[AuthingError], said: str
) -> None:
    def fail(_: Any) -> Any:
        if isinstance(error, Exception):
            raise error
        return error()

    client = _over(make(transport=httpx.MockTransport(fail)), max_retries=0)
    with pytest.raises(expected, match=said):
        await _asks(client)


@pytest.mark.parametrize("kind", [KeyError, ValueError, AssertionError])
async def test_errors_of_what_stands_in_come_through(
    make: Make, kind: type[Exception]
) -> None:
    def fail(_: Any) -> Any:
        raise kind("of the test")

    with pytest.raises(kind, match="of the test"):
        await _asks(_over(make(transport=httpx.MockTransport(fail))))


async def _graphql(request: Request) -> Response:
    body = await request.json()
    if body["variables"]["email"].startswith("error"):
        raise ValueError("of the application")
    token = request.headers.get("authorization", "no token")
    message = {"message": token, "code": 200, "status": True}
    found = {"userExist": True, "sendVerifyEmail": message}
    answer = {"data": {body["operationName"]: found[body["operationName"]]}}
    return JSONResponse(answer, headers={"x-request-id": "r-1"})


@only("async", "httpx carries ASGI without threads only")
async def test_an_application_without_a_socket(make: Make) -> None:
    application = Starlette(routes=[Route("/graphql", _graphql, methods=["POST"])])
    client = _over(make(transport=httpx.ASGITransport(application)))
    assert await _asks(client)
    raw = await client.with_raw_response.user_exist(email="ada@example.com")
    assert raw.request_id == "r-1"
    with pytest.raises(ValueError, match="of the application"):
        await client.user_exist(email="error")


def _wsgi(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    length = int(environ["CONTENT_LENGTH"])
    asked = json.loads(environ["wsgi.input"].read(length))
    assert asked["operationName"] == "userExist"
    start("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(BODY).encode()]


@only("sync", "httpx carries WSGI with threads only")
async def test_an_application_of_wsgi(make: Make) -> None:
    assert await _asks(_over(make(transport=httpx.WSGITransport(_wsgi))))


async def test_respx(make: Make) -> None:
    with respx.mock(assert_all_called=True) as router:
        route = router.post(URL).mock(
            side_effect=[
                httpx.Response(429, headers={"Retry-After": "0"}),
                httpx.Response(200, json=BODY),
            ]
        )
        assert await _asks(_over(make()))
        assert route.call_count == 2
        route.mock(side_effect=httpx.ConnectError)
        with pytest.raises(AuthingTransportError):
            await _asks(_over(make(), max_retries=0))


async def test_what_respx_minds_is_not_hidden(make: Make) -> None:
    with respx.mock, pytest.raises(AssertionError, match="not mocked"):
        await _asks(_over(make()))


async def test_pytest_httpx(make: Make, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(url=URL, method="POST", status_code=503)
    httpx_mock.add_response(url=URL, method="POST", json=BODY)
    assert await _asks(_over(make()))
    httpx_mock.add_exception(httpx.ReadTimeout("too slow"))
    with pytest.raises(AuthingTimeoutError):
        await _asks(_over(make(), max_retries=0))
    assert len(httpx_mock.get_requests()) == 3


# Real connections


@both
async def test_answers_refusals_and_losses(
    server: ScriptedServer, connect: Connect, make: Make, library: str
) -> None:
    server.answer("userExist", DROPPED, answered({}, 503, retry_after="0"), YES)
    client = connect(http_client=make(library))
    assert await _asks(client)
    assert len(server.seen) == 3
    server.answer("sendVerifyEmail", DROPPED, SENT)
    with pytest.raises(AuthingTransportError, match="the connection was lost"):
        await client.send_verify_email(email="ada@example.com")
    assert len(server.calls("sendVerifyEmail")) == 1


@both
async def test_it_may_not_call_another_machine_in_plain_sight(
    make: Make, library: str
) -> None:
    with pytest.raises(AuthingConfigurationError, match=r"plain http to authing\.test"):
        AsyncAuthing("pool", users_url=URL, http_client=make(library))


@both
async def test_nobody_listens(connect: Connect, make: Make, library: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        place = f"127.0.0.1:{listener.getsockname()[1]}"
    client = connect(
        http_client=make(library), users_url=f"http://{place}/graphql", max_retries=0
    )
    with pytest.raises(AuthingTransportError, match="it cannot be connected to") as no:
        await client.send_verify_email(email="ada@example.com")
    assert place in str(no.value)


@both
async def test_more_calls_than_connections(
    server: ScriptedServer, connect: Connect, make: Make, library: str
) -> None:
    server.answer("userExist", YES)
    limits = LIBRARIES[library].Limits(max_connections=3)
    client = connect(http_client=make(library, limits=limits), timeout=LONG)
    async with anyio.create_task_group() as tasks:
        for _ in range(40):
            tasks.start_soon(_asks, client)
    # Not exactly 40: a thread of httpx's may close a connection as dead, on which
    # another's answer has just come, and we ask again.
    assert len(server.seen) >= 40


@both
async def test_http_2_carries_many_calls_on_one_connection(
    make: Make, library: str
) -> None:
    server, emails = Http2Server(awaited=20), [f"{n}@example.com" for n in range(20)]
    async with server.serving():
        http = make(library, http1=False, http2=True)
        url = f"{server.url}/graphql"
        client = AsyncAuthing("pool", users_url=url, http_client=http, timeout=LONG)
        found: dict[str, str | None] = {}

        async def send(email: str) -> None:
            found[email] = (await client.send_verify_email(email=email)).message

        async with anyio.create_task_group() as tasks:
            for email in emails:
                tasks.start_soon(send, email)
        await _close(http)
    assert found == {email: email for email in emails}
    assert server.connections == 1
    assert {headers["user-agent"].partition("/")[0] for headers in server.headers} == {
        "authing-gen"
    }


@pytest.mark.parametrize("shows_its_own", [True, False])
async def test_certificates_of_clients(
    make: Make, tmp_path: Path, shows_its_own: bool
) -> None:
    authority, server = trustme.CA(), ScriptedServer()
    theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(theirs)
    authority.configure_trust(theirs)
    theirs.verify_mode = ssl.CERT_REQUIRED
    ours = ssl.create_default_context()
    authority.configure_trust(ours)
    if shows_its_own:
        authority.issue_cert("shop.example.com").configure_cert(ours)
    server.answer("userExist", YES)
    async with server.serving(tls=theirs):
        url, http = f"{server.url}/users/graphql", make(verify=ours)
        client = AsyncAuthing("pool", users_url=url, http_client=http, max_retries=0)
        if shows_its_own:
            assert await _asks(client)
        else:
            with pytest.raises(AuthingTransportError):
                await _asks(client)
        await _close(http)
    assert len(server.seen) == shows_its_own


async def test_a_proxy_of_its_own(server: ScriptedServer, make: Make) -> None:
    server.answer("userExist", YES)
    proxy = ForwardProxy()
    proxy.ports["authing.test"] = int(server.url.rpartition(":")[2])
    async with proxy.serving():
        http = make(proxy=f"http://{proxy.place}")
        client = AsyncAuthing(
            "pool",
            users_url="http://authing.test/users/graphql",
            allow_insecure_http=True,
            http_client=http,
        )
        assert await _asks(client)
        await _close(http)
    assert [asked.method for asked in proxy.seen] == ["POST"]


@only("async", "trio is for those who await")
@pytest.mark.parametrize("anyio_backend", ["trio"])
async def test_on_another_event_loop() -> None:
    with HostileServer(share=0) as server:
        async with httpx.AsyncClient(verify=NOBODY) as http:
            client = AsyncAuthing(
                "pool", "secret", users_url=f"{server.url}/graphql", http_client=http
            )
            for call in calls(12):
                assert call.said(await call.send(client)) == call.expected


# What of it is used, and what is not


async def test_one_that_authenticates_is_refused(make: Make) -> None:
    with pytest.raises(AuthingConfigurationError, match="http_client has auth"):
        _over(make(auth=("someone", "s3cret")))


async def test_also_where_it_begins_to_later(
    server: ScriptedServer, connect: Connect, make: Make
) -> None:
    server.answer("userExist", YES)
    http = make()
    client = connect(http_client=http)
    assert await _asks(client)
    http.auth = ("someone", "s3cret")
    with pytest.raises(AuthingConfigurationError, match="http_client has auth"):
        await _asks(client.as_user("t"))
    assert len(server.seen) == 1


@only("async", "both clients are in it")
async def test_one_of_the_wrong_kind_is_refused() -> None:
    async with httpx.AsyncClient(verify=NOBODY) as awaiting:
        with pytest.raises(
            AuthingConfigurationError, match=r"give it an httpx\.Client"
        ):
            Authing("pool", http_client=awaiting)  # type: ignore[arg-type]
    with (
        httpx.Client(verify=NOBODY) as blocking,
        pytest.raises(AuthingConfigurationError, match=r"an httpx\.AsyncClient"),
    ):
        AsyncAuthing("pool", http_client=blocking)  # type: ignore[arg-type]


@both
@pytest.mark.parametrize("status", [302, 307])
async def test_it_follows_no_redirect(
    server: ScriptedServer,
    connect: Connect,
    make: Make,
    library: str,
    status: int,
) -> None:
    elsewhere = f"{server.url}/elsewhere/graphql"
    server.answer("userExist", answered({}, status, location=elsewhere))
    http = make(library, follow_redirects=True)
    with pytest.raises(AuthingResponseError):
        await _asks(connect(http_client=http))
    assert len(server.seen) == 1


@both
async def test_its_headers_travel_and_ours_do_too(
    server: ScriptedServer, connect: Connect, make: Make, library: str
) -> None:
    server.answer("userExist", YES)
    http = make(library, headers={"X-From": "me", "Authorization": "Basic of-me"})
    await _asks(connect(http_client=http), token="the-token")
    (seen,) = server.seen
    assert seen.headers["x-from"] == "me"
    assert seen.headers["authorization"] == "Bearer the-token"
    assert seen.headers["user-agent"].startswith("authing-gen/")
    assert seen.headers["accept-encoding"] == "gzip, deflate"


@pytest.mark.parametrize(
    ("given", "expected"), [({}, "shop/1.0"), ({"User-Agent": "call/1.0"}, "call/1.0")]
)
async def test_its_user_agent_is_kept(
    server: ScriptedServer,
    connect: Connect,
    make: Make,
    given: dict[str, str],
    expected: str,
) -> None:
    server.answer("userExist", YES)
    client = connect(http_client=make(headers={"User-Agent": "shop/1.0"}))
    await _asks(client, headers=given)
    assert server.seen[0].headers["user-agent"] == expected


@both
async def test_it_stays_open(
    server: ScriptedServer, connect: Connect, make: Make, library: str
) -> None:
    server.answer("userExist", YES)
    http = make(library)
    async with connect(http_client=http) as client:
        await _asks(client)
    assert not http.is_closed
    with pytest.raises(AuthingClosedError, match="the client is closed"):
        await _asks(client)
    async with connect(http_client=http) as another:
        assert await _asks(another)


@both
async def test_one_that_is_closed_says_so(
    server: ScriptedServer, connect: Connect, make: Make, library: str
) -> None:
    server.answer("userExist", YES)
    http = make(library)
    client = connect(http_client=http)
    assert await _asks(client)
    await _close(http)
    with pytest.raises(AuthingClosedError, match=r"\(userExist\): the http_client is"):
        await _asks(client)
    assert len(server.seen) == 1


# Time


@contextlib.asynccontextmanager
async def _dribbling(start: bytes) -> AsyncIterator[str]:
    """A server that begins in this way and goes on byte by byte, without an end."""

    async def dribble(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with contextlib.closing(writer), contextlib.suppress(OSError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(start)
            for _ in range(3000):
                writer.write(b"a")
                await writer.drain()
                await asyncio.sleep(0.01)

    async with await asyncio.start_server(dribble, "127.0.0.1", 0) as listener:
        yield f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/g"


SLOW_BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
SLOW_HEAD = b"HTTP/1.1 200 OK\r\nX-Long: "


async def _ends_in_time(make: Make, library: str, start: bytes) -> None:
    async with _dribbling(start) as url:
        http = make(library)
        client = AsyncAuthing("pool", users_url=url, http_client=http, timeout=0.5)
        started = time.monotonic()
        with pytest.raises(AuthingTimeoutError, match="the deadline has passed"):
            await _asks(client)
        # It would go on for 30 seconds.
        assert time.monotonic() - started < LONG / 2
        await _close(http)


@both
async def test_a_body_that_does_not_end_ends_with_the_deadline(
    make: Make, library: str
) -> None:
    await _ends_in_time(make, library, SLOW_BODY)


@only("async", "a thread waits for each byte as long as httpx does")
@both
async def test_headers_that_do_not_end_do_too(make: Make, library: str) -> None:
    await _ends_in_time(make, library, SLOW_HEAD)


@both
async def test_nothing_comes(
    server: ScriptedServer, connect: Connect, make: Make, library: str
) -> None:
    reply, _ = held(YES)
    server.answer("userExist", reply)
    with pytest.raises(AuthingTimeoutError, match="the deadline has passed"):
        await _asks(connect(http_client=make(library), timeout=0.2))


@both
async def test_a_phase_takes_too_long_and_the_call_is_sent_again(
    server: ScriptedServer, connect: Connect, make: Make, library: str
) -> None:
    reply, _ = held(YES)
    server.answer("userExist", reply, YES)
    phases = httpx.Timeout(LONG, read=0.1)
    assert await _asks(connect(http_client=make(library), timeout=phases))
    assert len(server.seen) == 2


@both
async def test_a_transport_that_says_late_that_it_is_too_late(
    make: Make, library: str
) -> None:
    def wait(request: Any) -> Any:
        time.sleep(0.3)  # The event loop stands still, too.
        raise LIBRARIES[library].ReadTimeout("too late", request=request)

    http = make(library, transport=LIBRARIES[library].MockTransport(wait))
    with pytest.raises(AuthingTimeoutError, match="the deadline has passed"):
        await _asks(_over(http, timeout=0.1))


@only("async", "every thread stands still while it waits")
@both
async def test_a_body_that_keeps_the_event_loop_busy_is_no_excuse(
    make: Make, library: str
) -> None:
    class Body(LIBRARIES[library].AsyncByteStream):  # type: ignore[misc]
        async def __aiter__(self) -> AsyncIterator[bytes]:
            for piece in (b'{"data": ', b'{"userExist": true}}'):
                time.sleep(0.3)
                yield piece

    def answer(_: Any) -> Any:
        return LIBRARIES[library].Response(200, stream=Body())

    http = make(library, transport=LIBRARIES[library].MockTransport(answer))
    with pytest.raises(AuthingTimeoutError, match="the deadline has passed"):
        await _asks(_over(http, timeout=0.1))
    assert await _asks(_over(http))


@only("async", "a thread cannot be cancelled")
@both
async def test_a_cancelled_call_leaves_the_others_alone(
    server: ScriptedServer, connect: Connect, make: Make, library: str
) -> None:
    reply, let_go = held(YES)
    server.answer("userExist", reply)
    client = connect(http_client=make(library), timeout=LONG)
    first, second = (asyncio.create_task(_asks(client)) for _ in range(2))
    await server.arrived("userExist", 2)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    let_go.set()
    assert await second
    assert await _asks(client)
    assert len(server.seen) == 3


# Bodies and responses


BIG = gzip.compress(json.dumps({"data": {"userExist": True}, "x": " " * 9999}).encode())


@both
@pytest.mark.parametrize(
    "reply",
    [answered({"data": "a" * 5000}), answered(BODY)],
    ids=["too large", "small"],
)
async def test_bodies_are_bounded(
    server: ScriptedServer, connect: Connect, make: Make, library: str, reply: Any
) -> None:
    server.answer("userExist", reply)
    client = connect(http_client=make(library), max_response_bytes=1000)
    if len(reply.content) < 1000:
        assert await _asks(client)
        return
    with pytest.raises(AuthingResponseError, match="max_response_bytes"):
        await _asks(client)


@both
async def test_also_those_that_grow_when_they_are_decompressed(
    make: Make, library: str
) -> None:
    async def answer(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with contextlib.closing(writer):
            await reader.readuntil(b"\r\n\r\n")
            head = f"Content-Encoding: gzip\r\nContent-Length: {len(BIG)}\r\n\r\n"
            writer.write(b"HTTP/1.1 200 OK\r\n" + head.encode() + BIG)
            await writer.drain()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as listener:
        url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/g"
        http = make(library)
        settings: dict[str, Any] = {"users_url": url, "http_client": http}
        assert await _asks(AsyncAuthing("pool", **settings))
        with pytest.raises(AuthingResponseError, match="max_response_bytes"):
            await _asks(AsyncAuthing("pool", max_response_bytes=1000, **settings))
        await _close(http)


async def test_also_those_of_mocks(make: Make) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={**BODY, "x": " " * 9999})

    http = make(transport=httpx.MockTransport(answer))
    assert await _asks(_over(http))
    with pytest.raises(AuthingResponseError, match="max_response_bytes"):
        await _asks(_over(http, max_response_bytes=1000))


@only("async", "the other kind of hook is a function like this one")
async def test_a_hook_may_read_the_response(
    server: ScriptedServer, connect: Connect, make: Make
) -> None:
    read: list[bytes] = []

    async def hook(response: httpx.Response) -> None:
        read.append(await response.aread())

    server.answer("userExist", YES)
    client = connect(http_client=make(event_hooks={"response": [hook]}))
    assert await _asks(client)
    assert read == [YES.content]


@pytest.mark.parametrize("carrier", ["ours", "httpx", "httpx2"])
async def test_a_raw_response_is_one_of_httpx(
    server: ScriptedServer, connect: Connect, make: Make, carrier: str
) -> None:
    server.answer("userExist", answered(BODY, x_request_id="r-1"))
    http = None if carrier == "ours" else make(carrier)
    client = connect(http_client=http)
    raw = await client.with_raw_response.user_exist(
        email="ada@example.com", token="the-token", headers={"X-Id": "1"}
    )
    response = raw.http_response
    assert isinstance(response, httpx.Response)
    assert (response.status_code, response.json()) == (200, BODY)
    assert (response.headers["x-request-id"], raw.request_id) == ("r-1", "r-1")
    assert 0 < response.elapsed.total_seconds() < LONG
    request = response.request
    assert (request.method, str(request.url)) == ("POST", f"{server.url}/users/graphql")
    assert request.headers["authorization"] == "Bearer the-token"
    assert request.headers["x-id"] == "1"
    assert request.content == server.seen[0].content


async def test_and_made_only_where_it_is_asked_for(
    server: ScriptedServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    make_response = httpx.Response.__init__

    def counted(self: httpx.Response, *args: Any, **options: Any) -> None:
        made.append(self)
        make_response(self, *args, **options)

    monkeypatch.setattr(httpx.Response, "__init__", counted)
    server.answer("userExist", YES)
    client = connect()
    await _asks(client)
    assert made == []
    await client.with_raw_response.user_exist(email="ada@example.com")
    assert len(made) == 1
