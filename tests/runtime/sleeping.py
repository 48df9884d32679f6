"""A program that a test puts to sleep between two calls, or during one.

    python -m tests.runtime.sleeping KIND URL

reads lines such as `mutation parent/1` and prints what each call answers.
"""

import asyncio
import importlib
import sys
from collections.abc import Callable, Iterator

from authing_gen import AsyncAuthing, AuthingError

from .asking import awaiting, blocking

Answer = Callable[[str, str], str]


def calls() -> Iterator[tuple[str, str]]:
    """The kind of operation and the user of each line."""
    for line in iter(sys.stdin.readline, ""):
        kind, _, me = line.strip().partition(" ")
        yield kind, me


def threadless(url: str) -> None:
    with blocking(url) as client:
        for kind, me in calls():
            timeout = 1 if "hasty" in me else 10
            try:
                if kind == "mutation":
                    said = client.refresh_token(user=me, timeout=timeout).token
                else:
                    said = (
                        client.as_user(me).check_login_status(timeout=timeout).message
                    )
            except AuthingError as error:
                said = type(error).__name__
            print(said, flush=True)


def on_a_loop_that_runs(url: str) -> None:
    asyncio.run(_answer_all(url))


def on_a_loop_that_runs_by_turns(url: str) -> None:
    client = awaiting(url)
    with asyncio.Runner() as runner:
        for kind, me in calls():
            print(runner.run(_answer(client, kind, me)), flush=True)


def as_documented(_: str) -> None:
    """The handler of a function, as the documentation has it."""
    handler = importlib.import_module("handler").handler
    for _, me in calls():
        print(handler({"user": me}, None)["token"], flush=True)


async def _answer_all(url: str) -> None:
    async with awaiting(url) as client:
        lines = calls()
        while (call := await asyncio.to_thread(next, lines, None)) is not None:
            print(await _answer(client, *call), flush=True)


async def _answer(client: AsyncAuthing, kind: str, me: str) -> str | None:
    timeout = 1 if "hasty" in me else 10
    try:
        if kind == "mutation":
            return (await client.refresh_token(user=me, timeout=timeout)).token
        ada = client.as_user(me)
        return (await ada.check_login_status(timeout=timeout)).message
    except AuthingError as error:
        return type(error).__name__


KINDS = (threadless, on_a_loop_that_runs, on_a_loop_that_runs_by_turns, as_documented)

if __name__ == "__main__":
    {kind.__name__: kind for kind in KINDS}[sys.argv[1]](sys.argv[2])
