"""A program that is interrupted, as by Ctrl-C, again and again while it calls.

It prints how often each call was, and fails when the client is no longer whole.
"""

import json
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from time import sleep

from authing_gen import Authing

from .bytewise import ByteServer
from .slow_service import Service

PLACES = 2
TIMES = 6


def status(client: Authing, token: str) -> None:
    assert client.as_user(token).check_login_status().message == token


def refresh(client: Authing, user: str) -> None:
    assert client.refresh_token(user=user).token == f"of {user}"


def check_health(client: Authing, service: Service) -> None:
    """All places are free, and every answer is its own."""
    patient = client.with_options(timeout=20)
    with ThreadPoolExecutor(service.together) as threads:
        tokens = [f"health-{number}" for number in range(service.together)]
        list(threads.map(partial(status, patient), tokens))
    for number in range(2 * service.together):
        status(patient, f"one-after-another-{number}")


@contextmanager
def others(calls: list[Callable[[], object]]) -> Iterator[None]:
    """Other threads make calls meanwhile, which succeed."""
    with ThreadPoolExecutor(len(calls)) as threads:
        begun = [threads.submit(call) for call in calls]
        yield
    for call in begun:
        call.result()


class Scenes:
    """What may be interrupted."""

    def __init__(self, client: Authing, service: Service, seconds: float) -> None:
        self.client = client
        self.service = service
        self._seconds = seconds

    def call(self) -> None:
        self._interrupted(status)

    def pause(self) -> None:
        self.service.busy.add("own")
        self._interrupted(status)

    def place(self) -> None:
        calls = [partial(status, self.client, f"other-{n}") for n in range(2 * PLACES)]
        with others([*calls]):
            self._interrupted(status)

    def token(self) -> None:
        self._interrupted(refresh)

    def token_that_others_wait_for(self) -> None:
        calls = [partial(self._later, f"other-{n}") for n in range(PLACES)]
        with others([*calls]):
            self._interrupted(refresh)

    def token_that_others_fetch(self) -> None:
        calls = [partial(refresh, self.client, f"other-{n}") for n in range(PLACES)]
        with others([*calls]):
            self._interrupted(refresh)

    def _later(self, user: str) -> None:
        sleep(0.002)
        refresh(self.client, user)

    def _interrupted(self, call: Callable[[Authing, str], None]) -> None:
        signal.setitimer(signal.ITIMER_REAL, self._seconds)
        call(self.client, "own")
        signal.setitimer(signal.ITIMER_REAL, 0)


def main() -> None:
    import_module("authing_client.results")  # Python's own imports mind interrupts.
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    counts: dict[str, int] = {}
    for name in [name for name in vars(Scenes) if not name.startswith("_")]:
        counts[name] = 0
        for number in range(TIMES):
            service = Service(PLACES)
            with ByteServer(service) as server:
                settings = server.settings(max_connections=PLACES, timeout=30)
                with Authing(**settings) as client:
                    scenes = Scenes(client, service, 0.0003 + number * 0.0008)
                    try:
                        getattr(scenes, name)()
                    except KeyboardInterrupt:
                        counts[name] += 1
                    check_health(client, service)
                    refresh(client, "after")
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
