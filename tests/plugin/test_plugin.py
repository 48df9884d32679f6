"""The fixtures, in projects that are not ours: each runs in a pytest of its own."""

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.heavy

pytest_plugins = ["pytester"]

ALONE = ("-p", "no:asyncio", "-p", "no:cacheprovider")

BEGIN = """
import pytest
from authing_gen import AsyncAuthing, Authing, AuthingAPIError, RegistrationClosedError

EMAIL, PASSWORD = "ada@example.com", "correct horse"
"""


@pytest.fixture(autouse=True)
def _of_its_own(pytester: pytest.Pytester) -> None:
    pytester.makeini(
        "[pytest]\naddopts = --strict-markers --strict-config\nfilterwarnings = error\n"
    )


def run(
    pytester: pytest.Pytester, source: str, *options: str, passed: int, errors: int = 0
) -> str:
    """Run tests of a project; what they print."""
    pytester.makepyfile(test_it=BEGIN + source)
    result = pytester.runpytest_subprocess(*ALONE, *options, timeout=120)
    result.assert_outcomes(passed=passed, errors=errors)
    return result.stdout.str()


def test_every_test_begins_anew(pytester: pytest.Pytester) -> None:
    source = """
    @pytest.mark.parametrize("number", [1, 2])
    def test_once(authing, sandbox, authing_sandbox, number):
        assert sandbox is authing_sandbox
        assert authing.users().total_count == 0
        assert sandbox.blocking.outbox() == []
        authing.register(email=EMAIL, password=PASSWORD)
        authing.sms.send_code("13800138000")
        sandbox.blocking.configure(register_disabled=True)
        sandbox.blocking.advance(seconds=10**8)
    """
    run(pytester, dedented(source), passed=2)


def test_rules_by_markers_of_which_the_nearest_counts(
    pytester: pytest.Pytester,
) -> None:
    source = """
    pytestmark = pytest.mark.authing_rules(register_disabled=True, code_lifetime=9)

    def rules(sandbox):
        import httpx
        return httpx.get(f"{sandbox.url}/sandbox/config").json()

    def test_of_the_module(sandbox, authing):
        assert rules(sandbox)["code_lifetime"] == 9
        with pytest.raises(RegistrationClosedError):
            authing.register(email=EMAIL, password=PASSWORD)

    @pytest.mark.authing_rules(register_disabled=False)
    class TestClass:
        def test_of_the_class(self, sandbox, authing):
            assert rules(sandbox)["code_lifetime"] == 9
            authing.register(email=EMAIL, password=PASSWORD)

        @pytest.mark.authing_rules(code_lifetime=7)
        def test_of_its_own(self, sandbox):
            assert rules(sandbox)["code_lifetime"] == 7
            assert rules(sandbox)["register_disabled"] is False

    @pytest.mark.authing_rules(no_such_rule=1)
    def test_unknown(sandbox): ...

    @pytest.mark.authing_rules({"register_disabled": True})
    def test_without_a_name(sandbox): ...
    """
    said = run(pytester, dedented(source), passed=3, errors=2)
    assert "no_such_rule" in said
    assert "takes rules by their names" in said


def test_environment_of_the_application(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = """
    import os

    def test_set(authing_environment, sandbox):
        assert authing_environment == sandbox.environment
        given = {name for name in os.environ if name.startswith("AUTHING_")}
        assert given == {*sandbox.environment}
        with Authing() as client:
            assert client.users().total_count == 0

    def test_as_it_was(sandbox):
        assert os.environ["AUTHING_TIMEOUT"] == "3"
        assert "AUTHING_USERS_URL" not in os.environ
    """
    monkeypatch.setenv("AUTHING_TIMEOUT", "3")
    run(pytester, dedented(source), passed=2)


ASYNCHRONOUS = """
async def test_{number}(async_authing, sandbox):
    assert isinstance(async_authing, AsyncAuthing)
    await async_authing.register(email=EMAIL, password=PASSWORD)
    assert (await async_authing.users()).total_count == 1
    await async_authing.sms.send_code("13800138000")
    assert await sandbox.wait_for_code("13800138000")
"""


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_with_anyio(pytester: pytest.Pytester, backend: str) -> None:
    pytester.makeconftest(
        f"import pytest\n@pytest.fixture\ndef anyio_backend(): return {backend!r}\n"
    )
    source = "pytestmark = pytest.mark.anyio\n"
    source += "".join(ASYNCHRONOUS.format(number=number) for number in (1, 2))
    run(pytester, source, passed=2)


@pytest.mark.parametrize("scope", ["function", "session"])
@pytest.mark.parametrize("mode", ["strict", "auto"])
def test_with_pytest_asyncio(pytester: pytest.Pytester, mode: str, scope: str) -> None:
    marked = f"pytestmark = pytest.mark.asyncio(loop_scope={scope!r})\n"
    source = marked if mode == "strict" or scope == "session" else ""
    source += "".join(ASYNCHRONOUS.format(number=number) for number in (1, 2))
    pytester.makepyfile(test_it=BEGIN + source)
    result = pytester.runpytest_subprocess(
        *("-o", "asyncio_default_fixture_loop_scope=function"),
        *(f"--asyncio-mode={mode}", "-p", "no:cacheprovider"),
        timeout=120,
    )
    result.assert_outcomes(passed=2)


def test_one_for_each_process_of_xdist(pytester: pytest.Pytester) -> None:
    source = """
    import os, pathlib, time

    @pytest.mark.parametrize("number", range(12))
    def test_alone(authing, sandbox, number):
        assert authing.users().total_count == 0
        authing.register(email=EMAIL, password=PASSWORD)
        time.sleep(0.05)
        assert authing.users().total_count == 1
        pathlib.Path(os.environ["URLS"], str(number)).write_text(sandbox.url)
    """
    urls = pytester.mkdir("urls")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("URLS", str(urls))
        run(pytester, dedented(source), "-n", "2", passed=12)
    assert len({path.read_text() for path in urls.iterdir()}) == 2


def test_seed_of_the_project(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest
        from authing_sandbox import Seed

        @pytest.fixture(scope="session")
        def authing_seed():
            ada = {"email": "ada@example.com", "password": "correct horse"}
            return Seed(users=(ada,))
        """
    )
    source = "def test_there(authing): authing.login(email=EMAIL, password=PASSWORD)"
    run(pytester, source, passed=1)


MOVED = """
from authing_gen import ExpiredError

def test_time_of_the_test_is_the_sandboxs(authing, sandbox):
    authing.register(phone="13800138000", password=PASSWORD)
    with {travel}("2033-01-01T00:00:00Z"):
        authing.sms.send_code("13800138000")
        [message] = sandbox.blocking.outbox()
        assert message["createdAt"].startswith("2033-01-01")
        code = int(message["code"])
        authing.login_by_phone_code(phone="13800138000", phone_code=code)
        authing.sms.send_code("13800138000")
        code = int(sandbox.blocking.last_code("13800138000"))
    with {travel}("2033-01-01T00:11:00Z"), pytest.raises(ExpiredError):
        authing.login_by_phone_code(phone="13800138000", phone_code=code)

def test_in_real_time_again(authing, sandbox):
    import datetime
    authing.sms.send_code("13800138000")
    [message] = sandbox.blocking.outbox()
    sent = datetime.datetime.fromisoformat(message["createdAt"])
    assert abs(sent.timestamp() - __import__("time").time()) < 60
"""


@pytest.mark.parametrize(
    ("library", "travel"), [("time_machine", "travel"), ("freezegun", "freeze_time")]
)
def test_moved_time(pytester: pytest.Pytester, library: str, travel: str) -> None:
    source = f"from {library} import {travel}\n" + MOVED.format(travel=travel)
    run(pytester, source, passed=2)


def test_nothing_is_imported_before_a_fixture_is_used(
    pytester: pytest.Pytester,
) -> None:
    source = """
    import json, sys

    def test_nothing():
        with open("modules.json", "w") as file:
            json.dump(sorted(sys.modules), file)
    """

    def loaded(*options: str) -> set[str]:
        pytester.makepyfile(test_it=dedented(source))
        done = pytester.runpytest_subprocess(*ALONE, *options)
        done.assert_outcomes(passed=1)
        return set(json.loads(Path("modules.json").read_text()))

    more = loaded() - loaded("-p", "no:authing")
    assert more == {"authing_pytest", "authing_pytest.plugin"}


def test_without_the_extra_it_says_what_to_install(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        "import sys\nsys.modules['uvicorn'] = None  # as if it were not there\n"
    )
    pytester.makepyfile("def test_it(sandbox): ...")
    result = pytester.runpytest_subprocess(*ALONE)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*pip install 'authing-gen?sandbox?'*"])


def dedented(source: str) -> str:
    return source.replace("\n    ", "\n")
