"""Where an editor finds the package: in the checkout, or as a user installs it."""

import os
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Installation:
    """An environment of Python in which the package is installed."""

    environment: Path
    packages: Path
    """The folder that holds `authing_client`."""

    @property
    def python(self) -> Path:
        """The interpreter."""
        return self.environment / "bin/python"


def checkout() -> Installation:
    """The environment of the tests, where the package is the checkout's."""
    return Installation(Path(sys.prefix), ROOT / "generated")


def build_wheel(folder: Path) -> Path:
    """Build the package's wheel, without the page of the debugger."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d"]
    environment = {**os.environ, "AUTHING_SKIP_DEBUGGER": "1"}
    subprocess.run(
        [*command, str(folder)],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    return wheel


def install(wheel: Path, environment: Path) -> Installation:
    """Install a wheel into a new environment, beside the dependencies of the tests.

    The dependencies come from the environment of the tests, so that nothing is
    downloaded; its link to the checkout does not count there.
    """
    venv = [sys.executable, "-m", "venv", "--without-pip", str(environment)]
    subprocess.run(venv, check=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = environment / "lib" / version / "site-packages"
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    pip = [sys.executable, "-m", "pip", "--python", str(environment / "bin/python")]
    options = ["--quiet", "--no-deps", "--no-index", "--ignore-installed"]
    subprocess.run([*pip, "install", *options, str(wheel)], check=True)
    return Installation(environment, packages)
