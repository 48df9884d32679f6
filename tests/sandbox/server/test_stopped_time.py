"""A sandbox in tests that stop the time of their process, or travel in it."""

import subprocess
import sys
from pathlib import Path

import pytest

SUITE = """
import asyncio, datetime, threading, time
from concurrent.futures import ThreadPoolExecutor
import freezegun, pytest, time_machine
import authing_sandbox
from authing_gen import AsyncAuthing, Authing
from freezegun import freeze_time

@pytest.fixture(scope="session")
def sandbox():
    with authing_sandbox.running() as running:
        yield running

@pytest.fixture
def email(request):
    return f"{request.node.name}@example.com".replace("[", "-").replace("]", "")

@pytest.fixture
def frozen():
    with freeze_time("2031-01-01"):
        yield

def use(sandbox, email):
    with Authing(**sandbox.settings) as authing:
        authing.register(email=email, password="correct horse")
        assert authing.login(email=email, password="correct horse").token
        assert authing.users().total_count >= 1

def test_plain(sandbox, email):
    use(sandbox, email)

@pytest.mark.parametrize("how", [{}, {"tick": True}, {"auto_tick_seconds": 0.01}])
@freeze_time("2030-01-01")
def test_decorated(sandbox, email, how):
    with freeze_time("2030-01-01", **how):
        use(sandbox, email)

def test_in_a_fixture(frozen, sandbox, email):
    use(sandbox, email)

@pytest.mark.parametrize("when", ["1971-01-01", "1969-12-31", "2090-01-01"])
def test_long_ago_and_far_away(sandbox, email, when):
    with freeze_time(when):
        sandbox.blocking.outbox()
        assert datetime.datetime.now().year == int(when[:4])

def test_the_sandbox_lives_in_that_time(sandbox, email):
    with freeze_time("2030-06-01"), Authing(**sandbox.settings) as authing:
        authing.register(email=email, password="correct horse")
        found = {user.signed_up for user in authing.users(count=200).list_}
        assert any("Jun 01 2030" in instant for instant in found)

def test_time_machine(sandbox, email):
    with time_machine.travel("2032-01-01", tick=False):
        use(sandbox, email)
    with time_machine.travel("2032-01-01", tick=True):
        use(sandbox, "tick" + email)

@freeze_time("2030-01-01")
def test_waiting_in_vain(sandbox):
    with pytest.raises(TimeoutError):
        sandbox.blocking.wait_for_code("13900000000", timeout=0.2)

def test_started_and_ended_in_it(email):
    with freeze_time("2030-01-01"), authing_sandbox.running() as own:
        use(own, email)

def test_started_in_it(email):
    with freeze_time("2030-01-01"):
        own = authing_sandbox.running()
        box = own.__enter__()
        use(box, email)
    use(box, "later" + email)
    own.__exit__(None, None, None)

def test_ended_in_it(email):
    own = authing_sandbox.running()
    box = own.__enter__()
    use(box, email)
    with freeze_time("2030-01-01"):
        use(box, "later" + email)
        own.__exit__(None, None, None)

@pytest.mark.parametrize("real_asyncio", [True, False])
def test_asyncio(email, real_asyncio):
    async def run():
        async with authing_sandbox.running() as own:
            async with AsyncAuthing(**own.settings) as authing:
                with freeze_time("2030-01-01", real_asyncio=real_asyncio):
                    await authing.register(email=email, password="correct horse")
                    assert (await authing.users()).total_count == 1
    asyncio.run(run())

def test_threads(sandbox, email):
    def call(number):
        with freeze_time(f"203{number}-01-01"):
            use(sandbox, f"{number}{email}")
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(call, range(1)))
    with freeze_time("2030-01-01"), ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: use(sandbox, f"all{n}{email}"), range(4)))
"""
BEFORE_THE_IMPORT = """
from freezegun import freeze_time
with freeze_time("2030-01-01"):
    import authing_sandbox
    from authing_gen import Authing
    with authing_sandbox.running() as box, Authing(**box.settings) as authing:
        authing.register(email="ada@example.com", password="correct horse")
with authing_sandbox.running() as box, Authing(**box.settings) as authing:
    authing.register(email="ada@example.com", password="correct horse")
    box.blocking.advance(seconds=1)
    assert authing.users().total_count == 1
"""


def run(folder: Path, *arguments: str) -> None:
    """Run Python, which comes to an end."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        timeout=180,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.heavy
@pytest.mark.parametrize("more", [[], ["-n", "2"]], ids=["alone", "xdist"])
def test_a_suite_ends(tmp_path: Path, more: list[str]) -> None:
    (tmp_path / "test_frozen.py").write_text(SUITE)
    run(tmp_path, "-m", "pytest", "-q", "-p", "no:cacheprovider", *more, ".")


@pytest.mark.heavy
def test_time_may_have_stopped_before_anything_is_imported(tmp_path: Path) -> None:
    run(tmp_path, "-c", BEFORE_THE_IMPORT)
