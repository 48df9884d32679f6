"""Where the time of a call goes that is not the engine's: one table of microseconds.

    python -m benchmarks.parts

The answers are a sandbox's; the engine of the whole calls has them at once, so that
they are what this package adds to an engine. The best of several rounds counts.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace

from pydantic_core import from_json

import authing_sandbox
from authing_client.operations import LOGIN
from authing_client.results import LoginData, UsersData
from authing_client.wire import request_body
from authing_gen import AsyncAuthing
from authing_gen._async.engines import AsyncEngines
from authing_gen.answers import graphql_data, read, validated
from authing_gen.deadlines import Deadline
from authing_gen.exchange import Answer, Request
from authing_gen.variables import prepare

from .race.setup import EMAIL, PASSWORD
from .race.stage import SEED

ROUNDS, SECONDS = 7, 0.1
GIVEN = {"email": EMAIL, "password": PASSWORD}
Part = tuple[str, float]


@dataclass
class AtOnce:
    """An engine that has the answer already."""

    answer: Answer

    async def exchange(self, request: Request, deadline: Deadline) -> Answer:
        """Return the answer."""
        return self.answer

    async def aclose(self) -> None:
        """Nothing is open."""

    def carry(self, client: AsyncAuthing) -> None:
        """Carry the calls of a client from now on."""
        policy = client._policy
        engines = AsyncEngines(policy.connection.engines.options, self)
        connection = replace(policy.connection, engines=engines)
        client._use(replace(policy, connection=connection))


async def microseconds(call: Callable[[], Awaitable[object]]) -> float:
    """What a call takes at best."""
    found: list[float] = []
    for _ in range(ROUNDS):
        calls, begin = 0, time.process_time()
        while (used := time.process_time() - begin) < SECONDS:
            for _ in range(10):
                await call()
            calls += 10
        found.append(used / calls * 1e6)
    return min(found)


async def plainly(call: Callable[[], object]) -> float:
    """What something takes at best that is not awaited."""

    async def awaited() -> object:
        return call()

    return await microseconds(awaited)


async def of_login(answer: Answer) -> list[Part]:
    """A whole `login`, and its parts."""
    async with AsyncAuthing("5f0e", secret="the pool's") as client:
        AtOnce(answer).carry(client)
        policy = client._policy
        sent = prepare(LOGIN, GIVEN, "5f0e", policy.encrypt)
        whole = await microseconds(lambda: client.login(email=EMAIL, password=PASSWORD))
        encrypting = await plainly(lambda: policy.encrypt(PASSWORD))
        writing = await plainly(
            lambda: request_body(LOGIN, prepare(LOGIN, sent, "5f0e", str))
        )
        reading = await plainly(lambda: read(answer, LoginData, "login", ()))
    return [
        ("login, all but the engine", whole),
        ("… encrypting the password, under the vendor's key", encrypting),
        ("… writing variables and body", writing),
        ("… reading and validating the answer", reading),
        (
            "… the rest: policy, headers, deadline, place",
            whole - encrypting - writing - reading,
        ),
    ]


async def of_users(answer: Answer) -> list[Part]:
    """A page of 200 users."""

    def in_two_steps() -> object:
        return validated(UsersData, graphql_data(answer, "", ()), "", answer)

    return [
        (
            "a page of 200 users, read in one step",
            await plainly(lambda: read(answer, UsersData, "users", ())),
        ),
        ("… read in two: JSON, then models", await plainly(in_two_steps)),
        ("… its JSON alone", await plainly(lambda: from_json(answer.content))),
    ]


async def recorded() -> Iterator[Answer]:
    """What a sandbox answers to `login` and to `users`."""
    async with (
        authing_sandbox.running(seed=SEED) as sandbox,
        AsyncAuthing(**sandbox.settings) as client,
    ):
        raw = client.with_raw_response
        found = (
            (await raw.login(email=EMAIL, password=PASSWORD)).http_response,
            (await raw.users(page=1, count=200)).http_response,
        )
    return (Answer(200, each.headers.raw, each.content) for each in found)


async def main() -> None:
    """Measure, and print."""
    login, users = await recorded()
    for name, part in (*await of_login(login), *await of_users(users)):
        print(f"{name:<52}{part:8.1f} µs")


if __name__ == "__main__":
    asyncio.run(main())
