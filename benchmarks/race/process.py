"""A process that answers questions, seen from the one that asks."""

import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[2]

PATIENCE = 180.0
"""Seconds to wait for an answer."""


class FailedError(Exception):
    """Something cannot be measured; it says why."""


def environment() -> dict[str, str]:
    """The environment of every process: our sources, and nothing that tunes."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AUTHING_", "PYTHON"))
        and not name.lower().endswith("_proxy")
    }
    return inherited | {"PYTHONPATH": os.pathsep.join((str(ROOT), f"{ROOT}/generated"))}


class Process:
    """A process that reads a question a line, and writes an answer a line."""

    def __init__(self, python: Path, module: str, *arguments: str) -> None:
        if not python.exists():
            raise FailedError(f"there is no {python}; `make bench` makes it")
        command: Sequence[str] = (str(python), "-m", f"{__package__}.{module}")
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (close() closes it)
        self._process = subprocess.Popen(
            [*command, *arguments],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )

    def ask(self, do: str, **question: Any) -> Any:
        """Ask, and wait for the answer.

        Raises:
            FailedError: There is none, or it says that something failed.
        """
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"do": do, **question}) + "\n")
            self._process.stdin.flush()
        except OSError:
            raise FailedError(self._last_words()) from None
        return self.answer()

    def answer(self) -> Any:
        """Wait for an answer."""
        assert self._process.stdout is not None
        impatience = threading.Timer(PATIENCE, self._process.kill)
        impatience.start()
        line = self._process.stdout.readline()
        impatience.cancel()
        if not line:
            raise FailedError(self._last_words())
        answered = json.loads(line)
        if "failed" in answered:
            raise FailedError(answered["failed"])
        return answered["answer"]

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()
        self._errors.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _last_words(self) -> str:
        if self._process.wait() < 0:
            return f"it gave no answer within {PATIENCE:.0f} s"
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it ended without a word"
