"""`authing-sandbox export` and `import`."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from authing_gen import Authing, UserLockedError
from authing_sandbox import Sandbox
from authing_sandbox.cli import main
from authing_sandbox.identity.passwords import hashed

PASSWORD = "correct horse"


@pytest.fixture
def authing(box: Sandbox) -> Iterator[Authing]:
    with Authing(**box.settings) as authing:
        yield authing


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(
    box: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUTHING_SANDBOX_URL", box.url)


def fail(*arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert isinstance(ended.value.code, str)
    assert "\n" not in ended.value.code
    return ended.value.code


def test_a_pool_there_and_back(
    authing: Authing, box: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    authing.register(email="ada@example.com", password=PASSWORD)
    main(["export", "pool.json"])
    file = Path("pool.json")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    box.blocking.reset()
    main(["import", "pool.json"])
    assert capsys.readouterr().out == f"pool {box.pool_id}\n"
    authing.login(email="ada@example.com", password=PASSWORD)


def test_export_to_stdout(
    box: Sandbox, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    main(["export", "--pool", box.pool_id])
    document = json.loads(capfdbinary.readouterr().out)
    assert document["tables"]["pool"][0]["id"] == box.pool_id


CSV = """\
email,phone,nickname,password,password_hash,blocked,logins_count,signed_up
ada@example.com,,"Ada, Countess",correct horse,,,,2020-01-02T03:04:05Z
,+86 138-0013-8000,,,"HASH",TRUE,3,
"""
LINES = """\
{"email": "ada@example.com", "nickname": "Ada, Countess", "password": "correct horse"}

{"phone": "13800138000", "password_hash": "HASH", "blocked": true, "logins_count": 3}
"""


@pytest.mark.parametrize(
    ("name", "text", "options"),
    [
        ("users.csv", CSV, ()),
        ("users.csv", "\ufeff" + CSV.replace("\n", "\r\n"), ()),  # as Excel writes it
        ("users.jsonl", LINES, ()),
        ("users.txt", LINES, ("--form", "jsonl")),
    ],
)
def test_users_with_passwords_or_hashes(
    authing: Authing,
    capsys: pytest.CaptureFixture[str],
    name: str,
    text: str,
    options: tuple[str, ...],
) -> None:
    Path(name).write_bytes(text.replace("HASH", hashed(PASSWORD)).encode())
    main(["import", name, *options])
    assert capsys.readouterr().out == "2 users\n"
    ada = authing.login(email="ada@example.com", password=PASSWORD)
    assert ada.nickname == "Ada, Countess"
    with pytest.raises(UserLockedError):  # The password was right.
        authing.login(phone="13800138000", password=PASSWORD)


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("a.csv", "email,password\na@b.co,short\n", "line 2: password"),
        ("a.csv", "email,colour\na@b.co,red\n", "line 2: colour"),
        ("a.csv", "email,nickname\na@b.co\n", "line 2: not as long"),
        ("a.csv", "email,nickname\na@b.co,A,B\n", "line 2: not as long"),
        ("a.csv", 'email\n"a@b.co\n', "unexpected end"),
        ("a.csv", "email,blocked\na@b.co,maybe\n", "line 2: blocked"),
        ("a.csv", "email,password_hash\na@b.co,$2b$10$abcdef\n", "Argon2"),
        ("a.jsonl", '{"email": "a@b.co"}\n{"nickname": "Ada"}\n', "line 2"),
        ("a.jsonl", '{"email": "a@b.co"}\n{"email": "a@b.co"}\n', "lines 1 to 2"),
        ("a.jsonl", '{"email": "a@b.co"}\n[', "line 2 is not JSON"),
        ("a.jsonl", "\udcff", "UTF-8"),
        ("a.json", "{}", "format or tables are missing"),
        ("a.txt", "", "--form"),
    ],
)
def test_what_cannot_be_imported_changes_nothing(
    authing: Authing, name: str, text: str, complaint: str
) -> None:
    Path(name).write_bytes(text.encode(errors="surrogateescape"))
    assert complaint in fail("import", name)
    assert authing.users().total_count == 0


def test_failures_in_one_line(box: Sandbox) -> None:
    assert "no such pool" in fail("export", "--pool", "none")
    assert "missing.csv" in fail("import", "missing.csv")
    assert "Connection refused" in fail("export", "--url", "http://127.0.0.1:1")
    assert "no URL" in fail("export", "--url", "sandbox:4600")
    assert "404" in fail("export", "--url", f"{box.url}/elsewhere")
    assert not Path("pool.json").exists()
