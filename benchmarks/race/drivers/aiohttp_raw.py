"""What somebody writes who has aiohttp and nothing else.

It sends the bytes that our client sent. `login` ends with the JSON; `users` ends with
the models, as ours does.
"""

import json

import aiohttp
from pydantic_core import from_json

from authing_client.results import UsersData

from ..meter import AsyncCall
from ..setup import Setup


async def prepare(setup: Setup) -> AsyncCall:
    """Make the session; the call sends the request again."""
    sent = setup["sent"]
    assert sent is not None
    url = setup["settings"]["users_url"]
    headers, body = sent["headers"], sent["body"].encode()
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar()
    )

    async def send() -> bytes:
        async with session.post(url, data=body, headers=headers) as response:
            return await response.read()

    async def login() -> object:
        return json.loads(await send())

    async def users() -> object:
        return UsersData.model_validate(from_json(await send())["data"])

    works: dict[str, AsyncCall] = {"login": login, "users": users}
    return works[setup["work"]]
