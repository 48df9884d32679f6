"""What becomes of an engine in one kind of trouble; each trial has its own process.

    python -m benchmarks.properties.trials ENGINE TRIAL URL

It prints what happened, in a few words.
"""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from .clients import ASYNC, BLOCKING, PLACES, TIMEOUT, Ask, AsyncAsk
from .server import LATER

T = TypeVar("T")
Make = Callable[[], Awaitable[AsyncAsk]]

PATIENCE = 5
"""Seconds after which something hangs."""

SSL_CERT_FILE, HTTP_PROXY = "SSL_CERT_FILE", "HTTP_PROXY"
"""Trials whose environment names a certificate, and a proxy."""

BURSTS, BURST = 100, 3 * PLACES


def forked_used(make: Make, url: str) -> str:
    """A child uses the client that its parent has used."""
    loop = asyncio.new_event_loop()
    ask = loop.run_until_complete(make())
    before = loop.run_until_complete(_asked(ask, f"{url}/connection"))
    said = _in_child(lambda: asyncio.run(_asked(ask, f"{url}/connection")))
    after = loop.run_until_complete(_asked(ask, f"{url}/connection"))
    return _whose(before, said, after)


def forked_new(make: Make, url: str) -> str:
    """A child makes a client of its own after its parent has used one."""
    loop = asyncio.new_event_loop()
    ask = loop.run_until_complete(make())
    loop.run_until_complete(ask(f"{url}/number/1"))
    said = _in_child(lambda: asyncio.run(_new(make, f"{url}/number/2")))
    return "works" if said == "2" else said


def cancelled(make: Make, url: str) -> str:
    """Bursts of calls are cancelled, at every moment; the places are needed again."""

    async def run() -> str:
        ask = await make()
        for burst in range(BURSTS):
            calls = [
                asyncio.ensure_future(ask(f"{url}/number/{n}")) for n in range(BURST)
            ]
            for _ in range(burst % 50):
                await asyncio.sleep(0)
            for call in calls:
                call.cancel()
            await asyncio.gather(*calls, return_exceptions=True)
        for _ in range(2):  # What the first ones find out helps the second.
            peak = await _peak(ask, url)
        return peak

    return asyncio.run(run())


def two_loops(make: Make, url: str) -> str:
    """A client is used on one event loop, and then on another one."""

    async def first() -> AsyncAsk:
        ask = await make()
        await ask(f"{url}/number/1")
        return ask

    ask = asyncio.run(first())
    return _works(asyncio.run(_asked(ask, f"{url}/slow/2")))


def on_trio(make: Make, url: str) -> str:
    """The event loop is one of trio."""
    import trio

    async def run() -> str:
        return await _new(make, f"{url}/slow/2")

    return _works(trio.run(run))


def answered_twice(make: Make, url: str) -> str:
    """An answer comes twice: what is the next one taken for?"""
    return asyncio.run(_next_after(make, url, "twice"))


def answered_later(make: Make, url: str) -> str:
    """An answer comes once more while the connection is idle."""
    return asyncio.run(_next_after(make, url, "later"))


def trickling(make: Make, url: str) -> str:
    """An answer takes five seconds, with a byte now and then."""

    async def run() -> str:
        ask = await make()
        begin = time.monotonic()
        await _asked(ask, f"{url}/trickle/1")
        return f"{time.monotonic() - begin:.0f} s"

    return asyncio.run(run())


def asking(make: Make, url: str) -> str:
    """An ordinary call, as the environment wants it."""
    return _works(asyncio.run(_new(make, f"{url}/number/2")))


TRIALS: dict[str, Callable[[Make, str], str]] = {
    "forked, used before": forked_used,
    "forked, made anew": forked_new,
    "cancelled bursts": cancelled,
    "two event loops": two_loops,
    "trio": on_trio,
    "answered twice": answered_twice,
    "… and later": answered_later,
    f"timeout {TIMEOUT:.0f} s, trickle": trickling,
    SSL_CERT_FILE: asking,
    HTTP_PROXY: asking,
}
NEEDS_AWAIT = ("cancelled bursts", "two event loops", "trio")


def awaited(make: Callable[[], Ask]) -> Make:
    """Have a client that blocks asked as the others are; it stops the event loop."""

    async def made() -> AsyncAsk:
        ask = make()

        async def asked(url: str) -> str:
            return ask(url)

        return asked

    return made


async def _asked(ask: AsyncAsk, url: str) -> str:
    """The answer, or the class of the error."""
    try:
        return await ask(url)
    except Exception as error:
        return type(error).__name__


async def _new(make: Make, url: str) -> str:
    try:
        return await _asked(await make(), url)
    except Exception as error:
        return type(error).__name__


async def _next_after(make: Make, url: str, kind: str) -> str:
    ask = await make()
    await ask(f"{url}/{kind}/1")
    await asyncio.sleep(3 * LATER)
    said = await _asked(ask, f"{url}/number/2")
    return {"1": "the OLD answer", "2": "right"}.get(said, said)


async def _peak(ask: AsyncAsk, url: str) -> str:
    calls = [_asked(ask, f"{url}/slow/{n}") for n in range(PLACES)]
    said = await asyncio.gather(*calls)
    wrong = sorted({name for name in said if not name.isdecimal()})
    # By others, since this client may have no place left.
    peak = await asyncio.to_thread(_read, f"{url}/peak")
    return " ".join([f"{peak} of {PLACES} places", *wrong])


def _read(url: str) -> str:
    import urllib.request

    with urllib.request.urlopen(url) as answer:
        return str(answer.read().decode())


def _works(said: str) -> str:
    return "works" if said == "2" else said


def _whose(before: str, said: str, after: str) -> str:
    if not after.isdecimal():
        return f"the parent: {after}"
    if said.isdecimal():
        return "the PARENT'S connection" if said == before else "works"
    return said


def _in_child(work: Callable[[], str]) -> str:
    """What work returns in a forked child, which ends after that."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        signal.alarm(PATIENCE)
        try:
            said = work()
        except BaseException as error:
            said = type(error).__name__
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading) as pipe:
        return "hangs" if os.WIFSIGNALED(status) else pipe.read()


def main() -> None:
    """Make one trial."""
    engine, trial, url = sys.argv[1:]
    make = ASYNC[engine] if engine in ASYNC else awaited(BLOCKING[engine])
    print(TRIALS[trial](make, url), flush=True)
    os._exit(0)  # What hangs at the end is not what was asked.


if __name__ == "__main__":
    main()
