"""Mixed calls, many at once, against a server that does all the wrong that it can.

`tests.faults` says what is promised; `make faults` prints the figures.
"""

import anyio.to_thread
import pytest

from ..faults.kinds import FAULTS
from ..faults.storm import Found, Storm, storm_async, storm_sync

pytestmark = pytest.mark.anyio

SLACK = 30.0
"""Seconds: a call that is late here has no end, however slow the machine is."""


QUICK = Storm(500, 50, timeout=1.0, slack=SLACK, share=0.15)


def _check(found: Found, storm: Storm) -> None:
    assert found.broken == {}
    assert found.outcomes.total() == storm.calls
    assert found.outcomes["an answer"] > storm.calls / 2
    assert found.faults.keys() == FAULTS.keys()


async def test_calls_that_are_awaited() -> None:
    _check(await storm_async(QUICK), QUICK)


async def test_calls_that_block_threads() -> None:
    _check(await anyio.to_thread.run_sync(storm_sync, QUICK), QUICK)


@pytest.mark.heavy
@pytest.mark.parametrize("anyio_backend", ["trio"])
async def test_calls_on_another_event_loop() -> None:
    storm = Storm(2_000, 100, slack=SLACK)
    _check(await storm_async(storm), storm)


@pytest.mark.heavy
async def test_ten_thousand_calls() -> None:
    storm = Storm(10_000, 100, slack=SLACK)
    _check(await storm_async(storm), storm)


@pytest.mark.heavy
async def test_two_thousand_calls_from_threads() -> None:
    storm = Storm(2_000, 50, slack=SLACK)
    _check(await anyio.to_thread.run_sync(storm_sync, storm), storm)
