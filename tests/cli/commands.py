"""Ways to run `authing-gen`: in this process, as a command, on a terminal."""

import os
import pty
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from select import select

from typer.testing import CliRunner, Result

from authing_gen.cli.app import app

COMMAND = Path(sys.executable).with_name("authing-gen")

_ESCAPE = re.compile(
    r"\x1b(\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[=>()].?)"
)


def run(
    *arguments: str,
    input: str = "",
    environment: Mapping[str, str] | None = None,
) -> Result:
    """Run the command line in this process, 80 columns wide."""
    unset: dict[str, str | None] = {"AUTHING_USER_TOKEN": None, "AUTHING_SIGNED": None}
    runner = CliRunner(env={"COLUMNS": "80", "TERMINAL_WIDTH": "80", **unset})
    return runner.invoke(
        app, arguments, input=input, env=environment, prog_name="authing-gen"
    )


def run_command(
    *arguments: str,
    environment: Mapping[str, str],
    input: str = "",
) -> subprocess.CompletedProcess[str]:
    """Run the installed command."""
    return subprocess.run(
        [COMMAND, *arguments],
        env=plain_environment(environment),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        input=input,
    )


def plain_environment(more: Mapping[str, str]) -> dict[str, str]:
    """The environment of a command: nothing of the caller's own."""
    path = f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "LANG": "C.UTF-8", "TERM": "xterm", **more}


class Terminal:
    """What runs on a terminal of its own."""

    def __init__(self, pid: int, file: int) -> None:
        self.pid = pid
        self._file = file
        self.shown = ""

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self._file, text.encode())

    def wait_for(self, text: str, seconds: float = 15) -> str:
        """Wait until a text is shown; return all that is shown by then."""
        end = time.monotonic() + seconds
        while text not in plain(self.shown):
            assert time.monotonic() < end, f"no {text!r} in {plain(self.shown)!r}"
            self._read(0.2)
        return plain(self.shown)

    def finish(self) -> int:
        """Wait for the end; return the exit status."""
        while self._read(15):
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def forget(self) -> None:
        """Look away from what has been shown so far."""
        self.shown = ""

    def _read(self, seconds: float) -> bool:
        if not select([self._file], [], [], seconds)[0]:
            return False
        try:
            read = os.read(self._file, 65536)
        except OSError:  # Linux says so where nobody has the terminal open any more.
            return False
        self.shown += read.decode(errors="replace")
        return bool(read)


def plain(text: str) -> str:
    """Drop colours and the like."""
    return _ESCAPE.sub("", text).replace("\r", "")


@contextmanager
def on_terminal(
    arguments: Sequence[str | Path], environment: Mapping[str, str]
) -> Iterator[Terminal]:
    """Run a program on a pseudo terminal, and end it at the end."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        arguments,
        env=plain_environment(environment),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        # Without a controlling terminal nobody could be asked without echo.
        preexec_fn=_take_terminal,
    )
    os.close(theirs)
    try:
        yield Terminal(process.pid, ours)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _take_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
