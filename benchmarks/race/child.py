"""A contestant's process: it is told what to do, a line of JSON each.

    python -m benchmarks.race.child DRIVER CORE

A driver is a module of `drivers` with a function `prepare`, which takes the setup and
returns the call to measure. Every line is a question: a method of `Contestant`, and its
arguments.
"""

import asyncio
import inspect
import json
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from .meter import AsyncCall, Call, call_times, peak_memory, pin, spend, spend_async
from .setup import Setup


class Contestant:
    """A call, and what can be asked about it."""

    def __init__(self, driver: str) -> None:
        self._prepare = import_module(f"{__package__}.drivers.{driver}").prepare
        self._loop = asyncio.new_event_loop()
        self._call: Any = None

    def prepare(self, setup: Setup) -> None:
        """Get ready."""
        if inspect.iscoroutinefunction(self._prepare):
            self._call = self._loop.run_until_complete(self._prepare(setup))
        else:
            self._call = self._prepare(setup)

    def call(self, times: int, in_flight: int) -> None:
        """Just call."""
        if self._is_async():
            self._loop.run_until_complete(call_times(self._call, in_flight, times))
        else:
            for _ in range(times):
                self._call()

    def measure(self, seconds: float, in_flight: int, warm_up: int) -> Any:
        """Say what a call takes."""
        if self._is_async():
            call: AsyncCall = self._call
            spending = spend_async(call, in_flight, seconds, warm_up)
            return self._loop.run_until_complete(spending)
        blocking: Call = self._call
        return spend(blocking, seconds, warm_up)

    def memory(self) -> int:
        """Say how much memory this process has had, in bytes."""
        return peak_memory()

    def _is_async(self) -> bool:
        return inspect.iscoroutinefunction(self._call)


def answer(question: dict[str, Any], methods: object) -> dict[str, Any]:
    """Answer a question, or say why not."""
    try:
        method: Callable[..., Any] = getattr(methods, question.pop("do"))
        return {"answer": method(**question)}
    except Exception as error:
        return {"failed": f"{type(error).__name__}: {error}"}


def main() -> None:
    """Answer questions until there are no more."""
    driver, core = sys.argv[1:]
    answers, sys.stdout = sys.stdout, sys.stderr  # Nobody else writes between them.
    pin(int(core))
    contestant = Contestant(driver)
    for line in sys.stdin:
        print(
            json.dumps(answer(json.loads(line), contestant)), file=answers, flush=True
        )


if __name__ == "__main__":
    main()
