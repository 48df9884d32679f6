"""One span for each call: what it says, what it keeps quiet, and whose child it is."""

import asyncio
import contextvars
import logging
import os
import subprocess
import sys
from functools import partial
from types import ModuleType

import anyio
import pytest
from anyio.to_thread import run_sync
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanContext, SpanKind, StatusCode

from authing_gen import (
    AsyncAuthing,
    Authing,
    AuthingTransportError,
    MissingTokenError,
    OAuthError,
    WrongPasswordError,
)
from authing_gen.telemetry import Tracing

from ..blocking import only
from .conftest import Connect
from .scripted import DROPPED, INIT, ScriptedServer, answered, data, held, refused

pytestmark = pytest.mark.anyio

EXISTS = data(userExist=True)
REFUSAL = refused(2006, "the password c0rrect h0rse is wrong")
PASSWORD = "c0rrect h0rse"


class Traces:
    """A provider that keeps its spans here."""

    def __init__(self) -> None:
        self._kept = InMemorySpanExporter()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self._kept))
        self.tracer = self.provider.get_tracer("the tests")

    @property
    def spans(self) -> list[ReadableSpan]:
        """Those that have ended, the first to end first."""
        return list(self._kept.get_finished_spans())

    def named(self, name: str) -> ReadableSpan:
        """The only one of a name."""
        (found,) = (span for span in self.spans if span.name == name)
        return found


@pytest.fixture
def traces() -> Traces:
    return Traces()


@pytest.fixture
def client(connect: Connect, traces: Traces) -> AsyncAuthing:
    """A client of the scripted server whose calls are traced."""
    return connect(tracer_provider=traces.provider)


def attributes(span: ReadableSpan) -> dict[str, object]:
    return dict(span.attributes or {})


def events(span: ReadableSpan) -> list[tuple[str, dict[str, object]]]:
    return [(event.name, dict(event.attributes or {})) for event in span.events]


def span_id(context: SpanContext | None) -> int | None:
    return context and context.span_id


def place(server: ScriptedServer, path: str) -> dict[str, object]:
    host, _, port = server.url.removeprefix("http://").partition(":")
    return {
        "server.address": host,
        "server.port": int(port),
        "url.full": f"{server.url}{path}",
    }


# What it says


async def test_an_operation(
    server: ScriptedServer, client: AsyncAuthing, traces: Traces
) -> None:
    server.answer(
        "userExist", answered({"data": {"userExist": True}}, x_request_id="7")
    )
    await client.user_exist(email="ada@example.com")
    (span,) = traces.spans
    assert (span.name, span.kind) == ("query userExist", SpanKind.CLIENT)
    assert span.status.status_code is StatusCode.UNSET
    assert attributes(span) == {
        "graphql.operation.type": "query",
        "graphql.operation.name": "userExist",
        "http.request.method": "POST",
        "http.response.status_code": 200,
        "authing.request.id": "7",
        **place(server, "/users/graphql"),
    }
    scope = span.instrumentation_scope
    assert scope is not None
    assert scope.name == "authing_gen"


async def test_a_rest_call_names_nobody(
    server: ScriptedServer, client: AsyncAuthing, traces: Traces
) -> None:
    server.answer(
        "/users/send_smscode/13800138000/the-pool",
        answered({"code": 200, "message": "sent"}),
    )
    await client.sms.send_code("13800138000")
    (span,) = traces.spans
    template = "/send_smscode/{phone}/{user_pool_id}"
    assert (span.name, span.kind) == (f"GET {template}", SpanKind.CLIENT)
    assert attributes(span) == {
        "http.request.method": "GET",
        "url.template": template,
        "http.response.status_code": 200,
        **place(server, "/users/send_smscode/REDACTED/REDACTED"),
    }


async def test_tokens_of_an_app(
    server: ScriptedServer, client: AsyncAuthing, traces: Traces
) -> None:
    server.answer("/users/oauth/oidc/token", answered({"error": "invalid_grant"}, 400))
    with pytest.raises(OAuthError):
        await client.oidc.login(
            client_id="app", client_secret="secret", email="a@b.cn", password=PASSWORD
        )
    (span,) = traces.spans
    assert span.name == "POST /oauth/oidc/token"
    assert attributes(span)["http.response.status_code"] == 400
    assert attributes(span)["error.type"] == "authing_gen.errors.OAuthError"
    assert span.status.description == "OAuthError"


async def test_retries_are_events(
    server: ScriptedServer, client: AsyncAuthing, traces: Traces
) -> None:
    busy_too = answered({"code": 1000, "message": "忙"}, 503, retry_after="0")
    server.answer(
        "userExist", DROPPED, answered({}, 503, retry_after="0"), busy_too, EXISTS
    )
    client = client.with_options(max_retries=3)
    await client.user_exist(email="ada@example.com")
    (span,) = traces.spans
    assert span.status.status_code is StatusCode.UNSET
    assert attributes(span)["http.request.resend_count"] == 3
    assert attributes(span)["http.response.status_code"] == 200
    (lost, why), (busy, then), (_, last) = events(span)
    assert lost == busy == "authing.retry"
    assert why["error.type"] == "authing_gen.errors.AuthingTransportError"
    assert why["authing.retry.delay"] > 0  # type: ignore[operator]
    assert then == {"authing.retry.delay": 0.0, "http.response.status_code": 503}
    assert last == {**then, "authing.error.code": 1000}


async def test_a_token_that_is_refused(
    server: ScriptedServer, client: AsyncAuthing, traces: Traces
) -> None:
    server.answer("user", refused(2020), data(user=None))
    await client.user(id="ada")
    span = traces.named("query user")
    assert events(span) == [("authing.token_refused", {})]
    assert attributes(span)["http.request.resend_count"] == 1
    assert span.status.status_code is StatusCode.UNSET


# How calls fail


async def test_a_refusal_says_class_and_code_and_quotes_nothing(
    server: ScriptedServer, client: AsyncAuthing, traces: Traces
) -> None:
    server.answer("login", REFUSAL)
    with pytest.raises(WrongPasswordError):
        await client.login(email="ada@example.com", password=PASSWORD)
    (span,) = traces.spans
    found = attributes(span)
    assert found["error.type"] == "authing_gen.errors.WrongPasswordError"
    assert found["authing.error.code"] == 2006
    assert found["http.response.status_code"] == 200
    assert span.status.status_code is StatusCode.ERROR
    assert span.status.description == "WrongPasswordError 2006"
    assert events(span) == []
    assert PASSWORD not in span.to_json()


async def test_no_answer(
    server: ScriptedServer, client: AsyncAuthing, traces: Traces
) -> None:
    server.answer("login", DROPPED)
    with pytest.raises(AuthingTransportError):
        await client.login(email="ada@example.com", password=PASSWORD)
    (span,) = traces.spans
    found = attributes(span)
    assert found["error.type"] == "authing_gen.errors.AuthingTransportError"
    assert "http.response.status_code" not in found
    assert span.status.description == "AuthingTransportError"


async def test_what_is_never_sent(client: AsyncAuthing, traces: Traces) -> None:
    nobody = client.as_user("user-token")
    with pytest.raises(MissingTokenError):
        await nobody.users()
    (span,) = traces.spans
    assert attributes(span)["error.type"] == "authing_gen.errors.MissingTokenError"
    assert span.status.status_code is StatusCode.ERROR


@only("async", "nobody can cancel a thread")
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
async def test_a_cancelled_call(
    server: ScriptedServer, traces: Traces, backend: str
) -> None:
    async def program() -> None:
        client = AsyncAuthing(
            "the-pool",
            users_url=f"{server.url}/users/graphql",
            tracer_provider=traces.provider,
        )
        with traces.tracer.start_as_current_span("before") as before:
            with anyio.move_on_after(0.3):
                await client.user_exist(email="ada@example.com")
            assert trace.get_current_span() is before
        await client.aclose()

    reply, _ = held(EXISTS)
    server.answer("userExist", reply)
    await run_sync(partial(anyio.run, program, backend=backend))
    span = traces.named("query userExist")
    cancelled = ("asyncio.exceptions.CancelledError", "trio.Cancelled")
    assert attributes(span)["error.type"] in cancelled
    assert span.status.status_code is StatusCode.ERROR
    assert "http.response.status_code" not in attributes(span)


async def test_a_call_that_is_given_up_and_closed_elsewhere(
    traces: Traces, caplog: pytest.LogCaptureFixture
) -> None:
    async def call() -> None:
        with Tracing(traces.provider).rest("GET", "http://a.cn", "/x"):
            await asyncio.sleep(0)

    given_up = call()
    contextvars.copy_context().run(given_up.send, None)
    given_up.close()
    (span,) = traces.spans
    assert attributes(span)["error.type"] == "builtins.GeneratorExit"
    assert [
        record for record in caplog.records if record.levelno >= logging.ERROR
    ] == []


# Whose child it is


async def test_parents_and_children(
    server: ScriptedServer, client: AsyncAuthing, traces: Traces
) -> None:
    server.answer("user", data(user=None))
    with traces.tracer.start_as_current_span("sign-up") as parent:
        await client.user(id="ada")
        assert trace.get_current_span() is parent
    init, user = (span for span in traces.spans if span.name != "sign-up")
    assert init.name == f"query {INIT}"
    assert user.name == "query user"
    assert user.parent == parent.get_span_context()
    assert init.parent == user.context


async def test_pages_that_are_read_ahead_are_children(
    server: ScriptedServer, client: AsyncAuthing, traces: Traces
) -> None:
    server.answer("usersWithPhones", data(users={"list": [], "totalCount": 0}))
    with traces.tracer.start_as_current_span("export") as parent:
        assert [user async for user in client.iter_users()] == []
    pages = [span for span in traces.spans if span.name == "query usersWithPhones"]
    assert pages
    assert {span_id(span.parent) for span in pages} == {
        parent.get_span_context().span_id
    }


async def test_the_service_is_told_whose_child_it_is(
    server: ScriptedServer, client: AsyncAuthing, traces: Traces
) -> None:
    server.answer("userExist", DROPPED, EXISTS)
    await client.user_exist(email="ada@example.com")
    (span,) = traces.spans
    assert span.context is not None
    ids = f"00-{span.context.trace_id:032x}-{span.context.span_id:016x}-"
    said = [seen.headers["traceparent"] for seen in server.calls("userExist")]
    assert len(said) == 2
    assert all(value.startswith(ids) for value in said)


async def test_a_traceparent_of_the_callers_own_wins(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("userExist", EXISTS)
    mine = f"00-{'a' * 32}-{'b' * 16}-00"
    await client.user_exist(email="ada@example.com", headers={"TraceParent": mine})
    (seen,) = server.calls("userExist")
    assert seen.headers["traceparent"] == mine


async def test_siblings_are_traced_as_well(
    server: ScriptedServer, client: AsyncAuthing, traces: Traces
) -> None:
    server.answer("userExist", EXISTS)
    await client.with_options(timeout=5).user_exist(email="ada@example.com")
    assert [span.name for span in traces.spans] == ["query userExist"]


# Where nobody traces


async def test_a_client_that_shall_not_be_traced(
    server: ScriptedServer, connect: Connect, traces: Traces
) -> None:
    server.answer("userExist", EXISTS)
    client = connect(tracer_provider=trace.NoOpTracerProvider())
    await client.user_exist(email="ada@example.com")
    assert traces.spans == []
    (seen,) = server.calls("userExist")
    assert "traceparent" not in seen.headers


async def test_while_another_thread_is_importing_opentelemetry(
    server: ScriptedServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The module can be found before there is anything in it."""
    server.answer("userExist", EXISTS)
    name = "opentelemetry.trace"
    monkeypatch.setitem(sys.modules, name, ModuleType(name))
    assert await connect().user_exist(email="ada@example.com")
    (seen,) = server.seen
    assert "traceparent" not in seen.headers


PROGRAM = """
import sys
from authing_gen import Authing

{before}
with Authing("the-pool", users_url="{url}/users/graphql") as authing:
    authing.user_exist(email="ada@example.com")
    assert ("authing_gen.spans" in sys.modules) == {traced}
    assert ("opentelemetry.trace" in sys.modules) == {imported}
    {then}
"""

SET = """
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    trace.set_tracer_provider(TracerProvider())
    authing.user_exist(email="ada@example.com")
"""


@only("sync", "the program is its own client")
@pytest.mark.parametrize(
    ("before", "then", "environment", "tried"),
    [
        ("", "", {}, "nothing"),
        ("from opentelemetry import trace", "", {}, "the interface alone"),
        ("", SET, {}, "a provider that is set after the first call"),
        (
            "from opentelemetry import trace",
            "",
            {"OTEL_PYTHON_TRACER_PROVIDER": "sdk_tracer_provider"},
            "a provider that the environment names",
        ),
    ],
)
async def test_what_a_program_has_set(
    server: ScriptedServer,
    before: str,
    then: str,
    environment: dict[str, str],
    tried: str,
) -> None:
    server.answer("userExist", EXISTS)
    program = PROGRAM.format(
        before=before,
        url=server.url,
        traced=bool(environment),
        imported=bool(before),
        then=then.strip(),
    )

    def run() -> str:
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stderr

    assert await run_sync(run) == "", tried
    last = server.calls("userExist")[-1]
    assert ("traceparent" in last.headers) == bool(then or environment)


@only("sync", "the threads are its own")
async def test_threads_at_once(server: ScriptedServer, traces: Traces) -> None:
    server.answer("userExist", EXISTS)
    url = f"{server.url}/users/graphql"

    def call(number: int) -> None:
        with traces.tracer.start_as_current_span(f"thread-{number}"):
            authing.user_exist(email="ada@example.com")

    with Authing("the-pool", users_url=url, tracer_provider=traces.provider) as authing:
        async with anyio.create_task_group() as threads:
            for number in range(8):
                threads.start_soon(run_sync, call, number)
    calls = [span for span in traces.spans if span.name == "query userExist"]
    threads_of = {span_id(span.parent) for span in calls}
    assert len(calls) == len(threads_of) == 8
    assert threads_of == {
        span_id(span.context) for span in traces.spans if span not in calls
    }
