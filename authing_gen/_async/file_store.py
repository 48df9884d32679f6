"""A token store in a file, for the processes of one machine."""

import json
import os
import time
from base64 import b64decode, b64encode
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from pydantic import TypeAdapter

from ..errors import AuthingConfigurationError

Kept = dict[str, tuple[str, float, float]]
"""Values, in base64, since when and until when they are kept, by name."""

_KEPT = TypeAdapter(Kept)
_NOBODY = "", 0.0, 0.0
_SLACK = 5.0
"""Seconds by which clocks are set back without notice."""


class AsyncFileStore:
    """Keeps values in a file that only its owner can read.

    Each step locks the file for a moment, reads it whole and replaces it whole; there
    are few, and what it holds is small.

    Args:
        path: Path of the file; its folder has to be there.

    Raises:
        AuthingConfigurationError: The path cannot be used.
    """

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        if find_spec("fcntl") is None:
            raise AuthingConfigurationError("token_store: file:… needs POSIX's locks")
        if not path or self._path.is_dir() or not self._path.parent.is_dir():
            raise AuthingConfigurationError(
                "token_store (AUTHING_TOKEN_STORE): file:… is the path of a file in a"
                " folder that there is"
            )
        self._lock = self._path.with_name(f"{self._path.name}.lock")

    async def get(self, name: str) -> tuple[bytes, float] | None:
        """Return a value and the seconds for which it is still kept."""
        with self._locked() as kept:
            value, _, until = kept.get(name, _NOBODY)
            left = until - time.time()
        return (b64decode(value), left) if left > 0 else None

    async def set(self, name: str, value: bytes, seconds: float) -> None:
        """Keep a value for so many seconds."""
        with self._locked() as kept:
            kept[name] = _entry(value, seconds)
            self._replace(kept)

    async def add(self, name: str, value: bytes, seconds: float) -> bool:
        """Keep a value if there is none; say whether it is this one."""
        with self._locked() as kept:
            if name in kept:
                return False
            kept[name] = _entry(value, seconds)
            self._replace(kept)
        return True

    async def remove(self, name: str, value: bytes) -> None:
        """Forget a value, unless it is another one by now."""
        with self._locked() as kept:
            if kept.get(name, _NOBODY)[0] == b64encode(value).decode():
                del kept[name]
                self._replace(kept)

    @contextmanager
    def _locked(self) -> Generator[Kept]:
        lock = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _hold(lock)
            yield self._read()
        finally:
            _let_go(lock)
            os.close(lock)

    def _read(self) -> Kept:
        try:
            found = _KEPT.validate_json(self._path.read_bytes())
        except (FileNotFoundError, ValueError):
            return {}  # What is broken is written anew.
        now = time.time()
        # What is of the future is of a clock that was wrong, and might stay for years.
        return {
            name: (value, since, until)
            for name, (value, since, until) in found.items()
            if since - _SLACK <= now < until
        }

    def _replace(self, kept: Kept) -> None:
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        file = os.open(
            fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600
        )
        with open(file, "wb") as stream:
            stream.write(json.dumps(kept).encode())
        fresh.replace(self._path)


def _entry(value: bytes, seconds: float) -> tuple[str, float, float]:
    now = time.time()
    return b64encode(value).decode(), now, now + seconds


def _hold(lock: int) -> None:
    """Lock an open file; that ends with its holder at the latest."""
    import fcntl

    fcntl.flock(lock, fcntl.LOCK_EX)


def _let_go(lock: int) -> None:
    """Unlock an open file: a child forked meanwhile has it open, too, for ever."""
    import fcntl

    fcntl.flock(lock, fcntl.LOCK_UN)
