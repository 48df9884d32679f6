"""Work that many wait for and that is done once, where two do something at once."""

import asyncio
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from types import FrameType

import pytest
from anyio.to_thread import run_sync

from authing_gen import Authing, AuthingTransportError
from authing_gen._async.sharing import AsyncShared
from authing_gen._sync.sharing import Shared
from authing_gen.deadlines import Deadline

from .bytewise import ByteServer, Peer, answer_to, http
from .scripted import INIT

pytestmark = pytest.mark.anyio

LONG = 20.0
"""Seconds: what takes longer hangs."""


async def test_who_asks_as_it_ends_has_it_done_anew() -> None:
    """What is done already may be too old for them; nobody forgets what they begin."""
    times, done, goes_on = count(), asyncio.Event(), asyncio.Event()

    async def work(_: Deadline) -> int:
        if (number := next(times)) == 1:
            await goes_on.wait()
        done.set()  # Who waits for this comes before those who wait for the work.
        return number

    async def ask_as_it_ends() -> int:
        await done.wait()
        return await shared.get(Deadline(LONG))

    shared = AsyncShared(work, lambda: Deadline(LONG))
    second = asyncio.create_task(ask_as_it_ends())
    await asyncio.sleep(0)
    assert await shared.get(Deadline(LONG)) == 0
    third = asyncio.create_task(shared.get(Deadline(LONG)))
    await asyncio.sleep(0)
    goes_on.set()
    assert await second == await third == 1
    assert await shared.get(Deadline(LONG)) == 2


class Watched(Deadline):
    """A deadline that says when somebody looks how much is left."""

    def __init__(self) -> None:
        super().__init__(LONG)
        self.seen = threading.Event()

    def remaining(self, phase: float | None = None) -> float | None:
        self.seen.set()
        return super().remaining(phase)


def test_threads_that_wait_get_a_copy_of_the_error() -> None:
    """With one for all, each would add its own frames to it."""
    watched, waiting = Watched(), list[Future[str]]()

    def work(_: Deadline) -> str:
        if waiting:
            return "done"
        waiting.append(threads.submit(shared.get, watched))
        assert watched.seen.wait(LONG)
        raise AuthingTransportError("it is away", "OwnerToken")

    shared = Shared(work, lambda: Deadline(LONG))
    with ThreadPoolExecutor(1) as threads:
        with pytest.raises(AuthingTransportError, match="it is away") as first:
            shared.get(Deadline(LONG))
        with pytest.raises(AuthingTransportError, match="it is away") as second:
            waiting[0].result(LONG)
    assert first.value is not second.value
    assert shared.get(Deadline(LONG)) == "done"


async def test_a_thread_that_is_overtaken_fetches_no_second_token() -> None:
    """It has found no token, and another thread has one before it comes to fetch it."""

    async def answering(peer: Peer) -> None:
        async for seen in peer.requests():
            await peer.send(http(answer_to(seen)))

    def look(frame: FrameType, *_: object) -> None:
        if frame.f_code is Shared.get.__code__:
            sys.setprofile(None)
            with ThreadPoolExecutor(1) as another:
                another.submit(client.user, id="bob").result(LONG)

    def be_overtaken() -> None:
        sys.setprofile(look)
        client.user(id="ada")

    with ByteServer(answering) as server, Authing(**server.settings()) as client:
        await run_sync(be_overtaken)
    assert [seen.name for seen in server.seen] == [INIT, "user", "user"]
