"""Programs that use event loops, and end without closing the client.

They tell "its own" where every answer was.
"""

import asyncio
import gc
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar
from weakref import ref

import httpx

from authing_gen import AsyncAuthing, AuthingError

from .asking import ask_at_once, ask_in_turn, awaiting
from .programs import Program, main

T = TypeVar("T")
LIMIT = 30

_kept: list[AsyncAuthing] = []
"""What a module has for as long as there is a process."""


async def _used_and_dropped(url: str) -> str:
    said = await ask_in_turn(awaiting(url), "dropped", 1)
    gc.collect()
    return said


def loops_end(url: str) -> list[str]:
    client = awaiting(url)
    return [asyncio.run(ask_at_once(client, "loop")) for _ in range(3)]


def a_loop_ends_while_a_call_is_under_way(url: str) -> list[str]:
    client = awaiting(url)

    async def program() -> str:
        await ask_in_turn(client, "loop", 1)
        call = asyncio.create_task(client.refresh_token(user="loop/held"))
        await asyncio.sleep(0.05)
        return "cut off" if not call.done() else "done"

    return [asyncio.run(program()), asyncio.run(ask_at_once(client, "loop"))]


def dropped(url: str) -> list[str]:
    """On a loop that goes on, with calls under way and without."""

    async def program() -> list[str]:
        said = await _used_and_dropped(url)
        call = asyncio.create_task(ask_in_turn(awaiting(url), "dropped", 2))
        gc.collect()
        said_late = await call
        gc.collect()
        await asyncio.sleep(0.05)
        return [said, said_late]

    return asyncio.run(program())


def dropped_after_its_loop(url: str) -> list[str]:
    client = awaiting(url)
    said = asyncio.run(ask_at_once(client, "loop"))
    del client
    gc.collect()
    return [said]


def dropped_by_another_thread(url: str) -> list[str]:
    """The last who has it is a thread without an event loop."""
    loop, thread = _loop_in_a_thread()
    client = awaiting(url)
    said = _run_on(loop, ask_in_turn(client, "loop"))
    del client
    gc.collect()
    _run_on(loop, asyncio.sleep(0.05))
    _end(loop, thread)
    return [said]


def the_process_ends_before_the_loop(url: str) -> list[str]:
    loop, _ = _loop_in_a_thread()
    _kept.append(awaiting(url))
    return [_run_on(loop, ask_in_turn(_kept[0], "loop"))]


def trio_ends(url: str) -> list[str]:
    import trio

    client = awaiting(url)
    return [
        trio.run(ask_in_turn, client, "trio"),
        trio.run(ask_in_turn, client, "trio"),
        asyncio.run(ask_in_turn(client, "asyncio")),
    ]


def dropped_on_trio(url: str) -> list[str]:
    import trio

    async def program() -> str:
        said = await _used_and_dropped(url)
        await trio.sleep(0.05)
        return said

    return [trio.run(program)]


def uvloop_ends(url: str) -> list[str]:
    import uvloop

    client = awaiting(url)
    return [
        uvloop.run(ask_at_once(client, "loop")),
        uvloop.run(_used_and_dropped(url)),
        asyncio.run(ask_at_once(client, "loop")),
    ]


# What does not pass without a complaint of asyncio or of httpx


def loops_that_are_only_closed(url: str) -> list[str]:
    """Nobody tells their generators that they end; they are let go all the same."""
    client, loops = awaiting(url), list[ref[asyncio.AbstractEventLoop]]()
    said = list[str]()
    for _ in range(5):
        loop = asyncio.new_event_loop()
        loops.append(ref(loop))
        said.append(loop.run_until_complete(ask_in_turn(client, "loop", 1)))
        loop.close()
        del loop
        gc.collect()
    asyncio.run(client.aclose())
    return [*said, f"{sum(loop() is not None for loop in loops)} is kept"]


def http_client_of_a_loop_that_is_closed(url: str) -> list[str]:
    client = awaiting(url, http_client=httpx.AsyncClient())
    return [
        asyncio.run(ask_in_turn(client, "loop", 1)),
        asyncio.run(_error_of(client)),
    ]


def http_client_of_another_loop(url: str) -> list[str]:
    loop, thread = _loop_in_a_thread()
    client = awaiting(url, http_client=httpx.AsyncClient())
    said = [
        _run_on(loop, ask_in_turn(client, "loop", 1)),
        asyncio.run(_error_of(client)),
    ]
    _end(loop, thread)
    return said


async def _error_of(client: AsyncAuthing) -> str:
    try:
        return await ask_in_turn(client, "loop", 1)
    except AuthingError as error:
        return f"{type(error).__name__}: {error}"


def _loop_in_a_thread() -> tuple[asyncio.AbstractEventLoop, threading.Thread]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    return loop, thread


def _end(loop: asyncio.AbstractEventLoop, thread: threading.Thread) -> None:
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


def _run_on(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run_coroutine_threadsafe(work, loop).result(LIMIT)


PROGRAMS: tuple[Program, ...] = (
    loops_end,
    a_loop_ends_while_a_call_is_under_way,
    dropped,
    dropped_after_its_loop,
    dropped_by_another_thread,
    the_process_ends_before_the_loop,
    trio_ends,
    dropped_on_trio,
    uvloop_ends,
    loops_that_are_only_closed,
    http_client_of_a_loop_that_is_closed,
    http_client_of_another_loop,
)

if __name__ == "__main__":
    main(PROGRAMS)
