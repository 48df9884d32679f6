"""Synchronous code, made of asynchronous code."""

import pytest

from authing_gen.codegen.unasync import to_sync

TURNED = {
    "async def f(): ...": "def f(): ...",
    "async with lock: pass": "with lock: pass",
    "async for x in xs: pass": "for x in xs: pass",
    "x = await f(await g())": "x = f(g())",
    "x = await (\n    f()\n)": "x = (\n    f()\n)",
    "[await f(x) async for x in xs]": "[f(x) for x in xs]",
    "await self.aclose()": "self.close()",
    "def __aenter__(self): ...": "def __enter__(self): ...",
    "def __anext__(self): raise StopAsyncIteration": (
        "def __next__(self): raise StopIteration"
    ),
    "client: httpx.AsyncClient": "client: httpx.Client",
    "x: AsyncIterator[int]": "x: Iterator[int]",
    "x = _AsyncThing()": "x = _Thing()",
    "f: Callable[[int], Awaitable[list[int]]]": "f: Callable[[int], list[int]]",
    "f: Callable[P, Coroutine[Any, Any, Raw[T]]]": "f: Callable[P, Raw[T]]",
    "from .base_client import AsyncBaseClient": (
        "from .sync_base_client import BaseClient"
    ),
    '"""An asynchronous client; see `AsyncClient`."""': (
        '"""A synchronous client; see `Client`."""'
    ),
    '"""Use it: `async with AsyncClient() as c: await c.login()`."""': (
        '"""Use it: `with Client() as c: c.login()`."""'
    ),
    "f(f'{await g()} and {h()}')": "f(f'{g()} and {h()}')",
    "# Call `aclose`.": "# Call `close`.",
}

KEPT = [
    "asynchronism = 1",
    "awaited = 1",
    "Async = 1",
    "Asyncio = 1",
    '"""The users who await approval."""',
    "x = 'a\\nb'  # ü",
    "text = '日本語'; other = f(text)",
    "",
]


@pytest.mark.parametrize("code", TURNED)
def test_code_is_turned(code: str) -> None:
    assert to_sync(code) == TURNED[code]


@pytest.mark.parametrize("code", KEPT)
def test_code_that_means_no_waiting_is_kept(code: str) -> None:
    assert to_sync(code) == code


def test_wide_characters_before_a_word_do_not_move_it() -> None:
    assert to_sync("x = '日本語', await f()") == "x = '日本語', f()"


def test_names_are_given() -> None:
    names = {"Api": "SyncApi", "AsyncJob": "AsyncJob"}
    code = "async def f(api: Api) -> AsyncJob: ..."
    assert to_sync(code, names) == "def f(api: SyncApi) -> AsyncJob: ..."
