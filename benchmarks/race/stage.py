"""Where the race takes place: the server, and the environments of the contestants."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from subprocess import CalledProcessError
from urllib.parse import urlsplit

import authing_sandbox
from authing_sandbox import Sandbox, Seed
from benchmarks.plain import generate

from .environments import Environments
from .meter import pin
from .process import FailedError, Process
from .setup import EMAIL, PASSWORD, Sent, Setup, Work

USERS = 200
"""Users of the pool, where nothing else is said."""


def _user(number: int) -> dict[str, object]:
    return {
        "email": f"user{number}@example.com",
        "username": f"user{number}",
        "nickname": f"用户 {number}",
        "company": "Analytical Engines",
        "photo": f"https://example.com/photos/{number}.png",
        "last_ip": "203.0.113.7",
    }


SEED = Seed(
    users=(
        {"email": EMAIL, "password": PASSWORD},
        *(_user(number) for number in range(1, USERS)),
    )
)


def cores() -> tuple[int, int]:
    """The server's core, and that of the contestants; the same one if there is one."""
    if not hasattr(os, "sched_getaffinity"):
        return 0, 0
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[-1]


@dataclass
class Stage:
    """A server that runs, and what there is to know about it."""

    environments: Environments
    server: Process
    port: int
    core: int
    """The contestants' core."""
    scratch: Path
    sandbox: Sandbox
    _sent: dict[Work, Sent] = field(default_factory=dict)

    def contestant(self, driver: str) -> Process:
        """Start a contestant."""
        vendor = driver == "vendor_sdk"
        python = self.environments.vendor if vendor else self.environments.peers
        return Process(python, "child", driver, str(self.core))

    def setup(self, work: Work, users: int = USERS, sent: Sent | None = None) -> Setup:
        """What to tell a contestant; `plain` and `windows` are still missing."""
        settings = self.sandbox.settings
        url = f"http://127.0.0.1:{self.port}/{users}"
        settings["users_url"] = url + urlsplit(settings["users_url"]).path
        settings["oauth_url"] = url + urlsplit(settings["oauth_url"]).path
        return {
            "work": work,
            "settings": settings,
            "sent": sent,
            "windows": [],
            "plain": "",
        }

    def repeating(self, work: Work) -> Setup:
        """What to tell a contestant that repeats the request of our client."""
        if work not in self._sent:
            with self.contestant("authing_async") as ours:
                ours.ask("prepare", setup=self.setup(work))
                ours.ask("call", times=1, in_flight=1)
                self._sent[work] = self.server.ask("sent")
        return self.setup(work, sent=self._sent[work])

    @cached_property
    def plain(self) -> str:
        """The folder of the client that plain ariadne-codegen makes."""
        project = self.scratch / "project"
        try:
            generate(project)
        except (OSError, CalledProcessError) as error:
            raise FailedError(f"ariadne-codegen made no client: {error}") from error
        return str(project / "plain")


@contextmanager
def stage(environments: Environments) -> Iterator[Stage]:
    """Start a sandbox, and the server that repeats what the sandbox answers."""
    server_core, core = cores()
    pin(server_core)
    with (
        tempfile.TemporaryDirectory(prefix="authing-gen-") as scratch,
        authing_sandbox.running(seed=SEED) as sandbox,
        Process(environments.peers, "server", str(server_core), sandbox.url) as server,
    ):
        port: int = server.answer()
        yield Stage(environments, server, port, core, Path(scratch), sandbox)
