"""What an import has done so far, beside its file: the next run goes on from there."""

import json
import os
import secrets
import time
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TextIO

from ..failures import WrongUsage

_BEGUN, _CREATED, _DONE, _REFUSED = "begun", "created", "done", "refused"


class Begun(NamedTuple):
    """A user that was sent, and of whom no more is known."""

    at: float
    """When, in seconds since 1970."""
    user_id: str = ""
    """The identifier, where the service has said it: only the update is missing."""


class Journal:
    """Remembers users by digests: which are done, and which were under way.

    Eight bytes a user that is done, however many there are. A line is written before a
    user is sent and another one afterwards, so that a crash leaves no doubt but for
    those who were under way; they are known by having begun only.

    Args:
        path: Its file, made where there is none.
        pool: Which users it is about: another pool's are others.

    Raises:
        WrongUsage: It cannot be written, is none, is about another pool, or another
            import writes it now.
    """

    def __init__(self, path: Path, pool: str) -> None:
        self.path = path
        try:
            handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        except OSError as error:
            raise WrongUsage(f"cannot write {path}: {error.strerror}") from None
        self._file = os.fdopen(handle, "a+", encoding="ascii")
        try:
            self._lock()
            self.key = self._begin(pool)
            self._done, self.unfinished = self._read()
        except BaseException:
            self._file.close()
            raise

    def __len__(self) -> int:
        return len(self._done)

    def is_done(self, digest: bytes) -> bool:
        """Whether an earlier run has created a user."""
        number = int.from_bytes(digest)
        place = bisect_left(self._done, number)
        return place < len(self._done) and self._done[place] == number

    def begin(self, digest: bytes) -> None:
        """Note that a user is sent now."""
        self._write(_BEGUN, digest, str(int(time.time())))

    def created(self, digest: bytes, user_id: str) -> None:
        """Note that a user is there, and not as it shall be yet."""
        self._write(_CREATED, digest, user_id)

    def done(self, digest: bytes, user_id: str = "") -> None:
        """Note that a user is done."""
        self._write(_DONE, digest, user_id)

    def refused(self, digest: bytes) -> None:
        """Note that the service has not created a user."""
        self._write(_REFUSED, digest)

    def close(self) -> None:
        """Have everything on the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def _write(self, what: str, digest: bytes, more: str = "") -> None:
        self._file.write(f"{what} {digest.hex()} {more}".rstrip() + "\n")
        self._file.flush()  # To the system, which outlives this process.

    def _lock(self) -> None:
        try:
            import fcntl
        except ImportError:  # Windows
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise WrongUsage(f"another import is writing {self.path}") from None

    def _begin(self, pool: str) -> bytes:
        self._file.seek(0)
        line = self._file.readline()
        if not line:
            key = secrets.token_bytes(16)
            head = {"journal": 1, "user_pool": pool, "key": key.hex()}
            self._file.write(json.dumps(head) + "\n")
            return key
        try:
            head = json.loads(line)
            key, owner = bytes.fromhex(head["key"]), head["user_pool"]
        except (ValueError, TypeError, KeyError):
            raise WrongUsage(f"{self.path} is no journal of an import") from None
        if owner != pool:
            raise WrongUsage(
                f"{self.path} is of an import into another user pool ({owner}): move it"
                " away, or give another --journal"
            )
        return key

    def _read(self) -> tuple["array[int]", dict[bytes, Begun]]:
        """Who is done, and who has only begun."""
        done = array("Q")
        begun: dict[bytes, Begun] = {}
        for what, digest, more in _entries(self._file):
            if what == _BEGUN:
                begun[digest] = Begun(float(more) if more.isdigit() else 0)
            elif what == _CREATED:
                begun[digest] = Begun(0, more)
            else:
                begun.pop(digest, None)
                if what == _DONE:
                    done.append(int.from_bytes(digest))
        return array("Q", sorted(done)), begun


def _entries(file: TextIO) -> Iterator[tuple[str, bytes, str]]:
    for line in file:
        if not line.endswith("\n"):
            file.write("\n")  # A crash has cut it off: what follows is a line again.
            return
        what, _, rest = line.rstrip("\n").partition(" ")
        digest, _, more = rest.partition(" ")
        try:
            yield what, bytes.fromhex(digest), more
        except ValueError:
            continue
