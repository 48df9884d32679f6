"""Every row of the table: who races against whom, and how far behind ours may be."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from . import imports
from .process import FailedError
from .rounds import Contestant, Turns, race
from .setup import Setup, Work
from .stage import Stage
from .table import Figure, Row

IN_FLIGHT, CROWD = 50, 1000
CALLS = 1500
"""Calls for which connections are counted."""

Rows = Callable[[Stage, "Effort"], Iterator[Row]]


@dataclass(frozen=True)
class Effort:
    """How much is measured."""

    turns: Turns
    iterations: int
    users: int
    """Users to iterate over."""
    starts: int


FULL = Effort(Turns(rounds=21, seconds=0.25), iterations=9, users=100_000, starts=15)
QUICK = Effort(Turns(rounds=5, seconds=0.15), iterations=5, users=20_000, starts=5)


def crowded(stage: Stage, effort: Effort) -> Iterator[Row]:
    """`login` by many at a time."""
    ours = _ours(stage, "login")
    repeat = partial(stage.repeating, "login")
    found = race(
        stage,
        {
            "ours": Contestant("authing_async", ours, IN_FLIGHT),
            "crowd": Contestant("authing_async", ours, CROWD),
            "aiohttp": Contestant("aiohttp_raw", repeat, IN_FLIGHT),
            "aiohttp crowd": Contestant("aiohttp_raw", repeat, CROWD),
            "gql": Contestant("gql_aiohttp", repeat, IN_FLIGHT),
            "plain": Contestant(
                "plain_httpx", partial(_plain, stage, repeat), IN_FLIGHT
            ),
        },
        effort.turns,
    )
    at_50 = f"login, {IN_FLIGHT} in flight"
    yield Row(at_50, "raw aiohttp", found["ours"], found["aiohttp"], 1.5)
    crowd, theirs = found["crowd"], found["aiohttp crowd"]
    at_1000 = f"login, {CROWD:,} in flight"
    yield Row(at_1000, f"ours, {IN_FLIGHT} in flight", crowd, found["ours"], 1.3)
    yield Row(at_1000, f"raw aiohttp, {CROWD:,} in flight", crowd, theirs, 1.6)
    yield Row(at_50, "gql on aiohttp", found["ours"], found["gql"], 0.45)
    plain = "plain ariadne-codegen on httpx"
    yield Row(at_50, plain, found["ours"], found["plain"], 0.12)


def alone(stage: Stage, effort: Effort) -> Iterator[Row]:
    """`login`, one call after the other."""
    found = _two(stage, "login", effort.turns)
    yield Row("login, 1 in flight", "raw aiohttp", *found, 1.6)


def users(stage: Stage, effort: Effort) -> Iterator[Row]:
    """A page of users."""
    found = _two(stage, "users", effort.turns)
    yield Row("users, 200 a page", "raw aiohttp and the models", *found, 1.1)


def blocking(stage: Stage, effort: Effort) -> Iterator[Row]:
    """`login` without `await`."""
    repeat = partial(stage.repeating, "login")
    ours = _ours(stage, "login")
    found = race(
        stage,
        {
            "ours": Contestant("authing_sync", ours),
            "requests": Contestant("requests_raw", repeat),
            "vendor": Contestant("vendor_sdk", ours),
        },
        effort.turns,
    )
    vendor = "the vendor's authing 1.1.0"
    yield Row("login, sync", "requests.Session", found["ours"], found["requests"], 0.5)
    yield Row("login, sync", vendor, found["ours"], found["vendor"], 0.1)


def iterating(stage: Stage, effort: Effort) -> Iterator[Row]:
    """All users of a pool, beside the parsing of the same pages, and its memory."""
    count = effort.users
    ours = _ours(stage, "iterate", count)
    found = race(
        stage,
        {
            "ours": Contestant("authing_async", ours),
            "parsing": Contestant("parsing", partial(_pages, stage, count)),
        },
        Turns(effort.iterations, seconds=0, warm_up=False),
    )
    work = f"iterate {count:,} users"
    yield Row(work, "parsing alone", found["ours"], found["parsing"], 1.25)
    yield Row(
        f"{work}: peak memory",
        f"{count // 10:,} users",
        _peak(stage, count),
        _peak(stage, count // 10),
        1.2,
        "MB",
    )


def importing(stage: Stage, effort: Effort) -> Iterator[Row]:
    """From nothing to a client."""
    found = imports.race(stage.environments.peers, stage.core, effort.starts)
    yield Row("import and construct", "import httpx, pydantic; a model", *found, 1.3)


def connecting(stage: Stage, effort: Effort) -> Iterator[Row]:
    """The connections that our client opens."""
    work = f"connections of {CALLS:,} calls"
    yield Row(work, "calls in flight", _connections(stage), IN_FLIGHT, 1.1, "")


PLAN: dict[str, Rows] = {
    "login, many at a time": crowded,
    "login, one by one": alone,
    "users": users,
    "login, sync": blocking,
    "iterate": iterating,
    "import": importing,
    "connections": connecting,
}


def _ours(stage: Stage, work: Work, users: int = 200) -> Callable[[], Setup]:
    return partial(stage.setup, work, users)


def _plain(stage: Stage, setup: Callable[[], Setup]) -> Setup:
    return {**setup(), "plain": stage.plain}


def _two(stage: Stage, work: Work, turns: Turns) -> tuple[Figure, Figure]:
    """Ours and raw aiohttp, one call in flight."""
    found = race(
        stage,
        {
            "ours": Contestant("authing_async", _ours(stage, work)),
            "aiohttp": Contestant("aiohttp_raw", partial(stage.repeating, work)),
        },
        turns,
    )
    return found["ours"], found["aiohttp"]


def _pages(stage: Stage, users: int) -> Setup:
    """The pages that our client asks for when it goes through so many users."""
    setup = stage.setup("iterate", users)
    stage.server.ask("windows")
    _once(stage, setup)
    return {**setup, "windows": stage.server.ask("windows")}


def _once(stage: Stage, setup: Setup, calls: int = 1, in_flight: int = 1) -> int:
    """Let our client call in a new process; the memory that it took, in bytes."""
    with stage.contestant("authing_async") as ours:
        ours.ask("prepare", setup=setup)
        ours.ask("call", times=calls, in_flight=in_flight)
        peak: int = ours.ask("memory")
        return peak


def _peak(stage: Stage, users: int) -> Figure:
    try:
        return _once(stage, stage.setup("iterate", users)) / 1e6
    except FailedError as error:
        return error


def _connections(stage: Stage) -> Figure:
    try:
        before: int = stage.server.ask("connections")
        _once(stage, stage.setup("login"), CALLS, IN_FLIGHT)
        after: int = stage.server.ask("connections")
        return float(after - before)
    except FailedError as error:
        return error
