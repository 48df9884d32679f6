"""The synchronous client behind the interface of the asynchronous one.

So that tests written for `AsyncAuthing` run over `Authing` too: each call blocks a
thread instead of the event loop.
"""

import contextlib
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from typing import Any

import httpx
import pytest
from anyio import CancelScope
from anyio.to_thread import run_sync

import authing_client
from authing_gen import Authing
from authing_gen._sync.oidc import Oidc
from authing_gen._sync.sms import Sms

KINDS = ("async", "sync")

_AT_ONCE = {"as_user", "raw", "with_options"}
"""Methods that nobody awaits, besides those that go through lists."""

_PARTS = (Authing, authing_client.RawClient, Oidc, Sms)
_END = object()


def only(kind: str, reason: str) -> pytest.MarkDecorator:
    """Mark a test that can hold for one client only, and say why."""
    assert kind in KINDS
    assert reason
    return pytest.mark.parametrize("client_kind", [kind], indirect=True)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test of a module that has `AsyncAuthing` over both clients."""
    marks = metafunc.definition.iter_markers("parametrize")
    if hasattr(metafunc.module, "AsyncAuthing") and not any(
        "client_kind" in mark.args[0] for mark in marks
    ):
        metafunc.parametrize("client_kind", KINDS, indirect=True)


@pytest.fixture(autouse=True)
def client_kind(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Which client the test runs over; in its modules, `AsyncAuthing` is that one."""
    kind: str = getattr(request, "param", "async")
    with contextlib.ExitStack() as connections:
        if kind == "sync":
            package = request.module.__package__
            names = ("tests.conftest", f"{package}.conftest", request.module.__name__)
            for name in names:
                client = partial(BlockingAuthing, connections)
                monkeypatch.setattr(
                    sys.modules[name], "AsyncAuthing", client, raising=False
                )
        yield kind


class Blocking:
    """Has what something synchronous has, with `await` before what blocks."""

    def __init__(self, blocking: Any) -> None:
        self._blocking = blocking

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._blocking, name)
        if not callable(found):
            return _turned(found)
        if name in _AT_ONCE or name.startswith("iter_"):
            return _at_once(found)
        return partial(_in_thread, found)

    def __repr__(self) -> str:
        return f"Async{self._blocking!r}"


class BlockingAuthing(Blocking):
    """`Authing` in the place of `AsyncAuthing`.

    Connections that are passed in and do not block are replaced by some of the same
    settings that do; `connections` closes them.
    """

    def __init__(
        self, connections: contextlib.ExitStack, *args: Any, **settings: Any
    ) -> None:
        given = settings.get("http_client")
        if isinstance(given, httpx.AsyncClient):
            blocking = httpx.Client(
                headers=given.headers,
                timeout=given.timeout,
                trust_env=False,
                verify=False,
            )
            settings["http_client"] = connections.enter_context(blocking)
        super().__init__(Authing(*args, **settings))

    async def __aenter__(self) -> "BlockingAuthing":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await run_sync(self._blocking.close)


def _at_once(method: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **options: Any) -> Any:
        return _turned(method(*args, **options))

    return call


async def _in_thread(method: Callable[..., Any], /, *args: Any, **options: Any) -> Any:
    return await run_sync(partial(method, *args, **options), abandon_on_cancel=True)


def _turned(found: Any) -> Any:
    if isinstance(found, Authing):
        sibling = BlockingAuthing.__new__(BlockingAuthing)
        Blocking.__init__(sibling, found)
        return sibling
    if isinstance(found, _PARTS):
        return Blocking(found)
    if isinstance(found, Iterator):
        return _iterated(found)
    return found


async def _iterated(blocking: Any) -> AsyncIterator[Any]:
    try:
        while (item := await run_sync(next, blocking, _END)) is not _END:
            yield item
    finally:
        # In a thread: it waits for answers, and the server may be of this event loop.
        with CancelScope(shield=True):
            await run_sync(blocking.close)
