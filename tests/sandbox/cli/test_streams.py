"""What the command writes arrives: in any encoding, in files, and in closed pipes."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from authing_sandbox import Sandbox, running

COMMAND = [sys.executable, "-W", "error", "-m", "authing_sandbox"]
SERVE = ["serve", "--port", "0", "--json"]
ENCODINGS = ["gbk", "gb18030", "latin-1", "ascii", "utf-16-le"]


def environment(encoding: str = "", **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    return kept | ({"PYTHONIOENCODING": encoding} if encoding else {}) | more


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with running() as box:
        yield box


@contextmanager
def closed_pipe() -> Iterator[int]:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        yield writing
    finally:
        os.close(writing)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_any_encoding_in_a_file(tmp_path: Path, encoding: str) -> None:
    missing, said = "阿达 ☃.yaml", tmp_path / "said"
    with said.open("wb") as file:
        done = subprocess.run(
            [*COMMAND, *SERVE, "--seed", missing],
            env=environment(encoding),
            stderr=file,
            timeout=60,
        )
    assert done.returncode == 2
    text = said.read_bytes().decode(encoding)
    assert text.startswith("error: ")
    wide = encoding in ("gb18030", "utf-16-le")
    assert ("☃" if wide else r"\u2603") in text
    assert ("阿达" in text) == (wide or encoding == "gbk")


@pytest.mark.parametrize("encoding", ["gbk", "ascii"])
def test_any_encoding_on_a_terminal(encoding: str) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *SERVE],
        env=environment(encoding, COLUMNS="60"),
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    try:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        httpx.get(f"{url}/users/阿达/☃/{'long' * 40}")
        process.terminate()
        shown = b"".join(iter(lambda: _read(ours), b"")).decode(encoding)
        assert process.wait(20) == 0
        assert '"event": "request"' in shown
    finally:
        process.kill()
        process.communicate()
        os.close(ours)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # Nobody has it open any more.
        return b""


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    ("arguments", "status"),
    [(["--help"], 0), (["serve", "--help"], 0), (["serve", "--port", "x"], 2)],
)
def test_pipes_that_are_closed(
    arguments: list[str], status: int, unbuffered: str
) -> None:
    with closed_pipe() as nobody:
        for stdout, stderr in (
            (nobody, subprocess.PIPE),
            (subprocess.PIPE, nobody),
            (nobody, nobody),
        ):
            done = subprocess.run(
                [*COMMAND, *arguments],
                env=environment(PYTHONUNBUFFERED=unbuffered),
                timeout=60,
                check=False,
                stdout=stdout,
                stderr=stderr,
            )
            assert done.returncode == status
            assert b"Traceback" not in (done.stderr or b"")
            assert b"BrokenPipe" not in (done.stderr or b"")


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_an_export_that_nobody_reads(box: Sandbox, unbuffered: str) -> None:
    with closed_pipe() as nobody:
        done = subprocess.run(
            [*COMMAND, "export", "--url", box.url],
            env=environment(PYTHONUNBUFFERED=unbuffered),
            stdout=nobody,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, b"")


def test_it_serves_on_where_nobody_reads_its_log() -> None:
    with (
        closed_pipe() as nobody,
        subprocess.Popen(
            [*COMMAND, *SERVE], stdout=subprocess.PIPE, stderr=nobody
        ) as process,
    ):
        try:
            assert process.stdout is not None
            url = json.loads(process.stdout.readline())["url"]
            for _ in range(3):
                body = {"query": "{ __typename }"}
                answer = httpx.post(f"{url}/users/graphql", json=body)
                assert answer.json() == {"data": {"__typename": "Query"}}
            process.terminate()
            assert process.wait(20) == 0
        finally:
            process.kill()


UNFINISHED = """
import sys
from authing_sandbox.cli.streams import prepare_streams
prepare_streams()
print("half a line", end="")
print("half an error", end="", file=sys.stderr)
import os
os._exit(0)
"""


def test_what_is_unbuffered_stays_so() -> None:
    done = subprocess.run(
        [sys.executable, "-c", UNFINISHED],
        env=environment(PYTHONUNBUFFERED="1"),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr) == (b"half a line", b"half an error")
