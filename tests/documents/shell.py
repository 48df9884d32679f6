"""Runs the console blocks of a page in a copy of the project.

A line that begins with `$ ` is a command; it must succeed, or end with the status that
a comment behind it names: `# exit status 1`. Other lines are what it prints, `…` where
anything may stand, and a date for any date. Servers and watchers run until the page
ends; a server listens where there is place, and the URLs of the page follow it.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import tomlkit

from .pages import ROOT, Block

_LASTS = re.compile(r"authing-sandbox serve|--watch")
_STATUS = re.compile(r"# exit status (\d)")
_PORT = re.compile(r"--port \d+")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_HERE = "http://127.0.0.1:4600"
_PROJECT = ("schema", "queries", "generated")


@dataclass(frozen=True)
class Command:
    """A command and the lines that it is shown to print."""

    text: str
    shown: list[str] = field(default_factory=list[str])


def commands(block: Block) -> Iterator[Command]:
    """The commands of a block."""
    found: list[Command] = []
    goes_on = False
    for line in block.code.splitlines():
        if line.startswith("$ "):
            found.append(Command(line[2:]))
        elif goes_on:
            found[-1] = Command(f"{found[-1].text}\n{line}")
        else:
            found[-1].shown.append(line)
            continue
        goes_on = line.endswith("\\")
    yield from found


def run_by_ci(command: str) -> bool:
    """Whether `.ci/run` does the same, so that nobody need do it again here."""
    bare = command.split("#")[0].strip()
    return bare in (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()


def is_installation(command: str) -> bool:
    """Whether a command installs this package with its extras, as `.ci/wheel` does."""
    if not command.startswith("pip install"):
        return False
    name, _, extras = command.split()[-1].strip("'\"").partition("[")
    project = tomlkit.parse((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert name == project["project"]["name"], command
    there = project["project"]["optional-dependencies"]
    assert all(extra in there for extra in extras.strip("]").split(",") if extra)
    return True


def _lend_environment(project: Path) -> None:
    """Give a project ours; `tests/cli/test_init_ci.py` has one make its own."""
    (project / "constraints.txt").touch()
    (project / ".venv").mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (project / ".venv" / name).symlink_to(Path(sys.prefix, name))
    (project / ".venv/.ready").touch()


class Shell:
    """Runs one command after the other; folder and environment last."""

    def __init__(self, folder: Path, url: str, settings: Mapping[str, str]) -> None:
        self.folder = folder / "project"
        self._url = url
        self._state, self._where = folder / "state", folder / "where"
        self._lasting: list[subprocess.Popen[str]] = []
        self._copy_project()
        self._where.write_text(str(self.folder), encoding="utf-8")
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        self._environment = {
            "PATH": path,
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "COLUMNS": "100",
            **settings,
        }

    def _copy_project(self) -> None:
        for name in _PROJECT:
            shutil.copytree(ROOT / name, self.folder / name)
        shutil.copy(ROOT / "codegen.toml", self.folder)

    def run(self, command: Command) -> None:
        """Run a command and compare what it prints with what is shown."""
        folder = Path(self._where.read_text(encoding="utf-8").strip())
        if run_by_ci(command.text) or is_installation(command.text):
            return
        if command.text == "make pins":
            _lend_environment(folder)
            return
        if _LASTS.search(command.text):
            self._start(command)
            return
        status = _STATUS.search(command.text)
        done = subprocess.run(
            ["bash", "-c", self._script(command.text)],
            cwd=folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        output = done.stdout + done.stderr
        assert done.returncode == int(status[1] if status else 0), output
        _assert_shown(command, output)

    def write(self, block: Block) -> None:
        """Write a block that is a file."""
        assert block.file_name is not None
        file = Path(self._where.read_text(encoding="utf-8").strip()) / block.file_name
        file.write_text(block.code, encoding="utf-8")

    def close(self) -> None:
        """Stop what still runs."""
        for process in self._lasting:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=20)

    def _script(self, text: str) -> str:
        return (
            f"[ ! -e {self._state} ] || source {self._state}\n"
            f"set -uo pipefail\n{text.replace(_HERE, self._url)}\nstatus=$?\n"
            f"declare -px >{self._state}; pwd >{self._where}; exit $status\n"
        )

    def _start(self, command: Command) -> None:
        text = _PORT.sub("", command.text.split("  #")[0])
        if "serve" in text:
            text += " --port 0"
        process = subprocess.Popen(
            ["bash", "-c", f"exec {text}"],
            cwd=self._where.read_text(encoding="utf-8").strip(),
            env=self._environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._lasting.append(process)
        assert process.stdout is not None
        assert process.stdout.readline(), command.text


def _assert_shown(command: Command, output: str) -> None:
    # Where a line breaks depends on the width of the terminal.
    plain = " ".join(output.split())
    for line in command.shown:
        texts = [" ".join(text.split()) for text in line.split("…")]
        pattern = ".*".join(
            _DATE.pattern.join(map(re.escape, _DATE.split(text))) for text in texts
        )
        assert re.search(pattern, plain), f"{line!r} is not in {output}"
