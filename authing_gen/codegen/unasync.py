"""Makes synchronous code of asynchronous code, so that nobody writes the same twice.

What waits in another way in the two worlds (locks, sleeping, doing things at once)
stands in modules of its own, which are written for both; the rest differs in words.

Usage: python -m authing_gen.codegen.unasync SOURCE_FOLDER TARGET_FOLDER
"""

import io
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tokenize import NAME, generate_tokens

_MARK = "# Made from its twin in {} by authing_gen.codegen.unasync; do not edit.\n\n"

MODULES = {"async_ahead": "sync_ahead", "async_paging": "sync_paging"}
"""Modules that generated packages may have, and their twins."""

_NAMES = {
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "aclose": "close",
    "aclosing": "closing",
    "asynccontextmanager": "contextmanager",
    "aiter_raw": "iter_raw",
    "aiter_stream": "iter_stream",
    "handle_async_request": "handle_request",
    "AnyIOBackend": "SyncBackend",
    "_async": "_sync",
    "StopAsyncIteration": "StopIteration",
    "base_client": "sync_base_client",
    **MODULES,
}
_ASYNC_CLASS = re.compile(r"(_*)Async(?=[A-Z])")
_NO_SPACE = re.compile(r"\S|\Z")
_WORD = re.compile(r"\w+")
_PROSE = {
    r"\b([Aa])n asynchronous": r"\1 synchronous",
    r"\basynchronous": "synchronous",
    r"\bAsynchronous": "Synchronous",
    # In prose, what looks like code is turned: "users await approval" stays.
    r"\basync (?=def |for |with )": "",
    r"\bawait (?=[\w.]+\()": "",
}
_AWAITABLE = re.compile(r"\b(?:Awaitable\[|Coroutine\[Any, Any, )")


def to_sync(code: str, names: Mapping[str, str] | None = None) -> str:
    """Turn asynchronous code into what does the same and blocks; not formatted.

    Args:
        code: What to turn.
        names: New names by old ones, where the usual ones (`Client` for `AsyncClient`,
            `close` for `aclose`) do not do.
    """
    return _without_awaitables("".join(_turned(code, {**_NAMES, **(names or {})})))


def _turned(code: str, names: Mapping[str, str]) -> Iterator[str]:
    def name(word: str) -> str:
        return names.get(word) or _ASYNC_CLASS.sub(r"\1", word)

    def prose(text: str) -> str:
        for pattern, replacement in _PROSE.items():
            text = re.sub(pattern, replacement, text)
        return _WORD.sub(lambda match: name(match.group()), text)

    done = 0
    for start, word in _words(code):
        yield prose(code[done:start])
        done = start + len(word)
        if word in ("async", "await"):
            done = _after_space(code, done)
        else:
            yield name(word)
    yield prose(code[done:])


def _after_space(code: str, place: int) -> int:
    return next(_NO_SPACE.finditer(code, place)).start()


def _words(code: str) -> Iterator[tuple[int, str]]:
    """The names and keywords of the code with their places; no strings, no comments."""
    starts = [0]
    for line in io.StringIO(code):
        starts.append(starts[-1] + len(line))
    for token in generate_tokens(io.StringIO(code).readline):
        if token.type == NAME:
            row, column = token.start
            yield starts[row - 1] + column, token.string


def _without_awaitables(code: str) -> str:
    """Replace `Awaitable[X]` and `Coroutine[Any, Any, X]` by `X`."""
    while match := _AWAITABLE.search(code):
        end = _closing(code, match.end())
        code = code[: match.start()] + code[match.end() : end] + code[end + 1 :]
    return code


def _closing(code: str, start: int) -> int:
    """The place of the bracket that closes what is open at `start`."""
    depth = 1
    for place in range(start, len(code)):
        depth += {"[": 1, "]": -1}.get(code[place], 0)
        if depth == 0:
            return place
    raise ValueError("a bracket is never closed")


def main() -> None:
    """Write the twin of a folder; modules without our mark are written by hand."""
    source, target = (Path(argument) for argument in sys.argv[1:])
    mark = _MARK.format(source.name)
    for path in target.glob("*.py"):
        if path.read_text(encoding="utf-8").startswith(mark):
            path.unlink()
    for path in source.glob("*.py"):
        twin = target / path.name
        if not twin.exists():
            code = mark + to_sync(path.read_text(encoding="utf-8"))
            twin.write_text(code, encoding="utf-8")
    # What formatting mends is no reason to stop.
    for command in (["check", "--quiet", "--fix", "--exit-zero"], ["format", "-q"]):
        ruff = [sys.executable, "-m", "ruff", *command, str(target)]
        subprocess.run(ruff, check=True)  # noqa: S603 (nobody else writes the command)


if __name__ == "__main__":
    main()
