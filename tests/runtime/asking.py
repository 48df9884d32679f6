"""Calls whose answers say for whom they are, for programs that tests run."""

import asyncio
import gc
import logging
import threading
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

from authing_gen import AsyncAuthing, Authing
from authing_gen._sync.waiting import Places

CALLS = 12
OWN = "its own"


def blocking(url: str, **more: Any) -> Authing:
    return Authing("the-pool", "s3cret", **_settings(url), **more)


def awaiting(url: str, **more: Any) -> AsyncAuthing:
    return AsyncAuthing("the-pool", "s3cret", **_settings(url), **more)


def _settings(url: str) -> dict[str, Any]:
    return {"users_url": f"{url}/users/graphql", "oauth_url": f"{url}/oauth/graphql"}


def ask(client: Authing, who: str, times: int = CALLS) -> str:
    """Call again and again, as owner and as a user."""
    for number in range(times):
        me = f"{who}/{number}"
        token = client.refresh_token(user=me).token
        status = client.as_user(me).check_login_status()
        if (token, status.message) != (f"of {me}", me):
            return f"{me} got {token} and {status.message}"
    return OWN


async def ask_at_once(client: AsyncAuthing, who: str) -> str:
    """Make many calls at once."""
    calls = (ask_in_turn(client, f"{who}/{number}", 1) for number in range(CALLS))
    return " ".join({*await asyncio.gather(*calls)})


async def ask_in_turn(client: AsyncAuthing, who: str, times: int = CALLS) -> str:
    """Call again and again, as owner and as a user."""
    for number in range(times):
        me = f"{who}/{number}"
        token = (await client.refresh_token(user=me)).token
        status = await client.as_user(me).check_login_status()
        if (token, status.message) != (f"of {me}", me):
            return f"{me} got {token} and {status.message}"
    return OWN


def locks_of(client: Authing) -> list[Any]:
    """The locks that can be reached from a client; its connections have some, too."""
    kinds = (type(threading.Lock()), type(threading.RLock()))
    return [found for found in _reachable(client) if isinstance(found, kinds)]


def places_of(client: Authing) -> Places:
    """What bounds how many of its calls are under way."""
    return next(found for found in _reachable(client) if isinstance(found, Places))


def _reachable(start: object) -> Iterator[object]:
    beyond = (type, ModuleType, FunctionType, logging.Logger)
    known, left = {id(start)}, [start]
    while left:
        found = left.pop()
        yield found
        for other in gc.get_referents(found):
            if id(other) not in known and not isinstance(other, beyond):
                known.add(id(other))
                left.append(other)
