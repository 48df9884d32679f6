"""Our client as it comes, with `await`."""

from authing_gen import AsyncAuthing

from ..meter import AsyncCall
from ..setup import EMAIL, PASSWORD, Setup


async def prepare(setup: Setup) -> AsyncCall:
    """Make the client; the call is the work."""
    authing = AsyncAuthing(**setup["settings"])

    async def login() -> object:
        return await authing.login(email=EMAIL, password=PASSWORD)

    async def users() -> object:
        return await authing.users(page=1, count=200)

    async def iterate() -> object:
        async for user in authing.iter_users():
            last = user
        return last

    works: dict[str, AsyncCall] = {"login": login, "users": users, "iterate": iterate}
    return works[setup["work"]]
