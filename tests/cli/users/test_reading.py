"""`users list` and `users export`."""

import csv
import io
import json
import stat
from pathlib import Path

import pytest
from rich.cells import cell_len

from authing_gen import Authing
from authing_sandbox import Fault, Sandbox

from ..commands import COMMAND, on_terminal, plain, run_command
from .conftest import Users

PASSWORD = "correct horse"
NAMES = ["ada", "grace", "barbara", "ken"]


@pytest.fixture(autouse=True)
def _people(authing: Authing) -> None:
    """Four of them: one is blocked, one verified, one has signed in."""
    ids = {
        name: authing.register(
            email=f"{name}@example.com",
            phone=f"1380013800{place}",
            nickname=f"昵称 {name}",
            password=PASSWORD,
        ).id
        for place, name in enumerate(NAMES)
    }
    authing.update_user(id=ids["ken"], blocked=True, company="北京某某科技有限公司")
    authing.update_user(id=ids["grace"], email_verified=True)
    authing.update_user(id=ids["ada"], signed_up="2020-01-31T12:00:00Z")
    authing.login(email="barbara@example.com", password=PASSWORD)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ([], NAMES),
        (["--email", "Ada@Example.com"], ["ada"]),
        (["--email", "nobody@example.com"], []),
        (["--email", "*A@example.com"], ["ada", "barbara"]),
        (["--phone", "13800138001"], ["grace"]),
        (["--search", "昵称 K"], ["ken"]),
        (["--blocked"], ["ken"]),
        (["--not-blocked", "--email-not-verified"], ["ada", "barbara"]),
        (["--registered-before", "2020-02-01"], ["ada"]),
        (["--registered-after", "2d"], ["grace", "barbara", "ken"]),
        (["--last-login-after", "2026-01-01T00:00:00+08:00"], ["barbara"]),
        (["--never-logged-in", "--limit", "2"], ["ada", "grace"]),
    ],
)
def test_filters(users: Users, filters: list[str], found: list[str]) -> None:
    result = users("list", "--json", *filters)
    assert result.exit_code == 0, result.stderr
    addresses = [json.loads(line)["email"] for line in result.stdout.splitlines()]
    assert addresses == [f"{name}@example.com" for name in found]


@pytest.mark.parametrize(
    ("width", "last"), [(20, "Email"), (60, "Nickname"), (100, "Last login")]
)
def test_one_row_a_user_and_as_many_columns_as_there_is_room_for(
    users: Users, width: int, last: str
) -> None:
    head, *rows = users("list", COLUMNS=str(width)).stdout.splitlines()
    assert head.split("  ")[-1] == last
    assert len(rows) == len(NAMES)
    assert max(map(cell_len, (head, *rows))) <= width
    assert all(name[:3] in row for name, row in zip(NAMES, rows, strict=True))


def test_a_pipe_gets_whole_values_of_everything(box: Sandbox) -> None:
    done = run_command("users", "list", environment=box.environment)
    assert done.returncode == 0, done.stderr
    head, *rows = done.stdout.splitlines()
    assert head.split() == ["Email", "Phone", "Blocked", "Nickname", "Registered",
                            "Last", "login", "Identifier", "Logins", "Verified",
                            "Company", "Last", "IP"]  # fmt: skip
    assert rows[-1].startswith("ken@example.com      13800138003  yes")
    assert rows[-1].endswith("北京某某科技有限公司")


def test_an_export_holds_no_secrets(box: Sandbox, authing: Authing) -> None:
    token = authing.login(email="ada@example.com", password=PASSWORD).token
    assert token is not None
    for options in (["--format", "csv"], ["--format", "jsonl", "--full"]):
        done = run_command("users", "export", *options, environment=box.environment)
        assert done.returncode == 0, done.stderr
        assert "ada@example.com" in done.stdout
        assert token not in done.stdout
        assert "argon2" not in done.stdout
        assert "password" not in done.stdout.lower()


def test_files_for_programs_and_for_spreadsheets(
    users: Users, authing: Authing
) -> None:
    found = authing.find_user(email="ada@example.com")
    assert found is not None
    authing.update_user(id=found.id, nickname="=1+1")
    done = users("export", "all.csv", "--spreadsheet", "--columns", "email,nickname")
    assert done.stdout == "4 users in all.csv\n"
    text = Path("all.csv").read_bytes().decode("utf-8-sig")
    assert next(csv.DictReader(io.StringIO(text)))["nickname"] == "'=1+1"
    assert stat.S_IMODE(Path("all.csv").stat().st_mode) == 0o600
    assert users("export", "all.jsonl", "--blocked").exit_code == 0
    (ken,) = map(json.loads, Path("all.jsonl").read_text("utf-8").splitlines())
    assert (ken["nickname"], ken["blocked"]) == ("昵称 ken", True)


def test_a_file_is_whole_or_what_it_was(box: Sandbox, users: Users) -> None:
    Path("all.csv").write_text("older", encoding="utf-8")
    box.blocking.faults(Fault(operation="users", code=1001))
    failed = users("export", "all.csv")
    assert failed.exit_code == 1
    assert failed.stderr.startswith("error: ")
    assert Path("all.csv").read_text(encoding="utf-8") == "older"
    assert [path.name for path in Path().iterdir()] == ["all.csv"]


def test_a_bar_on_a_terminal_and_nowhere_else(box: Sandbox) -> None:
    command = [str(COMMAND), "users", "export", "all.csv"]
    with on_terminal(command, box.environment) as terminal:
        assert terminal.finish() == 0
        assert "Exporting" in plain(terminal.shown)
    done = run_command("users", "export", "all.csv", environment=box.environment)
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["export", "users.txt"], "say --format"),
        (["export", "--columns", "email,token"], "'token' is none of _id, email"),
        (["list", "--last-login-before", "soon"], "--last-login-before: write"),
        (["import", "-"], "say what it is"),
        (["import", "missing.csv"], "cannot read missing.csv"),
        (["block"], "say whom"),
        (["remove", "--id", "1"], "--yes"),
        (["remove", "--from", "missing.csv", "--yes"], "cannot read missing.csv"),
        (["block", "--id", "1", "--yes", "--concurrency", "0"], "--concurrency"),
    ],
)
def test_wrong_usage(users: Users, arguments: list[str], complaint: str) -> None:
    result = users(*arguments)
    assert result.exit_code == 2, result.output
    assert result.stderr.startswith("error: ")
    assert complaint in result.stderr
