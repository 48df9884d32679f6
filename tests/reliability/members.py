"""What the processes of a fleet do, and how a fleet is started.

Each program runs in a process of its own, which is spawned and so imports this module.
"""

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from authing_gen import Authing, AuthingError

PATIENCE = 60.0
"""Seconds that a call may take: nothing may be lost because a machine is slow."""

Settings = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """What a process says at its end."""

    good: int
    """Calls that were answered."""
    lost: dict[str, int]
    """Calls that were not, by their errors."""


Program = Callable[[Settings, Connection], None]


@dataclass(frozen=True)
class Calls:
    """Sends so many calls, or calls for so many seconds.

    Args:
        count: How many calls.
        seconds: For how long instead.
        pause: Seconds after each call.
        clock: Seconds that the clock of the process is ahead.
    """

    count: int = 0
    seconds: float = 0.0
    pause: float = 0.0
    clock: float = 0.0

    def __call__(self, settings: Settings, pipe: Connection) -> None:
        if self.clock:
            _set_clock(self.clock)
        with Authing(**settings) as client:
            pipe.send(self.sent_by(client))

    def sent_by(self, client: Authing) -> Said:
        """Send them."""
        said = Said(0, {})
        end = time.monotonic() + self.seconds
        good = begun = 0
        while begun < self.count or time.monotonic() < end:
            begun += 1
            try:
                client.user(id="ada")
                good += 1
            except AuthingError as error:
                kind = type(error).__name__
                said.lost[kind] = said.lost.get(kind, 0) + 1
            time.sleep(self.pause)
        return Said(good, said.lost)


@dataclass(frozen=True)
class Forks:
    """Calls once, and forks children that call with the same client."""

    children: int
    calls: Calls

    def __call__(self, settings: Settings, pipe: Connection) -> None:
        with Authing(**settings) as client:
            client.user(id="ada")
            forked = [self._fork(client) for _ in range(self.children)]
            own = self.calls.sent_by(client)
            said = [own, *(child.recv() for child in forked)]
        lost: dict[str, int] = {}
        for one in said:
            for kind, times in one.lost.items():
                lost[kind] = lost.get(kind, 0) + times
        pipe.send(Said(1 + sum(one.good for one in said), lost))
        for _ in range(self.children):
            os.wait()

    def _fork(self, client: Authing) -> Connection:
        mine, theirs = multiprocessing.Pipe(duplex=False)
        if os.fork() == 0:
            theirs.send(self.calls.sent_by(client))
            os._exit(0)
        theirs.close()
        return mine


def _set_clock(ahead: float) -> None:
    """Let the clock of this process be wrong; what measures intervals stays right."""
    right = time.time
    time.time = lambda: right() + ahead


@dataclass
class Member:
    """A process of a fleet."""

    process: BaseProcess
    pipe: Connection

    def said(self) -> Said:
        """Wait for its end."""
        said: Said = self.pipe.recv()
        self.process.join()
        return said

    def kill(self) -> None:
        """End it as the kernel does that has no memory left: without a last word."""
        self.process.kill()
        self.process.join()


def started(settings: Settings, program: Program) -> Member:
    """Start one process."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe(duplex=False)
    process = context.Process(target=program, args=(settings, theirs))
    process.start()
    theirs.close()
    return Member(process, mine)


@contextmanager
def fleet(settings: Settings, programs: Sequence[Program]) -> Iterator[list[Member]]:
    """Start a process for each program; whatever happens, none is left."""
    members: list[Member] = []
    try:
        for number, program in enumerate(programs):
            names = {"user_agent": f"member/{number}"}
            members.append(started(settings | names, program))
        yield members
    finally:
        for member in members:
            member.kill()


def run(settings: Settings, programs: Sequence[Program]) -> list[Said]:
    """Run a process for each program, and return what they say."""
    with fleet(settings, programs) as members:
        return [member.said() for member in members]
