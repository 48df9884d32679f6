"""Programs that fork, for `test_forks`.

They tell what each of their processes says: "its own" where every answer was.
"""

import asyncio
import io
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from functools import partial
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import httpx

import authing_client
from authing_gen._sync.file_store import FileStore, Kept
from authing_gen.environment import tls_context

from .asking import (
    CALLS,
    OWN,
    ask,
    ask_at_once,
    ask_in_turn,
    awaiting,
    blocking,
    locks_of,
    places_of,
)
from .programs import Program, main

T = TypeVar("T")
CHILDREN = 4
LIMIT = 30
"""Seconds after which a child that hangs is killed."""


class Child:
    """A forked child, which does something and says what came of it."""

    def __init__(self, work: Callable[[], str], *, ends: bool = False) -> None:
        """Fork.

        Args:
            work: What the child does.
            ends: Whether the child ends as programs do, not at once.
        """
        self._output, output = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            signal.alarm(LIMIT)
            os.write(output, _said(work).encode())
            if ends:
                sys.exit()
            os._exit(0)
        os.close(output)

    def said(self) -> str:
        """Wait for its end."""
        with os.fdopen(self._output) as output:
            said = output.read()
        status = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
        return f"ended with {status}" if status else said


def _said(work: Callable[[], str]) -> str:
    try:
        return work()
    except BaseException as error:
        return f"{type(error).__name__}: {error}"


def _together(mine: Callable[[], str], childs: Callable[[str], str]) -> list[str]:
    """Fork children, and work beside them."""
    children = [Child(partial(childs, f"child-{n}")) for n in range(CHILDREN)]
    return [mine(), *(child.said() for child in children)]


def in_a_thread(work: Callable[[], T]) -> T:
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()


class LoopInAThread:
    """An event loop that runs in a thread while programs do something else."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(LIMIT)

    def end(self) -> None:
        self.run(self.loop.shutdown_asyncgens())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


# Used before the fork, and then by parent and children at once


def threadless(url: str) -> list[str]:
    with blocking(url) as client:
        ask(client, "parent")
        return _together(lambda: ask(client, "parent"), partial(ask, client))


def threads(url: str) -> list[str]:
    """Threads of the parent go on calling while it forks."""
    with blocking(url) as client, ThreadPoolExecutor(4) as pool:
        calling = [pool.submit(ask, client, "parent", 3 * CALLS) for _ in range(4)]
        said = _together(lambda: ask(client, "parent"), partial(ask, client))
        return [*said, *(thread.result() for thread in calling)]


def never_used(url: str) -> list[str]:
    with blocking(url) as client:
        return _together(lambda: OWN, partial(ask, client))


def loop_after_loop(url: str) -> list[str]:
    client = awaiting(url)

    def work(who: str) -> str:
        return asyncio.run(ask_at_once(client, who))

    work("parent")
    return _together(partial(work, "parent"), work)


def trio_after_trio(url: str) -> list[str]:
    import trio

    client = awaiting(url)

    def work(who: str) -> str:
        return trio.run(ask_in_turn, client, who)

    work("parent")
    return _together(partial(work, "parent"), work)


def grandchild(url: str) -> list[str]:
    with blocking(url) as client:
        ask(client, "parent")

        def in_child() -> str:
            ask(client, "child")
            younger = Child(partial(ask, client, "grandchild"))
            return f"{ask(client, 'child')} and {younger.said()}"

        return [Child(in_child).said(), ask(client, "parent")]


def siblings(url: str) -> list[str]:
    """Those that were made before the fork are the child's own after it."""
    with blocking(url) as client:
        ada, hasty = client.as_user("child/ada"), client.with_options(timeout=9)
        ask(hasty, "parent")

        def in_child() -> str:
            status = ada.check_login_status()
            return ask(hasty, "child") if status.message == "child/ada" else "not Ada"

        return [Child(in_child).said(), ask(hasty, "parent")]


# Pools


_pooled: list[Any] = []


def pool(url: str) -> list[str]:
    with blocking(url) as client:
        ask(client, "parent")
        _pooled.append(client)
        return [*_mapped(_ask_pooled), ask(client, "parent")]


def pool_of_loops(url: str) -> list[str]:
    client = awaiting(url)
    asyncio.run(ask_at_once(client, "parent"))
    _pooled.append(client)
    return [*_mapped(_await_pooled), asyncio.run(ask_at_once(client, "parent"))]


def _mapped(work: Callable[[int], str]) -> list[str]:
    with multiprocessing.get_context("fork").Pool(CHILDREN) as processes:
        said = processes.map(work, range(5 * CHILDREN), chunksize=1)
        processes.close()
        processes.join()
    return said


def _ask_pooled(number: int) -> str:
    return ask(_pooled[0], f"child-{os.getpid()}/{number}", 3)


def _await_pooled(number: int) -> str:
    who = f"child-{os.getpid()}/{number}"
    return asyncio.run(ask_in_turn(_pooled[0], who, 3))


# A fork while others hold locks, wait, or are under way


def locks(url: str) -> list[str]:
    """Every lock of the client is held by another thread, and that of logging."""
    handler = logging.StreamHandler(io.StringIO())
    logger = logging.getLogger("authing_gen")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    with blocking(url) as client:
        ask(client, "parent")
        held = [*locks_of(client), handler.lock]
        with _held_by_a_thread(held):
            said = Child(partial(ask, client, "child")).said()
        return [f"{len(held)} locks", said, ask(client, "parent")]


@contextmanager
def _held_by_a_thread(locks: list[Any]) -> Iterator[None]:
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with ExitStack() as stack:
            for lock in locks:
                stack.enter_context(lock)
            held.set()
            done.wait(LIMIT)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(LIMIT)
    yield
    done.set()
    thread.join()


def fetching_the_token(url: str) -> list[str]:
    """The OwnerToken is being fetched by another thread."""
    parent, fetching, forked = os.getpid(), threading.Event(), threading.Event()

    def owner_token() -> str:
        if os.getpid() != parent:
            return "of-the-child"
        fetching.set()
        forked.wait(LIMIT)
        return "of-the-parent"

    with blocking(url, owner_token=owner_token) as client, ThreadPoolExecutor(1) as two:
        call = two.submit(ask, client, "parent")
        fetching.wait(LIMIT)
        said = Child(partial(ask, client, "child")).said()
        forked.set()
        return [said, call.result()]


def awaiting_the_token(url: str) -> list[str]:
    """The OwnerToken is being fetched by a task of the loop that forks."""
    parent, fetching, forked = os.getpid(), asyncio.Event(), asyncio.Event()

    async def owner_token() -> str:
        if os.getpid() != parent:
            return "of-the-child"
        fetching.set()
        await forked.wait()
        return "of-the-parent"

    async def program() -> list[str]:
        async with awaiting(url, owner_token=owner_token) as client:
            call = asyncio.create_task(ask_in_turn(client, "parent"))
            await fetching.wait()
            child = Child(partial(_in_a_loop, lambda: ask_in_turn(client, "child")))
            said = await asyncio.to_thread(child.said)
            forked.set()
            return [said, await call]

    return asyncio.run(program())


def no_place(url: str) -> list[str]:
    """The only place is taken; the server answers when the child has asked."""
    with blocking(url, max_connections=1) as client, ThreadPoolExecutor(1) as two:
        ask(client, "parent")
        call = two.submit(lambda: client.refresh_token(user="parent/held").token)
        while places_of(client)._free:
            time.sleep(0.001)
        child = Child(partial(ask, client, "child"))
        return [call.result() or "", child.said(), ask(client, "parent")]


def certificates(_: str) -> list[str]:
    """A thread may hold a lock within OpenSSL, which nobody would release."""
    parents = tls_context()
    child = Child(lambda: OWN if tls_context() is not parents else "the parent's")
    return [child.said(), OWN if tls_context() is parents else "another one"]


def store_in_a_file(_: str) -> list[str]:
    """The child is forked while the file is locked, and lives on."""
    waiting, go = os.pipe()
    forked: list[Child] = []

    class ForkingStore(FileStore):
        def _read(self) -> Kept:
            forked.append(Child(lambda: os.read(waiting, 1).decode()))
            return super()._read()

    with TemporaryDirectory() as folder, ThreadPoolExecutor(1) as two:
        file = os.path.join(folder, "tokens")
        ForkingStore(file).set("token", OWN.encode(), 60)
        found = two.submit(FileStore(file).get, "token")
        wait([found], timeout=LIMIT / 3)
        was_found = found.done()
        os.write(go, b".")
        forked[0].said()
        value = found.result()
        return [value[0].decode() if value and was_found else "locked by the child"]


# A fork beside, or within, an event loop


def _in_a_loop(work: Callable[[], Coroutine[Any, Any, str]]) -> str:
    return in_a_thread(lambda: asyncio.run(work()))


def within_a_loop(url: str) -> list[str]:
    """By a coroutine, while a call is under way; the children use loops of their own.

    The server answers that call when a child has asked.
    """

    async def program() -> list[str]:
        async with awaiting(url) as client:
            await ask_in_turn(client, "parent", 1)
            held = asyncio.create_task(client.refresh_token(user="parent/held"))
            await asyncio.sleep(0.1)
            children = [
                Child(partial(_in_a_loop, lambda: ask_at_once(client, "child-0"))),
                Child(lambda: asyncio.run(ask_at_once(client, "child-1"))),
            ]
            said = [await ask_in_turn(client, "parent"), (await held).token or ""]
            for child in children:
                said.append(await asyncio.to_thread(child.said))
            return [*said, await ask_in_turn(client, "parent")]

    return asyncio.run(program())


def beside_a_first_call(url: str) -> list[str]:
    """While another thread imports what that call needs."""
    client, beside = awaiting(url), LoopInAThread()
    call = asyncio.run_coroutine_threadsafe(ask_in_turn(client, "parent"), beside.loop)
    while "authing_gen.aiohttp_engine" not in sys.modules:
        time.sleep(0.001)
    children = [
        Child(partial(_run, partial(ask_at_once, client), f"child-{number}"))
        for number in range(CHILDREN)
    ]
    said = [call.result(LIMIT), *(child.said() for child in children)]
    beside.end()
    return said


def beside_a_loop(url: str) -> list[str]:
    """By a thread that has no loop; the children end as programs do, or close."""
    client, beside = awaiting(url), LoopInAThread()

    def work(who: str) -> str:
        return asyncio.run(ask_at_once(client, who))

    def close() -> str:
        asyncio.run(client.aclose())
        return OWN

    said = [beside.run(ask_in_turn(client, "parent"))]
    for childs in (partial(work, "child-0"), lambda: OWN, close):
        said.append(Child(childs, ends=True).said())
        said.append(beside.run(ask_in_turn(client, "parent")))
    beside.end()
    return said


# Clients of httpx


def http_clients(url: str) -> list[str]:
    with httpx.Client() as used, httpx.Client() as unused:
        old = blocking(url, http_client=used)
        sharing = blocking(url, http_client=used)
        new = blocking(url, http_client=unused)
        ask(old, "parent")
        return [
            Child(partial(ask, old, "child")).said(),
            Child(partial(ask, sharing, "child")).said(),
            Child(lambda: ask(blocking(url, http_client=used), "child")).said(),
            Child(partial(ask, new, "child")).said(),
            ask(sharing, "parent"),
            ask(new, "parent"),
        ]


def async_http_clients(url: str) -> list[str]:
    async def program() -> list[str]:
        async with httpx.AsyncClient() as used, httpx.AsyncClient() as unused:
            old = awaiting(url, http_client=used)
            sharing = awaiting(url, http_client=used)
            new = awaiting(url, http_client=unused)
            await ask_in_turn(old, "parent")
            said = [
                Child(partial(_in_a_loop, lambda: ask_in_turn(old, "child"))).said(),
                Child(
                    partial(_in_a_loop, lambda: ask_in_turn(sharing, "child"))
                ).said(),
                Child(partial(_in_a_loop, lambda: ask_in_turn(new, "child"))).said(),
            ]
            return [*said, await ask_in_turn(old, "parent")]

    return asyncio.run(program())


# The generated client by itself


def generated(url: str) -> list[str]:
    with authing_client.Client(f"{url}/users/graphql") as client:

        def work(who: str) -> str:
            for number in range(CALLS):
                me = f"{who}/{number}"
                call = client.refresh_token if number % 2 else _raw(client)
                if (token := call(user=me, client="the-pool").token) != f"of {me}":
                    return f"{me} got {token}"
            return OWN

        def close() -> str:
            client.close()
            return OWN

        work("parent")
        said = [Child(close).said(), *_together(partial(work, "parent"), work)]
        return [*said, work("parent")]


def _raw(client: authing_client.Client) -> Callable[..., authing_client.UserToken]:
    return lambda **given: client.raw(client.refresh_token)(**given).parsed


def generated_async(url: str) -> list[str]:
    client, beside = authing_client.AsyncClient(f"{url}/users/graphql"), LoopInAThread()

    async def work(who: str) -> str:
        for number in range(CALLS):
            me = f"{who}/{number}"
            token = (await client.refresh_token(user=me, client="the-pool")).token
            if token != f"of {me}":
                return f"{me} got {token}"
        return OWN

    async def work_and_close(who: str) -> str:
        async with client:
            return await work(who)

    async def close(_: str) -> str:
        await client.aclose()
        return OWN

    said = [beside.run(work("parent"))]
    childs: list[Callable[[str], Coroutine[Any, Any, str]]]
    childs = [work_and_close, close]
    for number, childs_work in enumerate(childs):
        child = Child(partial(_run, childs_work, f"child-{number}"))
        said += [child.said(), beside.run(work("parent"))]
    beside.run(client.aclose())
    beside.end()
    return said


def _run(work: Callable[[str], Coroutine[Any, Any, str]], who: str) -> str:
    return asyncio.run(work(who))


PROGRAMS: tuple[Program, ...] = (
    threadless,
    threads,
    never_used,
    loop_after_loop,
    trio_after_trio,
    grandchild,
    siblings,
    pool,
    pool_of_loops,
    locks,
    fetching_the_token,
    awaiting_the_token,
    no_place,
    certificates,
    store_in_a_file,
    within_a_loop,
    beside_a_first_call,
    beside_a_loop,
    http_clients,
    async_http_clients,
    generated,
    generated_async,
)

if __name__ == "__main__":
    main(PROGRAMS)
