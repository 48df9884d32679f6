"""Programs that fork with limits in use, for `test_retry_budget` and `test_rate`."""

import logging
import socket
from contextlib import suppress

from authing_gen import AuthingTransportError, RetryState

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


PROGRAMS: tuple[Program, ...] = (budgets,)

if __name__ == "__main__":
    logging.disable(logging.WARNING)  # What is printed besides is a complaint.
    main(PROGRAMS)
