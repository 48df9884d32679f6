"""Event loops: one `AsyncAuthing` on one after the other, and on several at once.

Of the blocking client, which has none, what its end means for the calls under way.
"""

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from threading import Event
from typing import Any
from weakref import ref

import anyio
import pytest
import trio
import uvloop
from anyio.to_thread import run_sync

from authing_gen import AuthingClosedError, AuthingTransportError

from . import programs
from .asking import OWN, ask_at_once, ask_in_turn, awaiting, blocking, places_of
from .scripted import INIT, Reply, Seen, owner
from .witness import Witness, witnessing

pytestmark = pytest.mark.anyio

SOON = 5.0
"""Seconds; half of what a call may take, so that none has waited for its deadline."""


@pytest.fixture
async def witness() -> AsyncIterator[Witness]:
    async with witnessing() as witness:
        yield witness


def on_asyncio(work: Callable[..., Awaitable[Any]], *arguments: object) -> Any:
    async def program() -> Any:
        return await work(*arguments)

    return asyncio.run(program())


def on_asyncio_that_looks_closely(
    work: Callable[..., Awaitable[Any]], *arguments: object
) -> Any:
    async def program() -> Any:
        asyncio.get_running_loop().slow_callback_duration = 60
        return await work(*arguments)

    return asyncio.run(program(), debug=True)


class Discreet(asyncio.SelectorEventLoop):
    """Shows nobody its sockets, as an event loop may."""

    def _make_socket_transport(self, *args: Any, **options: Any) -> Any:
        made = super()._make_socket_transport(*args, **options)  # type: ignore[misc]
        del made._extra["socket"]
        return made


def on_a_discreet_loop(work: Callable[..., Awaitable[Any]], *arguments: object) -> Any:
    async def program() -> Any:
        return await work(*arguments)

    with asyncio.Runner(loop_factory=Discreet) as runner:
        return runner.run(program())


def on_uvloop(work: Callable[..., Awaitable[Any]], *arguments: object) -> Any:
    async def program() -> Any:
        return await work(*arguments)

    return uvloop.run(program())


every_loop = pytest.mark.parametrize(
    "on_a_loop", [on_asyncio, on_asyncio_that_looks_closely, on_uvloop, trio.run]
)
Runs = Callable[..., Any]


# One after the other, and at once


@every_loop
async def test_one_client_on_loop_after_loop(witness: Witness, on_a_loop: Runs) -> None:
    client = awaiting(witness.url)
    for number in range(3):
        work = partial(on_a_loop, ask_in_turn, client, f"loop-{number}")
        assert await run_sync(work) == OWN
        await witness.until_nobody_is_connected()
    witness.tokens.clear()
    witness.assert_nothing_shared()
    assert len(witness.calls(INIT)) == 1


async def test_a_loop_that_shows_no_sockets(witness: Witness) -> None:
    client = awaiting(witness.url)
    assert await run_sync(on_a_discreet_loop, ask_in_turn, client, "loop") == OWN
    witness.assert_nothing_shared()


async def test_one_client_on_several_loops_at_once(witness: Witness) -> None:
    async with awaiting(witness.url) as client:
        loops = [on_asyncio, on_asyncio, on_asyncio_that_looks_closely, on_uvloop]
        works = [
            *(
                partial(loop, ask_at_once, client, f"{n}")
                for n, loop in enumerate(loops)
            ),
            partial(trio.run, ask_in_turn, client, "trio"),
        ]
        calls = (run_sync(work) for work in works)
        said = await asyncio.gather(*calls, ask_at_once(client, "here"))
    assert {*said} == {OWN}
    assert len(witness.connections) == len(works) + 1
    witness.tokens.clear()
    witness.assert_nothing_shared()
    await witness.until_nobody_is_connected()


@every_loop
async def test_a_loop_that_has_ended_is_let_go(
    witness: Witness, on_a_loop: Runs
) -> None:
    client, loops = awaiting(witness.url), list[ref[object]]()

    async def use() -> str:
        loops.append(ref(_loop()))
        return await ask_in_turn(client, "loop", 1)

    for _ in range(3):
        assert await run_sync(on_a_loop, use) == OWN
    gc.collect()
    assert [loop() for loop in loops] == [None] * 3


def _loop() -> object:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return trio.lowlevel.current_trio_token()


# The end of the client


@every_loop
async def test_a_call_after_the_end_says_so_on_every_loop(
    witness: Witness, on_a_loop: Runs
) -> None:
    client = awaiting(witness.url)

    async def use_and_close() -> None:
        async with client:
            assert await ask_in_turn(client, "loop", 1) == OWN
        with pytest.raises(AuthingClosedError, match="the client is closed"):
            await client.refresh_token(user="late")

    async def be_late() -> None:
        with pytest.raises(AuthingClosedError, match="the client is closed"):
            await client.refresh_token(user="late")

    await run_sync(on_a_loop, use_and_close)
    await run_sync(on_a_loop, be_late)
    await be_late()
    assert "late" not in witness.connections
    await witness.until_nobody_is_connected()


@every_loop
async def test_its_end_closes_the_connections_of_other_loops(
    witness: Witness, on_a_loop: Runs
) -> None:
    async with awaiting(witness.url) as client:
        assert await ask_in_turn(client, "here", 1) == OWN
        assert witness.open_connections == 1
        async with asyncio.timeout(SOON):
            await run_sync(on_a_loop, client.aclose)
            await witness.until_nobody_is_connected()


@every_loop
async def test_its_end_may_come_again_before_a_loop_has_noticed(
    witness: Witness, on_a_loop: Runs
) -> None:
    client, is_busy, goes_on = awaiting(witness.url), Event(), Event()

    async def be_busy() -> None:
        assert await ask_in_turn(client, "loop", 1) == OWN
        is_busy.set()
        goes_on.wait(SOON)
        await anyio.sleep(0.1)

    busy = asyncio.create_task(run_sync(on_a_loop, be_busy))
    await run_sync(is_busy.wait, SOON)
    for _ in range(2):
        await client.aclose()
    goes_on.set()
    await busy
    await witness.until_nobody_is_connected()


@pytest.mark.parametrize("elsewhere", [False, True], ids=["this loop", "another loop"])
async def test_its_end_while_calls_are_under_way(
    witness: Witness, elsewhere: bool
) -> None:
    """What is under way is cut off; what waits, or would be sent again, hears why."""
    client = awaiting(witness.url, max_connections=2)

    async def call() -> list[Any]:
        sent = [
            client.refresh_token(user="mutation/held"),
            client.as_user("query/held").check_login_status(),
        ]
        waiting = [client.refresh_token(user=f"waiting/{n}") for n in range(3)]
        return [*await asyncio.gather(*sent, *waiting, return_exceptions=True)]

    assert await ask_in_turn(client, "before", 1) == OWN
    where = run_sync(on_asyncio, call) if elsewhere else call()
    calls = asyncio.ensure_future(where)
    await witness.arrived("RefreshToken", 2)
    await witness.arrived("checkLoginStatus", 2)
    started = time.monotonic()
    await client.aclose()
    mutation, query, *waiting = await calls
    assert time.monotonic() - started < SOON
    assert type(mutation) is AuthingTransportError
    assert {type(error) for error in (query, *waiting)} == {AuthingClosedError}
    assert "waiting" not in witness.connections
    witness.let_go.set()
    await witness.until_nobody_is_connected()


async def test_its_end_while_the_owner_token_is_being_fetched(witness: Witness) -> None:
    async def never(_: Seen) -> Reply:
        await witness.let_go.wait()
        return owner("too late")

    witness.handle(INIT, never)
    client = awaiting(witness.url)
    calls = [asyncio.create_task(ask_in_turn(client, "early")) for _ in range(3)]
    await witness.arrived(INIT)
    await client.aclose()
    said = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(error) for error in said] == [AuthingClosedError] * 3


async def test_the_blocking_client_finishes_what_is_under_way(witness: Witness) -> None:
    client = blocking(witness.url, max_connections=1)

    def call(user: str) -> str | None:
        return client.refresh_token(user=user).token

    assert await run_sync(call, "before") == "of before"
    places = places_of(client)
    sent = asyncio.create_task(run_sync(call, "under way/held"))
    await witness.arrived("RefreshToken", 2)
    waiting = asyncio.create_task(run_sync(call, "waiting"))
    while not places._waiting:
        await asyncio.sleep(0.001)
    await run_sync(client.close)
    witness.let_go.set()
    assert await sent == "of under way/held"
    with pytest.raises(AuthingClosedError, match="the client is closed"):
        await waiting
    assert "waiting" not in witness.connections
    await witness.until_nobody_is_connected()


# Without an end of its own


QUIET = ("-X", "dev", *programs.STRICT)


@pytest.mark.parametrize(
    "names",
    [
        ("loops_end", "dropped", "dropped_after_its_loop", "dropped_by_another_thread"),
        ("the_process_ends_before_the_loop",),
        ("trio_ends", "dropped_on_trio"),
        ("uvloop_ends",),
    ],
    ids=["asyncio", "the process ends", "trio", "uvloop"],
)
async def test_a_client_that_nobody_closes_leaves_nothing_behind(
    witness: Witness, names: tuple[str, ...]
) -> None:
    said = await programs.run("looping", witness.url, *names, options=QUIET)
    assert {*said} == {OWN}


async def test_a_loop_may_end_while_a_call_is_under_way(witness: Witness) -> None:
    program = "a_loop_ends_while_a_call_is_under_way"
    said = await programs.run("looping", witness.url, program, options=QUIET)
    assert said == ["cut off", OWN]


async def test_a_client_that_is_dropped_is_disconnected(witness: Witness) -> None:
    assert await ask_in_turn(awaiting(witness.url), "dropped", 1) == OWN
    gc.collect()
    await witness.until_nobody_is_connected()


async def test_loops_that_are_only_closed_do_not_pile_up(witness: Witness) -> None:
    program = "loops_that_are_only_closed"
    *said, kept = await programs.run("looping", witness.url, program, options=())
    assert {*said} == {OWN}
    assert kept == "1 is kept"


# A client of httpx that belongs to another loop


@pytest.mark.parametrize(
    "program", ["http_client_of_a_loop_that_is_closed", "http_client_of_another_loop"]
)
async def test_an_http_client_of_another_loop_is_named(
    witness: Witness, program: str
) -> None:
    said, error = await programs.run("looping", witness.url, program, options=())
    assert said == OWN
    kind, _, reason = error.split(": ", 2)
    assert kind == "AuthingTransportError"
    assert reason.startswith("the http_client has connections of another event loop")
