"""One timer watches over all calls of an event loop, as `asyncio.timeout` would."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from time import monotonic

import pytest

from authing_gen.watchdog import Watchdog

LONG = 30.0


async def ends(dog: Watchdog, seconds: float | None, work: Awaitable[object]) -> str:
    """Say how a block ends that is watched over."""
    try:
        with dog.within(seconds):
            await work
    except TimeoutError:
        return "timeout"
    except asyncio.CancelledError:
        return "cancelled"
    return "done"


def test_each_block_ends_by_its_own_time() -> None:
    async def main() -> None:
        dog = Watchdog()
        begin = monotonic()
        ended: list[float] = []

        async def one(seconds: float) -> None:
            assert await ends(dog, seconds, asyncio.sleep(LONG)) == "timeout"
            ended.append(seconds)
            assert monotonic() - begin >= seconds

        # The timer is set anew by the shorter ones, and rings on for the longer ones.
        longest = asyncio.create_task(ends(dog, LONG, asyncio.sleep(2 * LONG)))
        await asyncio.gather(*map(one, [0.6, 0.3, 0.1, 0.1]))
        assert ended == [0.1, 0.1, 0.3, 0.6]
        assert not longest.done()
        longest.cancel()
        assert await longest == "cancelled"

    asyncio.run(main())


def test_what_ends_in_time_is_left_alone() -> None:
    async def main() -> None:
        dog = Watchdog()
        assert await ends(dog, 0.02, asyncio.sleep(0)) == "done"
        assert await ends(dog, None, asyncio.sleep(0.04)) == "done"
        assert await ends(dog, LONG, asyncio.sleep(0)) == "done"

    asyncio.run(main())


@pytest.mark.parametrize("cancelled_first", [True, False])
def test_whoever_else_cancels_goes_first(cancelled_first: bool) -> None:
    async def main() -> None:
        dog = Watchdog()
        task = asyncio.ensure_future(ends(dog, 0.0, asyncio.sleep(LONG)))
        if cancelled_first:
            await asyncio.sleep(0)  # Is in its block; the timer has not rung.
            task.cancel()
            with suppress(asyncio.CancelledError):
                assert await task == "cancelled"
        else:
            assert await task == "timeout"
            assert task.cancelling() == 0

    asyncio.run(main())


def test_both_at_once_is_a_cancellation() -> None:
    async def main() -> None:
        dog = Watchdog()
        task = asyncio.ensure_future(ends(dog, 0.05, asyncio.sleep(LONG)))
        await asyncio.sleep(0)
        # Rings in the same turn of the event loop, before the task runs again.
        asyncio.get_running_loop().call_later(0.05, task.cancel)
        with suppress(asyncio.CancelledError):
            assert await task == "cancelled"
        assert task.cancelling() == 1

    asyncio.run(main())


def test_an_error_of_the_block_stays_itself() -> None:
    async def main() -> None:
        dog = Watchdog()
        task = asyncio.current_task()
        assert task is not None

        async def fail() -> None:
            try:
                await asyncio.sleep(LONG)
            finally:
                raise ValueError("own")

        with pytest.raises(ValueError, match="own"):
            await ends(dog, 0.02, fail())
        assert task.cancelling() == 0
        await asyncio.sleep(0)  # Is not cancelled any more.

    asyncio.run(main())
