"""What cannot be started: one line that says why, and exit code 2."""

import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from authing_sandbox import Seed, running
from authing_sandbox.seeding.seed import SeedError
from authing_sandbox.storage.engines import UnusableDatabaseError

from .test_terminal import serving

pytestmark = pytest.mark.heavy

DEEP = "users: " + "[" * 5_000 + "]" * 5_000
TWICE = "{email: ada@example.com, password: correct horse}"


def run(*options: str, before: str = "") -> str:
    """Start it in vain; what it says."""
    program = f"{before}\nfrom authing_sandbox.cli import main\nmain()"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, "serve", *options],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
    return line


@pytest.fixture
def taken() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield str(listener.getsockname()[1])


@pytest.fixture
def silent() -> Iterator[str]:
    """A port at which nobody speaks PostgreSQL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield str(listener.getsockname()[1])
        listener.close()


@pytest.mark.parametrize("port", ["65536", "-1", "99999999999", "x", "", "1.5", "٣"])
def test_a_port_that_is_none(port: str) -> None:
    assert "from 0 to 65535" in run(f"--port={port}")


def test_a_port_that_is_taken(taken: str) -> None:
    assert "address already in use; --port" in run("--port", taken)


@pytest.mark.parametrize("host", ["nowhere.invalid", "203.0.113.1", "a" * 300, "a..b"])
def test_a_host_that_is_elsewhere(host: str) -> None:
    assert f"{host}:0: " in run("--host", host, "--port", "0")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://user:hidden@localhost/a", "only sqlite and postgresql"),
        ("mongodb://user:hidden@localhost/a", "only sqlite and postgresql"),
        ("sandbox.db", "expected a URL"),
        ("", "expected a URL"),
        ("postgresql://user:hidden@localhost:x/a", "expected a URL"),
        ("sqlite:////nowhere/at/all.db", "unable to open database file"),
        ("sqlite:////tmp", "unable to open database file"),
        ("sqlite:////etc/passwd", "file is not a database"),
        ("postgresql://user:hidden@127.0.0.1:1/a", "onnect"),
        ("postgresql://user:hidden@nowhere.invalid/a", "user:***@nowhere.invalid/a: "),
    ],
)
def test_a_database_that_cannot_be_used(url: str, said: str) -> None:
    line = run("--port", "0", "--database", url)
    assert said in line
    assert "hidden" not in line


def test_a_database_of_another_pool(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'sandbox.db'}"
    with running(database_url=url, seed=Seed(pool_id="6" * 24)):
        pass
    assert "holds other pools" in run("--port", "0", "--database", url)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (DEEP, "nested too deeply"),
        ("users: [{email: notmail}]", "email is no e-mail address"),
        ("users: [{phone: '12'}]", "phone is no phone number"),
        ("users: [{nickname: Ada}]", "email, phone, username or unionid"),
        ("users: [{email: a@example.com, password: abc}]", "at least 6"),
        (f"users: [{TWICE}, {TWICE}]", "contradicts itself"),
        ("whitelist: [nobody]", "phone"),
        ("users: {", "is not YAML"),
        ("\x00", "is not YAML"),
        ("rules: {sms_interval: soon}", "sms_interval"),
        ("rules: {sms_interval: 99999999999999999999}", "sms_interval"),
        ("nonsense: 1", "nonsense"),
    ],
    ids=range(12),
)
def test_a_seed_that_is_none(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "seed.yaml"
    file.write_text(text)
    assert said in run("--port", "0", "--seed", str(file))


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_seed_that_cannot_be_read(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "seed.yaml"
    if content is not None:
        file.write_bytes(content)
    assert "--seed" in run("--port", "0", "--seed", str(file))


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "key.pem"
    assert "key.pem" in run("--port", "0", "--public-key-out", str(file))


@pytest.mark.parametrize("library", ["uvicorn", "sqlalchemy", "yaml", "asyncpg"])
def test_an_extra_that_is_missing(tmp_path: Path, library: str) -> None:
    (tmp_path / "seed.yaml").write_text("{}")
    database = "postgresql://127.0.0.1/a" if library == "asyncpg" else "sqlite://"
    seed = str(tmp_path / "seed.yaml")
    options = ("--port", "0", "--seed", seed, "--database", database)
    line = run(*options, before=f"import sys; sys.modules[{library!r}] = None")
    extra = "postgres" if library == "asyncpg" else "sandbox"
    assert f"authing-gen[{extra}]" in line


def test_a_database_of_another_version(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    with running(database_url=f"sqlite:///{file}"):
        pass
    with sqlite3.connect(file) as old:
        old.execute("ALTER TABLE pool DROP COLUMN verify_old_email")
    line = run("--port", "0", "--database", f"sqlite:///{file}")
    assert "another version has made it: pool lacks verify_old_email" in line


@pytest.mark.parametrize(
    ("option", "value"),
    [("--public-url", "sandbox"), ("--smtp", "a"), ("--sms-webhook", "b")],
)
def test_a_url_that_is_none(option: str, value: str) -> None:
    assert f"{option}: expected a URL like" in run(option, value)


def test_for_python_they_are_typed() -> None:
    seed = Seed(users=({"email": "notmail"},))
    with pytest.raises(SeedError), running(seed=seed):
        pass
    with pytest.raises(UnusableDatabaseError), running(database_url="mysql://a/b"):
        pass
    with pytest.raises(OSError, match="nowhere"), running(host="nowhere.invalid"):
        pass


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "::1", "localhost"])
def test_the_url_that_is_printed_can_be_used(host: str) -> None:
    with running(host=host) as box:
        assert httpx.get(f"{box.url}/sandbox/health").is_success
        assert "0.0.0.0" not in box.url
        assert "[::]" not in box.url


def test_and_is_what_a_script_reads() -> None:
    with serving("--json", "--host", "0.0.0.0") as process:
        assert process.stdout is not None
        assert '"url": "http://127.0.0.1:' in process.stdout.readline()
