"""Type checkers see a mistake before it is made; a correct program passes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

CORRECT = """\
import httpx
import httpx2
from authing_client.models import UserProfile
from authing_gen import AsyncAuthing, Authing, AuthingAPIError, UserNotFoundError


async def main() -> list[str]:
    async with AsyncAuthing("pool", "secret", timeout=httpx.Timeout(5)) as authing:
        try:
            ada: UserProfile = await authing.login(email="a@b.c", password="p")
        except UserNotFoundError as error:
            print(error.code, error.operation)
            raise
        me = authing.as_user(ada).with_options(max_retries=0)
        status = await me.check_login_status(headers={"X-Id": "1"})
        print(status.message)
        page = await authing.users(page=1, count=200, timeout=5, token="t")
        nobody = await authing.user(id="ada")
        if nobody is not None:
            print(nobody.email)
        await authing.update_user(id="ada", nickname=None, idempotent=True)
        await authing.decode_jwt_token(token="t", timeout=None)
        receipt = await authing.sms.send_code("138")
        tokens = await authing.oidc.refresh(
            client_id="i", client_secret="s", refresh_token="r", method="GET"
        )
        print(receipt.code, tokens.expires_in)
        return [user.id for user in page.list_]


def kind(error: AuthingAPIError) -> int | None:
    return error.code


def awaiting() -> list[AsyncAuthing]:
    return [
        AsyncAuthing("pool", http_client=httpx.AsyncClient()),
        AsyncAuthing("pool", http_client=httpx2.AsyncClient()),
    ]


def blocking() -> list[Authing]:
    return [
        Authing("pool", http_client=httpx.Client()),
        Authing("pool", http_client=httpx2.Client()),
    ]
"""

MISTAKES = """\
import httpx
import httpx2
from authing_gen import AsyncAuthing, Authing


async def main(authing: AsyncAuthing) -> None:
    await authing.users(timeot=5)  # a misspelt option
    await authing.users(cuont=5)  # a misspelt argument
    await authing.users(1, 10)  # positional arguments
    await authing.users(page="1")  # a wrong type
    await authing.users(timeout="5")  # an option of the wrong type
    await authing.users(idempotent=1.5)  # an option of the wrong type
    await authing.users(headers={"X-Id": 1})  # a header of the wrong type
    await authing.user()  # an argument is missing
    await authing.user(id=None)  # null where there must be a value
    await authing.user(id="ada", register_in_client=None)  # null for the pool
    print((await authing.user(id="ada")).email)  # there may be no such user
    print((await authing.users()).list_[0].emial)  # a misspelt field
    await authing.update_user(id="ada", token=5)  # an argument, not the option
    authing.as_user(5)  # no user
    authing.as_user(await authing.users())  # no user either
    AsyncAuthing(user_pol_id="pool")  # a misspelt setting
    AsyncAuthing("pool", "secret", True)  # a positional setting
    await authing.oidc.login(client_id="i", client_secret="s")  # no password
    await authing.oidc.refresh(
        client_id="i",
        client_secret="s",
        refresh_token="r",
        method="PUT",  # no such method
    )
    AsyncAuthing("pool", http_client=httpx.Client())  # connections that block
    AsyncAuthing("pool", http_client=httpx2.Client())  # these, too
    Authing("pool", http_client=httpx.AsyncClient())  # connections that do not
    Authing("pool", http_client=httpx2.AsyncClient())  # these, too
    AsyncAuthing("pool", http_client=httpx.AsyncHTTPTransport())  # no client
    authing.users(page=1, count=10)  # not awaited
    await authing.login(email="a@b.c", timeout=5)
"""

WRONG = {
    number
    for number, line in enumerate(MISTAKES.splitlines(), start=1)
    if "  # " in line
}


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    (tmp_path / "correct.py").write_text(CORRECT)
    (tmp_path / "mistakes.py").write_text(MISTAKES)
    return tmp_path


def _mypy(programs: Path, cache: Path) -> list[tuple[str, int]]:
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file="]
    command += ["--output=json", f"--cache-dir={cache}", "correct.py", "mistakes.py"]
    paths = {"MYPYPATH": os.pathsep.join([str(ROOT / "generated"), str(ROOT)])}
    run = subprocess.run(
        command,
        cwd=programs,
        env=os.environ | paths,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr == ""
    problems = [json.loads(line) for line in run.stdout.splitlines()]
    return [
        (Path(problem["file"]).name, problem["line"])
        for problem in problems
        if problem["severity"] == "error"
    ]


def _basedpyright(programs: Path) -> list[tuple[str, int]]:
    settings = {
        "include": ["correct.py", "mistakes.py"],
        "extraPaths": [str(ROOT / "generated"), str(ROOT)],
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
    }
    (programs / "pyrightconfig.json").write_text(json.dumps(settings))
    command = [sys.executable, "-m", "basedpyright", "--outputjson"]
    command += ["--pythonpath", sys.executable]
    run = subprocess.run(
        command, cwd=programs, capture_output=True, text=True, check=False
    )
    problems = json.loads(run.stdout)["generalDiagnostics"]
    return [
        (Path(problem["file"]).name, problem["range"]["start"]["line"] + 1)
        for problem in problems
        if problem["severity"] == "error"
    ]


@pytest.mark.heavy
@pytest.mark.parametrize("checker", ["mypy", "basedpyright"])
def test_mistakes_are_found_and_nothing_else_is(
    programs: Path, pytestconfig: pytest.Config, checker: str
) -> None:
    if checker == "mypy":
        cache = pytestconfig.rootpath / ".pytest_cache" / "mypy"
        problems = _mypy(programs, cache)
    else:
        problems = _basedpyright(programs)
    assert {line for name, line in problems if name == "mistakes.py"} == WRONG
    assert [place for place in problems if place[0] != "mistakes.py"] == []
