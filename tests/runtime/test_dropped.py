"""A client that nobody closes, but lets go."""

import anyio.to_thread
import pytest
import trio

import authing_gen

from .scripted import ScriptedServer, data

pytestmark = pytest.mark.anyio


async def test_it_may_be_let_go_while_trio_ends(server: ScriptedServer) -> None:
    server.answer("userExist", data(userExist=True))

    async def ask() -> bool | None:
        client = authing_gen.AsyncAuthing(
            "the-pool", users_url=f"{server.url}/users/graphql", timeout=60
        )
        return await client.user_exist(email="ada@example.com")

    for _ in range(5):
        assert await anyio.to_thread.run_sync(trio.run, ask)
