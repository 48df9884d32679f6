"""The environments of the contestants; `make bench` makes them."""

import platform
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .process import environment

NAMED = ("aiohttp", "gql", "httpx", "pydantic", "requests")
"""Libraries whose versions a reader of the table wants to know."""

VERSIONS = """
from importlib.metadata import version
from sys import argv
print(*(f"{name} {version(name)}" for name in argv[1:]), sep=", ")
"""


@dataclass(frozen=True)
class Environments:
    """The interpreters of the contestants."""

    folder: Path

    @property
    def peers(self) -> Path:
        """That of ours and of all the others but the vendor's."""
        return self.folder / "bench/bin/python"

    @property
    def vendor(self) -> Path:
        """That of the vendor's SDK, which needs libraries of its time."""
        return self.folder / "bench-vendor/bin/python"

    def versions(self, names: Iterable[str] = NAMED) -> str:
        """Say what ran."""
        found = subprocess.run(
            [self.peers, "-c", VERSIONS, *names],
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        return f"Python {platform.python_version()}, {found.stdout.strip()}"
