"""Packages of npm and PyPI, as they are published there."""

import subprocess
import sys
import tarfile
from pathlib import Path

CACHE = Path(__file__).parents[2] / ".cache" / "conformance"


def npm(name: str, version: str) -> Path:
    """Fetch a package of npm; the result is its folder."""
    return _unpacked(name, version, ["npm", "pack", "--silent", f"{name}@{version}"])


def pypi(name: str, version: str) -> Path:
    """Fetch a source distribution of PyPI; the result is its folder."""
    # It is read and never run, so that any Python will do.
    any_python = "--ignore-requires-python"
    options = ["--quiet", "--no-deps", any_python, "--no-binary", ":all:"]
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download"]
    return _unpacked(name, version, [*command, *options, f"{name}=={version}"])


def _unpacked(name: str, version: str, command: list[str]) -> Path:
    folder = CACHE / f"{name.strip('@').replace('/', '-')}-{version}"
    if not folder.exists():
        made = folder.with_suffix(".part")
        made.mkdir(parents=True, exist_ok=True)
        subprocess.run(command, cwd=made, check=True, stdout=subprocess.DEVNULL)
        (archive,) = (path for path in made.iterdir() if path.suffix in (".tgz", ".gz"))
        with tarfile.open(archive) as packed:
            packed.extractall(made, filter="data")
        archive.unlink()
        made.rename(folder)
    (inner,) = (path for path in folder.iterdir() if path.is_dir())
    return inner
