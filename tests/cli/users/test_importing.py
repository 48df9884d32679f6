"""`users import`: what is created, what fails, and how it goes on."""

import csv
import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from authing_gen import Authing
from authing_sandbox import Fault, Sandbox

from ..commands import COMMAND, plain_environment
from .conftest import Users

PASSWORD = "correct horse"
FILE = f"""\
email,phone,username,password,nickname,emailVerified,blocked,givenName
ada@example.com,13800138000,,{PASSWORD},阿达,true,,Ada
,,grace,{PASSWORD},"Grace
Hopper",,yes,
"""


def write(text: str, name: str = "users.csv") -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def failures() -> list[dict[str, str]]:
    with open("users.csv.failed.csv", encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


def number_of_users(authing: Authing) -> int:
    return authing.users(page=1, count=1).total_count


def test_what_a_file_may_carry(users: Users, authing: Authing) -> None:
    result = users("import", write(FILE), "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["added"] == 2
    ada = authing.find_user(email="ada@example.com")
    assert ada is not None
    assert (ada.phone, ada.nickname, ada.given_name) == ("13800138000", "阿达", "Ada")
    assert ada.email_verified
    assert authing.login(email="ada@example.com", password=PASSWORD).id == ada.id
    grace = authing.find_user(username="grace")
    assert grace is not None
    assert grace.blocked
    assert not Path("users.csv.failed.csv").exists()


def test_an_export_can_be_imported(users: Users, authing: Authing) -> None:
    assert users("import", write(FILE)).exit_code == 0
    assert users("export", "old.jsonl", "--full").exit_code == 0
    authing.remove_users(ids=[user.id for user in authing.iter_users()])
    result = users("import", "old.jsonl", "--random-passwords")
    assert result.stdout == "2 added\n", result.stderr
    assert users("export", "new.jsonl", "--full").exit_code == 0
    old, new = (
        [json.loads(line) for line in Path(name).read_text("utf-8").splitlines()]
        for name in ("old.jsonl", "new.jsonl")
    )
    for before, after in zip(old, new, strict=True):
        theirs = {"_id", "updatedAt"}
        assert before.keys() == after.keys()
        assert {key for key in before if before[key] != after[key]} <= theirs


def test_failures_are_listed_and_tried_again(users: Users, authing: Authing) -> None:
    text = f"email,password\nada@example.com,{PASSWORD}\nGrace@example.com,123\n"
    result = users("import", write(f"{text}nowhere@,{PASSWORD}\n"))
    assert result.exit_code == 1
    assert "1 added, 2 failed" in result.stdout
    assert "line 3: Grace@example.com: a password of fewer" in result.stderr
    assert {(row["line"], row["identity"], row["code"]) for row in failures()} == {
        ("3", "Grace@example.com", ""),
        ("4", "nowhere@", "2003"),
    }
    for name in ("users.csv.failed.csv", "users.csv.journal"):
        written = Path(name).read_text(encoding="utf-8")
        assert PASSWORD not in written
        assert "ada@example.com" not in written
        assert Path(name).stat().st_mode & 0o077 == 0
    # Rows may be mended, added and moved: who is done is known by name.
    write(
        text.replace("123", PASSWORD).replace("\nada", "\nken@example.com,1234567\nada")
    )
    again = users("import", "users.csv")
    assert again.stdout == "2 added, 1 done by an earlier run\n", again.stderr
    assert number_of_users(authing) == 3
    assert not Path("users.csv.failed.csv").exists()


def test_who_is_there_already(users: Users, authing: Authing) -> None:
    ada = authing.register(email="ada@example.com", password="another horse")
    file = write(FILE)
    result = users("import", file)
    assert result.exit_code == 1
    assert [(row["code"], row["error"]) for row in failures()] == [
        ("2026", "ConflictError")
    ]
    skipped = users("import", file, "--skip-existing")
    assert skipped.exit_code == 0
    assert skipped.stdout == "0 added, 1 there already, 1 done by an earlier run\n"
    untouched = authing.find_user(email="ada@example.com")
    assert untouched is not None
    assert untouched.id == ada.id
    assert untouched.nickname is None
    assert not untouched.email_verified


def test_a_rehearsal_changes_nothing(users: Users, authing: Authing) -> None:
    authing.register(email="ada@example.com", password=PASSWORD)
    file = write(f"{FILE},,grace,{PASSWORD},,,,\n")
    result = users("import", file, "--dry-run", "--failures", "failed.csv")
    assert result.exit_code == 1
    assert "1 would be added, 2 would fail" in result.stdout
    assert "ada@example.com: there is such a user already" in result.stderr
    assert "grace: the file has this user before" in result.stderr
    assert number_of_users(authing) == 1
    assert not Path("users.csv.journal").exists()
    skipping = users("import", file, "--dry-run", "--skip-existing")
    assert "1 there already" in skipping.stdout


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_it_goes_on_after_it_was_ended(
    box: Sandbox, users: Users, authing: Authing, number: int, status: int
) -> None:
    count = 150
    lines = "".join(f"user{n}@example.com,{PASSWORD},Co\n" for n in range(count))
    file = write(f"email,password,company\n{lines}")
    box.blocking.faults(Fault(operation="register", delay=0.05))
    command = [str(COMMAND), "users", "import", file]
    environment = plain_environment(box.environment)
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as process:
        _wait_for_lines(Path("users.csv.journal"), 60)
        process.send_signal(number)
        _, said = process.communicate(timeout=20)
    assert process.returncode == status
    assert (b"goes on from here" in said) == (number == signal.SIGINT)
    assert 0 < number_of_users(authing) < count
    box.blocking.faults()
    again = users("import", file, "--json")
    counts = json.loads(again.stdout)
    assert (counts["failed"], counts["existing"]) == (0, 0), again.stderr
    assert 0 < counts["before"] < count
    assert counts["added"] + counts["before"] == count
    companies = [user.company for user in authing.iter_users()]
    assert companies == ["Co"] * count


def _wait_for_lines(file: Path, count: int) -> None:
    end = time.monotonic() + 20
    while not file.exists() or file.read_bytes().count(b"\n") < count:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_an_answer_that_is_lost(box: Sandbox, users: Users, authing: Authing) -> None:
    file = write(FILE)
    box.blocking.faults(Fault(operation="register", cut="answer", times=1))
    lost = users("import", file, "--concurrency", "1")
    assert lost.exit_code == 1
    assert number_of_users(authing) == 2
    assert failures()[0]["error"] == "AuthingTransportError"
    # She is there, and was not before: so it was this import.
    again = users("import", file)
    assert again.stdout == "1 added, 1 done by an earlier run\n", again.stderr
    ada = authing.find_user(email="ada@example.com")
    assert ada is not None
    assert ada.given_name == "Ada"
    assert ada.email_verified


def test_nobody_else_is_taken_for_one_whose_answer_was_lost(
    box: Sandbox, users: Users, authing: Authing
) -> None:
    grace = authing.register(username="grace", password="another horse")
    authing.update_user(id=grace.id, signed_up="2020-01-01T00:00:00Z")
    file = write(FILE)
    box.blocking.faults(Fault(operation="register", cut="request"))
    assert users("import", file, "--concurrency", "1").exit_code == 1
    box.blocking.faults()
    again = users("import", file)
    assert "1 added, 1 failed" in again.stdout
    unharmed = authing.find_user(username="grace")
    assert unharmed is not None
    assert not unharmed.blocked


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(operation="register", code=2031), "RegistrationClosedError"),
        (Fault(operation="register", cut="request"), "AuthingTransportError"),
    ],
)
def test_it_ends_where_nobody_would_be_created(
    box: Sandbox, users: Users, authing: Authing, fault: Fault, kind: str
) -> None:
    lines = "".join(f"user{n}@example.com,{PASSWORD}\n" for n in range(100))
    box.blocking.faults(fault)
    result = users(
        *("import", write(f"email,password\n{lines}"), "--max-retries", "0"),
        *("--concurrency", "2"),
    )
    assert result.exit_code == 1
    assert f"({kind})" in result.stderr.splitlines()[-2]
    assert "the same command goes on from here" in result.stderr
    assert len(failures()) <= 6


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("email,colour\na@example.com,red\n", "cannot carry 'colour'"),
        ("email,metadata\na@example.com,{}\n", "--ignore metadata"),
        ("email,email\na@example.com,b@example.com\n", "twice"),
        ("\n", "no heading"),
    ],
)
def test_files_that_are_refused(users: Users, text: str, complaint: str) -> None:
    result = users("import", write(text))
    assert result.exit_code == 2, result.output
    assert complaint in result.stderr
    assert result.stderr.count("\n") == 1


def test_rows_that_are_refused(users: Users, authing: Authing) -> None:
    rows = [
        *('{"email": "a@example.com", "password": ', "[]", '{"phone": 13800138000}'),
        '{"nickname": "A"}',
        f'{{"email": "a@example.com", "password": "{PASSWORD}", "blocked": "perhaps"}}',
        f'{{"email": "b@example.com", "password": "{PASSWORD}", "token": "x"}}',
        f'{{"email": "ada@example.com", "password": "{PASSWORD}"}}',
    ]
    result = users("import", "-", "--format", "jsonl", input="\n".join(reversed(rows)))
    assert "1 added, 6 failed" in result.stdout
    assert PASSWORD not in result.output
    assert number_of_users(authing) == 1


def test_a_journal_belongs_to_a_pool(users: Users) -> None:
    assert users("import", write(FILE)).exit_code == 0
    journal = Path("users.csv.journal")
    text = journal.read_text(encoding="ascii")
    head = json.loads(text.splitlines()[0])
    journal.write_text(text.replace(head["user_pool"], "another"), encoding="ascii")
    result = users("import", "users.csv")
    assert result.exit_code == 2
    assert "another user pool (another)" in result.stderr
