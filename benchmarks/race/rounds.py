"""Contestants that take turns: what else the machine does slows all of them."""

import statistics
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from .process import FailedError, Process
from .setup import Setup
from .stage import Stage
from .table import Figure


@dataclass(frozen=True)
class Contestant:
    """Who takes part, and how."""

    driver: str
    setup: Callable[[], Setup]
    in_flight: int = 1


@dataclass(frozen=True)
class Turns:
    """How often, and for how long, each contestant calls."""

    rounds: int
    seconds: float
    warm_up: bool = True


class Lane:
    """A contestant on the way; it stops at its first failure."""

    def __init__(self, contestant: Contestant) -> None:
        self._contestant = contestant
        self._process: Process | None = None
        self._times: list[float] = []
        self._failure: FailedError | None = None

    def start(self, stage: Stage, stack: ExitStack) -> None:
        """Start its process."""
        try:
            setup = self._contestant.setup()
            process = stack.enter_context(stage.contestant(self._contestant.driver))
            process.ask("prepare", setup=setup)
            self._process = process
        except FailedError as error:
            self._failure = error

    def turn(self, seconds: float, warm_up: bool) -> None:
        """Let it call; its connections are warm again before the clock starts."""
        if self._process is None or self._failure is not None:
            return
        in_flight = self._contestant.in_flight
        try:
            spent = self._process.ask(
                "measure",
                seconds=seconds,
                in_flight=in_flight,
                warm_up=2 * in_flight if warm_up else 0,
            )
        except FailedError as error:
            self._failure = error
        else:
            self._times.append(spent["ms"])

    @property
    def figure(self) -> Figure:
        """The median of its rounds, the first one, in which it warms up, aside."""
        return self._failure or statistics.median(self._times[1:])


def race(
    stage: Stage, contestants: Mapping[str, Contestant], turns: Turns
) -> dict[str, Figure]:
    """Milliseconds of CPU time that a call takes, by contestant."""
    lanes = {name: Lane(contestant) for name, contestant in contestants.items()}
    with ExitStack() as stack:
        for lane in lanes.values():
            lane.start(stage, stack)
        for _ in range(turns.rounds + 1):
            for lane in lanes.values():
                lane.turn(turns.seconds, turns.warm_up)
    return {name: lane.figure for name, lane in lanes.items()}
