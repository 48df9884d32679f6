"""What a process has used: CPU time and memory."""

import asyncio
import gc
import os
import resource
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypedDict

AsyncCall = Callable[[], Awaitable[object]]
Call = Callable[[], object]


class Spent(TypedDict):
    """What some calls took."""

    calls: int
    ms: float
    """CPU time of one call, of this process, in milliseconds."""


def pin(core: int) -> None:
    """Stay on one core, where the system knows how."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})


def cpu_ms() -> float:
    """CPU time that this process has used, all its threads, in milliseconds."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return (used.ru_utime + used.ru_stime) * 1000


def peak_memory() -> int:
    """The most memory that this process has had, in bytes.

    `ru_maxrss` would count what the parent had when it made this process.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def spend(call: Call, seconds: float, warm_up: int) -> Spent:
    """Call for so many seconds, one call after the other, and at least once."""
    for _ in range(warm_up):
        call()
    gc.collect()
    begin, end, calls = cpu_ms(), time.perf_counter() + seconds, 0
    while not calls or time.perf_counter() < end:
        call()
        calls += 1
    return {"calls": calls, "ms": (cpu_ms() - begin) / calls}


async def spend_async(
    call: AsyncCall, in_flight: int, seconds: float, warm_up: int
) -> Spent:
    """Call for so many seconds with so many calls at a time, each at least once."""
    await call_times(call, in_flight, warm_up)
    gc.collect()
    begin, end = cpu_ms(), time.perf_counter() + seconds

    async def client() -> int:
        calls = 0
        while not calls or time.perf_counter() < end:
            await call()
            calls += 1
        return calls

    calls = sum(await asyncio.gather(*(client() for _ in range(in_flight))))
    return {"calls": calls, "ms": (cpu_ms() - begin) / calls}


async def call_times(call: AsyncCall, in_flight: int, times: int) -> None:
    """Call so many times, with so many calls at a time."""
    numbers = iter(range(times))

    async def client() -> None:
        for _ in numbers:
            await call()

    await asyncio.gather(*(client() for _ in range(min(in_flight, times))))
