"""The demo's story, which calls all there is, leaves no secret in a log or a span."""

import io
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar, Unpack

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import BaseModel as PydanticBaseModel
from rich.console import Console

import authing_gen
import authing_sandbox
from authing_client import OPERATIONS, BaseModel, Operation, RequestOptions
from authing_gen import AsyncAuthing, WrongPasswordError, keeping_secrets
from authing_sandbox import Sandbox
from examples import quickstart

from ..blocking import Blocking

pytestmark = pytest.mark.anyio

T = TypeVar("T")
ModelT = TypeVar("ModelT", bound=BaseModel)

WRONG = "n0t the passw0rd"
NAMED = re.compile("password|secret|token|code|key|signature|unionid", re.IGNORECASE)
COUNTED = re.compile(r"b'content-length', b'\d+'|\d{4} [\d:]{8} GMT|in \d+ ms")
"""Lengths, years and durations, which may happen to be the digits of a code."""
SERVERS = {"aiosqlite", "authing_sandbox", "ldap3", "sqlalchemy", "uvicorn"}
"""Loggers of the sandbox, which runs in this process too."""


class Secrets(set[str]):
    """What must be shown nowhere."""

    def hear(self, value: object, name: str = "") -> None:
        """Keep what is below a name that says that it is secret."""
        if isinstance(value, PydanticBaseModel):
            with keeping_secrets():
                value = value.model_dump(mode="json")
        if isinstance(value, Mapping):
            for key, item in value.items():
                self.hear(item, str(key))
        elif isinstance(value, list):
            for item in value:
                self.hear(item, name)
        elif NAMED.search(name) and isinstance(value, str | int):
            text = str(value)
            # Shorter ones are statuses and counts, and no secrets.
            if len(text) > 3 and not isinstance(value, bool):
                self.add(text)

    def found_in(self, text: str) -> list[str]:
        """Those that a text holds; a short code not as a part of something longer."""
        text = COUNTED.sub("", text)
        return [
            secret
            for secret in self
            if re.search(rf"(?<![\w-]){re.escape(secret)}(?![\w-])", text)
            or (len(secret) > 6 and secret in text)
        ]


class Listening(quickstart.Story):
    """Tells the story in silence, and hears the secrets that come back."""

    def __init__(self, secrets: Secrets) -> None:
        super().__init__(Console(file=io.StringIO()))
        self._secrets = secrets

    async def tell(
        self, call: str, answer: Awaitable[T], expected: Callable[[T], object]
    ) -> T:
        result = await super().tell(call, answer, expected)
        self._secrets.hear(result)
        return result


@asynccontextmanager
async def listening(
    kind: str, secrets: Secrets, **settings: Any
) -> AsyncIterator[tuple[AsyncAuthing, set[str]]]:
    """A client that keeps the secrets that it sends, and what it has called."""
    called: set[str] = set()

    def hear(operation: Operation, variables: Mapping[str, object]) -> None:
        called.add(operation.name)
        secrets.hear(variables)

    class Heard(authing_gen.AsyncAuthing):
        async def execute(
            self,
            operation: Operation,
            variables: Mapping[str, object],
            result: type[ModelT],
            **options: Unpack[RequestOptions],
        ) -> ModelT:
            hear(operation, variables)
            return await super().execute(operation, variables, result, **options)

    class HeardBlocking(authing_gen.Authing):
        def execute(
            self,
            operation: Operation,
            variables: Mapping[str, object],
            result: type[ModelT],
            **options: Unpack[RequestOptions],
        ) -> ModelT:
            hear(operation, variables)
            return super().execute(operation, variables, result, **options)

    if kind == "async":
        async with Heard(**settings) as client:
            yield client, called
    else:
        with HeardBlocking(**settings) as blocking:
            yield Blocking(blocking), called  # type: ignore[misc]


@pytest.fixture
def records() -> Iterator[list[logging.LogRecord]]:
    """All that is logged in this process, at DEBUG, from now on."""
    kept: list[logging.LogRecord] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.name.partition(".")[0] not in SERVERS:
                kept.append(record)

    root, keeper = logging.getLogger(), Keeper()
    level = root.level
    root.addHandler(keeper)
    root.setLevel(logging.DEBUG)
    yield kept
    root.setLevel(level)
    root.removeHandler(keeper)


def shown(record: logging.LogRecord) -> str:
    """Message, traceback and arguments."""
    return f"{logging.Formatter().format(record)} {record.args!r}"


def said(span: ReadableSpan) -> str:
    """Name, attributes, events and status."""
    events = [(event.name, dict(event.attributes or {})) for event in span.events]
    attributes = dict(span.attributes or {})
    return f"{span.name} {attributes} {events} {span.status.description}"


async def tell(story: Listening, client: AsyncAuthing, sandbox: Sandbox) -> None:
    """The whole story, and a password that is wrong."""
    for chapter in quickstart.CHAPTERS[:-1]:
        await chapter(story, client, sandbox)
    with pytest.raises(WrongPasswordError):
        await client.login(email=quickstart.GRACE, password=WRONG)
    await quickstart.say_goodbye(story, client, sandbox)


async def test_nothing_secret_is_shown(
    client_kind: str, records: list[logging.LogRecord]
) -> None:
    secrets, kept, provider = Secrets(), InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    async with authing_sandbox.running() as sandbox:
        settings = {**sandbox.settings, "tracer_provider": provider}
        async with listening(client_kind, secrets, **settings) as (client, called):
            await tell(Listening(secrets), client, sandbox)
        secrets.update(
            message["code"]
            for message in await sandbox.outbox()
            if message["code"] is not None
        )
        secrets |= {sandbox.secret, sandbox.oidc_app_secret, sandbox.directory_password}
    assert called == set(OPERATIONS)
    assert len(secrets) > 30
    spans = kept.get_finished_spans()
    assert len(spans) > len(OPERATIONS)
    ours = [record for record in records if record.name == "authing_gen"]
    assert len(ours) >= len(spans)
    engine = {"async": "asyncio", "sync": "httpcore.http11"}[client_kind]
    assert engine in {record.name for record in records}

    for record in records:
        assert secrets.found_in(shown(record)) == [], record.name
    people = Secrets({quickstart.PHONE, quickstart.ADA, quickstart.GRACE})
    for text in (*map(shown, ours), *map(said, spans)):
        assert Secrets(secrets | people).found_in(text) == []
