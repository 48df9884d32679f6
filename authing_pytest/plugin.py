"""Fixtures for tests against a sandbox, which pytest finds where we are installed.

What a fixture needs is imported when it is used: a test run without one pays for this
module alone.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from authing_gen import AsyncAuthing, Authing
    from authing_sandbox import Sandbox, Seed


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers",
        "authing_rules(**rules): rules of the sandbox's pool, for example "
        "register_disabled=True, for a test, a class or a module",
    )


@pytest.fixture(scope="session")
def authing_seed() -> "Seed | None":
    """What the sandbox starts with; yours, in a `conftest.py`, takes its place."""
    return None


@pytest.fixture(scope="session")
def authing_sandbox(authing_seed: "Seed | None") -> Iterator["Sandbox"]:
    """A running sandbox, shared by the tests of a process: each of xdist has its own.

    `sandbox` is the same one, as it was at first.
    """
    with ExitStack() as until_the_end:
        try:
            from authing_sandbox import running

            sandbox = until_the_end.enter_context(running(seed=authing_seed))
        except ModuleNotFoundError as error:
            pytest.fail(f"{error}: pip install 'authing-gen[sandbox]'", pytrace=False)
        yield sandbox


@pytest.fixture
def sandbox(authing_sandbox: "Sandbox", request: pytest.FixtureRequest) -> "Sandbox":
    """A running sandbox in which nothing has happened yet."""
    authing_sandbox.blocking.reset()
    if rules := _rules(request):
        authing_sandbox.blocking.configure(**rules)
    return authing_sandbox


@pytest.fixture
def authing(sandbox: "Sandbox") -> Iterator["Authing"]:
    """A client of the sandbox."""
    from authing_gen import Authing

    with Authing(**sandbox.settings) as client:
        yield client


@pytest.fixture
def async_authing(sandbox: "Sandbox") -> "AsyncAuthing":
    """A client of the sandbox whose calls are awaited.

    Not asynchronous itself, so that it needs no plugin for that: its connections end
    with the test's event loop, or when nobody has it any more.
    """
    from authing_gen import AsyncAuthing

    return AsyncAuthing(**sandbox.settings)


@pytest.fixture
def authing_environment(
    sandbox: "Sandbox", monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """The variables AUTHING_*, which are set: a client made without settings, of your
    application too, is one of the sandbox."""
    import os

    for name in [name for name in os.environ if name.startswith("AUTHING_")]:
        monkeypatch.delenv(name)
    for name, value in sandbox.environment.items():
        monkeypatch.setenv(name, value)
    return sandbox.environment


def _rules(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What the markers say; the nearest has the last word."""
    rules: dict[str, Any] = {}
    for marker in request.node.iter_markers("authing_rules"):
        if marker.args:
            raise pytest.UsageError("authing_rules takes rules by their names")
        rules = {**marker.kwargs, **rules}
    return rules
