"""The vendor's SDKs, each in an environment of its own, and a sandbox for them."""

import contextlib
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from authing_sandbox import Sandbox

from .driving import Sdk, Witness

HERE = Path(__file__).parent
Start = Callable[..., Sdk]
JS_SDKS = {"v0": "0.1.4", "v1": "1.19.0", "v2": "2.23.1", "v3": "3.20.1"}


@pytest.fixture(scope="session")
def http(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.url, timeout=30) as http:
        yield http


@pytest.fixture(scope="session")
def witness(sandbox: Sandbox, http: httpx.Client) -> Witness:
    return Witness(sandbox, http)


@pytest.fixture(scope="session")
def vendor_python(pytestconfig: pytest.Config) -> Path:
    """The interpreter of an environment that holds the vendor's Python SDK 0.16.9."""
    return interpreter(pytestconfig, HERE / "requirements.txt")


@pytest.fixture(scope="session")
def vendor_python_1(pytestconfig: pytest.Config) -> Path:
    """The interpreter of an environment that holds the vendor's Python SDK 1.1.0."""
    return interpreter(pytestconfig, HERE / "requirements-1.1.0.txt")


def interpreter(config: pytest.Config, requirements: Path) -> Path:
    """The interpreter of an environment of its own."""
    home = cached(config, "python", requirements.read_text() + sys.version)
    python = home / "bin/python"
    if not (home / "ready").exists():
        run(sys.executable, "-m", "venv", "--clear", "--without-pip", str(home))
        pip = (sys.executable, "-m", "pip", "--python", str(python), "install")
        run(*pip, "--quiet", "--no-deps", "--requirement", str(requirements))
        (home / "ready").touch()
    return python


@pytest.fixture(scope="session")
def vendor_node_modules(pytestconfig: pytest.Config) -> Path:
    """The folder that holds the vendor's JavaScript SDKs, by the names of JS_SDKS."""
    sdks = [f"{name}@npm:authing-js-sdk@{JS_SDKS[name]}" for name in JS_SDKS]
    home = cached(pytestconfig, "js", " ".join(sdks))
    if not (home / "ready").exists():
        options = ("--ignore-scripts", "--no-audit", "--no-fund", "--silent")
        run("npm", "install", "--prefix", str(home), *options, *sdks)
        (home / "ready").touch()
    return home / "node_modules"


def cached(config: pytest.Config, name: str, content: str) -> Path:
    """A folder that outlives the run, for what is described by `content`."""
    assert config.cache is not None
    digest = hashlib.sha256(content.encode()).hexdigest()[:12]
    return config.cache.mkdir(f"vendor-{name}-{digest}")


def run(*command: str) -> None:
    """Run an installer; without it, or a package index, there is nothing to test."""
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        reason = f"{' '.join(command[:4])}: {getattr(error, 'stderr', '') or error}"
        if "CI" in os.environ:
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def start_python(vendor_python: Path, sandbox: Sandbox) -> Iterator[Start]:
    """Starts the Python SDK, as the pool's owner or (by a UserToken) as a user."""
    program = (str(vendor_python), str(HERE / "drive_python_sdk.py"))
    with contextlib.ExitStack() as stack:

        def start(*user_token: str, secret: str = sandbox.secret) -> Sdk:
            command = (*program, *addresses(sandbox), secret, *user_token)
            return stack.enter_context(contextlib.closing(Sdk(command)))

        yield start


@pytest.fixture(scope="session")
def start_python_1(vendor_python_1: Path, sandbox: Sandbox) -> Iterator[Start]:
    """Starts the Python SDK 1.1.0 at a gateway, with the pool's secret or without."""
    program = (str(vendor_python_1), str(HERE / "drive_python_sdk_1.py"))
    with contextlib.ExitStack() as stack:

        def start(url: str, *secret: str) -> Sdk:
            command = (*program, url, sandbox.public_key, sandbox.pool_id, *secret)
            return stack.enter_context(contextlib.closing(Sdk(command)))

        yield start


@pytest.fixture(scope="session")
def start_js(vendor_node_modules: Path, sandbox: Sandbox) -> Iterator[Start]:
    """Starts a JavaScript SDK, by its name in JS_SDKS."""
    where = {"NODE_PATH": str(vendor_node_modules)}
    with contextlib.ExitStack() as stack:

        def start(name: str) -> Sdk:
            program = ("node", str(HERE / "drive_js_sdk.cjs"), name)
            command = (*program, *addresses(sandbox), sandbox.secret)
            return stack.enter_context(contextlib.closing(Sdk(command, where)))

        yield start


def addresses(sandbox: Sandbox) -> tuple[str, ...]:
    urls = sandbox.users_url, sandbox.oauth_url
    return *urls, sandbox.public_key, sandbox.pool_id
