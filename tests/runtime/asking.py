"""Calls whose answers say for whom they are, for programs that tests run."""

import asyncio
from typing import Any

from authing_gen import AsyncAuthing, Authing

CALLS = 20
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
