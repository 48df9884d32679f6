"""A pool without users, and the command line that manages it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import Result

import authing_sandbox
from authing_gen import Authing
from authing_sandbox import Sandbox

from ..commands import run

Users = Callable[..., Result]


@pytest.fixture(scope="package")
def _running() -> Iterator[Sandbox]:
    with authing_sandbox.running() as sandbox:
        yield sandbox


@pytest.fixture
def box(_running: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """A sandbox in which nobody is yet; the current folder is empty, too."""
    monkeypatch.chdir(tmp_path)
    _running.blocking.reset()
    return _running


@pytest.fixture
def authing(box: Sandbox) -> Iterator[Authing]:
    """A client that sees what the commands have done."""
    with Authing(**box.settings) as authing:
        yield authing


@pytest.fixture
def users(box: Sandbox) -> Users:
    """Runs `authing-gen users`."""

    def users(*arguments: str, input: str = "", **environment: str) -> Result:
        return run(
            "users", *arguments, input=input, environment=box.environment | environment
        )

    return users
