"""A PostgreSQL server of the tests' own, in a temporary directory."""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from uuid import uuid4

import pytest

_OPTIONS = (
    "-c listen_addresses=127.0.0.1 -c max_connections=200"
    # It is thrown away: nothing needs to reach the disk.
    " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
)


def need_postgres() -> None:
    """Skip the test where there is no PostgreSQL; with CI set, there must be."""
    if _programs() is None:
        reason = "PostgreSQL is not installed (Debian: apt-get install postgresql)"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)


def _programs() -> Path | None:
    """The folder of PostgreSQL's programs, which Debian keeps out of the PATH."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(versions, key=lambda path: int(path.parts[-3]), default=None)
    initdb = newest or shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


class Cluster:
    """A running PostgreSQL server, for as long as a `with` block lasts."""

    def __enter__(self) -> "Cluster":
        self._directory = Path(tempfile.mkdtemp(prefix="authing-postgres-"))
        # PostgreSQL refuses to run as root.
        self._account = "postgres" if os.geteuid() == 0 else None
        if self._account:
            shutil.chown(self._directory, self._account)
        self._port = _free_port()
        self._stand_ins: dict[str, str] = {}
        data, log = self._directory / "data", self._directory / "log"
        options = f"-k {self._directory} -p {self._port} {_OPTIONS}"
        create = ["-U", "sandbox", "-A", "trust", "--encoding=UTF8", "--locale=C"]
        self._run("initdb", "--no-sync", "-D", data, *create)
        self._run("pg_ctl", "start", "-w", "-D", data, "-l", log, "-o", options)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        data = self._directory / "data"
        self._run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", data)
        shutil.rmtree(self._directory)

    def new_database(self) -> str:
        """The URL of a database of one's own."""
        name = f"sandbox_{uuid4().hex}"
        server = ["-h", "127.0.0.1", "-p", str(self._port), "-U", "sandbox"]
        self._run("createdb", *server, name)
        return f"postgresql://sandbox@127.0.0.1:{self._port}/{name}"

    def instead_of(self, url: str) -> str:
        """The URL of a database that stands for a SQLite file, or for one in memory."""
        if not url.startswith("sqlite:"):
            return url
        if url not in self._stand_ins or url == "sqlite://":
            self._stand_ins[url] = self.new_database()
        return self._stand_ins[url]

    def _run(self, program: str, *arguments: str | Path) -> None:
        programs = _programs()
        assert programs is not None
        subprocess.run(
            [programs / program, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            user=self._account,
            cwd="/",
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
