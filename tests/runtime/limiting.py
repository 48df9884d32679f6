"""Programs that fork with limits in use, for `test_retry_budget` and `test_rate`."""

import logging
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

from authing_gen import Authing, AuthingTransportError, RetryState

from .asking import blocking
from .forking import Child
from .programs import Program, main


def budgets(_: str) -> list[str]:
    """A parent uses its budget up; a child has one of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        nowhere = f"http://127.0.0.1:{listener.getsockname()[1]}"
    failed: list[int] = []

    def at_once(state: RetryState) -> float:
        failed.append(state.attempt)
        return 0

    def tries() -> str:
        failed.clear()
        with suppress(AuthingTransportError):
            client.user_exist(email="ada@example.com")
        return str(len(failed))

    with blocking(nowhere, retry=at_once, max_retries=1000) as client:
        said = [tries(), tries(), Child(tries).said()]
        return [*said, tries()]


def rates(url: str) -> list[str]:
    """A parent has had its turn; a child does not wait for the next one."""
    _import_all(url)
    with blocking(url, max_rate=1) as client:
        said = [_turn(client), Child(partial(_two_turns, client)).said()]
        return [*said, _turn(client), _turn(client)]


def waiting_for_a_turn(url: str) -> list[str]:
    """A thread of the parent is at the head of the queue when it forks."""
    _import_all(url)
    with blocking(url, max_rate=1) as client, ThreadPoolExecutor(1) as thread:
        _turn(client)
        turn = thread.submit(_turn, client)
        time.sleep(0.2)
        return [Child(partial(_turn, client)).said(), turn.result()]


def interrupted(url: str) -> list[str]:
    """Ctrl-C comes at any moment of waiting; others get their turns nevertheless."""
    _import_all(url)
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    times = 0
    with blocking(url, max_rate=50) as client, ThreadPoolExecutor(2) as threads:
        others = [threads.submit(_ask_often, client) for _ in range(2)]
        for number in range(20):
            signal.setitimer(signal.ITIMER_REAL, 0.0005 + number * 0.002)
            try:
                _ask_often(client)
            except KeyboardInterrupt:
                times += 1
        for other in others:
            other.result()
        begun = time.monotonic()
        _ask_often(client)
        seconds = time.monotonic() - begun
    return [f"{times} times", "in time" if seconds < 2 else "later"]


def _ask_often(client: Authing) -> None:
    for _ in range(20):
        client.user_exist(email="ada@example.com", timeout=30)


def _import_all(url: str) -> None:
    """The first call of a process takes longer."""
    with blocking(url) as client:
        _turn(client)


def _two_turns(client: Authing) -> str:
    return f"{_turn(client)} and {_turn(client)}"


def _turn(client: Authing) -> str:
    begun = time.monotonic()
    client.user_exist(email="ada@example.com")
    return "at once" if time.monotonic() - begun < 0.6 else "later"


PROGRAMS: tuple[Program, ...] = (budgets, rates, waiting_for_a_turn, interrupted)

if __name__ == "__main__":
    logging.disable(logging.WARNING)  # What is printed besides is a complaint.
    main(PROGRAMS)
