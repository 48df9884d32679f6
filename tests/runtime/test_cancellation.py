"""Whoever gives up a call, at whatever moment, leaves the client whole.

Its place is free again, no connection with half an answer is used by the next call, and
what others wait for goes on. "Whole" means: as many calls as `max_connections` allows
are under way at once, and each gets its own answer.
"""

import asyncio
import contextlib
import ctypes
import json
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import (
    Awaitable,
    Callable,
    Coroutine,
    Generator,
    Iterator,
    Sequence,
)
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count, product
from pathlib import Path
from types import FrameType, coroutine
from typing import Any

import anyio
import pytest
import trio
from _pytest.mark import ParameterSet

from authing_gen import (
    AsyncAuthing,
    Authing,
    AuthingTimeoutError,
    AuthingTransportError,
    ServiceError,
)
from authing_gen._sync.sharing import Shared
from authing_gen.deadlines import Deadline

from ..blocking import only
from . import interrupting
from .asking import places_of
from .bytewise import ByteServer, everywhere, trusted_tls
from .scripted import INIT
from .slow_service import Service

pytestmark = pytest.mark.anyio


Call = Callable[[], Coroutine[Any, Any, None]]


async def status(client: AsyncAuthing, token: str) -> None:
    """A call that needs no OwnerToken; it gets its own answer."""
    assert (await client.as_user(token).check_login_status()).message == token


async def refresh(client: AsyncAuthing, user: str) -> None:
    """A call that needs the OwnerToken; it gets its own answer."""
    assert (await client.refresh_token(user=user)).token == f"of {user}"


async def check_health(client: AsyncAuthing, service: Service) -> None:
    """All places are free, and every answer is its own."""
    patient = client.with_options(timeout=20)
    async with anyio.create_task_group() as calls:
        for number in range(service.together):
            calls.start_soon(status, patient, f"health-{number}")
    for number in range(2 * service.together):
        await status(patient, f"one-after-another-{number}")


# At every step


@coroutine
def stepping(
    call: Coroutine[Any, Any, None], number: int, cancel: Callable[[Any], object]
) -> Generator[Any, Any, None]:
    """Run a call; when it waits for the n-th time, cancel it."""
    send: Callable[[Any], Any] = call.send
    given: Any = None
    for step in count():
        try:
            waits_for = send(given)
        except StopIteration:
            return
        if step == number:
            cancel(waits_for)
        try:
            send, given = call.send, (yield waits_for)
        except BaseException as error:
            send, given = call.throw, error


class Sweep:
    """Cancels a call at a step: when it waits for the n-th time."""

    def __init__(self, step: int, moment: str) -> None:
        self._step = step
        self._moment = moment
        self.reached = False
        """Whether the call came so far."""

    async def run(self, call: Coroutine[Any, Any, None]) -> None:
        if self._moment == "trio":
            with trio.CancelScope() as scope:
                await stepping(call, self._step, lambda _: self._cancel(scope))
        else:
            task = asyncio.ensure_future(
                stepping(call, self._step, lambda future: self._reach(task, future))
            )
            await asyncio.wait([task])
            assert task.cancelled() or (task.result() is None and not self.reached)

    def _reach(self, task: asyncio.Task[None], waits_for: Any) -> None:
        """At once, or when what it waits for is there, but before it can go on."""
        if self._moment == "late" and waits_for is not None:
            waits_for.add_done_callback(lambda _: self._cancel(task))
        else:
            self._cancel(task)

    def _cancel(self, call: "asyncio.Task[None] | trio.CancelScope") -> None:
        self.reached = True
        call.cancel()


class World:
    """A client, and calls that others make."""

    def __init__(
        self, client: AsyncAuthing, service: Service, others: anyio.abc.TaskGroup
    ) -> None:
        self.client = client
        self.service = service
        self.others = others

    async def fresh_connection(self) -> Coroutine[Any, Any, None]:
        return status(self.client, "own")

    async def kept_connection(self) -> Coroutine[Any, Any, None]:
        await status(self.client, "before")
        return status(self.client, "own")

    async def pause(self) -> Coroutine[Any, Any, None]:
        self.service.busy.add("own")
        return status(self.client, "own")

    async def place(self) -> Coroutine[Any, Any, None]:
        """All places are taken, and become free one after another."""
        for number in range(self.service.together + 2):
            self.others.start_soon(status, self.client, f"other-{number}")
        await anyio.sleep(0)
        return status(self.client, "own")

    async def first_to_need_the_token(self) -> Coroutine[Any, Any, None]:
        async def join(number: int) -> None:
            await anyio.sleep(0.001 * number)
            await refresh(self.client, f"other-{number}")

        for number in range(1, 4):
            self.others.start_soon(join, number)
        return refresh(self.client, "own")

    async def one_of_those_who_need_it(self) -> Coroutine[Any, Any, None]:
        for number in range(3):
            self.others.start_soon(refresh, self.client, f"other-{number}")
        await anyio.sleep(0)
        return refresh(self.client, "own")

    async def refused_token(self) -> Coroutine[Any, Any, None]:
        await refresh(self.client, "before")
        self.service.refused.add("owner-1")
        for number in range(2):
            self.others.start_soon(refresh, self.client, f"other-{number}")
        return refresh(self.client, "own")


TOKENS = {
    "first_to_need_the_token": 1,
    "one_of_those_who_need_it": 1,
    "refused_token": 2,
}
"""How many OwnerTokens are fetched, whoever is cancelled."""


async def swept(
    scene: str, sweep: Sweep, places: int, tls: ssl.SSLContext | None = None
) -> Service:
    """Cancel a call, and look at the client."""
    service = Service(places)
    with ByteServer(service, tls) as server:
        settings = server.settings(max_connections=places, timeout=20)
        async with AsyncAuthing(**settings) as client:
            with anyio.fail_after(30):
                async with anyio.create_task_group() as others:
                    world = World(client, service, others)
                    await sweep.run(await getattr(world, scene)())
                await check_health(client, service)
    return service


heavy = pytest.mark.heavy
MOMENTS = [("asyncio", "at once"), ("asyncio", "late"), ("trio", "trio")]
SCENES = [name for name in vars(World) if not name.startswith("_")]


def sweeps() -> Iterator[ParameterSet]:
    """Which scenes are swept; the longest, and those with more places, are heavy."""
    for places in (1, 2):
        for (backend, moment), scene in product(MOMENTS, SCENES):
            long = moment != "at once" and scene in ("pause", *TOKENS)
            yield pytest.param(
                backend,
                moment,
                scene,
                places,
                id=f"{scene} {backend} {moment} {places}".replace("_", " "),
                marks=[heavy] if long or places > 1 else [],
            )


@only("async", "a thread cannot be cancelled")
@pytest.mark.parametrize(("anyio_backend", "moment", "scene", "places"), [*sweeps()])
async def test_a_call_can_be_cancelled_at_every_step(
    scene: str, places: int, moment: str
) -> None:
    for steps in count():
        sweep = Sweep(steps, moment)
        service = await swept(scene, sweep, places)
        if moment != "trio":  # There they fetch it one after another.
            assert service.tokens == TOKENS.get(scene, 0)
        if not sweep.reached:
            break
    assert steps >= 2  # Head and body may come at once.


@only("async", "a thread cannot be cancelled")
@pytest.mark.parametrize(("anyio_backend", "moment"), MOMENTS)
async def test_and_so_over_tls(
    moment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = trusted_tls(tmp_path, monkeypatch)
    for steps in count():
        sweep = Sweep(steps, moment)
        await swept("fresh_connection", sweep, 1, tls)
        if not sweep.reached:
            break
    assert steps >= 3


# After some time


@only("async", "a thread cannot be cancelled")
@heavy
@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
@pytest.mark.parametrize("scene", SCENES)
async def test_a_call_can_be_cancelled_at_any_time(scene: str) -> None:
    """One client, and a call after another, each with a millisecond more."""
    service = Service(2)
    with ByteServer(service) as server:
        settings = server.settings(max_connections=2, timeout=20)
        async with AsyncAuthing(**settings) as client:
            for milliseconds in range(12):
                async with anyio.create_task_group() as others:
                    world = World(client, service, others)
                    call = await getattr(world, scene)()
                    with anyio.move_on_after(milliseconds / 1000):
                        await call
                    call.close()
            await check_health(client, service)


# Many at once


async def _timeout(call: Call) -> None:
    async with asyncio.timeout(0.2):
        await call()


async def _wait_for(call: Call) -> None:
    await asyncio.wait_for(call(), 0.2)


async def _cancel(call: Call) -> None:
    task = asyncio.ensure_future(call())
    await asyncio.sleep(0.2)
    task.cancel()
    await task


async def _task_group(call: Call) -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(call())
        await asyncio.sleep(0.2)
        raise TimeoutError


async def _move_on_after(call: Call) -> None:
    with anyio.move_on_after(0.2):
        await call()


async def _trio_nursery(call: Call) -> None:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(call)
        await trio.sleep(0.2)
        nursery.cancel_scope.cancel()


WAYS = [
    pytest.param("asyncio", _timeout, 10),
    pytest.param("trio", _move_on_after, 10, marks=heavy),
    pytest.param("asyncio", _timeout, 100, marks=heavy),
    pytest.param("asyncio", _wait_for, 100, marks=heavy),
    pytest.param("asyncio", _cancel, 100, marks=heavy),
    pytest.param("asyncio", _task_group, 100, marks=heavy),
    pytest.param("asyncio", _move_on_after, 100, marks=heavy),
    pytest.param("trio", _move_on_after, 100, marks=heavy),
    pytest.param("trio", _trio_nursery, 100, marks=heavy),
]


@only("async", "a thread cannot be cancelled")
@pytest.mark.parametrize("stall", ["checkLoginStatus", "RefreshToken", INIT])
@pytest.mark.parametrize(("anyio_backend", "give_up", "places"), WAYS)
async def test_many_give_up_while_the_server_stalls(
    give_up: Callable[[Call], Awaitable[None]], places: int, stall: str
) -> None:
    """Twice; then it recovers, and all is as before."""
    service = Service(places)
    with ByteServer(service) as server:
        settings = server.settings(max_connections=places)
        async with AsyncAuthing(**settings) as client:

            async def caller(number: int) -> None:
                ask = status if stall == "checkLoginStatus" else refresh
                call = partial(ask, client, f"caller-{number}")
                with contextlib.suppress(
                    TimeoutError, asyncio.CancelledError, ExceptionGroup
                ):
                    await give_up(call)
                given_up.append(number)

            for _ in range(2):
                given_up: list[int] = []
                service.stalls.add(stall)
                async with anyio.create_task_group() as callers:
                    for number in range(250):
                        callers.start_soon(caller, number)
                assert len(given_up) == 250
                service.stalls.clear()
                with anyio.fail_after(10):
                    await refresh(client, "healthy")
            await check_health(client, service)


@only("async", "nobody else can end what a thread does")
async def test_a_fetch_that_somebody_else_cancels() -> None:
    """As a framework may that cancels all tasks, also those that it did not begin."""
    service = Service(1)
    with ByteServer(service) as server:
        async with AsyncAuthing(**server.settings()) as client:
            service.stalls.add(INIT)
            others = asyncio.all_tasks()
            call = asyncio.create_task(refresh(client, "own"))
            while not server.calls(INIT):
                await asyncio.sleep(0.001)
            for task in asyncio.all_tasks() - others - {call}:
                task.cancel()
            with pytest.raises(AuthingTransportError, match="it was cancelled"):
                await call
            service.stalls.clear()
            await refresh(client, "own")
            await check_health(client, service)


# By their deadlines


STAGES: dict[str, dict[str, Any]] = {
    "waiting for the answer": {"pieces": 0},
    "reading its head": {"pieces": 1},
    "waiting for its body": {"pieces": 2},
    "reading its body": {"pieces": 3},
    "waiting for its end": {"pieces": 4},
    "pausing": {"always_busy": True},
    "waiting for the OwnerToken": {"stalls": {INIT}},
    "waiting for another OwnerToken": {
        "stalls": {INIT},
        "refused": {f"owner-{number}" for number in range(100)},
    },
}


@everywhere
@pytest.mark.parametrize("stage", STAGES)
async def test_callers_give_up_by_their_deadlines_at_every_stage(stage: str) -> None:
    """More than there are places, so that some wait for one."""
    service = Service(2)
    usual = {name: getattr(service, name) for name in STAGES[stage]}
    with ByteServer(service) as server:
        async with AsyncAuthing(**server.settings(max_connections=2)) as client:
            hasty = client.with_options(timeout=0.1, max_retries=100)

            async def give_up() -> None:
                with pytest.raises((AuthingTimeoutError, ServiceError)):
                    await refresh(hasty, "hasty")

            if "another" in stage:
                await refresh(client, "patient")
            vars(service).update(STAGES[stage])
            async with anyio.create_task_group() as callers:
                for _ in range(5):
                    callers.start_soon(give_up)
            vars(service).update(usual)
            await check_health(client, service)
            await refresh(client, "patient")


# Interrupts, which are all that can stop a thread


class Interrupt(KeyboardInterrupt):
    """Comes between two steps, as Ctrl-C does."""


OURS = ("/authing_gen/_sync/",)
ALL = ("/authing_gen/", "/authing_client/", "/httpcore/", "/h11/")


def interrupted_at(
    step: int, call: Callable[[], object], packages: Sequence[str] = OURS
) -> bool:
    """Interrupt a call where the interpreter looks for signals, for the n-th time.

    That is: when a function begins, and when one that is not Python has returned.

    Returns:
        Whether the call came so far.
    """
    seen, reached = count(), list[bool]()

    def look(frame: FrameType, event: str, _: object) -> None:
        known = any(name in frame.f_code.co_filename for name in packages)
        if known and event in ("call", "c_return") and next(seen) == step:
            sys.setprofile(None)
            reached.append(True)
            raise Interrupt

    def run() -> None:
        sys.setprofile(look)
        try:
            with contextlib.suppress(Interrupt):
                call()
        finally:
            sys.setprofile(None)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(10)
    assert not thread.is_alive(), "it stands still"
    return bool(reached)


@only("sync", "it is about threads")
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
@pytest.mark.parametrize(
    "packages",
    [OURS, pytest.param(ALL, marks=heavy)],
    ids=["ours", "and httpcore"],
)
def test_a_call_can_be_interrupted_at_every_step(packages: Sequence[str]) -> None:
    """A socket that nobody has yet, or not any more, is closed by the interpreter."""
    service, one = Service(1), {"max_connections": 1, "timeout": 20}
    with ByteServer(service) as server, Authing(**server.settings(**one)) as client:
        call = partial(interrupting.status, client, "own")
        for steps in count():
            reached = interrupted_at(steps, call, packages)
            interrupting.check_health(client, service)
            if not reached:
                break
    assert steps > 50


@only("sync", "it is about threads")
def test_a_fetch_can_be_interrupted_at_every_step() -> None:
    """Others who want its result do it themselves then."""
    for steps in count():
        shared = Shared(lambda _: "done", lambda: Deadline(20))
        reached = interrupted_at(steps, partial(shared.get, Deadline(20)))
        with ThreadPoolExecutor(1) as threads:
            assert threads.submit(shared.get, Deadline(20)).result(10) == "done"
        if not reached:
            break
    assert steps > 5


@only("sync", "it is about threads")
@pytest.mark.skipif(
    sys.gettrace() is not None,
    reason="where Python 3.11 traces, an interrupt that is pending stops all threads",
)
def test_a_thread_that_is_interrupted_while_it_waits_for_a_place() -> None:
    """Its turn comes all the same; it gives the place on."""
    service, ended = Service(1), list[str]()
    one = {"max_connections": 1, "timeout": 20}

    def wait() -> None:
        try:
            interrupting.status(client, "own")
        except KeyboardInterrupt:
            ended.append("interrupted")

    with ByteServer(service) as server, Authing(**server.settings(**one)) as client:
        places = places_of(client)  # To look for them takes long where it is traced.
        service.stalls.add("userExist")
        holder = threading.Thread(target=client.user_exist)
        waiter = threading.Thread(target=wait)
        holder.start()
        while not server.seen:
            time.sleep(0.001)
        waiter.start()
        while not places._waiting:
            time.sleep(0.001)
        interrupt(waiter)
        service.stalls.clear()
        for thread in (holder, waiter):
            thread.join(10)
        assert ended == ["interrupted"]
        interrupting.check_health(client, service)
    assert "own" not in {seen.token for seen in server.seen}


def interrupt(thread: threading.Thread) -> None:
    """Have it interrupted when it goes on."""
    kind = ctypes.py_object(KeyboardInterrupt)
    time.sleep(0.02)  # It has begun to wait, and shall be waiting.
    identity = ctypes.c_ulong(thread.ident or 0)
    assert ctypes.pythonapi.PyThreadState_SetAsyncExc(identity, kind) == 1


@pytest.mark.heavy
@only("sync", "it is about threads")
def test_the_main_thread_is_interrupted_again_and_again() -> None:
    """By a signal, a moment later each time; see the program."""
    run = subprocess.run(
        [sys.executable, "-m", interrupting.__name__],
        timeout=60,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    interrupts = json.loads(run.stdout)
    assert len(interrupts) == 6
    assert all(interrupts.values()), interrupts
