"""The command as its user sees it."""

import contextlib
import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import httpx
import pytest

from authing_gen import AsyncAuthing

ROOT = Path(__file__).parents[3]
COMMAND = [sys.executable, "-W", "error", "-m", "authing_sandbox", "serve"]
SECRET = "the-secret-of-the-pool"
PASSWORD = "a-password-in-the-clear"
GET_TOKEN = (
    "query t($secret: String, $clientId: String) {"
    " getAccessTokenByAppSecret(secret: $secret, clientId: $clientId) }"
)


@contextlib.contextmanager
def serving(*options: str, **streams: Any) -> Iterator[subprocess.Popen[str]]:
    command = [*COMMAND, "--port", "0", "--secret", SECRET, *options]
    environment = {
        k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR")
    }
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    process = subprocess.Popen(command, cwd=ROOT, text=True, env=environment, **streams)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def end(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Stop the command as Ctrl-C does; what it has written since."""
    process.send_signal(signal.SIGINT)
    written = process.communicate(timeout=20)
    assert process.returncode == 0
    return written


def use(url: str, pool: str) -> str:
    """Make a few calls; answers the OwnerToken, which no log may show."""
    with httpx.Client(base_url=url, timeout=30) as http:

        def call(query: str, token: str = "", **variables: str) -> Any:
            body = {"query": query, "variables": variables}
            headers = {"authorization": token} if token else {}
            return http.post("/users/graphql", json=body, headers=headers).json()

        token: str = call(GET_TOKEN, secret=SECRET, clientId=pool)["data"][
            "getAccessTokenByAppSecret"
        ]
        users = "query u($p: String!) { users(registerInClient: $p) { totalCount } }"
        assert "errors" not in call(users, token, p=pool)
        login = (
            "mutation l($p: String!, $password: String) { login(registerInClient: $p,"
            ' email: "nobody@example.com", password: $password) { _id } }'
        )
        assert "errors" in call(login, p=pool, password=PASSWORD)
        http.get(f"/users/send_smscode/13800138000/{pool}?password={PASSWORD}")
        http.post("/users/oauth/oidc/token", data={"client_id": "nobody"})
        http.get("/%1b[31mred")
    return token


def read_until(stream: IO[str], start: str) -> str:
    lines: list[str] = []
    for line in stream:
        lines.append(line)
        if line.startswith(start):
            return "".join(lines)
    raise AssertionError("".join(lines))


def settings(text: str) -> dict[str, str]:
    return dict(re.findall(r"export (\w+)=(\S+)", text))


def test_one_line_a_request_and_nothing_secret() -> None:
    with serving() as process:
        assert process.stdout is not None
        welcome = read_until(process.stdout, "export AUTHING_PUBLIC_KEY")
        pool = settings(welcome)["AUTHING_USER_POOL_ID"]
        url = settings(welcome)["AUTHING_USERS_URL"].removesuffix("/users/graphql")
        for path in re.findall(rf"{url}(/\S+?)[\s)\"]", welcome):
            if path not in ("/users/graphql", "/oauth/graphql", "/sandbox/reset"):
                # 503: the debugger has not been built here.
                assert httpx.get(url + path).status_code in (200, 404, 503), path
        token = use(url, pool)
        _, log = end(process)
    requests = [" ".join(line.split()) for line in log.splitlines()][-6:]
    patterns = [
        r"/users getAccessTokenByAppSecret - \d+ ms ok",
        r"/users users owner \d+ ms ok",
        r"/users login - \d+ ms 20\d\d",
        r"/users/send_smscode/\{phone\}/\S+ - \d+ ms ok",
        r"/users/oauth/oidc/token - \d+ ms invalid_client",
        r"/.\[31mred - \d+ ms 404",
    ]
    for request, pattern in zip(requests, patterns, strict=True):
        assert re.fullmatch(rf"\d\d:\d\d:\d\d {pattern}", request), request
    assert "\x1b" not in log
    for secret in (SECRET, PASSWORD, token, "13800138000"):
        assert secret not in log


def test_json_for_scripts() -> None:
    with serving("--json") as process:
        assert process.stdout is not None
        facts = json.loads(process.stdout.readline())
        assert facts["event"] == "started"
        for name in ("control_url", "users_url", "oauth_url", "outbox_url", "url"):
            assert facts[name].startswith(facts["url"])
        environment = facts["environment"]
        assert environment["AUTHING_SECRET"] == SECRET
        key = httpx.get(f"{facts['control_url']}/public-key").text
        assert environment["AUTHING_PUBLIC_KEY"] == key
        token = use(facts["url"], environment["AUTHING_USER_POOL_ID"])
        rest, log = end(process)
    assert rest == ""
    entries = [json.loads(line) for line in log.splitlines()]
    assert {entry["event"] for entry in entries} == {"request"}
    by_path = {entry["operation"] or entry["path"]: entry for entry in entries}
    assert by_path["users"]["token"] == "owner"
    assert by_path["users"]["error"] is None
    assert by_path["users"]["milliseconds"] > 0
    assert by_path["login"]["error"] in range(2000, 2100)
    for secret in (SECRET, PASSWORD, token, "13800138000"):
        assert secret not in log


def test_quiet(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    with serving("--quiet", "--host", "localhost", "--public-key-out", str(key)) as one:
        for _ in range(600):
            if key.exists():
                break
            time.sleep(0.1)
        assert end(one) == ("", "")


def test_a_warning_beyond_loopback() -> None:
    with serving("--json", "--host", "0.0.0.0") as process:
        assert process.stdout is not None
        environment = json.loads(process.stdout.readline())["environment"]
        assert environment["AUTHING_ALLOW_INSECURE_HTTP"] == "1"
        _, log = end(process)
    (warning,) = map(json.loads, log.splitlines())
    assert warning["level"] == "warning"
    assert "0.0.0.0" in warning["message"]
    assert SECRET not in log


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_a_client_may_use_what_is_exported(host: str) -> None:
    with serving("--host", host) as process:
        assert process.stdout is not None
        exported = settings(read_until(process.stdout, "export AUTHING_PUBLIC_KEY"))
    assert ("AUTHING_ALLOW_INSECURE_HTTP" in exported) == (host == "0.0.0.0")
    del exported["AUTHING_PUBLIC_KEY"]  # What the shell makes of it.
    with pytest.MonkeyPatch.context() as patch:
        for name, value in exported.items():
            patch.setenv(name, value)
        AsyncAuthing()


def test_a_seed(tmp_path: Path) -> None:
    seed = tmp_path / "seed.yaml"
    seed.write_text("pool: {id: 5f0e1d2c3b4a5968778695ff}")
    with serving("--json", "--seed", str(seed)) as process:
        assert process.stdout is not None
        environment = json.loads(process.stdout.readline())["environment"]
        assert environment["AUTHING_USER_POOL_ID"] == "5f0e1d2c3b4a5968778695ff"
        assert environment["AUTHING_SECRET"] == SECRET
    seed.write_text("users: [{email: ada@example.com, password: short}]")
    with serving("--seed", str(seed)) as process:
        _, complaint = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "users.0.password" in complaint
    assert "Traceback" not in complaint


@pytest.mark.parametrize("width", [80, 120])
def test_colours_within_the_width_of_a_terminal(width: int) -> None:
    mine, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    with serving(stdin=its, stdout=its, stderr=its) as process:
        os.close(its)
        shown = ""
        while "AUTHING_PUBLIC_KEY" not in shown:
            shown += os.read(mine, 4096).decode()
        found = settings(shown)
        url = found["AUTHING_USERS_URL"].removesuffix("/users/graphql")
        use(url, found["AUTHING_USER_POOL_ID"])
        httpx.get(f"{url}/{'a' * 300}")
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(OSError):  # how a terminal ends
            while piece := os.read(mine, 4096):
                shown += piece.decode(errors="replace")
        os.close(mine)
        assert process.wait(20) == 0
    lines = [line for line in shown.splitlines() if " ms" in line]
    assert len(lines) == 7
    plain = [re.sub(r"\x1b\[\d+m", "", line) for line in lines]
    assert all("\x1b" not in line for line in plain)
    assert max(map(len, plain)) <= width
    assert len({line.index(" ms") for line in plain}) == 1
    colours = [set(re.findall(r"\x1b\[(\d+)m", line)) for line in lines]
    assert {"33", "32"} < colours[1]  # an OwnerToken, and all is well
    assert "31" in colours[2]
    assert "…" in plain[6]


def test_it_serves_on_where_nobody_reads_on(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    key = tmp_path / "key.pem"
    with serving("--public-key-out", str(key), stdout=writing) as process:
        os.close(writing)
        while not key.exists():  # Written right before the welcome.
            assert process.poll() is None
            time.sleep(0.01)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=1)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
