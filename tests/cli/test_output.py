"""What is printed arrives in any encoding, and into pipes that close early."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from authing_sandbox import Sandbox

from .commands import COMMAND, plain_environment, run, run_command


@pytest.mark.parametrize("encoding", ["gbk", "latin-1", "ascii"])
def test_any_encoding(sandbox: Sandbox, email: str, encoding: str) -> None:
    environment = sandbox.environment | {"PYTHONIOENCODING": encoding, "COLUMNS": "60"}
    name = "阿达 ☃ é"
    registered = run_command(
        *("call", "register", "--email", email, "--nickname", name),
        *("--password-stdin", "--json"),
        environment=environment,
        input="correct horse",
    )
    assert registered.returncode == 0, registered.stderr
    assert json.loads(registered.stdout)["nickname"] == name
    command = [str(COMMAND), "users", "list", "--email", email]
    listed = subprocess.run(
        command, env=plain_environment(environment), capture_output=True, timeout=30
    )
    assert listed.returncode == 0, listed.stderr
    text = listed.stdout.decode(encoding)
    assert email in text
    assert ("阿达" in text) == (encoding == "gbk")
    assert r"\u2603" in text


@pytest.mark.parametrize(
    ("arguments", "status"), [(["operations"], 0), (["generate", "--check"], 1)]
)
def test_a_pipe_that_closes(zoo: Path, arguments: list[str], status: int) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [COMMAND, *arguments],
        env=plain_environment({"PYTHONUNBUFFERED": "1"}),
        cwd=zoo if arguments[0] == "generate" else "/",
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=30,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (status, b"")


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["call", "users", "--cuont", "3"],
        ["call", "nothing"],
        ["operations", "show", "nothing"],
        ["generate", "--check", "--watch"],
        ["generate", "--config", "missing.toml"],
        ["diff", "--schema", "missing.graphql"],
        ["init", "/proc/nowhere"],
        ["users", "list"],
    ],
)
def test_one_style_of_error(arguments: list[str], tmp_path: Path) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    first, *more = result.stderr.splitlines()
    assert first.startswith("error: ")
    assert all(line.startswith("hint: ") for line in more)
