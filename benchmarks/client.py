"""What a call costs in the client: httpx alone, plain ariadne-codegen's client, ours.

    python -m benchmarks.client [--seconds 6] [--rounds 5]

All three send the same operation and get the answer that a sandbox gave, at once and
without a network, so that only their own work is measured. They take turns.

- httpx sends the document and parses the JSON of the answer;
- ariadne-codegen's client validates it into its models;
- ours does that too, and obeys the policy: gateway, token, user pool, errors.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx

import authing_sandbox
from authing_client import Operation, operations
from authing_gen import AsyncAuthing
from authing_sandbox import Sandbox, Seed
from benchmarks.plain import generate

Call = Callable[[], Awaitable[object]]

SEED = Seed(users=tuple({"email": f"user{n}@example.com"} for n in range(200)))


@dataclass(frozen=True)
class Case:
    """A call: its method, its operation, its arguments."""

    title: str
    method: str
    operation: Operation
    arguments: dict[str, Any]
    variables: dict[str, Any]

    def bare(self, http: httpx.AsyncClient, url: str) -> Call:
        """As somebody sends it who has httpx and nothing else."""
        body = {"query": self.operation.document, "variables": self.variables}

        async def call() -> object:
            response = await http.post(url, json=body)
            return response.json()["data"]

        return call

    def of(self, client: Any, **options: object) -> Call:
        """As a generated client sends it."""
        method, arguments = getattr(client, self.method), self.arguments | options

        async def call() -> object:
            return await method(**arguments)

        return call


def page(count: int) -> Case:
    """A page of users."""
    arguments = {"page": 1, "count": count}
    title = f"users, {count} a page"
    return Case(title, "users", operations.USERS, arguments, arguments)


EXISTS = Case(
    "user_exist",
    "user_exist",
    operations.USER_EXIST,
    {"email": "user1@example.com", "user_pool_id": SEED.pool_id},
    {"email": "user1@example.com", "userPoolId": SEED.pool_id},
)
CASES = (EXISTS, page(20), page(200))


async def recorded(case: Case, sandbox: Sandbox) -> httpx.AsyncClient:
    """Connections whose every answer is the one that a sandbox gives to the call."""
    async with AsyncAuthing(**sandbox.settings) as authing:
        raw = await getattr(authing.with_raw_response, case.method)(**case.arguments)
    content = raw.http_response.content
    headers = {"content-type": "application/json"}

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=content, headers=headers)

    return httpx.AsyncClient(transport=httpx.MockTransport(answer))


async def measure(call: Call, seconds: float) -> float:
    """Microseconds that a call takes."""
    await call()
    times, begin = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - begin) < seconds:
        await call()
        times += 1
    return elapsed / times * 1e6


async def compare(plain: Any, seconds: float, rounds: int) -> None:
    """Measure all cases, and print the medians."""
    print(f"{'µs a call':20}{'httpx':>10}{'ariadne':>10}{'ours':>10}{'ratio':>10}")
    async with authing_sandbox.running(seed=SEED) as sandbox:
        for case in CASES:
            http = await recorded(case, sandbox)
            url = sandbox.users_url
            theirs = plain.AsyncClient(url=url, http_client=http)
            ours = AsyncAuthing(sandbox.pool_id, users_url=url, http_client=http)
            calls = (
                case.bare(http, url),
                case.of(theirs),
                case.of(ours, token="a.b.c"),
            )
            found: list[list[float]] = [[] for _ in calls]
            for _ in range(rounds):
                for times, call in zip(found, calls, strict=True):
                    times.append(await measure(call, seconds / rounds / len(calls)))
            bare, ariadne, authing = (statistics.median(times) for times in found)
            print(
                f"{case.title:20}{bare:10.0f}{ariadne:10.0f}{authing:10.0f}"
                f"{authing / ariadne:10.2f}"
            )
    print("ratio: ours to that of ariadne-codegen's client")


def main() -> None:
    """Generate the plain client, then compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=6, help="for each operation")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="authing-gen-") as scratch:
        project = Path(scratch, "project")
        generate(project)
        sys.path.insert(0, str(project / "plain"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Its models shadow methods.
            plain = import_module("plain_client")
        asyncio.run(compare(plain, options.seconds, options.rounds))


if __name__ == "__main__":
    main()
