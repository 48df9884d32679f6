"""The Containerfile: its steps, one by one, in an environment with nothing else in it.

There is no engine for containers in CI. What the image brings (packages of Debian, a
user) is left out, and its folders are below a temporary one.
"""

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_OF_THE_IMAGE = ("apt-get", "useradd")
_FOLDERS = re.compile(r"/(src|opt|data)\b")

pytestmark = pytest.mark.heavy


def steps() -> Iterator[tuple[str, str]]:
    """Instructions and what they say, in their order."""
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if line.strip():
            word, _, rest = line.partition(" ")
            yield word, " ".join(rest.split())


def last(word: str) -> str:
    return [rest for found, rest in steps() if found == word][-1]


def test_nobody_is_root_and_the_base_is_slim() -> None:
    assert last("USER").isdecimal()
    assert int(last("USER")) > 0
    bases = [rest.split()[0] for word, rest in steps() if word == "FROM"]
    assert all("-slim-" in base for base in bases)


def test_its_steps_make_a_sandbox_that_answers(tmp_path: Path) -> None:
    environment = {
        "PATH": f"{Path(sys.executable).resolve().parent}:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "AUTHING_SKIP_DEBUGGER": "1",  # `.ci/wheel` builds it.
    }
    build(tmp_path, environment)
    with socket.create_server(("", 0)) as listener:
        port = str(listener.getsockname()[1])
    command = below(tmp_path, json.loads(last("ENTRYPOINT")) + json.loads(last("CMD")))
    with served([*command, "--port", port], tmp_path / "data", environment) as server:
        assert server.stdout is not None
        welcome = iter(server.stdout.readline, "export AUTHING_ALLOW_INSECURE_HTTP=1\n")
        shown = "".join(welcome)
        assert "AUTHING_USERS_URL=http://sandbox:4600/users/graphql\n" in shown
        check = json.loads(last("HEALTHCHECK").partition("CMD ")[2])
        check = [part.replace("4600", port) for part in below(tmp_path, check)]
        subprocess.run(check, check=True, env=environment)
        url = f"http://{own_address()}:{port}/sandbox/health"
        with urllib.request.urlopen(url) as answer:
            assert json.load(answer)["status"] == "ok"
        server.send_signal(signal.SIGTERM)
        assert server.wait(10) == 0


def build(root: Path, environment: dict[str, str]) -> None:
    """Do what the steps say."""
    here = root
    for word, rest in steps():
        if word == "WORKDIR":
            here = root / rest.lstrip("/")
            here.mkdir(parents=True, exist_ok=True)
        elif word == "COPY" and not rest.startswith("--from"):
            *sources, target = rest.split()
            for source in sources:
                copy(ROOT / source, here / target)
        elif word == "RUN" and not rest.startswith(_OF_THE_IMAGE):
            script = _FOLDERS.sub(lambda found: f"{root}{found[0]}", rest)
            done = subprocess.run(
                ["sh", "-ec", script],
                cwd=here,
                env=environment,
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, f"{rest}\n{done.stdout}{done.stderr}"


def copy(source: Path, target: Path) -> None:
    if source.is_dir():
        ignored = shutil.ignore_patterns("node_modules", "__pycache__")
        shutil.copytree(source, target, ignore=ignored)
    else:
        shutil.copy(source, target / source.name)


def below(root: Path, command: list[str]) -> list[str]:
    return [f"{root}{part}" if _FOLDERS.match(part) else part for part in command]


@contextmanager
def served(
    command: list[str], folder: Path, environment: dict[str, str]
) -> Iterator[subprocess.Popen[str]]:
    server = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        with server:
            yield server
            assert server.poll() is not None
    finally:
        if server.poll() is None:
            server.kill()


def own_address() -> str:
    """This machine by an address that others would use, where it has one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # Nothing is sent.
        except OSError:
            return "127.0.0.1"
        address: str = probe.getsockname()[0]
        return address
