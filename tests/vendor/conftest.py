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
JS_SDK = "authing-js-sdk@1.19.0"


@pytest.fixture(scope="session")
def http(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.url, timeout=30) as http:
        yield http


@pytest.fixture(scope="session")
def witness(sandbox: Sandbox, http: httpx.Client) -> Witness:
    return Witness(sandbox, http)


@pytest.fixture(scope="session")
def vendor_python(pytestconfig: pytest.Config) -> Path:
    """The interpreter of an environment that holds the vendor's Python SDK."""
    requirements = HERE / "requirements.txt"
    home = cached(pytestconfig, "python", requirements.read_text() + sys.version)
    if not (home / "ready").exists():
        run(sys.executable, "-m", "venv", "--clear", str(home))
        pip = (str(home / "bin/python"), "-m", "pip", "install", "--quiet")
        run(*pip, "--no-deps", "--requirement", str(requirements))
        (home / "ready").touch()
    return home / "bin/python"


@pytest.fixture(scope="session")
def vendor_node_modules(pytestconfig: pytest.Config) -> Path:
    """The folder that holds the vendor's JavaScript SDK."""
    home = cached(pytestconfig, "js", JS_SDK)
    if not (home / "ready").exists():
        options = ("--ignore-scripts", "--no-audit", "--no-fund", "--silent")
        run("npm", "install", "--prefix", str(home), *options, JS_SDK)
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


@pytest.fixture(scope="module")
def js(vendor_node_modules: Path, sandbox: Sandbox) -> Iterator[Sdk]:
    """The JavaScript SDK."""
    program = ("node", str(HERE / "drive_js_sdk.cjs"))
    where = {"NODE_PATH": str(vendor_node_modules)}
    command = (*program, *addresses(sandbox), sandbox.secret)
    with contextlib.closing(Sdk(command, where)) as sdk:
        yield sdk


def addresses(sandbox: Sandbox) -> tuple[str, ...]:
    urls = sandbox.users_url, sandbox.oauth_url
    return *urls, sandbox.public_key, sandbox.pool_id
