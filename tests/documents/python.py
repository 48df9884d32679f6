"""Runs the blocks of Python of a page, one after the other, as one program.

They share their names, and have two from the start: `authing`, a client, and `sandbox`,
which are there again after a block that makes its own in a `with`. Blocks may use
`await` as a notebook or `python -m asyncio` lets them. What a line prints stands in a
comment behind it, and must be so.
"""

import ast
import contextlib
import inspect
import io
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import anyio.to_thread

from .pages import Block

_CLOSED = re.compile(r"\bas (authing|sandbox)\b")
_PRINTS = re.compile(r"^\s*print\(.*\)  # (?P<value>.*)$", re.M)


async def run(block: Block, names: dict[str, Any]) -> None:
    """Run a block, and compare what it prints with what it says that it prints."""
    # Line breaks before it, so that a traceback names the line of the page.
    source = "\n" * (block.line - 1) + block.code
    code = compile(source, block.place, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    given = {name: names[name] for name in ("authing", "sandbox")}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        if code.co_flags & inspect.CO_COROUTINE:
            await eval(code, names)
        else:
            # In a thread it may run an event loop of its own.
            await anyio.to_thread.run_sync(exec, code, names)
    # What a `with` has made is closed now.
    names |= {name: given[name] for name in _CLOSED.findall(block.code)}
    if said := [found["value"] for found in _PRINTS.finditer(block.code)]:
        assert printed.getvalue().splitlines() == said, block.place


def run_files(folder: Path, files: list[Block]) -> None:
    """Write the blocks that are files; run the tests among them, or import them all."""
    names = [write(folder, block) for block in files]
    if any(name.startswith("test_") for name in names):
        command = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "."]
    else:
        modules = ", ".join(Path(name).stem for name in names)
        command = ["-c", f"import {modules}"]
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def write(folder: Path, block: Block) -> str:
    """Write a block that is a file, and return its name."""
    assert block.file_name is not None
    (folder / block.file_name).write_text(block.code, encoding="utf-8")
    return block.file_name
